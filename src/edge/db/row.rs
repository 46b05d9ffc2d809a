//! Rows as they come back, and the few value types whose shape differs between the engines.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

use super::DbError;
use crate::json;

/// The rows of one statement, as one JSON array of objects. Every engine hands them over as text: D1 because a single
/// crossing from the runtime into the module is the cheap one, the others so that each row type is decoded by the same code
/// (a second way of decoding would add a tenth to the module).
#[derive(Debug)]
pub struct Rows(String);

impl Default for Rows {
    fn default() -> Self {
        Rows("[]".into())
    }
}

impl Rows {
    /// Rows from the engine's own JSON.
    #[cfg(target_arch = "wasm32")]
    pub(super) fn from_text(text: String) -> Self {
        Rows(text)
    }

    /// Rows from values.
    pub(super) fn from_values(values: &[serde_json::Value]) -> Self {
        // Values always serialise.
        Rows(serde_json::to_string(values).unwrap_or_default())
    }

    /// The rows as `T`s.
    ///
    /// # Errors
    /// When a row does not fit.
    pub fn decode<T: DeserializeOwned>(self) -> Result<Vec<T>, DbError> {
        json::read(&self.0)
            .map_err(|error| DbError::Other(format!("a row does not fit its type: {error}")))
    }
}

/// A JSON column, typed at the edge of the store. Both engines hand the document over as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        json::read(&text).map(Json).map_err(D::Error::custom)
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A boolean column: 0 or 1 in the database, a boolean in the API.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Bool(value) => Ok(Flag(value)),
            serde_json::Value::Number(number) => Ok(Flag(number.as_f64() != Some(0.0))),
            other => Err(D::Error::custom(format!("not a flag: {other}"))),
        }
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.0)
    }
}

impl<T: JsonSchema> JsonSchema for Json<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    /// The same shape as the type itself, so the contract names it once.
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl JsonSchema for Flag {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Flag".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        bool::json_schema(generator)
    }
}
