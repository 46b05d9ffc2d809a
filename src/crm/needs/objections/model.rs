//! Types of objections.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{line, prose};
use crate::edge::clock::Millis;
use crate::edge::db::Flag;
use crate::http::Sort;
use crate::http::input::{Moment, Text};
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, ObjectionId, PersonId};

/// The longest kind and name of a source.
const NAME: usize = 100;
/// The longest objection and answer.
const PROSE: usize = 5_000;

/// An objection as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ObjectionOut {
    /// Its id.
    pub id: ObjectionId,
    /// Whose.
    pub business_id: BusinessId,
    /// Who said it.
    pub person_id: Option<PersonId>,
    /// The conversation it was said in.
    pub conversation_id: Option<String>,
    /// What kind, such as `price`, `timing`, `trust` or `technical`.
    pub objection_type: String,
    /// What was said.
    pub objection_text: String,
    /// What was answered.
    pub response_given: Option<String>,
    /// Whether it is out of the way.
    pub resolved: Flag,
    /// Since when.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub resolved_at: Option<Millis>,
    /// Where it was said.
    pub source: Option<String>,
    /// When it was said.
    #[serde(with = "crate::time::Rfc3339")]
    pub captured_at: Millis,
    /// When the row was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a list of objections sorts by.
pub const SORTS: &[Sort<ObjectionOut>] = &[
    Sort::made(),
    Sort::number("captured_at", |row| row.captured_at.into()),
];

/// What a client sends to record an objection.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionIn {
    /// Whose.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// Who said it.
    #[garde(skip)]
    pub person_id: Option<PersonId>,
    /// What kind, such as `price`, `timing`, `trust` or `technical`.
    #[garde(custom(line(NAME)))]
    pub objection_type: Text,
    /// What was said.
    #[garde(custom(prose(PROSE)))]
    pub objection_text: Text,
    /// What was answered.
    #[garde(inner(custom(prose(PROSE))))]
    pub response_given: Option<Text>,
    /// Where it was said.
    #[garde(inner(custom(line(NAME))))]
    pub source: Option<Text>,
    /// When it was said; now when absent.
    #[garde(skip)]
    pub captured_at: Option<Moment>,
}

/// What a client changes of an objection; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionPatch {
    /// What kind.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub objection_type: Option<Text>,
    /// What was said.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(prose(PROSE))))]
    #[schemars(with = "Text")]
    pub objection_text: Option<Text>,
    /// What was answered.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(PROSE)))))]
    pub response_given: Option<Option<Text>>,
    /// Whether it is out of the way.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub resolved: Option<bool>,
    /// Where it was said.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub source: Option<Option<Text>>,
}

/// Which objections a list has.
#[derive(Debug, Clone, Default)]
pub struct ObjectionFilter {
    /// Of this business.
    pub business_id: Option<BusinessId>,
    /// Said by this person.
    pub person_id: Option<PersonId>,
    /// Of this kind.
    pub objection_type: Option<String>,
    /// Out of the way, or not.
    pub resolved: Option<bool>,
}
