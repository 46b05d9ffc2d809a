//! Whose account at a provider it is. It is known by issuer and subject. One that is not known yet is linked with the user
//! who has the address, which both the provider and we know to be theirs; or it is somebody's who is invited.

use super::Refusal;
use super::claims::Person;
use crate::edge::db::Statement;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::identity::invitations;
use crate::identity::invitations::accept::join;
use crate::identity::users::User;
use crate::identity::users::store as users;
use crate::ids::UserId;

/// The user whose account it is.
///
/// # Errors
/// The database's. Inside: `not_invited` for somebody who has no business here, `user_disabled`.
pub async fn user(
    platform: &Platform,
    issuer: &str,
    person: &Person,
) -> Result<std::result::Result<User, Refusal>> {
    let (db, now) = (&platform.db, platform.now());
    let refuse = |code| Ok(Err(Refusal::new(code, person.subject.clone())));
    let known = match users::by_identity(db, issuer, &person.subject).await? {
        Some(user) => Some(user),
        None => {
            let by_email = users::by_email(db, &person.email).await?;
            let by_email = by_email.filter(|user| user.email_verified_at.is_some());
            if by_email
                .as_ref()
                .is_some_and(|user| user.disabled_at.is_none())
            {
                db.run(link(issuer, person, now)).await?;
            }
            by_email
        }
    };
    if let Some(user) = known {
        return match user.disabled_at {
            Some(_) => refuse("user_disabled"),
            None => Ok(Ok(user)),
        };
    }
    let Some(invitation) = invitations::store::newest_of(db, &person.email, now).await? else {
        return refuse("not_invited");
    };
    let name = person.name.as_deref().unwrap_or(&person.email);
    let newcomer = users::add(&UserId::new(now), &person.email, name, None, now);
    let user = join(
        platform,
        &invitation,
        vec![newcomer, link(issuer, person, now)],
    )
    .await?;
    Ok(Ok(user))
}

fn link(issuer: &str, person: &Person, now: i64) -> Statement {
    users::link_identity(issuer, &person.subject, &person.email, now)
}
