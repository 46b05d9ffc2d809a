//! Signing in with a password.
//!
//! Somebody whom we do not know costs the same time and gets the same answer as somebody who mistyped. Every attempt is
//! counted before the password is looked at, so that a hundred at once are a hundred attempts; from the fifth wrong one in
//! a row on each costs a growing wait.

use crate::access::principals::forget;
use crate::audit::Outcome;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::audited;
use crate::identity::client::Client;
use crate::identity::sessions::{self, EndReason, Method, SignedIn};
use crate::identity::users::User;
use crate::identity::users::model::normal_email;
use crate::identity::users::store as users;
use crate::identity::{lockout, passwords};
use crate::ids::{SessionId, TenantId};

/// How often an attempt is counted anew when others come in between.
const ROUNDS: u32 = 5;

/// Signs somebody in.
///
/// # Errors
/// [`Error::Unauthenticated`] with `wrong_credentials`; [`Error::TooMany`]; [`Error::Refused`] with
/// `no_membership`; the database's.
pub async fn sign_in(
    platform: &Platform,
    email: &str,
    password: &str,
    tenant: Option<&TenantId>,
    client: &Client,
) -> Result<SignedIn> {
    let known = users::by_email(&platform.db, &normal_email(email)).await?;
    let Some(user) = known.filter(|user| user.disabled_at.is_none()) else {
        passwords::verify(password, None)?;
        return Err(wrong());
    };
    if let Err(error) = check(platform, &user, password).await {
        audited::event(
            platform,
            &user.id,
            client,
            "sign_in.failed",
            Outcome::Denied,
        )
        .await;
        return Err(error);
    }
    sessions::start(platform, user, tenant, Method::Password, client).await
}

/// Sets another password for somebody who is signed in, and ends their other sessions. Who has a password shows it; who has
/// none has signed in by what is as good.
///
/// # Errors
/// Those of [`sign_in`]; a password that is not taken.
pub async fn change(
    platform: &Platform,
    user: &User,
    session: &SessionId,
    current: Option<&str>,
    new: &str,
) -> Result<()> {
    passwords::check("new_password", new, &user.email)?;
    if user.password_hash.is_some() {
        let current =
            current.ok_or_else(|| Error::field("current_password", "is needed to set another"))?;
        check(platform, user, current).await?;
    }
    let (hash, now) = (passwords::hash(new)?, platform.now());
    let ended = sessions::store::end_all(&user.id, Some(session), EndReason::PasswordChanged, now);
    platform
        .db
        .batch(vec![users::set_password(&user.id, &hash, now), ended])
        .await?;
    forget();
    Ok(())
}

/// Counts the attempt and looks at the password. The caller forgets the failures.
async fn check(platform: &Platform, user: &User, password: &str) -> Result<()> {
    let (db, now) = (&platform.db, platform.now());
    let mut user = user.clone();
    for _ in 0..ROUNDS {
        if let Some(until) = user.locked_until.filter(|until| *until > now) {
            return Err(too_many(lockout::seconds_until(until, now)));
        }
        let delay = lockout::delay(user.failed_sign_ins.saturating_add(1));
        let locked_until = delay.map(|delay| now.saturating_add(delay));
        if users::count_attempt(db, &user, locked_until, now).await? {
            return match passwords::verify(password, user.password_hash.as_deref())? {
                true => Ok(()),
                false => Err(wrong()),
            };
        }
        user = users::by_id(db, &user.id).await?.ok_or_else(wrong)?;
    }
    Err(too_many(1))
}

fn too_many(retry_after_seconds: u32) -> Error {
    Error::TooMany {
        code: "too_many_attempts",
        retry_after_seconds,
    }
}

fn wrong() -> Error {
    Error::Unauthenticated {
        code: "wrong_credentials",
        message: "The email address or the password is wrong.",
    }
}
