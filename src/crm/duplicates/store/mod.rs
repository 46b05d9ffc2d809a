//! The SQL of duplicates: the pairs, and the records they are made of.

mod matches;
mod pending;

use std::collections::HashMap;

use serde::Serialize;

use super::evidence::What;
use super::model::{Pair, Record};
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::http::scope::Scope;
use crate::ids::{DuplicateId, TenantId};
use crate::tables::{Conditions, Table};

pub use matches::{outdated, sharing};
#[cfg(test)]
pub use pending::BUSINESSES_TO_COMPARE;
pub use pending::{Changed, changed, next_tenant};

const PAIRS: Table = Table {
    name: "duplicates",
    columns: "id, what, first_id, second_id, confidence, dismissed_by, dismissed_at, found_at",
};
const BUSINESSES: Table = Table {
    name: "businesses",
    columns: "id, NULL AS business_id, name, NULL AS first_name, NULL AS last_name, email, phone, phone_key, website, \
              website_key, name_key, address_street, address_city, address_state, address_zip, created_at",
};
const PEOPLE: Table = Table {
    name: "people",
    columns: "id, business_id, NULL AS name, first_name, last_name, email, phone, phone_key, NULL AS website, \
              NULL AS website_key, NULL AS name_key, NULL AS address_street, NULL AS address_city, NULL AS address_state, \
              NULL AS address_zip, created_at",
};

/// A pair that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its id.
    pub id: DuplicateId,
    /// The older record.
    pub first_id: String,
    /// The younger.
    pub second_id: String,
    /// How certain it is.
    pub confidence: i64,
}

/// The records of these ids that are there and within reach.
///
/// # Errors
/// The database's.
pub async fn records(
    db: &Db,
    scope: &Scope,
    what: What,
    ids: &[&str],
) -> Result<HashMap<String, Record>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (table, within) = match what {
        What::Businesses => (BUSINESSES, reach::businesses(scope)),
        What::People => (PEOPLE, reach::of_businesses(scope)),
    };
    let ids = crate::edge::db::Value::Json(serde_json::json!(ids).to_string());
    let these = within.and("id {in ?}", [ids]).and_not_deleted();
    let rows: Vec<Record> = db.fetch_all(table.select(these)).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.keys.id.clone(), row))
        .collect())
}

/// Pairs, the most certain first, after the one of this confidence and id.
///
/// # Errors
/// The database's.
pub async fn pairs(
    db: &Db,
    tenant: &TenantId,
    what: What,
    dismissed: bool,
    (confidence, id): &(i64, String),
    limit: i64,
) -> Result<Vec<Pair>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {} FROM duplicates
             WHERE tenant_id = ?1 AND what = ?2 AND is_dismissed = ?3 AND (confidence, id) < (?4, ?5)
             ORDER BY confidence DESC, id DESC LIMIT ?6",
            PAIRS.columns
        ))
        .bind(tenant)
        .bind(what.as_str())
        .bind(dismissed)
        .bind(*confidence)
        .bind(id)
        .bind(limit),
    )
    .await
}

/// One pair.
///
/// # Errors
/// The database's.
pub async fn pair(db: &Db, tenant: &TenantId, id: &DuplicateId) -> Result<Option<Pair>, DbError> {
    db.fetch_optional(PAIRS.select(Conditions::one(tenant, id)))
        .await
}

/// The pairs of these ids that are kept.
///
/// # Errors
/// The database's.
pub async fn kept(
    db: &Db,
    tenant: &TenantId,
    ids: &[DuplicateId],
) -> Result<HashMap<DuplicateId, Pair>, DbError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids = crate::edge::db::Value::Json(serde_json::json!(ids).to_string());
    let these = Conditions::of(tenant).and("id {in ?}", [ids]);
    let pairs: Vec<Pair> = db.fetch_all(PAIRS.select(these)).await?;
    Ok(pairs
        .into_iter()
        .map(|pair| (pair.id.clone(), pair))
        .collect())
}

/// Says that a pair's records are not the same, or that they may be after all. Again is harmless.
///
/// # Errors
/// The database's.
pub async fn dismiss(
    db: &Db,
    tenant: &TenantId,
    id: &DuplicateId,
    by: Option<(&str, Millis)>,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "UPDATE duplicates SET is_dismissed = ?3, dismissed_by = ?4, dismissed_at = ?5
             WHERE tenant_id = ?1 AND id = ?2 AND is_dismissed <> ?3",
        )
        .bind(tenant)
        .bind(id)
        .bind(by.is_some())
        .bind(by.map(|(actor, _)| actor))
        .bind(by.map(|(_, now)| now)),
    )
    .await
    .map(drop)
}

/// Writes down what comparing some records has found: their pairs, and as what they were compared. A pair that was found no
/// more is forgotten, unless it was dismissed: then it stays so.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn write(
    db: &Db,
    tenant: &TenantId,
    what: What,
    compared: &[Changed],
    (found, outdated): (&[Found], &[String]),
    now: Millis,
) -> Result<(), DbError> {
    let ids: Vec<_> = compared.iter().map(|record| &record.keys.id).collect();
    let found_ids: Vec<_> = found.iter().map(|pair| &pair.id).collect();
    let forget = |sql: &'static str| {
        Statement::new(sql)
            .bind(tenant)
            .bind_json(&ids)
            .bind_json(&found_ids)
    };
    let mut statements = vec![
        forget(
            "DELETE FROM duplicates WHERE tenant_id = ?1 AND is_dismissed = 0 AND NOT (id {in ?3})
               AND id IN (SELECT i.id FROM duplicates i WHERE i.tenant_id = ?1 AND i.first_id {in ?2})",
        ),
        forget(
            "DELETE FROM duplicates WHERE tenant_id = ?1 AND is_dismissed = 0 AND NOT (id {in ?3})
               AND id IN (SELECT i.id FROM duplicates i WHERE i.tenant_id = ?1 AND i.second_id {in ?2})",
        ),
    ];
    if !outdated.is_empty() {
        statements.push(
            Statement::new(
                "DELETE FROM duplicates WHERE tenant_id = ?1 AND id {in ?2} AND is_dismissed = 0",
            )
            .bind(tenant)
            .bind_json(outdated),
        );
    }
    if !found.is_empty() {
        statements.push(
            Statement::new(
                "INSERT INTO duplicates (tenant_id, id, what, first_id, second_id, confidence, found_at)
                 SELECT ?1, r.id, ?3, r.first_id, r.second_id, r.confidence, CAST(?4 AS BIGINT)
                 FROM {rows ?2 AS r (id TEXT, first_id TEXT, second_id TEXT, confidence BIGINT)} WHERE true
                 ON CONFLICT (tenant_id, id) DO UPDATE SET confidence = excluded.confidence
                 WHERE duplicates.confidence <> excluded.confidence",
            )
            .bind(tenant)
            .bind_json(found)
            .bind(what.as_str())
            .bind(now),
        );
    }
    statements.push(pending::compared(tenant, what, compared));
    db.batch(statements).await.map(drop)
}
