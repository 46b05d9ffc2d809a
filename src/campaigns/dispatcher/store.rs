//! The dispatcher's lease and its hand-over mark.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::Decided;
use crate::campaigns::batches::{self, NewBatch};
use crate::campaigns::counts::Kind;
use crate::campaigns::counts::deltas::{self, Moved};
use crate::campaigns::ledger::SendStatus;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::edge::platform::Platform;
use crate::ids::{BatchId, BusinessId, PersonId, SendId, SequenceId, TenantId};
use crate::providers::email::Email;

/// A batch under this dispatcher's lease.
#[derive(Debug, Clone, Deserialize)]
pub struct LeasedBatch {
    /// Its id.
    pub id: BatchId,
    /// The sequence all its sends belong to.
    pub sequence_id: SequenceId,
    /// Hand-overs tried, this one included.
    pub attempts: i64,
}

/// A pending send of a leased batch.
#[derive(Debug, Clone, Deserialize)]
pub struct PendingSend {
    /// Its id.
    pub id: SendId,
    /// Its batch.
    pub batch_id: BatchId,
    /// Its sequence.
    pub sequence_id: SequenceId,
    /// The version that decided it.
    pub version: i64,
    /// To whom.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: BusinessId,
    /// The step.
    pub step_number: i64,
    /// The enrolment's status.
    pub enrolment_status: Option<String>,
    /// The recipient's zone.
    pub timezone: Option<String>,
}

/// What a lease brought.
pub struct Leased {
    /// The batches.
    pub batches: Vec<LeasedBatch>,
    /// Their pending sends.
    pub sends: Vec<PendingSend>,
}

impl Leased {
    /// The leased batch of this id.
    pub fn batch(&self, id: &BatchId) -> Option<&LeasedBatch> {
        self.batches.iter().find(|batch| batch.id == *id)
    }
}

/// Takes a lease on those batches that are free and whose time has come, and loads their sends, in one transaction.
///
/// # Errors
/// The database's.
pub async fn lease(
    platform: &Platform,
    tenant: &TenantId,
    ids: &[&BatchId],
    token: &str,
) -> Result<Leased, DbError> {
    let now = platform.now();
    let end = batches::lease_end(now, platform.config.lease_seconds);
    let outcomes = platform
        .db
        .batch(vec![
            Statement::new(
                "UPDATE send_batches SET status = 'leased', lease_token = ?3, lease_ends_at = ?4, check_at = ?4, attempts = attempts + 1
                 WHERE tenant_id = ?1 AND id {in ?2} AND not_before <= ?5
                   AND (status = 'queued' OR (status = 'leased' AND lease_ends_at <= ?5))
                 RETURNING id, sequence_id, attempts",
            )
            .bind(tenant)
            .bind_json(ids)
            .bind(token)
            .bind(end)
            .bind(now),
            Statement::new(
                "SELECT s.id, s.batch_id, s.sequence_id, s.version, s.person_id, s.business_id, s.step_number,
                   e.status AS enrolment_status, e.timezone
                 FROM send_log s
                 LEFT JOIN enrolments e ON e.tenant_id = s.tenant_id AND e.id = s.enrolment_id
                 WHERE s.tenant_id = ?1 AND s.status = 'pending'
                   AND s.batch_id IN (SELECT b.id FROM send_batches b WHERE b.tenant_id = ?1 AND b.id {in ?2} AND b.lease_token = ?3)
                   AND s.id {in each b.send_ids FROM send_batches b WHERE b.tenant_id = ?1 AND b.id {in ?2} AND b.lease_token = ?3}",
            )
            .bind(tenant)
            .bind_json(ids)
            .bind(token),
        ])
        .await?;
    let mut outcomes = outcomes.into_iter().map(|outcome| outcome.rows);
    Ok(Leased {
        batches: outcomes.next().unwrap_or_default().decode()?,
        sends: outcomes.next().unwrap_or_default().decode()?,
    })
}

/// Gives leased batches back that were not handed over.
///
/// # Errors
/// The database's; the sweep finds them when the lease ends.
pub async fn let_go(
    platform: &Platform,
    tenant: &TenantId,
    leased: &Leased,
    token: &str,
) -> Result<(), DbError> {
    let ids: Vec<_> = leased.batches.iter().map(|batch| &batch.id).collect();
    let statement = Statement::new(
        "UPDATE send_batches SET status = 'queued', lease_token = NULL, lease_ends_at = NULL, check_at = ?4
         WHERE tenant_id = ?1 AND id {in ?2} AND status = 'leased' AND lease_token = ?3",
    );
    platform
        .db
        .execute(
            statement
                .bind(tenant)
                .bind_json(&ids)
                .bind(token)
                .bind(platform.now() + batches::MESSAGE_LOST_AFTER),
        )
        .await
        .map(drop)
}

