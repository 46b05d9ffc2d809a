//! Types of industries.

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{self, LINE, between, line};
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::Sort;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::IndustryId;

/// The longest name of an icon.
const ICON: usize = 100;
/// How far down or up an industry can be put.
const FARTHEST: i64 = 1_000_000;

/// An industry as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct IndustryOut {
    /// Its id.
    pub id: IndustryId,
    /// For people.
    pub name: String,
    /// The part of a URL that stands for it.
    pub slug: String,
    /// The name of its icon.
    pub icon: Option<String>,
    /// What it calls things, as in `{"customer": "guest"}`.
    pub terminology: Option<Json<BTreeMap<String, String>>>,
    /// What troubles its businesses.
    pub common_pain_points: Option<Json<Vec<String>>>,
    /// What they offer.
    pub common_services: Option<Json<Vec<String>>>,
    /// What they say against an offer of ours.
    pub common_objections: Option<Json<Vec<String>>>,
    /// Its place in a list, from the top.
    pub display_order: i64,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a list of industries sorts by.
pub const SORTS: &[Sort<IndustryOut>] = &[
    Sort::made(),
    Sort::text("name", |row| (&row.name).into()),
    Sort::number("display_order", |row| row.display_order.into()),
];

/// What a client sends to create an industry.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndustryIn {
    /// For people.
    #[garde(custom(line(LINE)))]
    pub name: Text,
    /// Made from the name when absent.
    #[garde(inner(custom(checks::slug)))]
    pub slug: Option<Text>,
    /// The name of its icon.
    #[garde(inner(custom(line(ICON))))]
    pub icon: Option<Text>,
    /// What it calls things.
    #[garde(inner(custom(checks::terminology)))]
    pub terminology: Option<BTreeMap<String, String>>,
    /// What troubles its businesses.
    #[garde(inner(custom(checks::lines)))]
    pub common_pain_points: Option<Vec<Text>>,
    /// What they offer.
    #[garde(inner(custom(checks::lines)))]
    pub common_services: Option<Vec<Text>>,
    /// What they say against an offer of ours.
    #[garde(inner(custom(checks::lines)))]
    pub common_objections: Option<Vec<Text>>,
    /// Its place in a list, from the top; zero when absent.
    #[garde(inner(custom(between(-FARTHEST, FARTHEST))))]
    pub display_order: Option<i64>,
}

/// What a client changes of an industry; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndustryPatch {
    /// For people. The slug stays.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(LINE))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// The part of a URL that stands for it.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::slug)))]
    #[schemars(with = "Text")]
    pub slug: Option<Text>,
    /// The name of its icon.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(ICON)))))]
    pub icon: Option<Option<Text>>,
    /// What it calls things.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::terminology))))]
    pub terminology: Option<Option<BTreeMap<String, String>>>,
    /// What troubles its businesses.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::lines))))]
    pub common_pain_points: Option<Option<Vec<Text>>>,
    /// What they offer.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::lines))))]
    pub common_services: Option<Option<Vec<Text>>>,
    /// What they say against an offer of ours.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::lines))))]
    pub common_objections: Option<Option<Vec<Text>>>,
    /// Its place in a list, from the top.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(between(-FARTHEST, FARTHEST))))]
    #[schemars(with = "i64")]
    pub display_order: Option<i64>,
}
