//! The SQL of idempotency keys.

use serde::Deserialize;

use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// How long an answer is kept.
const KEPT: Millis = DAY;

/// Whose key it is, and for what.
pub struct Claim<'a> {
    /// Whose data.
    pub tenant: &'a TenantId,
    /// Who asks.
    pub actor: &'a str,
    /// The key.
    pub key: &'a str,
    /// What is asked.
    pub request_hash: &'a str,
}

/// What is known of a key.
#[derive(Debug, Deserialize)]
pub struct Known {
    /// What was asked with it.
    pub request_hash: String,
    /// What it came to; `None` while it is under way.
    pub status: Option<u16>,
    /// The answer, if it is kept.
    pub body: Option<String>,
}

/// Takes the key, or says what is known of it. Of two at once one takes it.
///
/// # Errors
/// The database's.
pub async fn take(db: &Db, claim: &Claim<'_>, now: Millis) -> Result<Option<Known>, DbError> {
    let bind = |sql| {
        Statement::new(sql)
            .bind(claim.tenant)
            .bind(claim.actor)
            .bind(claim.key)
    };
    let statements = vec![
        bind("DELETE FROM idempotency_keys WHERE tenant_id = ?1 AND actor = ?2 AND idempotency_key = ?3 AND created_at <= ?4")
            .bind(now - KEPT),
        bind(
            "INSERT INTO idempotency_keys (tenant_id, actor, idempotency_key, request_hash, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id, actor, idempotency_key) DO NOTHING",
        )
        .bind(claim.request_hash)
        .bind(now),
        bind("SELECT request_hash, status, body FROM idempotency_keys WHERE tenant_id = ?1 AND actor = ?2 AND idempotency_key = ?3"),
    ];
    let mut outcomes = db.batch(statements).await?;
    let known: Vec<Known> = outcomes
        .pop()
        .map(|outcome| outcome.rows.decode())
        .transpose()?
        .unwrap_or_default();
    let taken = outcomes.pop().is_some_and(|outcome| outcome.changes > 0);
    Ok(known.into_iter().next().filter(|_| !taken))
}

/// Keeps the answer.
///
/// # Errors
/// The database's.
pub async fn keep(
    db: &Db,
    claim: &Claim<'_>,
    status: u16,
    body: Option<&str>,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "UPDATE idempotency_keys SET status = ?4, body = ?5
             WHERE tenant_id = ?1 AND actor = ?2 AND idempotency_key = ?3 AND status IS NULL",
        )
        .bind(claim.tenant)
        .bind(claim.actor)
        .bind(claim.key)
        .bind(i64::from(status))
        .bind(body),
    )
    .await
    .map(drop)
}

/// Gives the key back: nothing was done, so the same may be tried again.
///
/// # Errors
/// The database's.
pub async fn give_back(db: &Db, claim: &Claim<'_>) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "DELETE FROM idempotency_keys
             WHERE tenant_id = ?1 AND actor = ?2 AND idempotency_key = ?3 AND status IS NULL",
        )
        .bind(claim.tenant)
        .bind(claim.actor)
        .bind(claim.key),
    )
    .await
    .map(drop)
}

/// Forgets answers that are a day old, some at a time. Returns how many.
///
/// # Errors
/// The database's.
pub async fn forget_old(db: &Db, now: Millis) -> Result<u64, DbError> {
    db.execute(
        Statement::new("DELETE FROM idempotency_keys WHERE created_at <= ?1").bind(now - KEPT),
    )
    .await
}
