//! Batches: what one queue message stands for. Some ledger rows on their way to one provider call, with the lease on them.
//!
//! ```text
//!  queued ──lease──▶ leased ──hand-over mark──▶ handed_over ──outcomes saved──▶ (gone)
//!    ▲                 │ error, or lease ends       │ lease ends
//!    └─────────────────┘                            └──▶ its pending rows become `unknown` (gone)
//! ```
//!
//! A batch that never gets as far as the mark does not go round for ever: its message ends in the dead-letter queue, or, when
//! its workers die without a word, the sweep gives up after the settings' attempts. Either way its rows become `failed`.
//!
//! The lease stands on the batch, not on each row: one write instead of fifty, and the same promise, because a row belongs
//! to one batch at a time. The mark is written right before the provider is called: what ended before it is tried again,
//! what ended after it is never sent again by itself.

use serde::{Deserialize, Serialize};

use super::counts::Kind;
use super::counts::deltas::{self, Moved};
use super::ledger::SendStatus;
use crate::edge::clock::{MINUTE, Millis, SECOND};
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::edge::queue::{QueueError, QueueName, Queues};
use crate::ids::{BatchId, SendId, SequenceId, TenantId};

/// When nobody has taken a queued batch by then, its message is taken for lost and sent again.
pub const MESSAGE_LOST_AFTER: Millis = 10 * MINUTE;

/// The wire form of a queue message; see `queues/sends.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchMessage {
    /// Whose batch.
    pub tenant_id: TenantId,
    /// Which batch.
    pub batch_id: BatchId,
}

/// A batch to be written.
#[derive(Debug, Clone, Serialize)]
pub struct NewBatch {
    /// Its id.
    pub id: BatchId,
    /// The sequence all its sends belong to.
    pub sequence_id: SequenceId,
    /// Its sends.
    pub send_ids: Vec<SendId>,
    /// Hand-overs tried before.
    pub attempts: i64,
    /// Not to be leased before.
    pub not_before: Millis,
    /// When to look again if nothing was heard.
    pub check_at: Millis,
    /// Why it waits, if it does.
    pub status_reason: Option<String>,
}

impl NewBatch {
    /// A batch that may go at once.
    pub fn now(sequence: &SequenceId, send_ids: Vec<SendId>, now: Millis) -> Self {
        NewBatch {
            id: BatchId::new(now),
            sequence_id: sequence.clone(),
            send_ids,
            attempts: 0,
            not_before: now,
            check_at: now + MESSAGE_LOST_AFTER,
            status_reason: None,
        }
    }

    /// A batch that waits: the planner puts it on the queue when its time has come.
    pub fn waiting(
        sequence: &SequenceId,
        send_ids: Vec<SendId>,
        attempts: i64,
        until: Millis,
        reason: &str,
        now: Millis,
    ) -> Self {
        NewBatch {
            id: BatchId::new(now),
            sequence_id: sequence.clone(),
            send_ids,
            attempts,
            not_before: until,
            check_at: until,
            status_reason: Some(reason.to_string()),
        }
    }
}

/// The reason of batches that wait for their sequence to be resumed.
pub const PAUSED: &str = "paused";
/// The reason of batches that wait until the tenant sends again.
pub const SWITCHED_OFF: &str = "switched_off";
/// The reason of batches that wait for their time.
pub const DEFERRED: &str = "deferred";

/// Inserts batches.
pub fn insert(tenant: &TenantId, batches: &[NewBatch], now: Millis) -> Statement {
    Statement::new(
        "INSERT INTO send_batches (tenant_id, id, sequence_id, send_ids, status_reason, attempts, not_before, check_at, created_at)
         SELECT ?1, r.id, r.sequence_id, r.send_ids, r.status_reason, r.attempts, r.not_before, r.check_at, CAST(?3 AS BIGINT)
         FROM {rows ?2 AS r (id TEXT, sequence_id TEXT, send_ids JSON, status_reason TEXT, attempts BIGINT, not_before BIGINT, check_at BIGINT)}",
    )
    .bind(tenant)
    .bind_json(batches)
    .bind(now)
}

/// Puts batches on the queue.
///
/// # Errors
/// The queue's. The planner finds such batches again.
pub async fn enqueue(
    queues: &Queues,
    tenant: &TenantId,
    batches: impl IntoIterator<Item = (BatchId, u32)>,
) -> Result<(), QueueError> {
    let messages: Vec<_> = batches
        .into_iter()
        .filter_map(|(batch_id, delay)| {
            let message = BatchMessage {
                tenant_id: tenant.clone(),
                batch_id,
            };
            serde_json::to_string(&message)
                .ok()
                .map(|text| (text, delay))
        })
        .collect();
    if messages.is_empty() {
        return Ok(());
    }
    queues.send(QueueName::Sends, messages).await
}

