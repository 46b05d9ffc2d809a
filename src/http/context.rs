//! What a handler has in hand. The router is built once and serves every request, so that the platform of one request
//! (its database connection above all) comes with the request.

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::description::Input;
use crate::edge::platform::Platform;
use crate::error::Error;

impl Input for Platform {}

impl<S: Send + Sync> FromRequestParts<S> for Platform {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Platform>()
            .cloned()
            .ok_or_else(|| Error::Internal("a request without its platform".into()))
    }
}
