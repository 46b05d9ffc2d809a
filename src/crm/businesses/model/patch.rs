//! What a client changes of a business.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{DESCRIPTION, FIRST_YEAR, HANDLE, HOURS_BYTES, LAST_YEAR, MOST_SCORE, RANGE};
use crate::crm::checks::{self, LINE, between, line, prose};
use crate::crm::model::LeadStatus;
use crate::http::input::{Email, Moment, State, Text};
use crate::http::patch::{nullable, present};
use crate::ids::{CommunityId, IndustryId, LocationId, UserId};

/// What a client changes of a business; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessPatch {
    /// Where it is.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "CommunityId")]
    pub community_id: Option<CommunityId>,
    /// Its line.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub industry_id: Option<Option<IndustryId>>,
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
    /// As the law calls it.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(LINE)))))]
    pub legal_name: Option<Option<Text>>,
    /// What it is.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(DESCRIPTION)))))]
    pub description: Option<Option<Text>>,
    /// House number and street.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(LINE)))))]
    pub address_street: Option<Option<Text>>,
    /// Town, as in its address.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(LINE)))))]
    pub address_city: Option<Option<Text>>,
    /// Two letters.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::state))))]
    pub address_state: Option<Option<State>>,
    /// ZIP or ZIP+4.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::zip))))]
    pub address_zip: Option<Option<Text>>,
    /// Degrees north.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(-90.0, 90.0)))))]
    pub address_lat: Option<Option<f64>>,
    /// Degrees east.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(-180.0, 180.0)))))]
    pub address_lng: Option<Option<f64>>,
    /// IANA name; null has it worked out anew, as does a change of ZIP code, state or community.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::timezone))))]
    pub timezone: Option<Option<Text>>,
    /// Its own number.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::phone))))]
    pub phone: Option<Option<Text>>,
    /// Its own address.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::email))))]
    pub email: Option<Option<Email>>,
    /// Its site.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::web_address))))]
    pub website: Option<Option<Text>>,
    /// For each day of the week the spans it is open, as in `{"mon": [["08:00", "17:00"]]}`.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::object(HOURS_BYTES)))))]
    pub hours_of_operation: Option<Option<Map<String, Value>>>,
    /// As in `10-24`.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(RANGE)))))]
    pub employee_count_range: Option<Option<Text>>,
    /// When it began.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(FIRST_YEAR, LAST_YEAR)))))]
    pub year_established: Option<Option<i64>>,
    /// As in `$500K-$1M`.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(RANGE)))))]
    pub annual_revenue_range: Option<Option<Text>>,
    /// Its id at Google.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(HANDLE)))))]
    pub google_business_id: Option<Option<Text>>,
    /// Its page there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::web_address))))]
    pub facebook_url: Option<Option<Text>>,
    /// Its name there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(HANDLE)))))]
    pub instagram_handle: Option<Option<Text>>,
    /// Its page there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::web_address))))]
    pub yelp_url: Option<Option<Text>>,
    /// Where it stands with us.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "LeadStatus")]
    pub lead_status: Option<LeadStatus>,
    /// How promising it is, 0 to 100.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(between(0, MOST_SCORE))))]
    #[schemars(with = "i64")]
    pub lead_score: Option<i64>,
    /// How well it does with us, 0 to 100.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(0, MOST_SCORE)))))]
    pub health_score: Option<Option<i64>>,
    /// Where we have it from.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(HANDLE)))))]
    pub source: Option<Option<Text>>,
    /// More about that.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(LINE)))))]
    pub source_detail: Option<Option<Text>>,
    /// Its row in the content database.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::row_number))))]
    pub content_db_id: Option<Option<i64>>,
    /// When it was last brought over from there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub synced_at: Option<Option<Moment>>,
    /// The location of ours that looks after it.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub location_id: Option<Option<LocationId>>,
    /// The member of the team who looks after it.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub owner_id: Option<Option<UserId>>,
}

impl BusinessPatch {
    /// Whether the time zone has to be worked out: something it depends on is named, and it itself is not given.
    pub fn needs_timezone(&self) -> bool {
        match self.timezone {
            Some(Some(_)) => false,
            Some(None) => true,
            None => {
                self.address_zip.is_some()
                    || self.address_state.is_some()
                    || self.community_id.is_some()
            }
        }
    }
}
