//! Which records are to be compared: those whose keys are others than when they were compared last. The condition is the
//! one of the indexes `businesses_to_compare` and `people_to_compare`, word by word, so that asking reads only such records.
//! `created_at >= 0` holds for every row: it makes SQLite take that index, not the primary key by tenant.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::crm::duplicates::evidence::{Keys, What};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// A business as it would be compared now.
pub const BUSINESSES_TO_COMPARE: &str = "(CASE WHEN deleted_at IS NULL THEN COALESCE(email, '') || '|' || COALESCE(phone_key, '') || '|' || COALESCE(website_key, '') || '|' || COALESCE(name_key, '') ELSE '' END)";
/// A person as they would be compared now.
const PEOPLE_TO_COMPARE: &str = "(CASE WHEN deleted_at IS NULL THEN COALESCE(email, '') || '|' || COALESCE(phone_key, '') || '|' || COALESCE(first_name, '') || '|' || COALESCE(last_name, '') ELSE '' END)";

/// A record whose keys have changed.
#[derive(Debug, Clone, Deserialize)]
pub struct Changed {
    /// Its keys now.
    #[serde(flatten)]
    pub keys: Keys,
    /// As what it is compared; empty for a deleted one.
    pub compare_as: String,
}

fn as_compared(what: What) -> &'static str {
    match what {
        What::Businesses => BUSINESSES_TO_COMPARE,
        What::People => PEOPLE_TO_COMPARE,
    }
}

/// The next tenant in order, after this one, with records to compare.
///
/// # Errors
/// The database's.
pub async fn next_tenant(db: &Db, what: What, after: &str) -> Result<Option<TenantId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        tenant_id: TenantId,
    }
    let (table, now) = (what.as_str(), as_compared(what));
    let row: Option<Row> = db
        .fetch_optional(
            Statement::assembled(format!(
                "SELECT t.id AS tenant_id FROM tenants t WHERE t.id > ?1 AND EXISTS (
                   SELECT 1 FROM {table} WHERE tenant_id = t.id AND {table}.created_at >= 0 AND compared_as IS DISTINCT FROM {now})
                 ORDER BY t.id LIMIT 1"
            ))
            .bind(after),
        )
        .await?;
    Ok(row.map(|row| row.tenant_id))
}

/// Records to compare.
///
/// # Errors
/// The database's.
pub async fn changed(
    db: &Db,
    tenant: &TenantId,
    what: What,
    limit: i64,
) -> Result<Vec<Changed>, DbError> {
    let (table, now) = (what.as_str(), as_compared(what));
    let names = match what {
        What::Businesses => "website_key, name_key, NULL AS first_name, NULL AS last_name",
        What::People => "NULL AS website_key, NULL AS name_key, first_name, last_name",
    };
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT id, email, phone_key, {names}, {now} AS compare_as FROM {table}
             WHERE compared_as IS DISTINCT FROM {now} AND tenant_id = ?1 AND created_at >= 0 ORDER BY created_at LIMIT ?2"
        ))
        .bind(tenant)
        .bind(limit),
    )
    .await
}

/// Writes down as what records were compared. One that has changed meanwhile is to be compared again.
pub fn compared(tenant: &TenantId, what: What, records: &[Changed]) -> Statement {
    let as_what: BTreeMap<_, _> = records
        .iter()
        .map(|record| (&record.keys.id, json!({"compared_as": record.compare_as})))
        .collect();
    let ids: Vec<_> = as_what.keys().collect();
    Statement::assembled(format!(
        "UPDATE {} SET compared_as = {{field ?2 id 'compared_as' TEXT}} WHERE tenant_id = ?1 AND id {{in ?3}}",
        what.as_str()
    ))
    .bind(tenant)
    .bind_json(&as_what)
    .bind_json(&ids)
}
