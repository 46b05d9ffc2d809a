//! The logs' ends, for keeping them elsewhere.

use serde::Deserialize;

use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// The last entry of a tenant's log.
#[derive(Deserialize)]
pub struct LastEntry {
    /// Whose log.
    pub tenant_id: TenantId,
    /// Its place.
    pub sequence: i64,
    /// Its hash.
    pub hash: String,
}

/// The last entries of tenants' logs, in the order of the tenants.
///
/// # Errors
/// The database's.
pub async fn last_entries(db: &Db, after: &str, limit: i64) -> Result<Vec<LastEntry>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT tenant_id, sequence, hash FROM audit_heads WHERE tenant_id > ?1 ORDER BY tenant_id LIMIT ?2",
        )
        .bind(after)
        .bind(limit),
    )
    .await
}

/// The first place that is kept, and the hash of the entry at a place.
///
/// # Errors
/// The database's.
pub async fn first_and_known(
    db: &Db,
    tenant: &TenantId,
    sequence: i64,
) -> Result<(Option<i64>, Option<String>), DbError> {
    #[derive(Deserialize)]
    struct Row {
        first_sequence: Option<i64>,
        hash: Option<String>,
    }
    let row: Row = db
        .fetch_one(
            Statement::new(
                "SELECT (SELECT first_sequence FROM audit_heads WHERE tenant_id = ?1) AS first_sequence,
                   (SELECT hash FROM audit_log WHERE tenant_id = ?1 AND sequence = ?2) AS hash",
            )
            .bind(tenant)
            .bind(sequence),
        )
        .await?;
    Ok((row.first_sequence, row.hash))
}
