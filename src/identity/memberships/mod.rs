//! Memberships: what somebody is in a tenant. A tenant always keeps an owner.

pub mod change;
pub mod model;
pub mod routes;
pub mod store;

pub use model::{MembershipOut, Place};
pub use store::{is_member, places};

use crate::edge::db::{Db, DbError};
use crate::error::Result;
use crate::http::Caller;
use crate::http::caller::Actor;
use crate::ids::{LocationId, TenantId, UserId};

/// The locations that a caller works at; none means all of them, as for a key.
///
/// # Errors
/// [`Error::Unauthorized`](crate::error::Error::Unauthorized) when they are a member no more; the database's.
pub async fn locations_of(db: &Db, caller: &Caller) -> Result<Vec<LocationId>> {
    let Actor::User { id, .. } = &caller.actor else {
        return Ok(Vec::new());
    };
    let member = match UserId::parse(id) {
        Some(user) => store::find(db, &caller.tenant, &user).await?,
        None => None,
    };
    let member = member.ok_or(crate::error::Error::Unauthorized)?;
    Ok(member.location_ids.0)
}

/// The address of an active member; none of anybody else.
///
/// # Errors
/// The database's.
pub async fn address_of(
    db: &Db,
    tenant: &TenantId,
    user: &UserId,
) -> std::result::Result<Option<String>, DbError> {
    let member = store::find(db, tenant, user).await?;
    let active = member.filter(|member| member.status == model::Status::Active);
    Ok(active.map(|member| member.email))
}
