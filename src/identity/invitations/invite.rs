//! Inviting somebody.

use super::model::{InvitationIn, InvitationOut};
use super::{KIND, LIFETIME, store};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::identity::acting::{Acting, no_such_role};
use crate::identity::letter::{self, Letter};
use crate::identity::role_holders::in_turn;
use crate::identity::secrets::Secret;
use crate::identity::users::model::normal_email;
use crate::identity::users::store as users;
use crate::identity::{locations, memberships, tenants};
use crate::ids::{InvitationId, TenantId, UserId};

/// Invites somebody; an older invitation of theirs ends.
///
/// # Errors
/// [`Error::Conflict`] with `already_a_member`; [`Error::Refused`] with `owners_only`; a location that is none; the
/// database's.
pub async fn invite(
    platform: &Platform,
    tenant: &TenantId,
    acting: &Acting,
    input: InvitationIn,
) -> Result<InvitationOut> {
    let (db, now) = (&platform.db, platform.now());
    let input = InvitationIn {
        email: normal_email(&input.email),
        ..input
    };
    acting.may_give(db, tenant, &input.role).await?;
    acting.may_place(&input.location_ids)?;
    locations::check_all(db, tenant, &input.location_ids).await?;
    if let Some(user) = users::by_email(db, &input.email).await?
        && memberships::store::find(db, tenant, &user.id)
            .await?
            .is_some()
    {
        return Err(Error::conflict(
            "already_a_member",
            "Somebody with this address is a member already.",
        ));
    }
    let (id, secret) = (InvitationId::new(now), Secret::new(KIND)?);
    let expires_at = now.saturating_add(LIFETIME);
    let by = acting.user.as_ref();
    let statements = vec![
        store::revoke_others(tenant, &input.email, &input.role, now),
        store::add(tenant, &id, &input, &secret.hash, by, expires_at, now),
    ];
    let outcomes = in_turn(db, tenant, statements).await?;
    if outcomes.last().is_none_or(|added| added.changes == 0) {
        // It was deleted at the same moment.
        return Err(no_such_role());
    }
    send(platform, tenant, by, &input.email, &secret.text).await?;
    find(platform, tenant, &id).await
}

/// Sends an invitation again, with another link; the older one ends.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] with `invitation_is_closed`; the database's.
pub async fn resend(
    platform: &Platform,
    tenant: &TenantId,
    acting: &Acting,
    id: &InvitationId,
) -> Result<InvitationOut> {
    let invitation = find(platform, tenant, id).await?;
    acting.may_touch(&invitation.role)?;
    let secret = Secret::new(KIND)?;
    let expires_at = platform.now().saturating_add(LIFETIME);
    if !store::renew(&platform.db, tenant, id, &secret.hash, expires_at).await? {
        return Err(closed());
    }
    let by = acting.user.as_ref();
    send(platform, tenant, by, &invitation.email, &secret.text).await?;
    find(platform, tenant, id).await
}

/// Takes an invitation back.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] with `invitation_is_closed`; the database's.
pub async fn revoke(platform: &Platform, tenant: &TenantId, id: &InvitationId) -> Result<()> {
    find(platform, tenant, id).await?;
    if !store::revoke(&platform.db, tenant, id, platform.now()).await? {
        return Err(closed());
    }
    Ok(())
}

/// An invitation.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn find(
    platform: &Platform,
    tenant: &TenantId,
    id: &InvitationId,
) -> Result<InvitationOut> {
    store::find(&platform.db, tenant, id)
        .await?
        .ok_or(Error::NotFound("invitation"))
}

fn closed() -> Error {
    Error::conflict(
        "invitation_is_closed",
        "This invitation was accepted or taken back already. Make a new one.",
    )
}

async fn send(
    platform: &Platform,
    tenant_id: &TenantId,
    by: Option<&UserId>,
    email: &str,
    token: &str,
) -> Result<()> {
    let tenant = tenants::store::get(&platform.db, tenant_id).await?;
    let inviter = match by {
        Some(user) => users::by_id(&platform.db, user).await?,
        None => None,
    };
    let sentence = match inviter {
        Some(user) => format!("{} invites you to work with {}.", user.name, tenant.name),
        None => format!("You are invited to work with {}.", tenant.name),
    };
    let letter = Letter {
        subject: format!("Join {}", tenant.name),
        paragraphs: vec!["Hello,".to_string(), sentence],
        button: "Accept the invitation",
        url: format!("{}/auth/invitation/{token}", platform.config.public_url),
        note: "The invitation is good for seven days. If you do not know what this is about, nothing happens when you leave it alone."
            .to_string(),
    };
    letter::send(platform, tenant_id, email, &letter).await
}
