//! Communities and businesses are kept in the content database; here they are brought over and kept in step.
//!
//! A run ([`runs`]) pulls a page a step through the Content API: what a page says, where the next one begins and what is counted
//! are one write ([`pull`]), so that a run goes on where it was, whoever died. The API's webhook ([`webhook`]) brings single records
//! at once. Both come to [`apply`], where [`merge`] decides field by field: whatever was changed last stays. docs/content-sync.md
//! has what the service sends.

mod apply;
pub mod consumer;
mod deliver;
mod merge;
pub mod model;
mod plan;
mod pull;
mod remote;
mod routes;
mod runs;
pub mod schedule;
mod store;
#[cfg(test)]
mod tests;
pub mod webhook;

pub use routes::routes;
pub use schedule::tick;

use crate::config::ContentSettings;
use crate::crm::model::RunStatus;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::edge::platform::Platform;
use crate::ids::TenantId;

/// When a run last came to its end.
///
/// # Errors
/// The database's.
pub async fn last_done_at(db: &Db, tenant: &TenantId) -> Result<Option<Millis>, DbError> {
    let run = store::last_done(db, tenant).await?;
    Ok(run.and_then(|run| run.finished_at))
}

/// Whether records are brought over for a tenant.
pub fn is_on(content: &ContentSettings, tenant: &TenantId) -> bool {
    content.tenant == *tenant && content.api.is_some()
}

/// Why the last run failed, in words, if records are brought over and it did.
///
/// # Errors
/// The database's.
pub async fn failure(platform: &Platform, tenant: &TenantId) -> Result<Option<String>, DbError> {
    if !is_on(&platform.config.content, tenant) {
        return Ok(None);
    }
    let run = store::last(&platform.db, tenant).await?;
    let failed = run.filter(|run| run.status == RunStatus::Failed);
    Ok(failed.map(|run| run.failure.unwrap_or_else(|| "for reasons unknown".into())))
}
