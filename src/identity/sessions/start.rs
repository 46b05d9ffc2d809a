//! Beginning a session: whoever got here is who they say. Which tenant they work in is settled, and they get their tokens.

use super::access_token::{self, AccessClaims};
use super::model::Method;
use super::{ACCESS_LIFETIME, REFRESH_LIFETIME, SESSION_LIFETIME, store};
use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::audited;
use crate::identity::client::Client;
use crate::identity::memberships::{self, Place};
use crate::identity::secrets::Secret;
use crate::identity::users::User;
use crate::identity::users::store::forget_failures;
use crate::ids::{SessionId, TenantId};

/// What a refresh token begins with.
pub(super) const REFRESH: &str = "refresh";

/// Somebody who is signed in, with the tokens that show it.
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// In which session.
    pub session: SessionId,
    /// How they signed in.
    pub method: Method,
    /// The tenant that the session works in.
    pub tenant: Place,
    /// Shows who calls.
    pub access_token: String,
    /// Until when.
    pub access_expires_at: Millis,
    /// Gives the next pair, once.
    pub refresh_token: String,
    /// Until when.
    pub refresh_expires_at: Millis,
}

/// Begins a session in the tenant that is asked for, or else in the one they worked in last.
///
/// # Errors
/// [`Error::Refused`] with `no_membership`; the database's.
pub async fn start(
    platform: &Platform,
    user: User,
    wanted: Option<&TenantId>,
    method: Method,
    client: &Client,
) -> Result<SignedIn> {
    let (db, now) = (&platform.db, platform.now());
    let places = memberships::places(db, &user.id).await?;
    let place = choose(places, wanted).ok_or_else(no_membership)?;
    let (session, refresh) = (SessionId::new(now), Secret::new(REFRESH)?);
    let expires_at = now.saturating_add(SESSION_LIFETIME);
    let refresh_expires_at = now.saturating_add(REFRESH_LIFETIME);
    let new = store::New {
        id: &session,
        user: &user.id,
        tenant: &place.tenant_id,
        method,
        client,
        expires_at,
    };
    let [old_tokens, old_sessions] = store::forget_old(&user.id, now);
    let outcomes = db
        .batch(vec![
            store::add(&new, now),
            store::add_first_token(&refresh.hash, &session, refresh_expires_at, now),
            forget_failures(&user.id),
            old_tokens,
            old_sessions,
        ])
        .await?;
    if outcomes.first().is_none_or(|outcome| outcome.changes == 0) {
        return Err(no_membership());
    }
    let (access_token, access_expires_at) = access(platform, &session, &user, &place)?;
    let signed_in = SignedIn {
        user,
        session,
        method,
        tenant: place,
        access_token,
        access_expires_at,
        refresh_token: refresh.text,
        refresh_expires_at,
    };
    audited::signed_in(platform, &signed_in, client).await;
    Ok(signed_in)
}

/// A new access token of a session.
pub(super) fn access(
    platform: &Platform,
    session: &SessionId,
    user: &User,
    place: &Place,
) -> Result<(String, Millis)> {
    let expires_at = platform.now().saturating_add(ACCESS_LIFETIME);
    let claims = AccessClaims {
        session: session.clone(),
        user: user.id.clone(),
        tenant: place.tenant_id.clone(),
        expires_at,
    };
    let token = access_token::sign(&platform.config, &claims)
        .ok_or_else(|| Error::Internal("an access token cannot be signed".into()))?;
    Ok((token, expires_at))
}

/// The place that is asked for, else the first: they come in the order in which they were last worked in.
pub(super) fn choose(places: Vec<Place>, wanted: Option<&TenantId>) -> Option<Place> {
    places
        .into_iter()
        .find(|place| wanted.is_none_or(|wanted| *wanted == place.tenant_id))
}

/// Whom we know, but who has no business here (any more).
pub fn no_membership() -> Error {
    Error::refused(
        "no_membership",
        "You are not a member of this organization. Ask somebody there to invite you.",
    )
}
