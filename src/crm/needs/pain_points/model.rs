//! Types of pain points.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{line, prose};
use crate::crm::model::Severity;
use crate::edge::clock::Millis;
use crate::http::Sort;
use crate::http::input::{Moment, Text};
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, PainPointId};

/// The longest category and name of a source.
const NAME: usize = 100;
/// The longest description.
const DESCRIPTION: usize = 5_000;

/// A pain point as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PainPointOut {
    /// Its id.
    pub id: PainPointId,
    /// Whose.
    pub business_id: BusinessId,
    /// The conversation it was learnt in.
    pub conversation_id: Option<String>,
    /// What kind, such as `missed_calls` or `no_time_marketing`.
    pub category: String,
    /// In words.
    pub description: String,
    /// How much it troubles them.
    pub severity: Severity,
    /// Where it was learnt.
    pub source: Option<String>,
    /// When it was learnt.
    #[serde(with = "crate::time::Rfc3339")]
    pub captured_at: Millis,
    /// When the row was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a list of pain points sorts by.
pub const SORTS: &[Sort<PainPointOut>] = &[
    Sort::made(),
    Sort::number("captured_at", |row| row.captured_at.into()),
];

/// What a client sends to record a pain point.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PainPointIn {
    /// Whose.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// What kind, such as `missed_calls` or `no_time_marketing`.
    #[garde(custom(line(NAME)))]
    pub category: Text,
    /// In words.
    #[garde(custom(prose(DESCRIPTION)))]
    pub description: Text,
    /// How much it troubles them.
    #[serde(default)]
    #[garde(skip)]
    pub severity: Severity,
    /// Where it was learnt.
    #[garde(inner(custom(line(NAME))))]
    pub source: Option<Text>,
    /// When it was learnt; now when absent.
    #[garde(skip)]
    pub captured_at: Option<Moment>,
}

/// What a client changes of a pain point; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PainPointPatch {
    /// What kind.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub category: Option<Text>,
    /// In words.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(prose(DESCRIPTION))))]
    #[schemars(with = "Text")]
    pub description: Option<Text>,
    /// How much it troubles them.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "Severity")]
    pub severity: Option<Severity>,
    /// Where it was learnt.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub source: Option<Option<Text>>,
}

/// Which pain points a list has.
#[derive(Debug, Clone, Default)]
pub struct PainPointFilter {
    /// Of this business.
    pub business_id: Option<BusinessId>,
    /// Of this kind.
    pub category: Option<String>,
    /// Troubling this much.
    pub severity: Option<Severity>,
}
