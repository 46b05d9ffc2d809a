//! Signing in with a link by email, and choosing a password with one. Used once, within fifteen minutes.
//!
//! Asking for one is always answered alike: nobody learns that way who is a user here. Programs that look for harm in email
//! follow its links, so the link shows a page with a button, and only the button uses it up.

use super::model::{LinkPurpose, OpenLink};
use super::store;
use crate::access::principals::forget;
use crate::edge::clock::{MINUTE, Millis};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::client::Client;
use crate::identity::letter::{self, Letter};
use crate::identity::secrets::{self, Secret};
use crate::identity::sessions::{self, EndReason, Method, SignedIn};
use crate::identity::users::User;
use crate::identity::users::model::normal_email;
use crate::identity::users::store as users;
use crate::identity::{memberships, passwords};
use crate::ids::TenantId;

/// What a link's token begins with.
const KIND: &str = "link";
/// How long a link can be used.
const LIFETIME: Millis = 15 * MINUTE;
/// The most links for an address within a link's lifetime: nobody's mailbox is filled by somebody else.
const MOST: i64 = 5;

/// Sends a link, if the address is a user's who can sign in.
///
/// # Errors
/// The database's.
pub async fn request(platform: &Platform, email: &str, purpose: LinkPurpose) -> Result<()> {
    let (db, now, email) = (&platform.db, platform.now(), normal_email(email));
    let known = users::by_email(db, &email).await?;
    let Some(user) = known.filter(|user| user.disabled_at.is_none()) else {
        return Ok(());
    };
    let Some(place) = memberships::places(db, &user.id).await?.into_iter().next() else {
        return Ok(());
    };
    let secret = Secret::new(KIND)?;
    let since = now.saturating_sub(LIFETIME);
    let expires_at = now.saturating_add(LIFETIME);
    if !store::add_link(
        db,
        &secret.hash,
        &email,
        purpose,
        (MOST, since),
        expires_at,
        now,
    )
    .await?
    {
        return Ok(());
    }
    let url = format!("{}/auth/link/{}", platform.config.public_url, secret.text);
    letter::send(
        platform,
        &place.tenant_id,
        &email,
        &words(&user, purpose, url),
    )
    .await
}

fn words(user: &User, purpose: LinkPurpose, url: String) -> Letter {
    let (subject, sentence, button) = match purpose {
        LinkPurpose::SignIn => (
            "Your link to sign in",
            "here is the link that you asked for. It signs you in, without a password.",
            "Sign in",
        ),
        LinkPurpose::SetPassword => (
            "Choose your password",
            "here is the link with which you choose a new password. You are signed out everywhere else then.",
            "Choose a password",
        ),
    };
    Letter {
        subject: subject.to_string(),
        paragraphs: vec![format!("Hello {},", user.name), sentence.to_string()],
        button,
        url,
        note: "It works once, for fifteen minutes. If you did not ask for it, nothing happens when you leave it alone."
            .to_string(),
    }
}

/// What a link is for, as long as it can be used.
///
/// # Errors
/// [`Error::Unauthenticated`] with `link_over`; the database's.
pub async fn look_at(platform: &Platform, token: &str) -> Result<OpenLink> {
    let hash = secrets::hash_given(KIND, token).ok_or_else(over)?;
    store::open_link(&platform.db, &hash, platform.now())
        .await?
        .ok_or_else(over)
}

/// Uses a link up and signs its user in; one that is for choosing a password needs the password.
///
/// # Errors
/// [`Error::Unauthenticated`] with `link_over`; a password that is missing or not taken, which leaves the link as it is;
/// [`Error::Refused`] with `no_membership`; the database's.
pub async fn redeem(
    platform: &Platform,
    token: &str,
    password: Option<&str>,
    tenant: Option<&TenantId>,
    client: &Client,
) -> Result<SignedIn> {
    let (db, now) = (&platform.db, platform.now());
    let link = look_at(platform, token).await?;
    let password = match link.purpose {
        LinkPurpose::SignIn => None,
        LinkPurpose::SetPassword => {
            let password = password.ok_or_else(|| {
                Error::field("password", "is needed: this link is for choosing one")
            })?;
            passwords::check("password", password, &link.email)?;
            Some(passwords::hash(password)?)
        }
    };
    if !store::use_link(db, &secrets::hash(token), now).await? {
        return Err(over());
    }
    let known = users::by_email(db, &link.email).await?;
    let user = known
        .filter(|user| user.disabled_at.is_none())
        .ok_or_else(over)?;
    if let Some(hash) = &password {
        let ended = sessions::store::end_all(&user.id, None, EndReason::PasswordChanged, now);
        db.batch(vec![users::set_password(&user.id, hash, now), ended])
            .await?;
        forget();
    }
    sessions::start(platform, user, tenant, Method::Link, client).await
}

fn over() -> Error {
    Error::Unauthenticated {
        code: "link_over",
        message: "This link was used before, or its time is over. Ask for another one.",
    }
}
