//! Accepting an invitation: whoever holds its link has shown that the address is theirs.

use super::model::OpenInvitation;
use super::{KIND, store};
use crate::edge::db::Statement;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::client::Client;
use crate::identity::sessions::{self, Method, SignedIn};
use crate::identity::users::User;
use crate::identity::users::store as users;
use crate::identity::{passwords, secrets};
use crate::ids::UserId;

/// The invitation that a token opens.
///
/// # Errors
/// [`Error::Unauthenticated`] with `invitation_over`; the database's.
pub async fn look_at(platform: &Platform, token: &str) -> Result<OpenInvitation> {
    let hash = secrets::hash_given(KIND, token).ok_or_else(over)?;
    store::by_token(&platform.db, &hash, platform.now())
        .await?
        .ok_or_else(over)
}

/// Whether somebody with the invitation's address is a user already, who needs no name.
///
/// # Errors
/// The database's.
pub async fn is_known(platform: &Platform, invitation: &OpenInvitation) -> Result<bool> {
    Ok(users::by_email(&platform.db, &invitation.email)
        .await?
        .is_some())
}

/// Accepts an invitation and signs its user in, in its tenant. Somebody new says what they are called, and may choose a
/// password; who is a user already keeps theirs.
///
/// # Errors
/// [`Error::Unauthenticated`] with `invitation_over`; a name that is missing, a password that is not taken, which leaves
/// the invitation as it is; [`Error::Refused`] with `no_membership` for somebody who was suspended; the database's.
pub async fn accept(
    platform: &Platform,
    token: &str,
    name: Option<&str>,
    password: Option<&str>,
    client: &Client,
) -> Result<SignedIn> {
    let invitation = look_at(platform, token).await?;
    let known = users::by_email(&platform.db, &invitation.email).await?;
    let newcomer = match &known {
        Some(user) if user.disabled_at.is_some() => return Err(over()),
        Some(user) if user.password_hash.is_some() && password.is_some() => {
            return Err(Error::field(
                "password",
                "is set already; leave it out, and change it when you are signed in",
            ));
        }
        Some(user) => match password {
            None => None,
            Some(password) => {
                passwords::check("password", password, &invitation.email)?;
                let hash = passwords::hash(password)?;
                Some(users::set_first_password(&user.id, &hash, platform.now()))
            }
        },
        None => Some(newcomer(platform, &invitation, name, password)?),
    };
    let user = join(platform, &invitation, newcomer.into_iter().collect()).await?;
    let tenant = Some(&invitation.tenant_id);
    sessions::start(platform, user, tenant, Method::Invitation, client).await
}

fn newcomer(
    platform: &Platform,
    invitation: &OpenInvitation,
    name: Option<&str>,
    password: Option<&str>,
) -> Result<Statement> {
    let (email, now) = (&invitation.email, platform.now());
    let name = name
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .ok_or_else(|| Error::field("name", "is needed: you are new here"))?;
    let hash = match password {
        Some(password) => {
            passwords::check("password", password, email)?;
            Some(passwords::hash(password)?)
        }
        None => None,
    };
    Ok(users::add(
        &UserId::new(now),
        email,
        name,
        hash.as_deref(),
        now,
    ))
}

/// Makes the invited a member, after what `before` does in the same transaction. Gives the user.
///
/// # Errors
/// [`Error::Unauthenticated`] with `invitation_over` when somebody else was first; the database's.
pub async fn join(
    platform: &Platform,
    invitation: &OpenInvitation,
    before: Vec<Statement>,
) -> Result<User> {
    let (db, now) = (&platform.db, platform.now());
    let mut statements = vec![store::accept(invitation, now)];
    statements.extend(before);
    statements.push(store::join(invitation, now));
    let outcomes = db.batch(statements).await?;
    if outcomes.first().is_none_or(|outcome| outcome.changes == 0) {
        return Err(over());
    }
    users::by_email(db, &invitation.email)
        .await?
        .ok_or_else(over)
}

fn over() -> Error {
    Error::Unauthenticated {
        code: "invitation_over",
        message: "This invitation was accepted or taken back, or its time is over. Ask for another one.",
    }
}
