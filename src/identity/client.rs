//! From where somebody signs in, as they are shown in the list of their sessions.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

use crate::http::description::Input;

/// The longest part of a user agent's name that is kept.
const LONGEST: usize = 300;

/// The other end of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// Its network address, as Cloudflare tells.
    pub address: Option<String>,
    /// What it calls itself.
    pub user_agent: Option<String>,
}

impl Client {
    /// Read from a request's headers.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| {
            let text = headers.get(name)?.to_str().ok()?;
            Some(text.chars().take(LONGEST).collect())
        };
        Client {
            address: text("cf-connecting-ip"),
            user_agent: text("user-agent"),
        }
    }
}

impl Input for Client {}

impl<S: Send + Sync> FromRequestParts<S> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Client::of(&parts.headers))
    }
}
