//! Pure: the rules of a segment, as clients write them and as they are stored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::campaigns::audience::CampaignRule;
use crate::crm::model::ActivityType;

/// What must hold of a business or a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// All of these. An empty list means everybody.
    All(Vec<Rule>),
    /// One of these at least.
    Any(Vec<Rule>),
    /// None of these.
    None(Vec<Rule>),
    /// A field; `GET /api/v1/segment-fields` lists them.
    Field(FieldRule),
    /// The business carries a tag.
    Tag(TagRule),
    /// Something happened, or happened often enough.
    Activity(ActivityRule),
    /// What became of a campaign.
    Campaign(CampaignRule),
}

/// What must hold of a field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// As in `lead_score`, or `business.lead_score` of a person.
    pub name: String,
    /// How it is compared. Each kind of field has its own.
    pub operator: Operator,
    /// With what; a list for `in` and `not_in`, a number of days for `within_days` and `more_than_days_ago`, nothing for `is_set`
    /// and `is_empty`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Operand>,
}

/// With what a field is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Operand {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// A text, a word, an id, or a time such as 2026-03-04T16:00:00Z.
    Text(String),
    /// Several texts, words or ids.
    List(Vec<String>),
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// The same. Texts are compared without regard to case.
    Is,
    /// Another, or none.
    IsNot,
    /// One of these.
    In,
    /// None of these.
    NotIn,
    /// Has it somewhere in it.
    Contains,
    /// Begins with it.
    StartsWith,
    /// As much or more.
    AtLeast,
    /// As much or less.
    AtMost,
    /// More.
    MoreThan,
    /// Less.
    LessThan,
    /// Before that moment.
    Before,
    /// At that moment or after it.
    After,
    /// In so many days until now.
    WithinDays,
    /// Longer ago than so many days.
    MoreThanDaysAgo,
    /// There is something.
    IsSet,
    /// There is nothing.
    IsEmpty,
}

impl Operator {
    /// As clients write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::Is => "is",
            Operator::IsNot => "is_not",
            Operator::In => "in",
            Operator::NotIn => "not_in",
            Operator::Contains => "contains",
            Operator::StartsWith => "starts_with",
            Operator::AtLeast => "at_least",
            Operator::AtMost => "at_most",
            Operator::MoreThan => "more_than",
            Operator::LessThan => "less_than",
            Operator::Before => "before",
            Operator::After => "after",
            Operator::WithinDays => "within_days",
            Operator::MoreThanDaysAgo => "more_than_days_ago",
            Operator::IsSet => "is_set",
            Operator::IsEmpty => "is_empty",
        }
    }
}

/// A tag on the business.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagRule {
    /// Its id or name.
    pub tag: String,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityRule {
    /// What; for a person, with them.
    #[serde(rename = "type")]
    pub kind: ActivityType,
    /// In so many days until now; ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_days: Option<i64>,
    /// So often at least; once when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_least: Option<i64>,
}
