//! The SQL of the audit log.

mod heads;
mod list;
mod old;

use serde::Deserialize;

use super::model::{Chained, Entry, Head};
use crate::edge::db::{Db, DbError, Outcome, Statement};
use crate::ids::{AuditEntryId, TenantId};

pub use heads::{first_and_known, last_entries};
pub use list::{Filter, page};
pub use old::{remove, tenants_with_old};

/// What appending needs to know.
pub struct End {
    /// Where the chain ends, as its head says; `None` when the tenant has none yet.
    pub head: Option<Head>,
    /// The last entry there is.
    pub last: Option<Last>,
    /// Which of the entries are there already.
    pub known: Vec<AuditEntryId>,
}

/// A last entry.
#[derive(Deserialize)]
pub struct Last {
    /// Its place.
    pub sequence: i64,
    /// Its hash.
    pub hash: String,
}

/// An entry as it is read for verification.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Row {
    /// As it should be.
    Whole(Box<Chained>),
    /// Somebody wrote into it what no entry can say.
    Broken {
        /// Its place.
        sequence: i64,
        /// The hash of the entry it follows.
        previous_hash: String,
        /// Its own.
        hash: String,
    },
}

impl Row {
    /// Its place.
    pub fn sequence(&self) -> i64 {
        match self {
            Row::Whole(row) => row.sequence,
            Row::Broken { sequence, .. } => *sequence,
        }
    }
}

const HEAD: &str = "SELECT sequence, hash, first_sequence, first_previous_hash, seal FROM audit_heads WHERE tenant_id = ?1";

/// Reads where the chain ends, and which of these entries are in it.
///
/// # Errors
/// The database's.
pub async fn end(db: &Db, tenant: &TenantId, entries: &[Entry]) -> Result<End, DbError> {
    #[derive(Deserialize)]
    struct Known {
        id: AuditEntryId,
    }
    let ids: Vec<_> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let mut outcomes = db
        .batch(vec![
            Statement::new(HEAD).bind(tenant),
            Statement::new("SELECT sequence, hash FROM audit_log WHERE tenant_id = ?1 ORDER BY sequence DESC LIMIT 1").bind(tenant),
            Statement::new("SELECT id FROM audit_log WHERE tenant_id = ?1 AND id {in ?2}").bind(tenant).bind_json(&ids),
        ])
        .await?
        .into_iter();
    let (head, last) = (first(outcomes.next())?, first(outcomes.next())?);
    let known: Vec<Known> = outcomes.next().unwrap_or_default().rows.decode()?;
    Ok(End {
        head,
        last,
        known: known.into_iter().map(|known| known.id).collect(),
    })
}

fn first<T: serde::de::DeserializeOwned>(outcome: Option<Outcome>) -> Result<Option<T>, DbError> {
    Ok(outcome
        .unwrap_or_default()
        .rows
        .decode()?
        .into_iter()
        .next())
}

/// Writes a tenant's first head, unless somebody else just did.
///
/// # Errors
/// The database's.
pub async fn start(db: &Db, tenant: &TenantId, head: &Head) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "INSERT INTO audit_heads (tenant_id, sequence, hash, first_sequence, first_previous_hash, seal)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (tenant_id) DO NOTHING",
        )
        .bind(tenant)
        .bind(head.sequence)
        .bind(&head.hash)
        .bind(head.first_sequence)
        .bind(&head.first_previous_hash)
        .bind(&head.seal),
    )
    .await
    .map(drop)
}

/// Writes entries and the head behind them, if the head still is the one they were chained to. False when it is not.
///
/// The head goes first: on Postgres the second of two writers then waits for the first one's row and finds it moved.
///
/// # Errors
/// The database's; [`DbError::Unique`] when an entry came in from elsewhere.
pub async fn extend(
    db: &Db,
    tenant: &TenantId,
    head: &Head,
    next: &Head,
    entries: &[Chained],
) -> Result<bool, DbError> {
    let outcomes = db
        .batch(vec![
            move_head(tenant, head, next),
            Statement::new(INSERT)
                .bind(tenant)
                .bind(&next.hash)
                .bind_json(entries),
        ])
        .await?;
    Ok(outcomes.first().is_some_and(|moved| moved.changes == 1))
}

/// One line a fragment; the columns are those of [`Chained`].
const INSERT: &str = "INSERT INTO audit_log (tenant_id, sequence, id, occurred_at, actor_kind, actor_id, actor_label, action, method, path_template,
   record_type, record_id, address, user_agent, request_id, status, outcome, request_hash, previous_hash, hash)
 SELECT ?1, r.sequence, r.id, r.occurred_at, r.actor_kind, r.actor_id, r.actor_label, r.action, r.method, r.path_template,
   r.record_type, r.record_id, r.address, r.user_agent, r.request_id, r.status, r.outcome, r.request_hash, r.previous_hash, r.hash
 FROM {rows ?3 AS r (sequence BIGINT, id TEXT, occurred_at BIGINT, actor_kind TEXT, actor_id TEXT, actor_label TEXT, action TEXT, method TEXT, path_template TEXT, record_type TEXT, record_id TEXT, address TEXT, user_agent TEXT, request_id TEXT, status BIGINT, outcome TEXT, request_hash TEXT, previous_hash TEXT, hash TEXT)}
 WHERE EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = ?1 AND hash = ?2)";

/// Moves the head, if it still is the one that was read.
fn move_head(tenant: &TenantId, from: &Head, to: &Head) -> Statement {
    Statement::new(
        "UPDATE audit_heads SET sequence = ?2, hash = ?3, first_sequence = ?4, first_previous_hash = ?5, seal = ?6
         WHERE tenant_id = ?1 AND sequence = ?7 AND hash = ?8 AND first_sequence = ?9 AND first_previous_hash = ?10 AND seal = ?11",
    )
    .bind(tenant)
    .bind(to.sequence)
    .bind(&to.hash)
    .bind(to.first_sequence)
    .bind(&to.first_previous_hash)
    .bind(&to.seal)
    .bind(from.sequence)
    .bind(&from.hash)
    .bind(from.first_sequence)
    .bind(&from.first_previous_hash)
    .bind(&from.seal)
}

/// The head, and the entries from a place on, as they stood at one moment.
///
/// # Errors
/// The database's.
pub async fn stretch(
    db: &Db,
    tenant: &TenantId,
    from: i64,
    limit: i64,
) -> Result<(Option<Head>, Vec<Row>), DbError> {
    let mut outcomes = db
        .batch(vec![
            Statement::new(HEAD).bind(tenant),
            Statement::assembled(format!(
                "SELECT {COLUMNS} FROM audit_log WHERE tenant_id = ?1 AND sequence >= ?2 ORDER BY sequence LIMIT ?3"
            ))
            .bind(tenant)
            .bind(from)
            .bind(limit),
        ])
        .await?
        .into_iter();
    let head = first(outcomes.next())?;
    Ok((head, outcomes.next().unwrap_or_default().rows.decode()?))
}

/// The columns of [`Chained`].
const COLUMNS: &str = "tenant_id, sequence, id, occurred_at, actor_kind, actor_id, actor_label, action, method, path_template, \
    record_type, record_id, address, user_agent, request_id, status, outcome, request_hash, previous_hash, hash";
