//! Feature flags: what is on for a tenant, for how many of those who ask, and the switch that turns it off at once.

pub mod model;
mod routes;
pub mod store;

pub use routes::routes;

use crate::edge::db::Db;
use crate::error::Result;
use crate::ids::TenantId;

/// Whether a feature is on for a subject (a user, a business: whatever shall always get the same answer). A flag that
/// nobody set is `unless_set`.
///
/// # Errors
/// The database's.
pub async fn is_on(
    db: &Db,
    tenant: &TenantId,
    name: &str,
    subject: &str,
    unless_set: bool,
) -> Result<bool> {
    let flag = store::find(db, tenant, name).await?;
    Ok(flag.map_or(unless_set, |flag| flag.is_on_for(subject)))
}
