//! Types of exports.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use garde::Validate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Visitor};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::lists::ExportedList;
use crate::crm::checks::{entries, line};
use crate::crm::model::words;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::Caller;
use crate::http::caller::Actor;
use crate::http::checks::hold;
use crate::http::input::Text;
use crate::ids::{ExportId, TenantId};
use crate::permission::Permissions;

/// The longest name of an export.
const NAME: usize = 200;
/// The most columns that a client names.
const MOST_COLUMNS: usize = 60;
/// The longest text that a filter looks for.
const LONGEST: usize = 255;
/// The most filters.
const MOST_FILTERS: usize = 20;

words! {
    /// Where an export is.
    ExportStatus {
        /// It is being written.
        Running = "running",
        /// It can be taken away.
        Done = "done",
        /// It could not go on; `failure_reason` says why.
        Failed = "failed",
        /// Its time was over, and its file is gone.
        Removed = "removed",
    }
}

/// What a list is filtered by, each name with its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExportFilter(pub BTreeMap<String, Scalar>);

/// A text; a number, or true or false, becomes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true or false")
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_string()))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Scalar, E> {
                Ok(Scalar(flag.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "FilterValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text; a number, or true or false, becomes one.",
            "type": ["string", "number", "boolean"],
        })
    }
}

fn not_too_much(filter: &ExportFilter, _: &()) -> garde::Result {
    let holds = filter.0.len() <= MOST_FILTERS
        && filter
            .0
            .values()
            .all(|text| text.0.chars().count() <= LONGEST && !text.0.contains('\0'));
    hold(
        holds,
        format!("must be at most {MOST_FILTERS} filters, of {LONGEST} characters at most"),
    )
}

/// What a client sends to export a list.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportIn {
    /// For people; made of the list's name when absent.
    #[garde(inner(custom(line(NAME))))]
    pub name: Option<Text>,
    /// Which list.
    #[garde(skip)]
    pub what: ExportedList,
    /// Which of its records: as the list's own filters, by the names that they have in brackets there. All of them when absent.
    #[serde(default)]
    #[garde(custom(not_too_much))]
    pub filter: ExportFilter,
    /// By what it is sorted, as the list itself.
    #[garde(inner(custom(line(LONGEST))))]
    pub sort: Option<Text>,
    /// Which columns, in their order; all of them when absent.
    #[garde(inner(custom(entries(MOST_COLUMNS))))]
    pub columns: Option<Vec<String>>,
}

/// An export as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// For people.
    pub name: String,
    /// Which list.
    pub what: ExportedList,
    /// Where it is.
    pub status: ExportStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Which records.
    pub filter: Json<ExportFilter>,
    /// By what it is sorted.
    pub sort: Option<String>,
    /// Which columns.
    pub columns: Json<Vec<String>>,
    /// The locations whose records whoever asked may use; absent means all.
    pub reach_locations: Option<Json<Vec<String>>>,
    /// Set when they may use their own records only.
    pub reach_owner: Option<String>,
    /// Who asked, as their key.
    pub created_by: Option<String>,
    /// Where the next page begins.
    pub cursor: Option<String>,
    /// How many files there are; together they are one.
    pub segments: i64,
    /// The size of each, in bytes.
    pub sizes: Json<Vec<i64>>,
    /// Their size together.
    pub file_size: i64,
    /// Records written.
    pub rows_done: i64,
    /// When the file goes.
    pub remove_at: Option<Millis>,
    /// When it was through.
    pub finished_at: Option<Millis>,
    /// When it was begun.
    pub created_at: Millis,
    /// When it last came on.
    pub updated_at: Millis,
}

impl Export {
    /// Whoever asked for it, with what they could reach then, to read that list and nothing else.
    pub fn reader(&self, tenant: &TenantId) -> Caller {
        let list: Permissions = [self.what.permission()].into_iter().collect();
        let maker = self.created_by.as_deref().unwrap_or_default();
        Caller {
            tenant: tenant.clone(),
            // A list can be asked for what is one's own.
            actor: match maker.strip_prefix("user:") {
                Some(id) => Actor::User {
                    id: id.into(),
                    session_id: "".into(),
                },
                None => Actor::SetupKey,
            },
            permissions: list,
            own_records: match self.reach_owner {
                Some(_) => list,
                None => Permissions::default(),
            },
            locations: self.reach_locations.as_ref().map(|of| of.0.clone().into()),
            address: None,
        }
    }

    /// The query of its next page.
    pub fn query(&self, limit: usize, cursor: Option<&str>) -> String {
        query(&self.filter.0, self.sort.as_deref(), limit, cursor)
    }
}

/// A query of a list.
pub fn query(
    filter: &ExportFilter,
    sort: Option<&str>,
    limit: usize,
    cursor: Option<&str>,
) -> String {
    let mut text = form_urlencoded::Serializer::new(String::new());
    text.append_pair("limit", &limit.to_string());
    for (name, value) in &filter.0 {
        text.append_pair(&format!("filter[{name}]"), &value.0);
    }
    if let Some(sort) = sort {
        text.append_pair("sort", sort);
    }
    if let Some(cursor) = cursor {
        text.append_pair("cursor", cursor);
    }
    text.finish()
}

/// An export as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Export")]
pub struct ExportOut {
    /// Its id.
    pub id: ExportId,
    /// For people.
    pub name: String,
    /// Which list.
    pub what: ExportedList,
    /// Where it is.
    pub status: ExportStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Which records.
    pub filter: ExportFilter,
    /// By what it is sorted.
    pub sort: Option<String>,
    /// Which columns.
    pub columns: Vec<String>,
    /// Records written.
    pub rows_done: i64,
    /// The file's size, in bytes, as far as it is written.
    pub file_size: i64,
    /// Where the file can be taken away without signing in, for 24 hours from this answer; null until it is done.
    pub link: Option<String>,
    /// When the link ends.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub link_ends_at: Option<Millis>,
    /// When the file goes.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub file_removed_at: Option<Millis>,
    /// When it was through.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub finished_at: Option<Millis>,
    /// When it was begun.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it last came on.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}
