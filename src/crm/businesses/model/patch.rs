//! What a client changes of a business.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    BusinessIn, DESCRIPTION, DOCUMENT_BYTES, FIRST_YEAR, HANDLE, HOURS_BYTES, LAST_YEAR,
    MOST_SCORE, RANGE,
};
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
    /// What it is known by where it comes from.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(HANDLE)))))]
    pub external_id: Option<Option<Text>>,
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
    /// What an AI should know about it beside its fields.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::object(DOCUMENT_BYTES)))))]
    pub business_context: Option<Option<Map<String, Value>>>,
    /// What an integration has to add.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::object(DOCUMENT_BYTES)))))]
    pub metadata: Option<Option<Map<String, Value>>>,
}

impl BusinessPatch {
    /// Replaces everything: what is not there is emptied, or what it is in a new business. Only the slug stays when none is
    /// given.
    pub fn replacing(input: BusinessIn) -> Self {
        BusinessPatch {
            community_id: Some(input.community_id),
            industry_id: Some(input.industry_id),
            name: Some(input.name),
            slug: input.slug,
            legal_name: Some(input.legal_name),
            description: Some(input.description),
            address_street: Some(input.address_street),
            address_city: Some(input.address_city),
            address_state: Some(input.address_state),
            address_zip: Some(input.address_zip),
            address_lat: Some(input.address_lat),
            address_lng: Some(input.address_lng),
            timezone: Some(input.timezone),
            phone: Some(input.phone),
            email: Some(input.email),
            website: Some(input.website),
            hours_of_operation: Some(input.hours_of_operation),
            employee_count_range: Some(input.employee_count_range),
            year_established: Some(input.year_established),
            annual_revenue_range: Some(input.annual_revenue_range),
            google_business_id: Some(input.google_business_id),
            facebook_url: Some(input.facebook_url),
            instagram_handle: Some(input.instagram_handle),
            yelp_url: Some(input.yelp_url),
            lead_status: Some(input.lead_status),
            lead_score: Some(input.lead_score.unwrap_or(0)),
            health_score: Some(input.health_score),
            source: Some(input.source),
            source_detail: Some(input.source_detail),
            content_db_id: Some(input.content_db_id),
            synced_at: Some(input.synced_at),
            location_id: Some(input.location_id),
            owner_id: Some(input.owner_id),
            business_context: Some(input.business_context),
            metadata: Some(input.metadata),
            external_id: Some(input.external_id),
        }
    }

    /// Whether what is worked out of several fields has to be worked out anew: the time zone, or by what name and address it is
    /// known again.
    pub fn needs_place(&self) -> bool {
        self.needs_timezone()
            || self.name.is_some()
            || self.community_id.is_some()
            || [
                self.address_street.is_some(),
                self.address_city.is_some(),
                self.address_zip.is_some(),
                self.address_state.is_some(),
            ]
            .contains(&true)
    }

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
