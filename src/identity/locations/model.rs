//! Types of locations.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::http::checks::line;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::identity::checks;
use crate::ids::LocationId;

/// A location as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct LocationOut {
    /// Its id.
    pub id: LocationId,
    /// For people.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// Street and number.
    pub address_street: Option<String>,
    /// Town.
    pub address_city: Option<String>,
    /// State or region.
    pub address_state: Option<String>,
    /// Postal code.
    pub address_zip: Option<String>,
    /// Since when it is not used any more.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub archived_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a client sends to make a location.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationIn {
    /// For people.
    #[garde(custom(line(120)))]
    pub name: Text,
    /// IANA zone.
    #[garde(custom(checks::timezone))]
    pub timezone: Text,
    /// Street and number.
    #[garde(inner(custom(line(255))))]
    pub address_street: Option<Text>,
    /// Town.
    #[garde(inner(custom(line(120))))]
    pub address_city: Option<Text>,
    /// State or region.
    #[garde(inner(custom(line(120))))]
    pub address_state: Option<Text>,
    /// Postal code.
    #[garde(inner(custom(line(20))))]
    pub address_zip: Option<Text>,
}

/// What a client changes of a location; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocationPatch {
    /// For people.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(120))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// IANA zone.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::timezone)))]
    #[schemars(with = "Text")]
    pub timezone: Option<Text>,
    /// Street and number.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(255)))))]
    pub address_street: Option<Option<Text>>,
    /// Town.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(120)))))]
    pub address_city: Option<Option<Text>>,
    /// State or region.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(120)))))]
    pub address_state: Option<Option<Text>>,
    /// Postal code.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(20)))))]
    pub address_zip: Option<Option<Text>>,
    /// Whether it is not used any more.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub archived: Option<bool>,
}
