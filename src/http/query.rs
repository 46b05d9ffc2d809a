//! Query parameters, with complaints that name them.

use axum::extract::FromRequestParts;
use http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::description::Input;
use crate::error::Error;

/// The query's parameters. Give the type only text fields and check them: then nothing here can fail in serde's words.
pub struct Query<T>(pub T);

impl<T: JsonSchema> Input for Query<T> {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut super::description::Description) {
        description.query = Some(T::json_schema);
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        let query = parts.uri.query().unwrap_or_default();
        // Postgres takes no zero character in a text.
        if let Some((name, _)) = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(Error::field(name, "must not contain a zero character"));
        }
        serde_urlencoded::from_str(query)
            .map(Query)
            .map_err(|error| Error::field("query", error.to_string()))
    }
}

/// The one of `all` that a parameter names.
///
/// # Errors
/// When it names none; the complaint lists them.
pub fn one_of<T: Copy>(
    field: &str,
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Error> {
    all.iter()
        .copied()
        .find(|choice| name(*choice) == text)
        .ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|choice| name(*choice)).collect();
            Error::field(field, format!("must be one of {}", names.join(", ")))
        })
}
