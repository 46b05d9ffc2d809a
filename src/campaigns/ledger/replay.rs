//! Replaying what failed, and settling by hand what nobody knows.

use serde::Deserialize;

use super::SendStatus;
use crate::campaigns::batches::{self, NewBatch};
use crate::edge::db::{DbError, Statement};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::{SendId, SequenceId, TenantId};

/// How many rows one call replays; calling again goes on.
pub const REPLAY_LIMIT: i64 = 5_000;

/// Puts failed rows (all of the sequence, or those named) back on the queue. Returns how many.
///
/// Only `failed` rows are replayed: of those it is known that the provider did not take them.
///
/// # Errors
/// The database's or the queue's.
pub async fn replay(
    platform: &Platform,
    tenant: &TenantId,
    sequence: &SequenceId,
    only: Option<&[SendId]>,
) -> Result<u64> {
    #[derive(Deserialize)]
    struct Row {
        id: SendId,
    }
    let now = platform.now();
    let named = only.unwrap_or_default();
    let failed: Vec<Row> = platform
        .db
        .fetch_all(
            Statement::new(
                "SELECT id FROM send_log WHERE tenant_id = ?1 AND sequence_id = ?2 AND status = 'failed'
                   AND (?3 = 0 OR id {in ?4}) ORDER BY id LIMIT ?5",
            )
            .bind(tenant)
            .bind(sequence)
            .bind(only.is_some())
            .bind_json(named)
            .bind(REPLAY_LIMIT),
        )
        .await?;
    let mut replayed = 0;
    let mut queued = Vec::new();
    for chunk in failed.chunks(platform.config.send_batch_size) {
        let ids: Vec<_> = chunk.iter().map(|row| row.id.clone()).collect();
        let batch = NewBatch::now(sequence, ids, now);
        let outcomes = platform
            .db
            .batch(vec![
                Statement::new(
                    "UPDATE send_log SET status = 'pending', failure_reason = NULL, batch_id = ?3, updated_at = ?4
                     WHERE tenant_id = ?1 AND id {in ?2} AND status = 'failed'",
                )
                .bind(tenant)
                .bind_json(&batch.send_ids)
                .bind(&batch.id)
                .bind(now),
                batches::insert(tenant, std::slice::from_ref(&batch), now),
            ])
            .await?;
        replayed += outcomes.first().map_or(0, |outcome| outcome.changes);
        queued.push((batch.id, 0));
    }
    batches::enqueue(&platform.queues, tenant, queued).await?;
    Ok(replayed)
}

/// Settles an `unknown` row after somebody looked at the provider's own records.
///
/// # Errors
/// When the row is not there, or not unknown.
pub async fn settle(
    platform: &Platform,
    tenant: &TenantId,
    id: &SendId,
    status: SendStatus,
) -> Result<()> {
    if !matches!(status, SendStatus::Sent | SendStatus::Failed) {
        return Err(Error::field("status", "must be sent or failed"));
    }
    let now = platform.now();
    let changed = platform
        .db
        .execute(
            Statement::new(
                "UPDATE send_log SET status = ?3, updated_at = ?4,
                   sent_at = CASE WHEN ?3 = 'sent' THEN COALESCE(sent_at, updated_at) ELSE sent_at END,
                   failure_reason = CASE WHEN ?3 = 'sent' THEN NULL ELSE 'settled_by_hand: not accepted' END
                 WHERE tenant_id = ?1 AND id = ?2 AND status = 'unknown'",
            )
            .bind(tenant)
            .bind(id)
            .bind(status.as_str())
            .bind(now),
        )
        .await?;
    if changed == 1 {
        return Ok(());
    }
    let scope = Scope::whole(tenant);
    let found: Result<Option<_>, DbError> = super::store::find(&platform.db, &scope, id).await;
    Err(match found? {
        None => Error::NotFound("send"),
        Some(send) => Error::conflict(
            "send_status",
            format!(
                "The send is {}; only an unknown one is settled by hand.",
                send.status.as_str()
            ),
        ),
    })
}
