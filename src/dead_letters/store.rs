//! Dead letters in the database.

use serde::{Deserialize, Serialize};

use super::model::{DeadLetter, Opened, Queue, Status};
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::error::Error;
use crate::http::Page;
use crate::ids::{DeadLetterId, TenantId};
use crate::tables::{Conditions, Order, Table};

/// How long one is kept after it came last.
const KEPT: Millis = 30 * DAY;

const LETTERS: Table = Table {
    name: "dead_letters",
    columns: "id, queue, status, what, reason, attempts, first_seen_at, last_seen_at, settled_at, settled_by",
};
const OPENED: Table = Table {
    name: "dead_letters",
    columns: "id, queue, status, what, reason, attempts, first_seen_at, last_seen_at, settled_at, settled_by, message",
};

/// A message to be kept.
#[derive(Debug, Serialize)]
pub struct New {
    /// The id it gets if it was never here.
    pub id: DeadLetterId,
    /// Whose it is, if it says so.
    pub tenant_id: Option<TenantId>,
    /// What tells it from others.
    pub fingerprint: String,
    /// What it is, in words.
    pub what: String,
    /// As it was on the queue.
    pub message: String,
}

/// What becomes of a message that was kept before, when it comes here again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is open again.
    Opens,
    /// It is open again, but for one that somebody has discarded: its queue goes on trying it all the same.
    UnlessDiscarded,
}

/// Keeps messages.
///
/// # Errors
/// The database's.
pub async fn add(
    db: &Db,
    default: &TenantId,
    queue: Queue,
    letters: &[New],
    again: Again,
    now: Millis,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "INSERT INTO dead_letters (tenant_id, id, queue, fingerprint, what, reason, message, attempts, first_seen_at, last_seen_at)
             SELECT COALESCE((SELECT t.id FROM tenants t WHERE t.id = r.tenant_id), ?1), r.id, ?2, r.fingerprint, r.what, ?3, r.message, 1, CAST(?5 AS BIGINT), CAST(?5 AS BIGINT)
             FROM {rows ?4 AS r (id TEXT, tenant_id TEXT, fingerprint TEXT, what TEXT, message TEXT)}
             WHERE true
             ON CONFLICT (tenant_id, queue, fingerprint) DO UPDATE SET status = 'open', message = excluded.message, reason = excluded.reason,
               attempts = dead_letters.attempts + 1, last_seen_at = excluded.last_seen_at, settled_at = NULL, settled_by = NULL
             WHERE dead_letters.status <> 'discarded' OR CAST(?6 AS BIGINT) = 1",
        )
        .bind(default)
        .bind(queue.as_str())
        .bind(queue.reason())
        .bind_json(letters)
        .bind(now)
        .bind(i64::from(again == Again::Opens)),
    )
    .await
    .map(drop)
}

/// Which are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Of this queue.
    pub queue: Option<Queue>,
    /// With this status.
    pub status: Option<Status>,
}

fn conditions(tenant: &TenantId, filter: Filter) -> Conditions {
    Conditions::of(tenant)
        .and_if("status = ?", filter.status.map(Status::as_str))
        .and_if("queue = ?", filter.queue.map(Queue::as_str))
}

/// A page, the newest first, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    filter: Filter,
    page: &Page,
) -> Result<(Vec<DeadLetter>, Option<String>), Error> {
    let conditions = conditions(tenant, filter);
    let newest = Order::NewestFirst;
    LETTERS
        .page(db, conditions, page, newest, |row: &DeadLetter| {
            row.id.as_str()
        })
        .await
}

/// One, with its message.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &DeadLetterId) -> Result<Opened, Error> {
    db.fetch_optional(OPENED.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("dead letter"))
}

/// Up to `most` that are open, the oldest first: of a queue, or these, or all.
///
/// # Errors
/// The database's.
pub async fn open(
    db: &Db,
    tenant: &TenantId,
    queue: Option<Queue>,
    ids: Option<&[DeadLetterId]>,
    most: i64,
) -> Result<Vec<Opened>, DbError> {
    let status = Some(Status::Open);
    let conditions = conditions(tenant, Filter { queue, status });
    let conditions = match ids {
        Some(ids) => conditions.and_among(ids),
        None => conditions,
    };
    db.fetch_all(OPENED.first(conditions, most)).await
}

/// Settles one that is open: its message goes. False when it is not open.
///
/// # Errors
/// The database's.
pub async fn settle(
    db: &Db,
    tenant: &TenantId,
    id: &DeadLetterId,
    status: Status,
    by: &str,
    now: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE dead_letters SET status = ?3, message = NULL, settled_at = ?4, settled_by = ?5
                 WHERE tenant_id = ?1 AND id = ?2 AND status = 'open'",
            )
            .bind(tenant)
            .bind(id)
            .bind(status.as_str())
            .bind(now)
            .bind(by),
        )
        .await?;
    Ok(changed == 1)
}

/// Settles those that were done where they died.
///
/// # Errors
/// The database's.
pub async fn settle_done(
    db: &Db,
    queue: Queue,
    fingerprints: &[String],
    now: Millis,
) -> Result<(), DbError> {
    if fingerprints.is_empty() {
        return Ok(());
    }
    db.execute(
        Statement::new(
            "UPDATE dead_letters SET status = 'replayed', message = NULL, settled_at = ?3
             WHERE tenant_id IN (SELECT t.id FROM tenants t) AND queue = ?1 AND fingerprint {in ?2} AND status = 'open'",
        )
        .bind(queue.as_str())
        .bind_json(fingerprints)
        .bind(now),
    )
    .await
    .map(drop)
}

/// How many are open, up to `most`.
///
/// # Errors
/// The database's.
pub async fn open_count(db: &Db, tenant: &TenantId, most: i64) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        number: i64,
    }
    let row: Row = db
        .fetch_one(
            Statement::new(
                "SELECT COUNT(*) AS number FROM (SELECT id FROM dead_letters WHERE tenant_id = ?1 AND status = 'open' LIMIT ?2) AS d",
            )
            .bind(tenant)
            .bind(most),
        )
        .await?;
    Ok(row.number)
}

/// Removes those that are kept no longer.
///
/// # Errors
/// The database's.
pub async fn forget_old(db: &Db, now: Millis) -> Result<(), DbError> {
    db.execute(Statement::new("DELETE FROM dead_letters WHERE last_seen_at < ?1").bind(now - KEPT))
        .await
        .map(drop)
}
