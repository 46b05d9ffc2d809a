//! Replaying what failed, and settling by hand what nobody knows.

use serde::Deserialize;

use super::SendStatus;
use crate::campaigns::batches::{self, NewBatch};
use crate::campaigns::counts::deltas::{self, Moved};
use crate::campaigns::counts::{Days, Kind};
use crate::edge::clock::Millis;
use crate::edge::db::{DbError, Statement};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::{SendId, SequenceId, TenantId};

/// How many rows one call replays; calling again goes on.
pub const REPLAY_LIMIT: i64 = 5_000;

const PENDING_AGAIN: Moved<'static> = Moved {
    from: &[SendStatus::Failed],
    to: Kind::Pending,
    on: 0,
};

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
                deltas::moved(tenant, &PENDING_AGAIN, "s.id {in ?4}", now).bind_json(&batch.send_ids),
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
        replayed += outcomes.get(1).map_or(0, |outcome| outcome.changes);
        queued.push((batch.id, 0));
    }
    batches::enqueue(&platform.queues, tenant, queued).await?;
    Ok(replayed)
}

/// The tenant's day on which a row was changed last; 0 when there is none.
async fn day_of(platform: &Platform, tenant: &TenantId, id: &SendId) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        timezone: String,
        updated_at: Millis,
    }
    let row: Option<Row> = platform
        .db
        .fetch_optional(
            Statement::new(
                "SELECT t.timezone, COALESCE(s.sent_at, s.updated_at) AS updated_at FROM send_log s JOIN tenants t ON t.id = s.tenant_id
                 WHERE s.tenant_id = ?1 AND s.id = ?2",
            )
            .bind(tenant)
            .bind(id),
        )
        .await?;
    Ok(row.map_or(0, |row| Days::of(&row.timezone).day(row.updated_at)))
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
    // One that was sent counts on the day of what was known of it last.
    let change = Moved {
        from: &[SendStatus::Unknown],
        to: match status {
            SendStatus::Sent => Kind::Sent,
            _ => Kind::Failed,
        },
        on: day_of(platform, tenant, id).await?,
    };
    let outcomes = platform
        .db
        .batch(vec![
            deltas::moved(tenant, &change, "s.id = ?4", now).bind(id),
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
        ])
        .await?;
    if outcomes.last().is_some_and(|outcome| outcome.changes == 1) {
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
