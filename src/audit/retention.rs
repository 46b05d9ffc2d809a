//! Retention: six years, then an entry goes, from the log's beginning on.

use super::chain::ChainKey;
use super::model::Head;
use super::store::{self, Row};
use crate::config::AuditKeys;
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError};
use crate::edge::log;
use crate::ids::TenantId;

/// Six years, leap days included.
pub const KEPT: Millis = 2_192 * DAY;
/// Entries a write.
const CHUNK: i64 = 500;
/// The most writes of one upkeep.
const MOST_CHUNKS: u32 = 100;

/// Removes entries that are older than six years, some at a time. `now` must not run ahead of the database's own clock, which
/// guards the entries as well.
///
/// # Errors
/// The database's.
pub async fn remove_old(db: &Db, keys: &AuditKeys, now: Millis) -> Result<(), DbError> {
    let mut chunks = 0;
    for tenant in store::tenants_with_old(db, now - KEPT).await? {
        let key = ChainKey::new(keys, &tenant);
        while chunks < MOST_CHUNKS && remove_chunk(db, &key, &tenant, now - KEPT).await? {
            chunks += 1;
        }
    }
    Ok(())
}

/// Removes a tenant's oldest entries; whether there may be more. Only what is whole is removed: else somebody could have the
/// upkeep do away with the traces.
async fn remove_chunk(
    db: &Db,
    key: &ChainKey,
    tenant: &TenantId,
    before: Millis,
) -> Result<bool, DbError> {
    let (head, oldest) = store::stretch(db, tenant, 0, CHUNK).await?;
    let Some(head) = head else { return Ok(false) };
    let (beginning, is_whole) = beginning_after(key, &head, &oldest, before);
    if !is_whole {
        log::error("audit log altered", &[("tenant", tenant.as_str())]);
    }
    if beginning.first_sequence == head.first_sequence {
        return Ok(false);
    }
    store::remove(db, tenant, &head, &key.sealed(beginning)).await?;
    Ok(is_whole)
}

/// Where the log begins without its entries of before then, and whether all of those are as we wrote them.
fn beginning_after(key: &ChainKey, head: &Head, oldest: &[Row], before: Millis) -> (Head, bool) {
    let mut beginning = head.clone();
    if !key.is_sealed(head) {
        return (beginning, false);
    }
    for row in oldest {
        let row = match row {
            Row::Whole(row) if row.entry.occurred_at >= before => break,
            Row::Whole(row) => row,
            Row::Broken { .. } => return (beginning, false),
        };
        let is_next = row.sequence == beginning.first_sequence
            && row.previous_hash == beginning.first_previous_hash;
        if !is_next || !key.is_ours(row) {
            return (beginning, false);
        }
        beginning.first_sequence += 1;
        beginning.first_previous_hash = row.hash.clone();
    }
    (beginning, true)
}
