//! Roles: what the members of a team may do. Five are built in; a tenant makes others of its own.

pub mod built_in;
pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
pub use store::has_role;

use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::ids::{RoleId, TenantId};
use crate::permission::Allowance;

/// What a role allows, by a built-in one's name or the id of one of the tenant's own; `None` when there is no such role.
///
/// # Errors
/// The database's.
pub async fn allowance_of(db: &Db, tenant: &TenantId, role: &str) -> Result<Option<Allowance>> {
    if let Some(role) = built_in::find(role) {
        return Ok(Some(Allowance::of(role.permissions)));
    }
    let Some(id) = RoleId::parse(role) else {
        return Ok(None);
    };
    match store::get(db, tenant, &id).await {
        Ok(role) => Ok(Some(Allowance {
            permissions: role.permissions.0.into_iter().collect(),
            own_records: role.own_records.0.into_iter().collect(),
        })),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