/// Removes leased batches that have no pending sends.
///
/// # Errors
/// The database's.
pub async fn drop_empty(
    db: &Db,
    tenant: &TenantId,
    leased: &Leased,
    token: &str,
) -> Result<(), DbError> {
    let ids: Vec<_> = leased.batches.iter().map(|batch| &batch.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    db.execute(remove_batches(tenant, &ids, token))
        .await
        .map(drop)
}

/// Removes batches that this dispatcher holds.
pub fn remove_batches(tenant: &TenantId, ids: &[&BatchId], token: &str) -> Statement {
    Statement::new(
        "DELETE FROM send_batches WHERE tenant_id = ?1 AND id {in ?2} AND lease_token = ?3",
    )
    .bind(tenant)
    .bind_json(ids)
    .bind(token)
}

/// Writes down that these batches go to the provider now, and settles what does not: skipped sends end, deferred ones go
/// into batches that wait. From here on nothing of a batch is sent again by itself. A batch whose lease has ended is left
/// out. Returns those that are handed over.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn mark_hand_over(
    platform: &Platform,
    tenant: &TenantId,
    leased: &Leased,
    decided: &BTreeMap<&BatchId, Decided>,
    token: &str,
) -> Result<Vec<BatchId>, DbError> {
    #[derive(Deserialize)]
    struct Marked {
        id: BatchId,
    }
    let now = platform.now();
    let send_ids: BTreeMap<_, _> = decided
        .iter()
        .map(|(id, batch)| {
            let ids: Vec<_> = batch.emails.iter().filter_map(Email::send).collect();
            (
                *id,
                json!({ "send_ids": serde_json::to_string(&ids).unwrap_or_default() }),
            )
        })
        .collect();
    let ids: Vec<_> = decided.keys().collect();
    let mut statements = vec![
        Statement::new(
            "UPDATE send_batches SET status = 'handed_over', send_ids = {field ?2 id 'send_ids' JSONB}
             WHERE tenant_id = ?1 AND id {in ?3} AND status = 'leased' AND lease_token = ?4 AND lease_ends_at > ?5
             RETURNING id",
        )
        .bind(tenant)
        .bind_json(&send_ids)
        .bind_json(&ids)
        .bind(token)
        .bind(now),
    ];
    statements.extend(settle_skipped(tenant, decided, token, now));
    statements.extend(settle_deferred(tenant, leased, decided, token, now));
    let mut outcomes = platform.db.batch(statements).await?.into_iter();
    let marked: Vec<Marked> = outcomes.next().unwrap_or_default().rows.decode()?;
    Ok(marked.into_iter().map(|row| row.id).collect())
}

fn settle_skipped(
    tenant: &TenantId,
    decided: &BTreeMap<&BatchId, Decided>,
    token: &str,
    now: Millis,
) -> Vec<Statement> {
    let skipped: BTreeMap<_, _> = decided
        .values()
        .flat_map(|batch| &batch.skipped)
        .map(|(id, reason)| (id.as_str(), json!({ "reason": reason })))
        .collect();
    if skipped.is_empty() {
        return Vec::new();
    }
    let held: Vec<_> = decided.keys().collect();
    let mut by_kind: BTreeMap<Kind, Vec<&SendId>> = BTreeMap::new();
    for (id, reason) in decided.values().flat_map(|batch| &batch.skipped) {
        by_kind.entry(Kind::of_skip(reason)).or_default().push(id);
    }
    let mut statements: Vec<_> = by_kind
        .into_iter()
        .map(|(to, ids)| {
            let change = Moved {
                from: &[SendStatus::Pending],
                to,
                on: 0,
            };
            let which = "s.id {in ?4} AND s.batch_id IN (SELECT b.id FROM send_batches b
                           WHERE b.tenant_id = ?1 AND b.status = 'handed_over' AND b.lease_token = ?5 AND b.id {in ?6})";
            deltas::moved(tenant, &change, which, now)
                .bind_json(&ids)
                .bind(token)
                .bind_json(&held)
        })
        .collect();
    let ids: Vec<_> = skipped.keys().collect();
    statements.push(
        Statement::new(
            "UPDATE send_log SET status = 'skipped', failure_reason = {field ?2 id 'reason' TEXT}, batch_id = NULL, updated_at = ?4
             WHERE tenant_id = ?1 AND id {in ?3} AND status = 'pending'
               AND batch_id IN (SELECT b.id FROM send_batches b
                                WHERE b.tenant_id = ?1 AND b.status = 'handed_over' AND b.lease_token = ?5 AND b.id {in ?6})",
        )
        .bind(tenant)
        .bind_json(&skipped)
        .bind_json(&ids)
        .bind(now)
        .bind(token)
        .bind_json(&held),
    );
    statements
}

fn settle_deferred(
    tenant: &TenantId,
    leased: &Leased,
    decided: &BTreeMap<&BatchId, Decided>,
    token: &str,
    now: Millis,
) -> Vec<Statement> {
    let mut waiting = Vec::new();
    for (id, batch) in decided {
        let Some(from) = leased.batch(id) else {
            continue;
        };
        for ((until, reason), sends) in &batch.deferred {
            // Waiting is no attempt.
            let attempts = from.attempts - 1;
            waiting.push(NewBatch::waiting(
                &from.sequence_id,
                sends.clone(),
                attempts,
                *until,
                reason,
                now,
            ));
        }
    }
    if waiting.is_empty() {
        return Vec::new();
    }
    let held: Vec<_> = decided.keys().collect();
    vec![
        batches::insert(tenant, &waiting, now),
        reassign(tenant, &waiting, &held, token),
    ]
}

/// Puts sends into other batches, if the batches they are in are held by this dispatcher.
pub fn reassign<T: serde::Serialize>(
    tenant: &TenantId,
    to: &[NewBatch],
    held: &[T],
    token: &str,
) -> Statement {
    let target: BTreeMap<_, _> = to
        .iter()
        .flat_map(|batch| {
            batch
                .send_ids
                .iter()
                .map(|send| (send.as_str(), json!({ "batch_id": batch.id })))
        })
        .collect();
    let ids: Vec<_> = target.keys().collect();
    Statement::new(
        "UPDATE send_log SET batch_id = {field ?2 id 'batch_id' TEXT}
         WHERE tenant_id = ?1 AND id {in ?3} AND status = 'pending'
           AND batch_id IN (SELECT b.id FROM send_batches b
                            WHERE b.tenant_id = ?1 AND b.status = 'handed_over' AND b.lease_token = ?4 AND b.id {in ?5})",
    )
    .bind(tenant)
    .bind_json(&target)
    .bind_json(&ids)
    .bind(token)
    .bind_json(held)
}
