//! Changing what somebody is in a tenant.

use super::model::{MembershipOut, MembershipPatch};
use super::store;
use crate::access::principals::forget;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::identity::acting::Acting;
use crate::identity::locations;
use crate::ids::{TenantId, UserId};

/// Changes what the patch names. What they may give is bounded by who does it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] with `owners_only`; [`Error::Conflict`] with `last_owner`;
/// [`Error::PreconditionFailed`]; a role or location that is none; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    user: &UserId,
    patch: &MembershipPatch,
    acting: &Acting,
    edit: Edit,
) -> Result<MembershipOut> {
    let before = find(db, tenant, user).await?;
    acting.is_not(user)?;
    acting.may_touch(&before.role)?;
    if let Some(role) = &patch.role {
        acting.may_give(db, tenant, role).await?;
    }
    if let Some(overrides) = &patch.permission_overrides {
        acting.may_grant(overrides)?;
    }
    acting.may_place(&before.location_ids.0)?;
    if let Some(ids) = &patch.location_ids {
        acting.may_place(ids)?;
        locations::check_all(db, tenant, ids).await?;
    }
    if !store::update(db, tenant, user, patch, edit).await? {
        // Gone meanwhile, changed meanwhile, or the last owner; or the role went.
        let member = find(db, tenant, user).await?;
        if edit
            .expected
            .is_some_and(|version| version != member.updated_at)
        {
            return Err(Error::PreconditionFailed);
        }
        if let Some(role) = &patch.role {
            acting.may_give(db, tenant, role).await?;
        }
        return Err(last_owner());
    }
    forget();
    find(db, tenant, user).await
}

/// Removes a member.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Refused`] with `owners_only`; [`Error::Conflict`] with `last_owner`; the database's.
pub async fn remove(db: &Db, tenant: &TenantId, user: &UserId, acting: &Acting) -> Result<()> {
    let before = find(db, tenant, user).await?;
    acting.may_touch(&before.role)?;
    if !store::remove(db, tenant, user).await? {
        find(db, tenant, user).await?;
        return Err(last_owner());
    }
    forget();
    Ok(())
}

/// A member.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn find(db: &Db, tenant: &TenantId, user: &UserId) -> Result<MembershipOut> {
    store::find(db, tenant, user)
        .await?
        .ok_or(Error::NotFound("member"))
}

fn last_owner() -> Error {
    Error::conflict(
        "last_owner",
        "This is the last owner. Make somebody else an owner first.",
    )
}
