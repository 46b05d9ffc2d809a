//! Taking records over: decided by what is known, written as one batch, and decided anew when something changed in between.

use std::collections::BTreeSet;

use super::model::Resource;
use super::plan::{self, Counts};
use super::remote::{Remote, Unusable};
use super::store::{self, Commit};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::Result;
use crate::ids::TenantId;

/// How often it is decided anew.
const ATTEMPTS: u32 = 5;

/// Takes records over on behalf of a run's page or a delivery. `None` when that is somebody else's by now, or others kept
/// changing the same records: nothing is written then.
///
/// # Errors
/// The database's.
pub async fn apply(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    records: &[std::result::Result<Remote, Unusable>],
    commit: &Commit<'_>,
    now: Millis,
) -> Result<Option<Counts>> {
    let readable = || records.iter().filter_map(|record| record.as_ref().ok());
    let id = |record: &std::result::Result<Remote, Unusable>| match record {
        Ok(remote) => Some(remote.id),
        Err(unusable) => unusable.id,
    };
    let ids: Vec<_> = records.iter().filter_map(id).collect();
    let communities: BTreeSet<_> = readable().filter_map(|remote| remote.community).collect();
    let communities: Vec<_> = communities.into_iter().collect();
    let wished: BTreeSet<_> = readable()
        .filter_map(|remote| plan::wished_slug(resource, remote))
        .collect();
    for attempt in 0..ATTEMPTS {
        let what = store::load(db, tenant, resource, &ids, &communities).await?;
        let taken = store::taken_slugs(db, tenant, resource, &wished).await?;
        let changes = plan::plan(resource, records, &what, &taken, attempt, now);
        let token = hex::encode(crate::edge::random::bytes::<16>());
        match store::commit(db, tenant, resource, commit, &changes, &token, now).await {
            Ok(true) => return Ok(Some(changes.counts)),
            // Somebody changed a record, or made the same one.
            Ok(false) | Err(DbError::Unique) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}
