//! Entries whose time is over.

use serde::Deserialize;

use super::{Head, move_head};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// The most tenants one upkeep looks after; the others' turn is the next.
const MOST_TENANTS: i64 = 50;

/// Tenants whose oldest entry is older than this.
///
/// # Errors
/// The database's.
pub async fn tenants_with_old(db: &Db, before: Millis) -> Result<Vec<TenantId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        tenant_id: TenantId,
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT h.tenant_id FROM audit_heads h
                 JOIN audit_log l ON l.tenant_id = h.tenant_id AND l.sequence = h.first_sequence
                 WHERE l.occurred_at < ?1 ORDER BY l.occurred_at LIMIT ?2",
            )
            .bind(before)
            .bind(MOST_TENANTS),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.tenant_id).collect())
}

/// Removes the entries before a head's new beginning and moves it there, if it still is the one that was read. False when it
/// is not.
///
/// # Errors
/// The database's.
pub async fn remove(db: &Db, tenant: &TenantId, head: &Head, next: &Head) -> Result<bool, DbError> {
    let outcomes = db
        .batch(vec![
            move_head(tenant, head, next),
            Statement::new(
                "DELETE FROM audit_log WHERE tenant_id = ?1 AND sequence >= ?2 AND sequence < ?3
                 AND EXISTS (SELECT 1 FROM audit_heads h WHERE h.tenant_id = ?1 AND h.seal = ?4)",
            )
            .bind(tenant)
            .bind(head.first_sequence)
            .bind(next.first_sequence)
            .bind(&next.seal),
        ])
        .await?;
    Ok(outcomes.first().is_some_and(|moved| moved.changes == 1))
}
