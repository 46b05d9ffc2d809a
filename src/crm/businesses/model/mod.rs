//! Types of businesses.

mod bulk;
mod input;
mod patch;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use bulk::{BusinessesBulk, Change, Which};
pub use input::BusinessIn;
pub use patch::BusinessPatch;

use crate::crm::checks::{self, LINE, between, line};
use crate::crm::communities::model::CommunityOut;
use crate::crm::industries::model::IndustryOut;
use crate::crm::model::LeadStatus;
use crate::crm::people::model::PersonOut;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::Sort;
use crate::http::filter::Deleted;
use crate::http::input::{State, Text};
use crate::ids::{BusinessId, CommunityId, IndustryId, LocationId, TagId, UserId};

/// The longest description.
const DESCRIPTION: usize = 5_000;
/// The longest range of employees or revenue, as in `10-24`.
const RANGE: usize = 20;
/// The longest name at another service, and of a source.
const HANDLE: usize = 100;
/// Room for a week's hours.
const HOURS_BYTES: usize = 5_000;
/// Room for what an AI should know, and for what an integration has to add.
const DOCUMENT_BYTES: usize = 20_000;
/// A business may be older than the country, and may open next year.
const FIRST_YEAR: i64 = 1600;
const LAST_YEAR: i64 = 2100;
/// Scores run from nothing to all.
pub const MOST_SCORE: i64 = 100;

/// A business as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct BusinessOut {
    /// Its id.
    pub id: BusinessId,
    /// Where it is.
    pub community_id: CommunityId,
    /// Its line.
    pub industry_id: Option<IndustryId>,
    /// As people call it.
    pub name: String,
    /// The part of a URL that stands for it.
    pub slug: String,
    /// As the law calls it.
    pub legal_name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// House number and street.
    pub address_street: Option<String>,
    /// Town, as in its address.
    pub address_city: Option<String>,
    /// Two letters.
    pub address_state: Option<String>,
    /// ZIP or ZIP+4.
    pub address_zip: Option<String>,
    /// Degrees north.
    pub address_lat: Option<f64>,
    /// Degrees east.
    pub address_lng: Option<f64>,
    /// IANA name.
    pub timezone: Option<String>,
    /// Its own number.
    pub phone: Option<String>,
    /// Its own address.
    pub email: Option<String>,
    /// Its site.
    pub website: Option<String>,
    /// For each day of the week the spans it is open.
    pub hours_of_operation: Option<Json<Map<String, Value>>>,
    /// As in `10-24`.
    pub employee_count_range: Option<String>,
    /// When it began.
    pub year_established: Option<i64>,
    /// As in `$500K-$1M`.
    pub annual_revenue_range: Option<String>,
    /// Its id at Google.
    pub google_business_id: Option<String>,
    /// Its page there.
    pub facebook_url: Option<String>,
    /// Its name there.
    pub instagram_handle: Option<String>,
    /// Its page there.
    pub yelp_url: Option<String>,
    /// Where it stands with us.
    pub lead_status: LeadStatus,
    /// How promising it is, 0 to 100.
    pub lead_score: i64,
    /// How well it does with us, 0 to 100; customers only.
    pub health_score: Option<i64>,
    /// How close in touch we are, 0 to 100.
    pub warmness: i64,
    /// Where we have it from.
    pub source: Option<String>,
    /// More about that.
    pub source_detail: Option<String>,
    /// What it is known by where it comes from.
    pub external_id: Option<String>,
    /// Its row in the content database.
    pub content_db_id: Option<i64>,
    /// When it was last brought over from there.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub synced_at: Option<Millis>,
    /// The location of ours that looks after it.
    pub location_id: Option<LocationId>,
    /// The member of the team who looks after it.
    pub owner_id: Option<UserId>,
    /// What an AI should know about it beside its fields.
    pub business_context: Option<Json<Map<String, Value>>>,
    /// What an integration has to add.
    pub metadata: Option<Json<Map<String, Value>>>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
    /// When it was deleted.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub deleted_at: Option<Millis>,
    /// The tags it carries, by name.
    #[serde(default)]
    pub tags: Vec<TagOnBusiness>,
    /// The first 25 people there, those to write to first before the others; only when they are asked for.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub people: Option<Vec<PersonOut>>,
    /// Where it is; only when it is asked for.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub community: Option<CommunityOut>,
    /// Its line; only when it is asked for, and there is one.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub industry: Option<IndustryOut>,
}

/// What a list of businesses sorts by.
pub const SORTS: &[Sort<BusinessOut>] = &[
    Sort::made(),
    Sort::number("updated_at", |row| row.updated_at.into()),
    Sort::text("name", |row| (&row.name).into()),
    Sort::number("lead_score", |row| row.lead_score.into()),
    Sort::optional_number("health_score", |row| row.health_score.into()),
    Sort::number("warmness", |row| row.warmness.into()),
];

/// What can be put into a business.
pub const INCLUDES: &[&str] = &["people", "tags", "community", "industry"];

/// A tag as a business carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TagOnBusiness {
    /// Its id.
    pub id: TagId,
    /// For people.
    pub name: String,
    /// As in `#6B7280`.
    pub color: String,
}

/// Which businesses are meant: all that is named must hold.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BusinessFilter {
    /// In this community.
    #[garde(skip)]
    pub community_id: Option<CommunityId>,
    /// In this line.
    #[garde(skip)]
    pub industry_id: Option<IndustryId>,
    /// Where it stands with us.
    #[garde(skip)]
    pub lead_status: Option<LeadStatus>,
    /// How promising it is at least, 0 to 100.
    #[garde(inner(custom(between(0, MOST_SCORE))))]
    pub min_lead_score: Option<i64>,
    /// Looked after by this location.
    #[garde(skip)]
    pub location_id: Option<LocationId>,
    /// Looked after by this member of the team.
    #[garde(skip)]
    pub owner_id: Option<UserId>,
    /// In this state.
    #[garde(inner(custom(checks::state)))]
    pub address_state: Option<State>,
    /// Where we have it from.
    #[garde(inner(custom(line(LINE))))]
    pub source: Option<Text>,
    /// Carries the tag with this id or name.
    #[garde(inner(custom(line(LINE))))]
    pub tag: Option<Text>,
    /// Its name starts so, in whatever case.
    #[garde(inner(custom(line(LINE))))]
    pub q: Option<Text>,
    /// Whether with the deleted: lists say it, changes of many do not.
    #[serde(skip)]
    #[garde(skip)]
    #[schemars(skip)]
    pub deleted: Deleted,
}

/// What a business's time zone, and the key of its name, depend on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Place {
    /// As people call it.
    pub name: String,
    /// Where it is.
    pub community_id: CommunityId,
    /// The community's zone.
    pub community_timezone: Option<String>,
    /// House number and street.
    pub address_street: Option<String>,
    /// Town, as in its address.
    pub address_city: Option<String>,
    /// ZIP or ZIP+4.
    pub address_zip: Option<String>,
    /// Two letters.
    pub address_state: Option<String>,
}

/// What is worked out of other fields. `None` leaves a column as it is.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// IANA name.
    pub timezone: Option<String>,
    /// By what name and address it is known again.
    pub name_key: Option<String>,
}
