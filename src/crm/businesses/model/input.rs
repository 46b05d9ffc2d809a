//! What a client sends to create a business.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    DESCRIPTION, DOCUMENT_BYTES, FIRST_YEAR, HANDLE, HOURS_BYTES, LAST_YEAR, MOST_SCORE, RANGE,
};
use crate::crm::checks::{self, LINE, between, line, prose};
use crate::crm::model::LeadStatus;
use crate::http::input::{Email, Moment, State, Text};
use crate::ids::{CommunityId, IndustryId, LocationId, UserId};

/// What a client sends to create a business.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessIn {
    /// Where it is.
    #[garde(skip)]
    pub community_id: CommunityId,
    /// Its line.
    #[garde(skip)]
    pub industry_id: Option<IndustryId>,
    /// As people call it.
    #[garde(custom(line(LINE)))]
    pub name: Text,
    /// Made from the name when absent.
    #[garde(inner(custom(checks::slug)))]
    pub slug: Option<Text>,
    /// As the law calls it.
    #[garde(inner(custom(line(LINE))))]
    pub legal_name: Option<Text>,
    /// What it is.
    #[garde(inner(custom(prose(DESCRIPTION))))]
    pub description: Option<Text>,
    /// House number and street.
    #[garde(inner(custom(line(LINE))))]
    pub address_street: Option<Text>,
    /// Town, as in its address.
    #[garde(inner(custom(line(LINE))))]
    pub address_city: Option<Text>,
    /// Two letters.
    #[garde(inner(custom(checks::state)))]
    pub address_state: Option<State>,
    /// ZIP or ZIP+4.
    #[garde(inner(custom(checks::zip)))]
    pub address_zip: Option<Text>,
    /// Degrees north.
    #[garde(inner(custom(between(-90.0, 90.0))))]
    pub address_lat: Option<f64>,
    /// Degrees east.
    #[garde(inner(custom(between(-180.0, 180.0))))]
    pub address_lng: Option<f64>,
    /// IANA name; worked out from the address or the community when absent.
    #[garde(inner(custom(checks::timezone)))]
    pub timezone: Option<Text>,
    /// Its own number.
    #[garde(inner(custom(checks::phone)))]
    pub phone: Option<Text>,
    /// Its own address.
    #[garde(inner(custom(checks::email)))]
    pub email: Option<Email>,
    /// Its site.
    #[garde(inner(custom(checks::web_address)))]
    pub website: Option<Text>,
    /// For each day of the week the spans it is open, as in `{"mon": [["08:00", "17:00"]]}`.
    #[garde(inner(custom(checks::object(HOURS_BYTES))))]
    pub hours_of_operation: Option<Map<String, Value>>,
    /// As in `10-24`.
    #[garde(inner(custom(line(RANGE))))]
    pub employee_count_range: Option<Text>,
    /// When it began.
    #[garde(inner(custom(between(FIRST_YEAR, LAST_YEAR))))]
    pub year_established: Option<i64>,
    /// As in `$500K-$1M`.
    #[garde(inner(custom(line(RANGE))))]
    pub annual_revenue_range: Option<Text>,
    /// Its id at Google.
    #[garde(inner(custom(line(HANDLE))))]
    pub google_business_id: Option<Text>,
    /// Its page there.
    #[garde(inner(custom(checks::web_address)))]
    pub facebook_url: Option<Text>,
    /// Its name there.
    #[garde(inner(custom(line(HANDLE))))]
    pub instagram_handle: Option<Text>,
    /// Its page there.
    #[garde(inner(custom(checks::web_address)))]
    pub yelp_url: Option<Text>,
    /// Where it stands with us.
    #[serde(default)]
    #[garde(skip)]
    pub lead_status: LeadStatus,
    /// How promising it is, 0 to 100; 0 when absent.
    #[garde(inner(custom(between(0, MOST_SCORE))))]
    pub lead_score: Option<i64>,
    /// How well it does with us, 0 to 100.
    #[garde(inner(custom(between(0, MOST_SCORE))))]
    pub health_score: Option<i64>,
    /// Where we have it from.
    #[garde(inner(custom(line(HANDLE))))]
    pub source: Option<Text>,
    /// More about that.
    #[garde(inner(custom(line(LINE))))]
    pub source_detail: Option<Text>,
    /// What it is known by where it comes from.
    #[garde(inner(custom(line(HANDLE))))]
    pub external_id: Option<Text>,
    /// Its row in the content database.
    #[garde(inner(custom(checks::row_number)))]
    pub content_db_id: Option<i64>,
    /// When it was last brought over from there.
    #[garde(skip)]
    pub synced_at: Option<Moment>,
    /// The location of ours that looks after it. Whoever works at a single one need not say it.
    #[garde(skip)]
    pub location_id: Option<LocationId>,
    /// The member of the team who looks after it. Whoever may use their own records only need not say it.
    #[garde(skip)]
    pub owner_id: Option<UserId>,
    /// What an AI should know about it beside its fields.
    #[garde(inner(custom(checks::object(DOCUMENT_BYTES))))]
    pub business_context: Option<Map<String, Value>>,
    /// What an integration has to add.
    #[garde(inner(custom(checks::object(DOCUMENT_BYTES))))]
    pub metadata: Option<Map<String, Value>>,
}
