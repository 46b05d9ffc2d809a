//! Types of tags.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{self, line};
use crate::edge::clock::Millis;
use crate::http::Sort;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::TagId;

/// The colour of a tag that nobody chose one for.
pub const DEFAULT_COLOR: &str = "#6B7280";
/// The longest name or category.
const NAME: usize = 50;

/// A tag as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TagOut {
    /// Its id.
    pub id: TagId,
    /// For people; no two tags have the same.
    pub name: String,
    /// As in `#6B7280`.
    pub color: String,
    /// What it belongs to.
    pub category: Option<String>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a list of tags sorts by.
pub const SORTS: &[Sort<TagOut>] = &[Sort::made(), Sort::text("name", |row| (&row.name).into())];

/// What a client sends to create a tag.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagIn {
    /// For people; no two tags have the same.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// As in `#6B7280`, which it is when absent.
    #[garde(inner(custom(checks::color)))]
    pub color: Option<Text>,
    /// What it belongs to.
    #[garde(inner(custom(line(NAME))))]
    pub category: Option<Text>,
}

/// What a client changes of a tag; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagPatch {
    /// For people; no two tags have the same.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// As in `#6B7280`.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::color)))]
    #[schemars(with = "Text")]
    pub color: Option<Text>,
    /// What it belongs to.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub category: Option<Option<Text>>,
}
