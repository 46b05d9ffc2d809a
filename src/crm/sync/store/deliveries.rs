//! The SQL of what the webhook brings.

use serde::Deserialize;
use serde_json::Value;

use crate::crm::sync::model::DeliveryOutcome;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::ids::{DeliveryId, TenantId};

/// A delivery that waits.
#[derive(Debug, Deserialize)]
pub struct Delivery {
    /// What it says happened.
    #[serde(rename = "type")]
    pub kind: String,
    /// The record.
    pub body: Option<Json<Value>>,
}

/// A delivery and whether it was applied.
#[derive(Debug, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: DeliveryId,
    /// When it was applied.
    pub applied_at: Option<Millis>,
}

/// Keeps a delivery, if there is none with its sender's id yet, and says which there is now.
///
/// # Errors
/// The database's.
pub async fn keep_delivery(
    db: &Db,
    tenant: &TenantId,
    key: &str,
    kind: &str,
    body: &Value,
    next_attempt_at: Millis,
    now: Millis,
) -> Result<Kept, DbError> {
    let insert = Statement::new(
        "INSERT INTO sync_deliveries (tenant_id, id, delivery_key, type, body, next_attempt_at, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, delivery_key) DO NOTHING",
    )
    .bind(tenant)
    .bind(DeliveryId::new(now))
    .bind(key)
    .bind(kind)
    .bind_json(body)
    .bind(next_attempt_at)
    .bind(now);
    let find = Statement::new(
        "SELECT id, applied_at FROM sync_deliveries WHERE tenant_id = ?1 AND delivery_key = ?2",
    )
    .bind(tenant)
    .bind(key);
    let outcomes = db.batch(vec![insert, find]).await?;
    let found = outcomes
        .into_iter()
        .nth(1)
        .unwrap_or_default()
        .rows
        .decode()?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| DbError::Other("a delivery that was kept is not there".into()))
}

/// A delivery that is still to be applied.
///
/// # Errors
/// The database's.
pub async fn delivery(
    db: &Db,
    tenant: &TenantId,
    id: &DeliveryId,
) -> Result<Option<Delivery>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT id, type, body FROM sync_deliveries WHERE tenant_id = ?1 AND id = ?2 AND applied_at IS NULL",
        )
        .bind(tenant)
        .bind(id),
    )
    .await
}

/// Settles a delivery of which nothing comes.
///
/// # Errors
/// The database's.
pub async fn settle_delivery(
    db: &Db,
    tenant: &TenantId,
    id: &DeliveryId,
    outcome: DeliveryOutcome,
    reason: &str,
    now: Millis,
) -> Result<(), DbError> {
    let statement = Statement::new(
        "UPDATE sync_deliveries SET outcome = ?3, reason = ?4, applied_at = ?5, next_attempt_at = NULL, body = NULL
         WHERE tenant_id = ?1 AND id = ?2 AND applied_at IS NULL",
    );
    let statement = statement.bind(tenant).bind(id).bind(outcome.as_str());
    db.execute(statement.bind(reason).bind(now)).await.map(drop)
}

/// So many deliveries that were not applied by their time; they are looked at again at another.
///
/// # Errors
/// The database's.
pub async fn waiting(
    db: &Db,
    tenant: &TenantId,
    again_at: Millis,
    most: i64,
    now: Millis,
) -> Result<Vec<DeliveryId>, DbError> {
    #[derive(Deserialize)]
    struct Waiting {
        id: DeliveryId,
    }
    let statement = Statement::new(
        "UPDATE sync_deliveries SET next_attempt_at = ?3, attempts = attempts + 1
         WHERE tenant_id = ?1 AND id IN (SELECT w.id FROM sync_deliveries w
           WHERE w.tenant_id = ?1 AND w.applied_at IS NULL AND w.next_attempt_at <= ?2 ORDER BY w.next_attempt_at LIMIT ?4)
         RETURNING id",
    );
    let statement = statement.bind(tenant).bind(now).bind(again_at).bind(most);
    let waiting: Vec<Waiting> = db.fetch_all(statement).await?;
    Ok(waiting.into_iter().map(|row| row.id).collect())
}
