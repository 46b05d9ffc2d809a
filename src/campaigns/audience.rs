//! Pure: what became of campaigns as a condition on people and businesses, for whoever asks about them together with other
//! things (segments).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::{DAY, Millis};
use crate::edge::db::Value;
use crate::error::FieldError;
use crate::ids::SequenceId;
use crate::tables::Condition;

/// The most days that are looked back, a hundred years.
const MOST_DAYS: i64 = 36_500;
/// The most often that something is asked to have happened.
const MOST_OFTEN: i64 = 1_000;

/// What became of a campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignRule {
    /// What.
    pub outcome: CampaignOutcome,
    /// In which sequence; in any when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence_id: Option<SequenceId>,
    /// In so many days until now; ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_days: Option<i64>,
    /// With so many emails at least; one when absent. Not for what is about the enrolment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
}

/// What can become of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CampaignOutcome {
    /// They were enrolled.
    Enrolled,
    /// They are under way.
    UnderWay,
    /// They went through all steps.
    Completed,
    /// They were stopped before.
    Stopped,
    /// An email was sent.
    Sent,
    /// A human opened it.
    Opened,
    /// They followed a link.
    Clicked,
    /// They answered.
    Replied,
    /// It was refused for good.
    Bounced,
}

/// Whose the outcome is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The person's whom a query calls `p`.
    Person,
    /// Anybody's at the business that a query calls `b`.
    Business,
}

/// The condition.
///
/// # Errors
/// The field of the rule that is wrong.
pub fn condition(rule: &CampaignRule, whose: Whose, now: Millis) -> Result<Condition, FieldError> {
    let since = match rule.within_days {
        Some(days) if (1..=MOST_DAYS).contains(&days) => Some(now - days * DAY),
        Some(_) => {
            let message = format!("must be a number of days, 1 to {MOST_DAYS}");
            return Err(FieldError::new("within_days", message));
        }
        None => None,
    };
    let (mut text, mut values) = (String::new(), Vec::<Value>::new());
    match whose {
        Whose::Person => {
            text.push_str("FROM enrolments e {sends} WHERE e.tenant_id = p.tenant_id AND e.person_id = p.id");
        }
        Whose::Business => text.push_str(
            "FROM people m JOIN enrolments e ON e.tenant_id = m.tenant_id AND e.person_id = m.id {sends} \
             WHERE m.tenant_id = b.tenant_id AND m.business_id = b.id",
        ),
    }
    if let Some(sequence) = &rule.sequence_id {
        text.push_str(" AND e.sequence_id = ?");
        values.push(sequence.into());
    }
    let (of_enrolment, moment) = match rule.outcome {
        CampaignOutcome::Enrolled => (Some(""), "e.created_at"),
        CampaignOutcome::UnderWay => (Some(" AND e.status = 'active'"), "e.created_at"),
        CampaignOutcome::Completed => (Some(" AND e.status = 'completed'"), "e.updated_at"),
        CampaignOutcome::Stopped => (Some(" AND e.status = 'stopped'"), "e.updated_at"),
        CampaignOutcome::Sent => (None, "s.sent_at"),
        CampaignOutcome::Opened => (None, "s.opened_at"),
        CampaignOutcome::Clicked => (None, "s.clicked_at"),
        CampaignOutcome::Replied => (None, "s.replied_at"),
        CampaignOutcome::Bounced => (None, "s.bounced_at"),
    };
    let at_least = rule.at_least.unwrap_or(1);
    match of_enrolment {
        Some(_) if rule.at_least.is_some() => {
            let message = "must be left out: it is about the enrolment";
            return Err(FieldError::new("at_least", message));
        }
        Some(status) => text.push_str(status),
        None => {
            text.push_str(" AND ");
            text.push_str(moment);
            text.push_str(" IS NOT NULL");
        }
    }
    if !(1..=MOST_OFTEN).contains(&at_least) {
        let message = format!("must be between 1 and {MOST_OFTEN}");
        return Err(FieldError::new("at_least", message));
    }
    if let Some(since) = since {
        text.push_str(" AND ");
        text.push_str(moment);
        text.push_str(" >= ?");
        values.push(since.into());
    }
    // An enrolment's sends are one range of ids.
    let sends = match of_enrolment {
        Some(_) => "",
        None => {
            "JOIN send_log s ON s.tenant_id = e.tenant_id AND s.id >= substr(e.id, 1, 24) \
             AND s.id < substr(e.id, 1, 24) || 'g' AND s.enrolment_id = e.id"
        }
    };
    let text = text.replace("{sends}", sends);
    Ok(match at_least {
        1 => Condition::new(format!("EXISTS (SELECT 1 {text})"), values),
        _ => {
            values.push(at_least.into());
            Condition::new(format!("(SELECT COUNT(*) {text}) >= ?"), values)
        }
    })
}
