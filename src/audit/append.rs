//! Appending: entries get their places behind the last one, or none does.

use std::collections::{BTreeMap, HashSet};

use super::chain::ChainKey;
use super::message;
use super::model::{Entry, Head};
use super::store::{self, Last};
use crate::config::AuditKeys;
use crate::edge::db::{Db, DbError};
use crate::edge::log;
use crate::ids::TenantId;

/// How often it is tried again when somebody else was quicker.
const ATTEMPTS: u32 = 8;
/// The most entries one write appends.
const MOST_AT_ONCE: usize = message::MOST;

/// Appends entries of any tenants. Those that are there already are left out.
///
/// # Errors
/// The database's, or a chain that others never stopped extending. Some may have been appended: appending all of them again is
/// safe.
pub async fn append_all(db: &Db, keys: &AuditKeys, entries: Vec<Entry>) -> Result<(), DbError> {
    for (tenant, entries) in by_tenant(entries) {
        append(db, keys, &tenant, entries).await?;
    }
    Ok(())
}

/// The entries of each tenant.
pub fn by_tenant(entries: Vec<Entry>) -> BTreeMap<TenantId, Vec<Entry>> {
    let mut groups = BTreeMap::<TenantId, Vec<Entry>>::new();
    for entry in entries {
        groups
            .entry(entry.tenant_id.clone())
            .or_default()
            .push(entry);
    }
    groups
}

/// Appends entries of one tenant, as [`append_all`] does.
///
/// # Errors
/// As there.
pub async fn append(
    db: &Db,
    keys: &AuditKeys,
    tenant: &TenantId,
    entries: Vec<Entry>,
) -> Result<(), DbError> {
    let key = ChainKey::new(keys, tenant);
    for entries in entries.chunks(MOST_AT_ONCE) {
        let mut attempt = 1;
        while !try_append(db, &key, tenant, entries).await? {
            if attempt == ATTEMPTS {
                return Err(DbError::Other("the audit log's end kept moving".into()));
            }
            attempt += 1;
        }
    }
    Ok(())
}

/// False when the chain's end moved between the read and the write.
async fn try_append(
    db: &Db,
    key: &ChainKey,
    tenant: &TenantId,
    entries: &[Entry],
) -> Result<bool, DbError> {
    let end = store::end(db, tenant, entries).await?;
    let mut known: HashSet<_> = end.known.into_iter().collect();
    let new: Vec<_> = entries
        .iter()
        .filter(|entry| known.insert(entry.id.clone()))
        .cloned()
        .collect();
    if new.is_empty() {
        return Ok(true);
    }
    let Some(head) = end.head else {
        store::start(db, tenant, &first_head(key, end.last)).await?;
        return Ok(false);
    };
    let base = base(&head, end.last);
    if !key.is_sealed(&base) {
        // What happens from now on is recorded all the same; verification goes on saying what was done to the log.
        log::error("audit head altered", &[("tenant", tenant.as_str())]);
    }
    let (chained, next) = key.extend(&base, new);
    match store::extend(db, tenant, &head, &next, &chained).await {
        // Somebody chained the same entries at the same moment.
        Err(DbError::Unique) => Ok(false),
        other => other,
    }
}

/// What new entries go behind: the last entry, even if the head says that the log ends before it. Such a head is not the one we
/// wrote last, whatever its seal says.
fn base(head: &Head, last: Option<Last>) -> Head {
    match last {
        Some(last) if last.sequence > head.sequence => Head {
            sequence: last.sequence,
            hash: last.hash,
            seal: String::new(),
            ..head.clone()
        },
        _ => head.clone(),
    }
}

/// A tenant's first head. If there are entries without one, somebody took it away, and the new one gets no seal.
fn first_head(key: &ChainKey, last: Option<Last>) -> Head {
    let start = key.start();
    match last {
        Some(_) => base(&start, last),
        None => start,
    }
}
