//! Types of businesses.

mod input;
mod patch;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use input::BusinessIn;
pub use patch::BusinessPatch;

use crate::crm::model::LeadStatus;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::ids::{BusinessId, CommunityId, IndustryId, LocationId, TagId, UserId};

/// The longest description.
const DESCRIPTION: usize = 5_000;
/// The longest range of employees or revenue, as in `10-24`.
const RANGE: usize = 20;
/// The longest name at another service, and of a source.
const HANDLE: usize = 100;
/// Room for a week's hours.
const HOURS_BYTES: usize = 5_000;
/// A business may be older than the country, and may open next year.
const FIRST_YEAR: i64 = 1600;
const LAST_YEAR: i64 = 2100;
/// Scores run from nothing to all.
const MOST_SCORE: i64 = 100;

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
    /// Where we have it from.
    pub source: Option<String>,
    /// More about that.
    pub source_detail: Option<String>,
    /// Its row in the content database.
    pub content_db_id: Option<i64>,
    /// When it was last brought over from there.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub synced_at: Option<Millis>,
    /// The location of ours that looks after it.
    pub location_id: Option<LocationId>,
    /// The member of the team who looks after it.
    pub owner_id: Option<UserId>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
    /// The tags it carries, by name.
    #[serde(default)]
    pub tags: Vec<TagOnBusiness>,
}

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

/// Which businesses a list has.
#[derive(Debug, Clone, Default)]
pub struct BusinessFilter {
    /// In this community.
    pub community_id: Option<CommunityId>,
    /// In this line.
    pub industry_id: Option<IndustryId>,
    /// Where it stands with us.
    pub lead_status: Option<LeadStatus>,
    /// Looked after by this location.
    pub location_id: Option<LocationId>,
    /// Looked after by this member of the team.
    pub owner_id: Option<UserId>,
    /// Carries the tag with this id or name.
    pub tag: Option<String>,
    /// Its name starts so, in whatever case.
    pub name_prefix: Option<String>,
}

/// What a business's time zone depends on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Place {
    /// Where it is.
    pub community_id: CommunityId,
    /// The community's zone.
    pub community_timezone: Option<String>,
    /// ZIP or ZIP+4.
    pub address_zip: Option<String>,
    /// Two letters.
    pub address_state: Option<String>,
}
