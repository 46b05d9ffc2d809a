//! What deploying a community would do, without doing it.

use schemars::JsonSchema;
use serde::Serialize;

use super::enrol::Open;
use super::store::{self, Tally};
use crate::campaigns::schedule::{self, StepTime};
use crate::campaigns::{quota, tenants};
use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{CommunityId, TenantId};

/// What deploying would do. It is counted now: who comes, leaves or unsubscribes meanwhile is not in it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DeploymentForecast")]
pub struct Forecast {
    /// Businesses in the community.
    pub businesses: i64,
    /// People there.
    pub people: i64,
    /// How many of them would be enrolled.
    pub enrolled: i64,
    /// How many would not, and why. With `enrolled` they are all `people`.
    pub left_out: Vec<Group>,
    /// How many of the enrolled would get no email all the same, and why: each of their steps would be skipped.
    pub held_back: Vec<Group>,
    /// How many would be written to: the enrolled without those who are held back.
    pub written_to: i64,
    /// At how many businesses they are.
    pub businesses_written_to: i64,
    /// Steps of the version that they would run on.
    pub steps: i64,
    /// The most emails that come of it: conditions may skip some.
    pub emails: i64,
    /// When the first could go out; null when nobody is written to.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub first_send_at: Option<Millis>,
    /// The most emails a day; null for as many as there are.
    pub daily_limit: Option<i64>,
    /// In how many days everybody has their first email, if nothing else is sent; null when the limit lets nothing go.
    pub days_for_first_step: Option<i64>,
    /// In how many days the last email is out, if nothing else is sent; null when the limit lets nothing go.
    pub days_in_all: Option<i64>,
}

/// People for whom one thing holds.
#[derive(Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ForecastGroup")]
pub struct Group {
    /// As the ledger has it, where the ledger has it.
    pub reason: String,
    /// In words.
    pub words: &'static str,
    /// How many.
    pub people: i64,
}

/// Works it out.
///
/// # Errors
/// [`Error::NotFound`] of the community; the database's.
pub async fn of(
    platform: &Platform,
    tenant_id: &TenantId,
    open: &Open,
    community: &CommunityId,
) -> Result<Forecast> {
    let (db, now) = (&platform.db, platform.now());
    let tenant = tenants::find(db, tenant_id)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    let sequence = &open.sequence;
    let again = sequence.allow_reenrolment.0;
    let counted = store::tally(db, tenant_id, &sequence.id, again, community).await?;
    let (businesses, tallies) = counted.ok_or(Error::NotFound("community"))?;
    let left = quota::left(db, tenant_id, tenant.daily_send_limit, now).await?;
    let sum = |outcome: &str| -> i64 {
        let of_it = tallies.iter().filter(|tally| tally.outcome == outcome);
        of_it.map(|tally| tally.people).sum()
    };
    let people: i64 = tallies.iter().map(|tally| tally.people).sum();
    let (left_out, held_back) = (
        groups(&tallies, is_left_out),
        groups(&tallies, is_held_back),
    );
    let enrolled = people - left_out.iter().map(|group| group.people).sum::<i64>();
    let written_to = sum(store::WRITTEN_TO);
    let steps = i64::try_from(open.loaded.steps.len()).unwrap_or(i64::MAX);
    let emails = written_to.saturating_mul(steps);
    let last_day = open.loaded.steps.last().map_or(0, |step| step.day_offset);
    let days = |emails| days(emails, tenant.daily_send_limit, left.unwrap_or(0));
    Ok(Forecast {
        businesses,
        people,
        enrolled,
        left_out,
        held_back,
        written_to,
        businesses_written_to: tallies
            .iter()
            .filter(|tally| tally.outcome == store::WRITTEN_TO)
            .map(|tally| tally.businesses)
            .sum(),
        steps,
        emails,
        first_send_at: first_send_at(open, &tallies, now),
        daily_limit: tenant.daily_send_limit,
        days_for_first_step: days(written_to),
        days_in_all: match emails {
            0 => Some(0),
            _ => days(emails).map(|days| days.max(last_day)),
        },
    })
}

fn is_left_out(outcome: &str) -> bool {
    matches!(outcome, "no_address" | "already_enrolled")
}

fn is_held_back(outcome: &str) -> bool {
    outcome == "do_not_email" || outcome.starts_with("suppressed:")
}

fn groups(tallies: &[Tally], holds: fn(&str) -> bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for tally in tallies.iter().filter(|tally| holds(&tally.outcome)) {
        match groups
            .iter_mut()
            .find(|group| group.reason == tally.outcome)
        {
            Some(group) => group.people += tally.people,
            None => groups.push(Group {
                reason: tally.outcome.clone(),
                words: words(&tally.outcome),
                people: tally.people,
            }),
        }
    }
    groups
}

fn words(reason: &str) -> &'static str {
    match reason {
        "no_address" => "have no email address",
        "already_enrolled" => "are in this sequence already, or went through it",
        "do_not_email" => "asked for no email",
        "suppressed:unsubscribed" => "unsubscribed",
        "suppressed:bounced" => "have an address that does not work",
        "suppressed:complained" => "reported us as spam",
        _ => "were entered as not to be written to",
    }
}

/// In how many days so many emails are out, today being the first; `None` when never.
fn days(emails: i64, limit: Option<i64>, left_today: i64) -> Option<i64> {
    let after_today = emails - left_today.max(0);
    match limit {
        _ if emails <= 0 => Some(0),
        None => Some(1),
        Some(_) if after_today <= 0 => Some(1),
        Some(limit) if limit > 0 => Some(1 + (after_today + limit - 1) / limit),
        Some(_) => None,
    }
}

/// The earliest moment at which somebody could get the first step.
fn first_send_at(open: &Open, tallies: &[Tally], now: Millis) -> Option<Millis> {
    let first = open.loaded.steps.first()?;
    let window = first.window(&open.loaded.version);
    let written_to = tallies
        .iter()
        .filter(|tally| tally.outcome == store::WRITTEN_TO);
    written_to
        .filter_map(|tally| {
            let own = tally.timezone.as_deref().and_then(schedule::time_zone);
            let zone = own.or_else(|| schedule::time_zone(&open.fallback_zone))?;
            schedule::earliest(&StepTime {
                started_at: now,
                day_offset: first.day_offset,
                not_before: now,
                after_date_of: None,
                window,
                zone: &zone,
                spread: "",
            })
        })
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_counts_with_what_is_left_of_it() {
        assert_eq!(days(0, Some(0), 0), Some(0));
        assert_eq!(days(5, None, 0), Some(1));
        assert_eq!(days(5, Some(0), 0), None);
        assert_eq!(days(5, Some(5), 5), Some(1));
        assert_eq!(days(5, Some(5), 4), Some(2));
        assert_eq!(days(6, Some(5), 0), Some(3));
        assert_eq!(days(10, Some(5), 0), Some(3));
        assert_eq!(days(11, Some(5), -3), Some(4));
    }
}
