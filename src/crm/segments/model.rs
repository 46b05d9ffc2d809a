//! Types of segments.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rule::Rule;
use crate::crm::checks::{line, prose};
use crate::crm::model::{LeadStatus, words};
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, SegmentId};

/// The longest name.
const NAME: usize = 100;
/// The longest description.
const DESCRIPTION: usize = 1_000;

words! {
    /// What a segment is of.
    #[schemars(rename = "SegmentKind")]
    What {
        /// Businesses.
        Businesses = "businesses",
        /// People.
        People = "people",
    }
}

/// A segment as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SegmentOut {
    /// Its id.
    pub id: SegmentId,
    /// For people; no two segments have the same.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it is of.
    pub what: What,
    /// What must hold of them.
    pub rule: Json<Rule>,
    /// How many there were when they were counted last.
    pub member_count: Option<i64>,
    /// When that was.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub counted_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// A new segment.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentIn {
    /// For people; no two segments have the same.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// For people.
    #[garde(inner(custom(prose(DESCRIPTION))))]
    pub description: Option<Text>,
    /// What it is of. This stays.
    #[garde(skip)]
    pub what: What,
    /// What must hold of them.
    #[garde(skip)]
    pub rule: Rule,
}

/// What changes on a segment; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SegmentPatch {
    /// For people; no two segments have the same.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// For people.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(DESCRIPTION)))))]
    pub description: Option<Option<Text>>,
    /// What must hold of them.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "Rule")]
    pub rule: Option<Rule>,
}

/// A segment that nobody keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdHoc {
    /// Of what.
    #[garde(skip)]
    pub what: What,
    /// What must hold of them.
    #[garde(skip)]
    pub rule: Rule,
}

/// Whom rules match.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Preview {
    /// How many.
    pub member_count: i64,
    /// The first of them.
    pub members: Vec<Member>,
}

/// A business or a person in a segment.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The business's or the person's id.
    pub id: String,
    /// The business's or the person's name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// The business, or the one they work at.
    pub business_id: BusinessId,
    /// Its name.
    pub business_name: String,
    /// Where it stands with us.
    pub lead_status: LeadStatus,
    /// How promising it is, 0 to 100.
    pub lead_score: i64,
}
