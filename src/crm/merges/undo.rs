//! Taking a merge back.

use super::model::{MergeOut, MergeStatus};
use super::store::{self, records, undo};
use super::{merge, moving};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::MergeId;

/// Makes two records of one again: both are as they were, and what has happened since stays with the one that was kept.
///
/// # Errors
/// [`Error::NotFound`]; a conflict when it was taken back already, a later merge builds on it, or the kept record is gone; the
/// database's. Nothing is written then.
pub async fn undo(db: &Db, scope: &Scope, id: &MergeId, by: &str, now: Millis) -> Result<MergeOut> {
    let tenant = &scope.tenant;
    let found = store::find(db, scope, id)
        .await?
        .ok_or(Error::NotFound("merge"))?;
    if !records::reaches(db, scope, found.what, &found.other_id).await? {
        return Err(Error::NotFound("merge"));
    }
    let pairs = store::pairs(db, tenant, &[id]).await?;
    let people = undo::people_moved(db, tenant, id).await?;
    let token = MergeId::new(now);
    let statements = undo::statements(tenant, &found, &pairs, &people, &token, by, now);
    match db.batch(statements).await {
        Err(DbError::Unique | DbError::ForeignKey) => {
            return Err(Error::conflict(
                "records_are_changing",
                "Others are changing these records; try again.",
            ));
        }
        other => drop(other?),
    }
    if !undo::holds(db, tenant, id, &token).await? {
        return Err(refusal(db, scope, id).await?);
    }
    moving::advance(db, tenant, id, moving::STEPS_AT_ONCE, now).await?;
    merge::shown(db, scope, id).await
}

/// Why a merge was not taken back.
async fn refusal(db: &Db, scope: &Scope, id: &MergeId) -> Result<Error> {
    let merge = store::find(db, scope, id)
        .await?
        .ok_or(Error::NotFound("merge"))?;
    if matches!(merge.status, MergeStatus::Undoing | MergeStatus::Undone) {
        return Ok(Error::conflict(
            "merge_undone",
            "This merge was taken back already.",
        ));
    }
    if let Some(later) = undo::later(db, &scope.tenant, id).await? {
        return Ok(Error::conflict(
            "later_merge",
            format!("The merge {later} builds on this one; undo that one first."),
        ));
    }
    Ok(Error::conflict(
        "kept_record_gone",
        format!("The {} that was kept was deleted since.", merge.what.one()),
    ))
}
