//! Memberships: what somebody is in a tenant. A tenant always keeps an owner.

pub mod change;
pub mod model;
pub mod routes;
pub mod store;

pub use model::{MembershipOut, Place};
pub use store::{is_member, places};

use crate::edge::db::Db;
use crate::error::Result;
use crate::http::Caller;
use crate::http::caller::Actor;
use crate::ids::{LocationId, UserId};

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
