//! The SQL of the allow-list.

use super::model::AllowedRange;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{AllowedRangeId, TenantId};
use crate::tables::{Columns, Table};

const RANGES: Table = Table {
    name: "ip_allow_list",
    columns: "id, address_range, location_id, note, created_at",
};

/// The statement that reads all of a tenant's.
pub fn all(tenant: &TenantId) -> Statement {
    Statement::new(
        "SELECT id, address_range, location_id, note, created_at FROM ip_allow_list WHERE tenant_id = ?1 ORDER BY id",
    )
    .bind(tenant)
}

/// The statement that reads all of the tenant's that owns the API key of this digest.
pub fn of_key(digest: &str) -> Statement {
    Statement::new(
        "SELECT id, address_range, location_id, note, created_at FROM ip_allow_list
         WHERE tenant_id = (SELECT k.tenant_id FROM api_keys k WHERE k.secret_hash = ?1)",
    )
    .bind(digest)
}

/// Adds one.
///
/// # Errors
/// The database's.
pub async fn add(db: &Db, tenant: &TenantId, range: &AllowedRange) -> Result<(), DbError> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", &range.id)
        .set("address_range", &range.address_range)
        .set("location_id", range.location_id.as_ref())
        .set("note", range.note.as_deref())
        .set("created_at", range.created_at);
    db.execute(RANGES.insert(columns)).await.map(drop)
}

/// Removes one. False when there is none.
///
/// # Errors
/// The database's.
pub async fn remove(db: &Db, tenant: &TenantId, id: &AllowedRangeId) -> Result<bool, DbError> {
    let removed = db
        .execute(
            Statement::new("DELETE FROM ip_allow_list WHERE tenant_id = ?1 AND id = ?2")
                .bind(tenant)
                .bind(id),
        )
        .await?;
    Ok(removed > 0)
}
