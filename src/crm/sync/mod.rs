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

use crate::crm::model::RunStatus;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::ids::TenantId;

/// When a run last came to its end.
///
/// # Errors
/// The database's.
pub async fn last_done_at(db: &Db, tenant: &TenantId) -> Result<Option<Millis>, DbError> {
    let run = store::last_done(db, tenant).await?;
    Ok(run.and_then(|run| run.finished_at))
}

/// Why the last run failed, in words, if it did.
///
/// # Errors
/// The database's.
pub async fn last_failure(db: &Db, tenant: &TenantId) -> Result<Option<String>, DbError> {
    let run = store::last(db, tenant).await?;
    let failed = run.filter(|run| run.status == RunStatus::Failed);
    Ok(failed.map(|run| run.failure.unwrap_or_else(|| "for reasons unknown".into())))
}
