//! Types of activities.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::crm::checks::{LINE, line, object, prose};
use crate::crm::model::ActivityType;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::Sort;
use crate::http::input::{Moment, Text};
use crate::ids::{ActivityId, BusinessId, PersonId};

/// The longest detail.
const DETAIL: usize = 10_000;
/// Room for what an integration has to add.
const METADATA_BYTES: usize = 20_000;
/// The longest name of a source.
const SOURCE: usize = 100;

/// An entry of a business's timeline, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// Its id, ordered by when it happened.
    pub id: ActivityId,
    /// Whose timeline.
    pub business_id: BusinessId,
    /// Who did it or was written to.
    pub person_id: Option<PersonId>,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: ActivityType,
    /// In a few words.
    pub subject: Option<String>,
    /// More.
    pub detail: Option<String>,
    /// What an integration has to add.
    pub metadata: Option<Json<Map<String, Value>>>,
    /// The campaign step's `campaign_id`, when it is about one.
    pub campaign_id: Option<String>,
    /// The campaign step's number.
    pub campaign_step: Option<i64>,
    /// Who says so.
    pub source: Option<String>,
    /// When it happened.
    #[serde(with = "crate::time::Rfc3339")]
    pub occurred_at: Millis,
}

/// What a timeline sorts by: its ids are ordered by when it happened.
pub const SORTS: &[Sort<Activity>] = &[Sort::by_id("occurred_at")];

/// Which entries of a timeline a list has.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// Of this type.
    pub kind: Option<ActivityType>,
    /// Of this person.
    pub person_id: Option<PersonId>,
    /// From this moment on.
    pub occurred_after: Option<Millis>,
    /// Before this moment.
    pub occurred_before: Option<Millis>,
}

/// What is reported to have happened.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityIn {
    /// What it is about.
    #[serde(rename = "type", deserialize_with = "reportable")]
    #[garde(skip)]
    pub kind: ActivityType,
    /// Who did it; somebody at this business. A reply needs somebody.
    #[garde(custom(named_for_replies(&self.kind)))]
    pub person_id: Option<PersonId>,
    /// In a few words.
    #[garde(inner(custom(line(LINE))))]
    pub subject: Option<Text>,
    /// More.
    #[garde(inner(custom(prose(DETAIL))))]
    pub detail: Option<Text>,
    /// What an integration has to add.
    #[garde(inner(custom(object(METADATA_BYTES))))]
    pub metadata: Option<Map<String, Value>>,
    /// Who says so; `api` when absent.
    #[garde(inner(custom(line(SOURCE))))]
    pub source: Option<Text>,
    /// When it happened; now when absent.
    #[garde(skip)]
    pub occurred_at: Option<Moment>,
}

/// What of a person an activity moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// They answered.
    Replied,
    /// They made an appointment; all of the business did when nobody is named.
    Booked,
    /// They paid an order; all of the business did when nobody is named.
    Ordered,
}

impl Fact {
    /// What an activity of this type moves on.
    pub fn of(kind: ActivityType) -> Option<Self> {
        match kind {
            ActivityType::EmailReplied | ActivityType::SmsReplied => Some(Fact::Replied),
            ActivityType::AppointmentBooked => Some(Fact::Booked),
            ActivityType::OrderPaid => Some(Fact::Ordered),
            _ => None,
        }
    }
}

fn reportable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ActivityType, D::Error> {
    let kind = ActivityType::deserialize(deserializer)?;
    if kind.is_reportable() {
        return Ok(kind);
    }
    let complaint = format!("{} is entered by the platform itself", kind.as_str());
    Err(serde::de::Error::custom(complaint))
}

fn named_for_replies(kind: &ActivityType) -> impl FnOnce(&Option<PersonId>, &()) -> garde::Result {
    let is_reply = Fact::of(*kind) == Some(Fact::Replied);
    move |person, _| {
        if is_reply && person.is_none() {
            return Err(garde::Error::new("must say who replied"));
        }
        Ok(())
    }
}
