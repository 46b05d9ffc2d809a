//! The SQL of feature flags.

use super::built_in::Switch;
use super::model::{FeatureFlag, FeatureFlagIn};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

const COLUMNS: &str = "name, description, is_on, percentage, created_at, updated_at";
/// A tenant has some dozens; they are read whole.
const MOST: i64 = 500;

/// All of a tenant's, by name.
///
/// # Errors
/// The database's.
pub async fn list(db: &Db, tenant: &TenantId) -> Result<Vec<FeatureFlag>, DbError> {
    let sql =
        format!("SELECT {COLUMNS} FROM feature_flags WHERE tenant_id = ?1 ORDER BY name LIMIT ?2");
    db.fetch_all(Statement::assembled(sql).bind(tenant).bind(MOST))
        .await
}

/// A flag.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId, name: &str) -> Result<Option<FeatureFlag>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM feature_flags WHERE tenant_id = ?1 AND name = ?2");
    db.fetch_optional(Statement::assembled(sql).bind(tenant).bind(name))
        .await
}

/// Sets a flag.
///
/// # Errors
/// The database's.
pub async fn put(
    db: &Db,
    tenant: &TenantId,
    name: &str,
    input: &FeatureFlagIn,
    now: Millis,
) -> Result<FeatureFlag, DbError> {
    let sql = format!(
        "INSERT INTO feature_flags (tenant_id, name, description, is_on, percentage, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
         ON CONFLICT (tenant_id, name) DO UPDATE SET description = excluded.description, is_on = excluded.is_on,
           percentage = excluded.percentage, updated_at = excluded.updated_at
         RETURNING {COLUMNS}"
    );
    db.fetch_one(
        Statement::assembled(sql)
            .bind(tenant)
            .bind(name)
            .bind(input.description.clone())
            .bind(input.is_on)
            .bind(input.percentage.unwrap_or(100))
            .bind(now),
    )
    .await
}

/// Removes a flag. False when there is none.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, tenant: &TenantId, name: &str) -> Result<bool, DbError> {
    let sql = "DELETE FROM feature_flags WHERE tenant_id = ?1 AND name = ?2";
    let deleted = db
        .execute(Statement::new(sql).bind(tenant).bind(name))
        .await?;
    Ok(deleted > 0)
}

/// SQL that is 1 while a switch is on for the tenant whose id this column or placeholder is, else 0: for statements that read
/// a tenant anyway, so that asking costs no statement of its own.
pub fn is_on(switch: &Switch, tenant: &str) -> String {
    let name = switch.name;
    format!(
        "(CASE WHEN EXISTS (SELECT 1 FROM feature_flags f
           WHERE f.tenant_id = {tenant} AND f.name = '{name}' AND f.is_on = 0) THEN 0 ELSE 1 END)"
    )
}
