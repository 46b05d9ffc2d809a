//! The rows that an import refused.

use serde::{Deserialize, Serialize};

use crate::edge::db::{Db, DbError, Json, Statement};
use crate::ids::{ImportId, TenantId};

/// A row that was refused.
#[derive(Debug, Clone, Serialize)]
pub struct Refused {
    /// Its number in the file.
    pub row_number: i64,
    /// Why.
    pub reason: String,
    /// What it said.
    pub cells: Vec<String>,
}

/// A row that was refused, as it is read.
#[derive(Debug, Clone, Deserialize)]
pub struct Kept {
    /// Its number in the file.
    pub row_number: i64,
    /// Why.
    pub reason: String,
    /// What it said.
    pub cells: Json<Vec<String>>,
}

/// Keeps refused rows, if the piece of the file that they are in is this one's to take.
pub fn keep(tenant: &TenantId, import: &ImportId, token: &str, rows: &[Refused]) -> Statement {
    Statement::new(
        "INSERT INTO import_refusals (tenant_id, import_id, row_number, reason, cells)
         SELECT ?1, ?2, r.row_number, r.reason, r.cells FROM {rows ?4 AS r (row_number BIGINT, reason TEXT, cells JSON)}
         WHERE EXISTS (SELECT 1 FROM imports i WHERE i.tenant_id = ?1 AND i.id = ?2 AND i.chunk = ?3)",
    )
    .bind(tenant)
    .bind(import)
    .bind(token)
    .bind_json(rows)
}

/// The next refused rows.
///
/// # Errors
/// The database's.
pub async fn after(
    db: &Db,
    tenant: &TenantId,
    import: &ImportId,
    row: i64,
    limit: i64,
) -> Result<Vec<Kept>, DbError> {
    let statement = Statement::new(
        "SELECT row_number, reason, cells FROM import_refusals
         WHERE tenant_id = ?1 AND import_id = ?2 AND row_number > ?3 ORDER BY row_number LIMIT ?4",
    );
    db.fetch_all(statement.bind(tenant).bind(import).bind(row).bind(limit))
        .await
}

/// Forgets them.
pub fn forget(tenant: &TenantId, import: &ImportId) -> Statement {
    Statement::new("DELETE FROM import_refusals WHERE tenant_id = ?1 AND import_id = ?2")
        .bind(tenant)
        .bind(import)
}
