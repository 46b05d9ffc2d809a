//! Query parameters, with complaints that name them.

use axum::extract::FromRequestParts;
use http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::description::Input;
use crate::error::Error;
use crate::json::{self, Node};

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
        if let Some((name, _)) = form_urlencoded::parse(query.as_bytes())
            .find(|(name, value)| name.contains('\0') || value.contains('\0'))
        {
            return Err(Error::field(name, "must not contain a zero character"));
        }
        read(query).map(Query)
    }
}

/// Reads a query's parameters.
///
/// # Errors
/// Names the parameter that is missing, or given twice.
pub fn read<T: DeserializeOwned>(query: &str) -> Result<T, Error> {
    let parameters = form_urlencoded::parse(query.as_bytes());
    json::shape(Node::of_texts(parameters)).map_err(|fault| {
        let field = Some(fault.path()).filter(|path| !path.is_empty());
        Error::field(field.unwrap_or_else(|| "query".into()), fault.message())
    })
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
