//! What the dashboard shows.

use schemars::JsonSchema;
use serde::Serialize;

use crate::campaigns::counts::figures::{Engagement, Outcomes};
use crate::edge::clock::Millis;

/// A figure and the same of the time before, which is as long.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Compared_{T}")]
pub struct Compared<T> {
    /// Of the period.
    pub current: T,
    /// Of the one before.
    pub previous: T,
}

/// A stretch of days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DaySpan")]
pub struct Span {
    /// The first day, as in `2026-03-04`.
    pub first_day: String,
    /// The last day.
    pub last_day: String,
    /// Its first moment.
    #[serde(with = "crate::time::Rfc3339")]
    pub since: Millis,
    /// The first moment after it.
    #[serde(with = "crate::time::Rfc3339")]
    pub until: Millis,
}

/// What became of what was planned, and how much went out.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
#[schemars(rename = "DashboardSends")]
pub struct Sends {
    /// Emails that the provider took, whenever they were planned.
    pub went_out: i64,
    /// What was planned and what became of it.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// Today's plan.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "DashboardToday")]
pub struct Today {
    /// Steps that are still to be decided today, in sequences that run.
    pub due: i64,
    /// What went out and was decided so far.
    #[serde(flatten)]
    pub sends: Sends,
}

/// Sends against plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DashboardSending")]
pub struct Sending {
    /// Today, whatever the period.
    pub today: Today,
    /// The period and the one before.
    #[serde(flatten)]
    pub compared: Compared<Sends>,
}

/// What deals are worth in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DealsWorth")]
pub struct Worth {
    /// As in `USD`; null for deals that nobody has put a worth to.
    pub currency: Option<String>,
    /// Whole minor units.
    pub amount: i64,
    /// How many deals.
    pub count: i64,
}

/// A day of the charts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DashboardDay")]
pub struct Day {
    /// As in `2026-03-04`.
    pub day: String,
    /// What was planned on it.
    pub planned: i64,
    /// What went out on it.
    pub went_out: i64,
    /// Delivered on it.
    pub delivered: i64,
    /// Opened by a person for the first time.
    pub human_opened: i64,
    /// Clicked by a person for the first time.
    pub human_clicked: i64,
    /// Opened by a machine for the first time.
    pub machine_opened: i64,
    /// Clicked by a machine for the first time.
    pub machine_clicked: i64,
    /// Refused for good.
    pub bounced: i64,
    /// Reported as spam.
    pub complained: i64,
    /// Unsubscribed.
    pub unsubscribed: i64,
    /// Answered.
    pub replied: i64,
    /// Given up.
    pub failed: i64,
}

/// Something that needs a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attention {
    /// `overdue_tasks`, `dead_letters`, `unknown_sends`, `failed_sends`, `duplicate_businesses`, `duplicate_people`,
    /// `failed_imports`, `failing_sync`, `paused_sequences` or `sending_is_off`.
    pub kind: &'static str,
    /// How many there are.
    pub count: i64,
    /// Whether there are more than that.
    pub or_more: bool,
    /// In words.
    pub text: String,
    /// The list of the API that has them.
    pub path: &'static str,
}

/// What there is to see at a glance. A part that the caller may not see, or may see for some records only, is null.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Dashboard {
    /// The period.
    pub period: &'static str,
    /// Its days, as the organization's time zone has them.
    pub current: Span,
    /// The days before, which are as many.
    pub previous: Span,
    /// Sends against plan.
    pub sends: Option<Sending>,
    /// What happened to emails, people and machines apart.
    pub engagement: Option<Compared<Engagement>>,
    /// Businesses that became leads.
    pub new_leads: Option<Compared<i64>>,
    /// Businesses that became customers.
    pub new_customers: Option<Compared<i64>>,
    /// What the deals are worth that are open now, and those that were open when the period began, as they are valued now.
    pub open_deals: Option<Compared<Vec<Worth>>>,
    /// Each day of the period, the earliest first.
    pub series: Option<Vec<Day>>,
    /// What needs a person now.
    pub attention: Vec<Attention>,
}
