//! Rows as they come back, and the few value types whose shape differs between the engines.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};

use super::DbError;

/// The rows of one statement. D1 hands them over as one JSON text (a single crossing from the runtime into the module),
/// the others as values.
#[derive(Debug)]
pub enum Rows {
    /// A JSON array of objects.
    Text(String),
    /// Objects.
    Values(Vec<serde_json::Value>),
}

impl Default for Rows {
    fn default() -> Self {
        Rows::Values(Vec::new())
    }
}

impl Rows {
    /// The rows as `T`s.
    ///
    /// # Errors
    /// When a row does not fit.
    pub fn decode<T: DeserializeOwned>(self) -> Result<Vec<T>, DbError> {
        match self {
            Rows::Text(text) => serde_json::from_str(&text),
            Rows::Values(values) => values.into_iter().map(serde_json::from_value).collect(),
        }
        .map_err(|error| DbError::Other(format!("a row does not fit its type: {error}")))
    }
}

/// A JSON column, typed at the edge of the store. Both engines hand the document over as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text)
            .map(Json)
            .map_err(D::Error::custom)
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
