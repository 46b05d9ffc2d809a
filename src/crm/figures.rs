//! A few figures of the CRM for an overview, each from an index and none from more rows than is said here.

use serde::Deserialize;

use crate::crm::model::LeadStatus;
use crate::crm::reach;
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::http::scope::Scope;
use crate::ids::TenantId;

/// The most changes that are counted, and the most deals that are added up: far beyond what a tenant has of them.
const MOST: i64 = 50_000;
/// How long a failed import asks for attention, and how many imports are looked at for that.
const RECENT: Millis = 7 * DAY;
const LOOKED_AT: i64 = 100;

#[derive(Deserialize)]
struct Number {
    number: i64,
}

/// How many businesses became this from a moment on until before another.
///
/// # Errors
/// The database's.
pub async fn became(
    db: &Db,
    tenant: &TenantId,
    status: LeadStatus,
    since: Millis,
    until: Millis,
) -> Result<i64, DbError> {
    let row: Number = db
        .fetch_one(
            Statement::new(
                "SELECT COUNT(DISTINCT c.business_id) AS number FROM (
                   SELECT business_id FROM lead_changes
                   WHERE tenant_id = ?1 AND to_status = ?2 AND changed_at >= ?3 AND changed_at < ?4 LIMIT ?5) AS c",
            )
            .bind(tenant)
            .bind(status.as_str())
            .bind(since)
            .bind(until)
            .bind(MOST),
        )
        .await?;
    Ok(row.number)
}

/// What deals are worth, in one currency; without one those that nobody has put a worth to.
#[derive(Debug, Clone, Deserialize)]
pub struct Worth {
    /// As in `USD`.
    pub currency: Option<String>,
    /// Whole minor units.
    pub amount: i64,
    /// How many deals.
    pub number: i64,
}

/// What the deals are worth that were open at a moment, as they are valued now.
///
/// # Errors
/// The database's.
pub async fn open_deals(db: &Db, tenant: &TenantId, at: Millis) -> Result<Vec<Worth>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT d.currency, CAST(COALESCE(SUM(d.amount), 0) AS BIGINT) AS amount, COUNT(*) AS number FROM (
               SELECT * FROM (SELECT currency, amount FROM deals
                 WHERE tenant_id = ?1 AND status = 'open' AND deleted_at IS NULL AND created_at <= ?2 LIMIT ?3) AS o
               UNION ALL
               SELECT * FROM (SELECT currency, amount FROM deals
                 WHERE tenant_id = ?1 AND closed_at IS NOT NULL AND closed_at > ?2 AND deleted_at IS NULL AND created_at <= ?2
                   AND status <> 'open' LIMIT ?3) AS c
             ) AS d GROUP BY d.currency ORDER BY CASE WHEN d.currency IS NULL THEN 1 ELSE 0 END, d.currency",
        )
        .bind(tenant)
        .bind(at)
        .bind(MOST),
    )
    .await
}

/// How many tasks are late, up to `most`.
///
/// # Errors
/// The database's.
pub async fn overdue_tasks(db: &Db, scope: &Scope, now: Millis, most: i64) -> Result<i64, DbError> {
    // In the words of the index.
    let conditions = reach::of_live_businesses(scope)
        .and("status IN ('pending', 'in_progress') AND deleted_at IS NULL AND due_at IS NOT NULL AND due_at < ?", [now.into()])
        .and("(snoozed_until IS NULL OR snoozed_until <= ?)", [now.into()]);
    let sql = format!(
        "SELECT COUNT(*) AS number FROM (SELECT id FROM tasks WHERE {} LIMIT {most}) AS t",
        conditions.write(1)
    );
    let row: Number = db
        .fetch_one(conditions.bind(Statement::assembled(sql)))
        .await?;
    Ok(row.number)
}

/// How many pairs of records wait for somebody to say whether they are the same, up to `most`; `what` is `businesses` or
/// `people`.
///
/// # Errors
/// The database's.
pub async fn pending_duplicates(
    db: &Db,
    tenant: &TenantId,
    what: &str,
    most: i64,
) -> Result<i64, DbError> {
    let row: Number = db
        .fetch_one(
            Statement::new(
                "SELECT COUNT(*) AS number FROM (SELECT id FROM duplicates WHERE tenant_id = ?1 AND what = ?2 AND is_dismissed = 0 LIMIT ?3) AS d",
            )
            .bind(tenant)
            .bind(what)
            .bind(most),
        )
        .await?;
    Ok(row.number)
}

/// How many of the latest imports failed within a week.
///
/// # Errors
/// The database's.
pub async fn failed_imports(db: &Db, tenant: &TenantId, now: Millis) -> Result<i64, DbError> {
    let row: Number = db
        .fetch_one(
            Statement::new(
                "SELECT COUNT(*) AS number FROM (
                   SELECT status, updated_at FROM imports WHERE tenant_id = ?1 ORDER BY id DESC LIMIT ?3) AS i
                 WHERE i.status = 'failed' AND i.updated_at >= ?2",
            )
            .bind(tenant)
            .bind(now - RECENT)
            .bind(LOOKED_AT),
        )
        .await?;
    Ok(row.number)
}