/// Lets the batches go that waited for their sequence.
///
/// # Errors
/// The database's.
pub async fn release_paused(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    now: Millis,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "UPDATE send_batches SET not_before = ?3, check_at = ?3, status_reason = NULL
             WHERE tenant_id = ?1 AND sequence_id = ?2 AND status = 'queued' AND status_reason = 'paused'",
        )
        .bind(tenant)
        .bind(sequence)
        .bind(now),
    )
    .await
    .map(drop)
}

/// What waits because the provider did not take it.
#[derive(Debug, Clone, Deserialize)]
pub struct Refused {
    /// How many batches, among the oldest of the tenant's.
    pub batches: i64,
    /// What the provider said, or what happened.
    pub reason: Option<String>,
    /// When the first is tried again.
    pub next_at: Option<Millis>,
}

/// How many of the oldest batches are looked at for those that a provider did not take.
const LOOKED_AT: i64 = 1_000;

/// What waits because the provider did not take it.
///
/// # Errors
/// The database's.
pub async fn refused(db: &Db, tenant: &TenantId, now: Millis) -> Result<Refused, DbError> {
    db.fetch_one(
        Statement::new(
            "SELECT COUNT(*) AS batches, MAX(b.status_reason) AS reason, MIN(b.not_before) AS next_at
             FROM (SELECT status, status_reason, attempts, not_before FROM send_batches
                   WHERE tenant_id = ?1 ORDER BY id LIMIT ?2) AS b
             WHERE b.status = 'queued' AND b.attempts > 0 AND b.not_before > ?3
               AND b.status_reason NOT IN (?4, ?5, ?6)",
        )
        .bind(tenant)
        .bind(LOOKED_AT)
        .bind(now)
        .bind(PAUSED)
        .bind(SWITCHED_OFF)
        .bind(DEFERRED),
    )
    .await
}

#[derive(Debug, Deserialize)]
struct Overdue {
    id: BatchId,
    status: String,
    lease_token: Option<String>,
    lease_ends_at: Option<Millis>,
    not_before: Millis,
    attempts: i64,
    send_ids: Json<Vec<SendId>>,
}

/// What a sweep found.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Swept {
    /// Batches put on the queue (again).
    pub requeued: u64,
    /// Ledger rows whose outcome nobody knows, parked.
    pub parked: u64,
    /// Ledger rows given up, because dispatcher after dispatcher died before their hand-over.
    pub given_up: u64,
}

/// How many overdue batches one sweep of a sequence looks at.
const SWEEP_LIMIT: i64 = 400;

/// Looks after a sequence's batches of which nothing was heard: messages that got lost, workers that died before hand-over
/// (tried again) or after it (parked as unknown). While the sequence is paused, or sending is switched off, nothing is put on
/// the queue.
///
/// # Errors
/// The database's or the queue's; the next sweep goes on.
pub async fn sweep(
    db: &Db,
    queues: &Queues,
    tenant: &TenantId,
    sequence: &SequenceId,
    running: bool,
    most_attempts: u32,
    now: Millis,
) -> crate::error::Result<Swept> {
    let overdue: Vec<Overdue> = db
        .fetch_all(
            Statement::new(
                "SELECT id, status, lease_token, lease_ends_at, not_before, attempts, send_ids FROM send_batches
                 WHERE tenant_id = ?1 AND sequence_id = ?2 AND check_at <= ?3 AND (?5 = 1 OR status <> 'queued')
                 ORDER BY check_at LIMIT ?4",
            )
            .bind(tenant)
            .bind(sequence)
            .bind(now)
            .bind(SWEEP_LIMIT)
            // What waits for a sequence that does not run must not hide what has to be parked.
            .bind(running),
        )
        .await?;
    let mut swept = Swept::default();
    let mut to_queue = Vec::new();
    for batch in overdue {
        match batch.status.as_str() {
            "handed_over" if batch.lease_ends_at.is_some_and(|end| end <= now) => {
                swept.parked += park(db, tenant, &batch, now).await?;
            }
            "handed_over" => {}
            "leased" if batch.attempts >= i64::from(most_attempts) => {
                let reason = format!(
                    "gave up after {} attempts: the worker ended before hand-over",
                    batch.attempts
                );
                let message = BatchMessage {
                    tenant_id: tenant.clone(),
                    batch_id: batch.id,
                };
                swept.given_up += bury(db, &message, &reason, now).await?;
            }
            _ if running => to_queue.push(batch),
            _ => {}
        }
    }
    let released = release(db, tenant, &to_queue, now).await?;
    swept.requeued = u64::try_from(released.len()).unwrap_or_default();
    let delayed = released.into_iter().map(|id| (id, 0));
    enqueue(queues, tenant, delayed).await?;
    Ok(swept)
}

