//! Types of saved views.

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{between, line};
use crate::edge::clock::Millis;
use crate::edge::db::{Flag, Json};
use crate::http::checks::hold;
use crate::http::input::Text;
use crate::http::patch::present;
use crate::ids::{UserId, ViewId};

/// The longest name.
const NAME: usize = 60;
/// The longest name of a page.
const PAGE: usize = 40;
/// The most parameters of a query.
const MOST_PARAMETERS: usize = 40;
/// The longest name of a parameter.
const PARAMETER: usize = 80;
/// The longest value of a parameter.
const VALUE: usize = 1_000;
/// The longest query, names and values together, in bytes.
const QUERY: usize = 8_000;
/// The last place.
pub(super) const LAST_PLACE: i64 = 1_000_000;

/// How a list is looked at: its parameters by name.
pub type Query = BTreeMap<String, String>;

/// A view, as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Who made it.
    pub owner_id: UserId,
    /// For people.
    pub name: String,
    /// Of which page.
    pub page: String,
    /// How the list is looked at.
    pub query: Json<Query>,
    /// Whether everybody in the tenant sees it.
    pub is_shared: Flag,
    /// Its place among the views of its page, smaller ones first.
    pub position: i64,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last changed.
    pub updated_at: Millis,
}

/// A view, as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "View")]
pub struct ViewOut {
    /// Its id.
    pub id: ViewId,
    /// Who made it.
    pub owner_id: UserId,
    /// For people.
    pub name: String,
    /// Of which page, as in `businesses`.
    pub page: String,
    /// How the list is looked at: filters, sorting, columns.
    pub query: Query,
    /// Whether everybody in the organization sees it.
    pub is_shared: bool,
    /// Its place among the views of its page, smaller ones first.
    pub position: i64,
    /// Whether the caller made it.
    pub is_mine: bool,
    /// Whether the caller may change and delete it.
    pub may_change: bool,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

impl View {
    /// As somebody sees it, who may or may not change what others share.
    pub fn shown(self, me: &UserId, may_change_shared: bool) -> ViewOut {
        let is_mine = self.owner_id == *me;
        ViewOut {
            id: self.id,
            owner_id: self.owner_id,
            name: self.name,
            page: self.page,
            query: self.query.0,
            is_shared: self.is_shared.0,
            position: self.position,
            is_mine,
            may_change: is_mine || may_change_shared,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

/// A new view.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewIn {
    /// For people.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// Of which page, as in `businesses`. This stays.
    #[garde(custom(page_name))]
    pub page: Text,
    /// How the list is looked at: filters, sorting, columns, as texts.
    #[garde(custom(parameters))]
    pub query: Query,
    /// Whether everybody in the organization sees it.
    #[serde(default)]
    #[garde(skip)]
    pub is_shared: bool,
    /// Its place; behind one's others when absent.
    #[garde(inner(custom(between(0, LAST_PLACE))))]
    pub position: Option<i64>,
}

/// What changes on a view; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewPatch {
    /// For people.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// How the list is looked at, all of it.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(parameters)))]
    #[schemars(with = "Query")]
    pub query: Option<Query>,
    /// Whether everybody in the organization sees it. Only who made it changes this.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub is_shared: Option<bool>,
    /// Its place.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(between(0, LAST_PLACE))))]
    #[schemars(with = "i64")]
    pub position: Option<i64>,
}

/// The name of a page of the app, which alone knows which there are.
///
/// # Errors
/// When it is none.
pub fn page_name(text: &str, _: &()) -> garde::Result {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    hold(
        (1..=PAGE).contains(&text.len()) && text.bytes().all(is_part),
        format!("must be 1 to {PAGE} lower-case letters, digits and hyphens, such as businesses"),
    )
}

fn parameters(query: &Query, _: &()) -> garde::Result {
    let fits = |name: &str, value: &str| {
        (1..=PARAMETER).contains(&name.chars().count()) && value.chars().count() <= VALUE
    };
    let size: usize = query
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    hold(
        query.len() <= MOST_PARAMETERS
            && size <= QUERY
            && query.iter().all(|(name, value)| fits(name, value)),
        format!(
            "must be up to {MOST_PARAMETERS} texts of up to {VALUE} characters by names of up to {PARAMETER}, {QUERY} bytes in all"
        ),
    )
}
