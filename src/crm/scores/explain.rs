//! Pure: why a score is what it is.

use super::calculate::{self, of};
use super::decay::Milli;
use super::model::{
    BY_HAND, Contribution, ContributionOut, Direction, PointOut, STATUS, ScoreOut, TrendOut,
};
use super::rules::ScoringRules;
use crate::crm::model::{LeadStatus, Score};
use crate::edge::clock::{DAY, Millis};

/// Contributions that are shown.
const SHOWN: usize = 100;
const WEEK: Millis = 7 * DAY;
/// Weeks that a trend goes back.
const WEEKS: i64 = 4;

/// A score with everything that counts for it.
pub fn explain(
    rules: &ScoringRules,
    score: Score,
    status: LeadStatus,
    all: &[Contribution],
    now: Millis,
) -> ScoreOut {
    let contributions: Vec<_> = of(score, all).collect();
    let value = |at| {
        let known = contributions.iter().copied();
        // Of the past only what had happened by then.
        let known: Vec<_> = known
            .filter(|one| at >= now || one.occurred_at <= at)
            .collect();
        calculate::value(rules, score, status, &known, at)
    };
    let worth = calculate::worth(rules, score, &contributions, now);
    let mut shown: Vec<_> = contributions.iter().copied().zip(worth).collect();
    shown.sort_by(|(one, left), (other, right)| {
        (right.abs().cmp(&left.abs())).then_with(|| other.id.cmp(&one.id))
    });
    shown.truncate(SHOWN);
    let change = value(now).unwrap_or(0) - value(now - WEEK).unwrap_or(0);
    let weeks = (0..=WEEKS).rev().map(|ago| now - ago * WEEK);
    ScoreOut {
        score,
        value: value(now),
        base: rules.of(score).base,
        trend: TrendOut {
            direction: match change {
                1.. => Direction::Up,
                0 => Direction::Flat,
                _ => Direction::Down,
            },
            change,
            weeks: weeks
                .filter_map(|at| value(at).map(|value| PointOut { at, value }))
                .collect(),
        },
        contributions: shown
            .into_iter()
            .map(|(one, milli)| contribution(one, milli))
            .collect(),
    }
}

fn contribution(one: &Contribution, now: Milli) -> ContributionOut {
    ContributionOut {
        id: one.id.clone(),
        reason: one.reason.clone(),
        text: text(one),
        person_id: one.person_id.clone(),
        occurred_at: one.occurred_at,
        points_then: one.points,
        points_now: f64::from(i32::try_from(now).unwrap_or(0)) / 1_000.0,
        half_life_days: one.half_life_days,
    }
}

fn text(one: &Contribution) -> String {
    let detail = one.detail.as_deref().unwrap_or_default();
    let words = match one.reason.as_str() {
        BY_HAND => return format!("Set to {detail} by hand"),
        STATUS => return format!("Is a {detail}"),
        "email_opened" => "Opened an email",
        "email_clicked" => "Followed a link in an email",
        "email_replied" => "Answered an email",
        "email_bounced" => "An email could not be delivered",
        "email_complained" => "Reported an email as spam",
        "email_unsubscribed" => "Wants no more email",
        "sms_replied" => "Answered a text message",
        "call_inbound" => "Called us",
        "call_answered" => "Answered our call",
        "page_visited" => "Visited a page",
        "presentation_watched" => "Watched part of a presentation",
        "presentation_completed" => "Watched a presentation to its end",
        "form_submitted" => "Sent a form",
        "document_downloaded" => "Downloaded a document",
        "chat_started" => "Began a chat",
        "appointment_booked" => "Made an appointment",
        "order_created" => "Made an order",
        "order_paid" => "Paid an order",
        "subscription_started" => "Began a subscription",
        "subscription_renewed" => "Went on with a subscription",
        "subscription_cancelled" => "Ended a subscription",
        "support_ticket_created" => "Asked for help",
        "support_ticket_resolved" => "Was helped",
        other => return other.replace('_', " "),
    };
    words.into()
}
