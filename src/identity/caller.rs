//! A caller who is signed in: told from the access token in `Authorization`, or from the browser's cookie.

use axum::extract::FromRequestParts;
use http::header::{self, AUTHORIZATION};
use http::request::Parts;
use http::{HeaderMap, Method};

use super::sessions::cookies::Cookie;
use super::sessions::verify_access_token;
use super::{csrf, sessions};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::http::caller::Actor;
use crate::http::description::Input;
use crate::ids::{SessionId, TenantId, UserId};

/// What shows who calls: what stands in `Authorization`, else the access token in a browser's cookie, which counts for a
/// request that changes something only from a page of ours.
///
/// # Errors
/// [`Error::Refused`] with `cross_site_request`.
pub fn credential(
    platform: &Platform,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<String>> {
    if let Some(token) = bearer(headers) {
        return Ok(Some(token.to_string()));
    }
    let cookie = Cookie::Access.read(&platform.config, headers);
    if cookie.is_some() {
        csrf::check(method, headers, &platform.config.allowed_origins)?;
    }
    Ok(cookie)
}

/// What shows who calls, in `Authorization`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
        .filter(|token| !token.is_empty())
}

/// The user who calls. A handler that takes one is not for keys.
#[derive(Debug, Clone)]
pub struct Me {
    /// Who.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// In which tenant.
    pub tenant: TenantId,
}

impl Input for Me {}

impl<S: Send + Sync> FromRequestParts<S> for Me {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let Actor::User { id, session_id } = &caller.actor else {
            return Err(Error::refused(
                "not_a_user",
                "This is about somebody who is signed in; a key is nobody.",
            ));
        };
        Ok(Me {
            user: UserId::parse(id).ok_or(Error::Unauthorized)?,
            session: SessionId::parse(session_id).ok_or(Error::Unauthorized)?,
            tenant: caller.tenant,
        })
    }
}

/// A request's method and headers, for what cookies decide.
pub struct Browser {
    method: Method,
    headers: HeaderMap,
}

impl Input for Browser {}

impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        Ok(Browser {
            method: parts.method.clone(),
            headers: parts.headers.clone(),
        })
    }
}

impl Browser {
    /// Checks that a page of ours asks: before a cookie is believed, and before one is set.
    ///
    /// # Errors
    /// [`Error::Refused`] with `cross_site_request`.
    pub fn is_ours(&self, platform: &Platform) -> Result<()> {
        csrf::check(
            &self.method,
            &self.headers,
            &platform.config.allowed_origins,
        )
    }

    /// Whether a socket is asked for, which the method does not say.
    pub fn asks_for_socket(&self) -> bool {
        let upgrade = self.headers.get(header::UPGRADE);
        upgrade.is_some_and(|upgrade| upgrade.as_bytes().eq_ignore_ascii_case(b"websocket"))
    }

    /// Checks that a page of ours opens the socket, unless a program does. Browsers let any page open one to anywhere and send
    /// the cookies along, and then let it read what comes.
    ///
    /// # Errors
    /// [`Error::Refused`] with `cross_site_request`.
    pub fn may_open_socket(&self, platform: &Platform) -> Result<()> {
        if self.shows_token() {
            return Ok(());
        }
        let origins = &platform.config.allowed_origins;
        csrf::check(&Method::POST, &self.headers, origins)
    }

    /// A cookie's value.
    pub fn cookie(&self, platform: &Platform, cookie: Cookie) -> Option<String> {
        cookie.read(&platform.config, &self.headers)
    }

    /// Whether a program calls, which shows its token itself.
    pub fn shows_token(&self) -> bool {
        bearer(&self.headers).is_some()
    }

    /// The session that the request's tokens are of, also when the access token's time is over: enough to end it.
    ///
    /// # Errors
    /// [`Error::Refused`] with `cross_site_request`; the database's.
    pub async fn session(
        &self,
        platform: &Platform,
        refresh_token: Option<&str>,
    ) -> Result<Option<(UserId, SessionId)>> {
        if let Some(token) = refresh_token {
            return sessions::refresh::session_of(platform, token).await;
        }
        if let Some(token) = bearer(&self.headers) {
            let claims = verify_access_token(&platform.config, platform.now(), token);
            return Ok(claims.map(|claims| (claims.user, claims.session)));
        }
        self.is_ours(platform)?;
        if let Some(token) = self.cookie(platform, Cookie::Refresh) {
            return sessions::refresh::session_of(platform, &token).await;
        }
        let claims = self
            .cookie(platform, Cookie::Access)
            .and_then(|token| verify_access_token(&platform.config, platform.now(), &token));
        Ok(claims.map(|claims| (claims.user, claims.session)))
    }
}