/// Makes overdue batches leasable again; whoever still holds an ended lease has lost it with that.
async fn release(
    db: &Db,
    tenant: &TenantId,
    batches: &[Overdue],
    now: Millis,
) -> Result<Vec<BatchId>, DbError> {
    #[derive(Deserialize)]
    struct Released {
        id: BatchId,
    }
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = batches
        .iter()
        .filter(|batch| batch.not_before <= now)
        .map(|batch| &batch.id)
        .collect();
    let released: Vec<Released> = db
        .fetch_all(
            Statement::new(
                "UPDATE send_batches SET status = 'queued', lease_token = NULL, lease_ends_at = NULL, check_at = ?3
                 WHERE tenant_id = ?1 AND id {in ?2}
                   AND (status = 'queued' OR (status = 'leased' AND lease_ends_at <= ?4))
                 RETURNING id",
            )
            .bind(tenant)
            .bind_json(&ids)
            .bind(now + MESSAGE_LOST_AFTER)
            .bind(now),
        )
        .await?;
    Ok(released.into_iter().map(|row| row.id).collect())
}

/// Nobody knows what became of these: they are parked, and only a receipt or a person resolves them.
async fn park(db: &Db, tenant: &TenantId, batch: &Overdue, now: Millis) -> Result<u64, DbError> {
    let change = Moved {
        from: &[SendStatus::Pending],
        to: Kind::Unknown,
        on: 0,
    };
    let which = "s.id {in ?4} AND s.batch_id = ?5
                 AND EXISTS (SELECT 1 FROM send_batches b WHERE b.tenant_id = ?1 AND b.id = ?5 AND b.lease_token = ?6)";
    let outcomes = db
        .batch(vec![
            deltas::moved(tenant, &change, which, now)
                .bind_json(&batch.send_ids.0)
                .bind(&batch.id)
                .bind(batch.lease_token.clone().unwrap_or_default()),
            Statement::new(
                "UPDATE send_log SET status = ?3, batch_id = NULL, updated_at = ?4,
                   failure_reason = 'outcome_unknown: the worker ended after hand-over'
                 WHERE tenant_id = ?1 AND id {in ?2} AND batch_id = ?5 AND status = 'pending'
                   AND EXISTS (SELECT 1 FROM send_batches b WHERE b.tenant_id = ?1 AND b.id = ?5 AND b.lease_token = ?6)",
            )
            .bind(tenant)
            .bind_json(&batch.send_ids.0)
            .bind(SendStatus::Unknown.as_str())
            .bind(now)
            .bind(&batch.id)
            .bind(batch.lease_token.clone().unwrap_or_default()),
            Statement::new("DELETE FROM send_batches WHERE tenant_id = ?1 AND id = ?2 AND lease_token = ?3")
                .bind(tenant)
                .bind(&batch.id)
                .bind(batch.lease_token.clone().unwrap_or_default()),
        ])
        .await?;
    Ok(outcomes.get(1).map_or(0, |outcome| outcome.changes))
}

/// What a batch consists of.
#[derive(Debug, Deserialize)]
pub struct Contents {
    /// The sequence all its sends belong to.
    pub sequence_id: SequenceId,
    /// Its sends.
    pub send_ids: Json<Vec<SendId>>,
}

/// What a batch consists of that is there still and was not handed over.
///
/// # Errors
/// The database's.
pub async fn not_handed_over(db: &Db, message: &BatchMessage) -> Result<Option<Contents>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT sequence_id, send_ids FROM send_batches WHERE tenant_id = ?1 AND id = ?2 AND status <> 'handed_over'",
        )
        .bind(&message.tenant_id)
        .bind(&message.batch_id),
    )
    .await
}

/// Ends a batch whose message went to the dead-letter queue: what was not handed over has failed, with the reason; what
/// was is left to the sweep, which parks it.
///
/// # Errors
/// The database's.
pub async fn bury(
    db: &Db,
    message: &BatchMessage,
    reason: &str,
    now: Millis,
) -> Result<u64, DbError> {
    let tenant = &message.tenant_id;
    let change = Moved {
        from: &[SendStatus::Pending],
        to: Kind::Failed,
        on: 0,
    };
    let which = "s.batch_id = ?4
                 AND s.id {in each b.send_ids FROM send_batches b WHERE b.tenant_id = ?1 AND b.id = ?4 AND b.status <> 'handed_over'}";
    let outcomes = db
        .batch(vec![
            deltas::moved(tenant, &change, which, now).bind(&message.batch_id),
            Statement::new(
                "UPDATE send_log SET status = 'failed', batch_id = NULL, failure_reason = ?3, updated_at = ?4
                 WHERE tenant_id = ?1 AND status = 'pending' AND batch_id = ?2
                   AND id {in each b.send_ids FROM send_batches b WHERE b.tenant_id = ?1 AND b.id = ?2 AND b.status <> 'handed_over'}",
            )
            .bind(tenant)
            .bind(&message.batch_id)
            .bind(reason)
            .bind(now),
            Statement::new("DELETE FROM send_batches WHERE tenant_id = ?1 AND id = ?2 AND status <> 'handed_over'")
                .bind(tenant)
                .bind(&message.batch_id),
        ])
        .await?;
    Ok(outcomes.get(1).map_or(0, |outcome| outcome.changes))
}

/// When the holder of a lease taken now loses it.
pub fn lease_end(now: Millis, lease_seconds: u32) -> Millis {
    now + i64::from(lease_seconds) * SECOND
}
