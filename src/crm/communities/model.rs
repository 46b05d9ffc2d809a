//! Types of communities.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{self, LINE, between, entries, line};
use crate::crm::model::CommunityStatus;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::Sort;
use crate::http::input::{Moment, State, Text};
use crate::http::patch::{nullable, present};
use crate::ids::CommunityId;

/// More people than live in any city.
const MOST_PEOPLE: i64 = 100_000_000;
/// More ZIP codes than any city has.
const MOST_ZIP_CODES: usize = 1_000;

/// A community as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct CommunityOut {
    /// Its id.
    pub id: CommunityId,
    /// As people call it.
    pub name: String,
    /// The part of a URL that stands for it.
    pub slug: String,
    /// Two letters.
    pub state: String,
    /// Without the word "County".
    pub county: Option<String>,
    /// The ZIP codes it spans.
    pub zip_codes: Option<Json<Vec<String>>>,
    /// IANA name.
    pub timezone: Option<String>,
    /// People who live there.
    pub population: Option<i64>,
    /// Businesses there, as the content database counts them.
    pub business_count: i64,
    /// How far we are there.
    pub status: CommunityStatus,
    /// When it first became active.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub deployed_at: Option<Millis>,
    /// Its row in the content database.
    pub content_db_id: Option<i64>,
    /// When it was last brought over from there.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub synced_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a list of communities sorts by.
pub const SORTS: &[Sort<CommunityOut>] = &[
    Sort::made(),
    Sort::text("name", |row| (&row.name).into()),
    Sort::optional_number("population", |row| row.population.into()),
];

/// What a client sends to create a community.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityIn {
    /// As people call it.
    #[garde(custom(line(LINE)))]
    pub name: Text,
    /// Made from the name when absent.
    #[garde(inner(custom(checks::slug)))]
    pub slug: Option<Text>,
    /// Two letters.
    #[garde(custom(checks::state))]
    pub state: State,
    /// Without the word "County".
    #[garde(inner(custom(line(LINE))))]
    pub county: Option<Text>,
    /// The ZIP codes it spans.
    #[garde(inner(custom(entries(MOST_ZIP_CODES)), inner(custom(checks::zip5))))]
    pub zip_codes: Option<Vec<Text>>,
    /// IANA name; worked out from the first ZIP code or the state when absent.
    #[garde(inner(custom(checks::timezone)))]
    pub timezone: Option<Text>,
    /// People who live there.
    #[garde(inner(custom(between(0, MOST_PEOPLE))))]
    pub population: Option<i64>,
    /// Businesses there, as the content database counts them.
    #[garde(inner(custom(between(0, MOST_PEOPLE))))]
    pub business_count: Option<i64>,
    /// How far we are there.
    #[serde(default)]
    #[garde(skip)]
    pub status: CommunityStatus,
    /// Its row in the content database.
    #[garde(inner(custom(checks::row_number)))]
    pub content_db_id: Option<i64>,
    /// When it was last brought over from there.
    #[garde(skip)]
    pub synced_at: Option<Moment>,
}

/// What a client changes of a community; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityPatch {
    /// As people call it. The slug stays.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(LINE))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// The part of a URL that stands for it.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::slug)))]
    #[schemars(with = "Text")]
    pub slug: Option<Text>,
    /// Two letters.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::state)))]
    #[schemars(with = "State")]
    pub state: Option<State>,
    /// Without the word "County".
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(LINE)))))]
    pub county: Option<Option<Text>>,
    /// The ZIP codes it spans.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(entries(MOST_ZIP_CODES)), inner(custom(checks::zip5)))))]
    pub zip_codes: Option<Option<Vec<Text>>>,
    /// IANA name. The zones of businesses already there stay.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::timezone))))]
    pub timezone: Option<Option<Text>>,
    /// People who live there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(0, MOST_PEOPLE)))))]
    pub population: Option<Option<i64>>,
    /// Businesses there, as the content database counts them.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(between(0, MOST_PEOPLE))))]
    #[schemars(with = "i64")]
    pub business_count: Option<i64>,
    /// How far we are there.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "CommunityStatus")]
    pub status: Option<CommunityStatus>,
    /// Its row in the content database.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::row_number))))]
    pub content_db_id: Option<Option<i64>>,
    /// When it was last brought over from there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub synced_at: Option<Option<Moment>>,
}

/// Which communities a list has.
#[derive(Debug, Clone, Default)]
pub struct CommunityFilter {
    /// In this state.
    pub state: Option<State>,
    /// With this status.
    pub status: Option<CommunityStatus>,
    /// Its name starts so, in whatever case.
    pub name_prefix: Option<String>,
}
