//! Merging: two records that are one become one, and, when that was wrong, two again.
//!
//! A merge is decided in one transaction: the fields, the people, who is enrolled where, and the deletion of the other record
//! hold together or not at all. What there may be much of (the timeline, the ledger) goes over afterwards, 500 rows at a time,
//! each step written down with what it moved; a tick goes on where a request ended. [`registry`] says of each table what
//! becomes of its rows.

mod fields;
mod merge;
pub mod model;
mod moving;
mod plan;
pub mod registry;
mod routes;
mod store;
#[cfg(test)]
mod tests;
mod undo;

pub use moving::tick;
pub use routes::routes;

use crate::crm::duplicates::evidence::What;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;

/// What came of asking for a record; of one that has become part of another, which that is.
///
/// # Errors
/// The result's own; [`Error::Merged`] instead of [`Error::NotFound`]; the database's.
pub async fn explained<T>(
    db: &Db,
    scope: &Scope,
    what: What,
    id: &str,
    result: Result<T>,
) -> Result<T> {
    match result {
        Err(Error::NotFound(missing)) if missing == what.one() => {
            Err(plan::gone(db, scope, what, id).await?)
        }
        other => other,
    }
}
