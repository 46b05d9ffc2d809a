//! A tenant's daily quota of emails, counted per UTC day.

use serde::Deserialize;

use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// Sends left today; `None` when the tenant has no limit.
///
/// # Errors
/// The database's.
pub async fn left(
    db: &Db,
    tenant: &TenantId,
    limit: Option<i64>,
    now: Millis,
) -> Result<Option<i64>, DbError> {
    let Some(limit) = limit else {
        return Ok(None);
    };
    let sent = sent_on(db, tenant, now.div_euclid(DAY)).await?;
    Ok(Some(limit - sent))
}

/// Sends of a day, counted from the first of January 1970 (UTC).
///
/// # Errors
/// The database's.
pub async fn sent_on(db: &Db, tenant: &TenantId, day: i64) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        sent: i64,
    }
    let row: Option<Row> = db
        .fetch_optional(
            Statement::new("SELECT sent FROM send_quota_days WHERE tenant_id = ?1 AND day = ?2")
                .bind(tenant)
                .bind(day),
        )
        .await?;
    Ok(row.map_or(0, |row| row.sent))
}

/// Counts sends.
pub fn count(tenant: &TenantId, sent: i64, now: Millis) -> Statement {
    Statement::new(
        "INSERT INTO send_quota_days (tenant_id, day, sent) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant_id, day) DO UPDATE SET sent = send_quota_days.sent + excluded.sent",
    )
    .bind(tenant)
    .bind(now.div_euclid(DAY))
    .bind(sent)
}
