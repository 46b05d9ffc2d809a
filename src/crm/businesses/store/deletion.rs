//! The SQL of deleting businesses and bringing them back. Rows stay for what refers to them. Their people go with them and
//! come back with them, and only those; whatever else hangs on a business is hidden as long as it is deleted.

use serde_json::json;

use super::many::{Id, ids};
use crate::crm::model::ActivityType;
use crate::crm::search::{self, model::Kind};
use crate::crm::timeline;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{BusinessId, TenantId};

/// As `Columns::touched`: a version of its own, also of two changes within one millisecond.
const TOUCHED: &str = "updated_at = CASE WHEN updated_at >= ?3 THEN updated_at + 1 ELSE ?3 END";

/// Deletes businesses, and says which.
///
/// # Errors
/// The database's.
pub async fn delete(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    let entries = timeline::for_each(
        tenant,
        businesses,
        ActivityType::BusinessDeleted,
        &json!({}),
        now,
        "NULL",
        "b.deleted_at IS NULL",
    );
    let people = format!(
        "UPDATE people SET deleted_at = ?3, deleted_with_business = 1, {TOUCHED}
         WHERE tenant_id = ?1 AND business_id {{in ?2}} AND deleted_at IS NULL"
    );
    let gone = format!(
        "UPDATE businesses SET deleted_at = ?3, {TOUCHED} WHERE tenant_id = ?1 AND id {{in ?2}} AND deleted_at IS NULL"
    );
    run(db, tenant, businesses, now, [people, gone], entries).await
}

/// Brings businesses back, and says which. What a merge made part of another comes back by undoing that only.
///
/// # Errors
/// The database's.
pub async fn restore(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    let entries = timeline::for_each(
        tenant,
        businesses,
        ActivityType::BusinessRestored,
        &json!({}),
        now,
        "NULL",
        "b.deleted_at IS NOT NULL AND b.merged_into_id IS NULL",
    );
    let people = format!(
        "UPDATE people SET deleted_at = NULL, deleted_with_business = 0, {TOUCHED}
         WHERE tenant_id = ?1 AND business_id {{in ?2}} AND deleted_with_business = 1 AND merged_into_id IS NULL"
    );
    let back = format!(
        "UPDATE businesses SET deleted_at = NULL, {TOUCHED} WHERE tenant_id = ?1 AND id {{in ?2}} AND deleted_at IS NOT NULL AND merged_into_id IS NULL"
    );
    run(db, tenant, businesses, now, [people, back], entries).await
}

/// The entries are made first: they ask how the businesses are before.
async fn run(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    now: Millis,
    updates: [String; 2],
    entries: Statement,
) -> Result<Vec<BusinessId>, DbError> {
    let updates = updates.into_iter().map(|sql| {
        Statement::assembled(sql)
            .bind(tenant)
            .bind_json(businesses)
            .bind(now)
    });
    let statements = std::iter::once(entries).chain(updates).collect();
    let outcomes = db.batch(statements).await?;
    let entries = outcomes.into_iter().next().unwrap_or_default();
    if let Some(first) = businesses.first() {
        search::after_write(db, tenant, Kind::Business, first.as_str(), now).await;
    }
    Ok(ids(entries.rows.decode::<Id>()?))
}
