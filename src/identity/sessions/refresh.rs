//! Renewing a session's tokens.
//!
//! A refresh token is used once. One that comes again after its use is either the thief's or the victim's: nobody can tell,
//! so the session ends and the rightful user signs in again. But a browser with two tabs sends the same token twice within
//! a moment, without anybody being robbed. So for ten seconds after its use a token is answered with a conflict
//! (`refresh_in_progress`) and nothing else happens: the other tab has the new tokens, in the cookie that both share.
//! It is not answered with the successor again, which would hand a thief who is quick enough a session that lives beside
//! the victim's unnoticed. A thief who comes within these seconds gets nothing, and one who was first is found out when the
//! victim's browser asks again.

use super::model::{EndReason, RefreshState};
use super::start::{REFRESH, SignedIn, access, choose, no_membership};
use super::{REFRESH_LIFETIME, store};
use crate::access::principals::forget;
use crate::audit::Outcome;
use crate::edge::clock::{Millis, SECOND};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::audited;
use crate::identity::client::Client;
use crate::identity::memberships;
use crate::identity::secrets::{self, Secret};
use crate::identity::users::store as users;
use crate::ids::{SessionId, UserId};

/// How long after its use a token may come again.
pub const GRACE: Millis = 10 * SECOND;

/// What to do with a token that could not be used.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Another request of the same browser is using it.
    InProgress,
    /// It was used before.
    Reused,
    /// It, or its session, is over.
    Over,
}

fn judge(state: &RefreshState, now: Millis) -> Verdict {
    match state.replaced_at {
        _ if state.ended_at.is_some() || state.session_expires_at <= now => Verdict::Over,
        None => Verdict::Over,
        Some(at) if now.saturating_sub(at) <= GRACE => Verdict::InProgress,
        Some(_) => Verdict::Reused,
    }
}

/// Uses a refresh token and gives the next pair.
///
/// # Errors
/// [`Error::Unauthenticated`] for a token that is over, unknown or used before (the session ends then);
/// [`Error::Conflict`] with `refresh_in_progress`; [`Error::Refused`] when no membership is left; the database's.
pub async fn refresh(platform: &Platform, given: &str, client: &Client) -> Result<SignedIn> {
    let (db, now) = (&platform.db, platform.now());
    let hash = secrets::hash_given(REFRESH, given).ok_or_else(over)?;
    let successor = Secret::new(REFRESH)?;
    let state = store::refresh_state(db, &hash).await?.ok_or_else(over)?;
    // No token outlives its session.
    let expires_at = now
        .saturating_add(REFRESH_LIFETIME)
        .min(state.session_expires_at);
    if !store::replace_token(db, &hash, &successor.hash, expires_at, now).await? {
        // As it is now: it was read before somebody else used it, perhaps.
        let state = store::refresh_state(db, &hash).await?.ok_or_else(over)?;
        return Err(refuse(platform, &state, client).await?);
    }
    let user = users::by_id(db, &state.user_id).await?.ok_or_else(over)?;
    if user.disabled_at.is_some() {
        return Err(over());
    }
    let places = memberships::places(db, &user.id).await?;
    let place = match choose(places.clone(), Some(&state.current_tenant_id)) {
        Some(place) => place,
        // They left the tenant they worked in, or were suspended there: on with another one.
        None => {
            let place = choose(places, None).ok_or_else(no_membership)?;
            store::switch_tenant(db, &user.id, &state.session_id, &place.tenant_id, now).await?;
            place
        }
    };
    let (access_token, access_expires_at) = access(platform, &state.session_id, &user, &place)?;
    Ok(SignedIn {
        user,
        session: state.session_id,
        method: state.method,
        tenant: place,
        access_token,
        access_expires_at,
        refresh_token: successor.text,
        refresh_expires_at: expires_at,
    })
}

async fn refuse(platform: &Platform, state: &RefreshState, client: &Client) -> Result<Error> {
    let now = platform.now();
    Ok(match judge(state, now) {
        Verdict::Over => over(),
        Verdict::InProgress => Error::conflict(
            "refresh_in_progress",
            "This token was used a moment ago. Go on with the tokens that came of it, or ask again with them.",
        ),
        Verdict::Reused => {
            let reason = EndReason::RefreshReused;
            store::end(&platform.db, &state.user_id, &state.session_id, reason, now).await?;
            forget();
            let action = "session.refresh_reused";
            audited::event(platform, &state.user_id, client, action, Outcome::Denied).await;
            over()
        }
    })
}

/// The session that a refresh token is of, whatever has become of both.
///
/// # Errors
/// The database's.
pub async fn session_of(platform: &Platform, given: &str) -> Result<Option<(UserId, SessionId)>> {
    let Some(hash) = secrets::hash_given(REFRESH, given) else {
        return Ok(None);
    };
    let state = store::refresh_state(&platform.db, &hash).await?;
    Ok(state.map(|state| (state.user_id, state.session_id)))
}

/// The same whatever was wrong: a thief learns nothing from it.
pub fn over() -> Error {
    Error::Unauthenticated {
        code: "session_over",
        message: "This session is over. Sign in again.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::sessions::model::Method;
    use crate::ids::TenantId;

    fn state(replaced_at: Option<Millis>, ended_at: Option<Millis>) -> RefreshState {
        RefreshState {
            session_id: SessionId::new(0),
            user_id: UserId::new(0),
            current_tenant_id: TenantId::new(0),
            method: Method::Password,
            session_expires_at: 1_000_000,
            ended_at,
            expires_at: 500_000,
            replaced_at,
        }
    }

    #[test]
    fn a_used_token_is_forgiven_for_ten_seconds() {
        let used = state(Some(100_000), None);
        assert_eq!(judge(&used, 100_000), Verdict::InProgress);
        assert_eq!(judge(&used, 110_000), Verdict::InProgress);
        assert_eq!(judge(&used, 110_001), Verdict::Reused);
        assert_eq!(judge(&used, 1_000_000), Verdict::Over);
        assert_eq!(
            judge(&state(Some(100_000), Some(1)), 100_000),
            Verdict::Over
        );
        assert_eq!(judge(&state(None, None), 600_000), Verdict::Over);
    }
}
