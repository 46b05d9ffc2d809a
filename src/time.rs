//! Times in the API: RFC 3339 text outside, milliseconds inside.

use std::borrow::Cow;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serializer};

use crate::edge::clock::Millis;

/// A moment as RFC 3339 in UTC, as in `2026-03-04T16:00:00Z`.
pub fn format(moment: Millis) -> String {
    Timestamp::from_millisecond(moment).map_or_else(|_| moment.to_string(), |at| at.to_string())
}

/// A moment as RFC 5322 writes it in a Date header, in UTC.
pub fn rfc5322(moment: Millis) -> String {
    Timestamp::from_millisecond(moment)
        .ok()
        .and_then(|at| jiff::fmt::rfc2822::to_string(&at.to_zoned(jiff::tz::TimeZone::UTC)).ok())
        .unwrap_or_default()
}

/// Reads RFC 3339.
pub fn parse(text: &str) -> Option<Millis> {
    text.parse::<Timestamp>()
        .ok()
        .map(|timestamp| timestamp.as_millisecond())
}

/// Serde: milliseconds from the database, RFC 3339 to the client. A type, not a module, so that it has a schema too.
pub struct Rfc3339;

impl Rfc3339 {
    /// Writes RFC 3339.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(moment: &Millis, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format(*moment))
    }

    /// Reads milliseconds, as stores give them.
    ///
    /// # Errors
    /// The deserializer's.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Millis, D::Error> {
        Millis::deserialize(deserializer)
    }
}

/// The same for moments that may not have come.
pub struct Rfc3339Option;

impl Rfc3339Option {
    /// Writes RFC 3339 or null.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(
        moment: &Option<Millis>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match moment {
            Some(moment) => serializer.serialize_str(&format(*moment)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads milliseconds or null, as stores give them.
    ///
    /// # Errors
    /// The deserializer's.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Millis>, D::Error> {
        Option::<Millis>::deserialize(deserializer)
    }
}

impl JsonSchema for Rfc3339 {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time", "examples": ["2026-03-04T16:00:00Z"] })
    }
}

impl JsonSchema for Rfc3339Option {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "TimeOrNull".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "null"], "format": "date-time" })
    }
}
