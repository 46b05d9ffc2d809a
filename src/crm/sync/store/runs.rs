//! The SQL of runs.

use serde::Deserialize;

use crate::crm::model::{RunKind, RunPhase, RunStatus};
use crate::crm::sync::model::{Resource, Run};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::ids::{SyncRunId, TenantId};
use crate::tables::{Columns, Conditions, Table};

pub(super) const RUNS: Table = Table {
    name: "sync_runs",
    columns: "id, kind, status, phase, requested_by, updated_since, watermark, remote_cursor, pages, seen, created, updated, \
              unchanged, refused, vanished, attempts, next_step_at, waiting_for, failure_code, failure, started_at, finished_at",
};

/// Starts a run. `None` when another is under way.
///
/// # Errors
/// The database's.
pub async fn start(
    db: &Db,
    tenant: &TenantId,
    kind: RunKind,
    updated_since: Option<Millis>,
    requested_by: Option<&str>,
    now: Millis,
) -> Result<Option<Run>, DbError> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", SyncRunId::new(now))
        .set("kind", kind.as_str())
        .set("status", RunStatus::Running.as_str())
        .set("phase", RunPhase::Communities.as_str())
        .set("requested_by", requested_by)
        .set("updated_since", updated_since)
        .set("next_step_at", now)
        .set("started_at", now);
    match db.fetch_one(RUNS.insert(columns)).await {
        Ok(run) => Ok(Some(run)),
        Err(DbError::Unique) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A run.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &SyncRunId) -> Result<Run> {
    db.fetch_optional(RUNS.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("run"))
}

/// The newest run.
///
/// # Errors
/// The database's.
pub async fn last(db: &Db, tenant: &TenantId) -> Result<Option<Run>, DbError> {
    let newest = "ORDER BY id DESC LIMIT 1";
    db.fetch_optional(RUNS.select_as(RUNS.columns, Conditions::of(tenant), newest))
        .await
}

/// The newest run that came to its end.
///
/// # Errors
/// The database's.
pub async fn last_done(db: &Db, tenant: &TenantId) -> Result<Option<Run>, DbError> {
    let done = Conditions::of(tenant).and("status = 'done'", []);
    db.fetch_optional(RUNS.select_as(RUNS.columns, done, "ORDER BY id DESC LIMIT 1"))
        .await
}

/// The run that is to go on and that nobody holds.
///
/// # Errors
/// The database's.
pub async fn due(db: &Db, tenant: &TenantId, now: Millis) -> Result<Option<SyncRunId>, DbError> {
    #[derive(Deserialize)]
    struct Due {
        id: SyncRunId,
    }
    let conditions = free(Conditions::of(tenant), now);
    let due: Option<Due> = db
        .fetch_optional(RUNS.select_as("id", conditions, "LIMIT 1"))
        .await?;
    Ok(due.map(|due| due.id))
}

fn free(conditions: Conditions, now: Millis) -> Conditions {
    conditions
        .and("status = 'running'", [])
        .and("next_step_at <= ?", [now.into()])
        .and("(lease_until IS NULL OR lease_until <= ?)", [now.into()])
}

/// A run that we hold.
pub struct Leased<'a> {
    /// Which.
    pub id: &'a SyncRunId,
    /// By this.
    pub token: &'a str,
}

fn held(tenant: &TenantId, leased: &Leased<'_>) -> Conditions {
    Conditions::one(tenant, leased.id)
        .and("status = 'running'", [])
        .and("lease_token = ?", [leased.token.into()])
}

/// Takes hold of a run. `None` when it is over, waits, or somebody else holds it.
///
/// # Errors
/// The database's.
pub async fn lease(
    db: &Db,
    tenant: &TenantId,
    leased: &Leased<'_>,
    until: Millis,
    now: Millis,
) -> Result<Option<Run>, DbError> {
    let columns = Columns::default()
        .set("lease_token", leased.token)
        .set("lease_until", until);
    let conditions = free(Conditions::one(tenant, leased.id), now);
    db.fetch_optional(RUNS.update(columns, conditions)).await
}

/// Lets a run go.
///
/// # Errors
/// The database's.
pub async fn release(db: &Db, tenant: &TenantId, leased: &Leased<'_>) -> Result<(), DbError> {
    let columns = Columns::default()
        .set("lease_token", None::<&str>)
        .set("lease_until", None::<Millis>);
    let statement = RUNS.update(columns, held(tenant, leased));
    db.execute(statement).await.map(drop)
}

/// For what a run waits.
pub struct Waiting<'a> {
    /// Until when.
    pub until: Millis,
    /// Why, for people.
    pub reason: &'a str,
    /// Attempts that came to nothing since the last page.
    pub attempts: i64,
}

/// Lets a run go that has to wait.
///
/// # Errors
/// The database's.
pub async fn wait(
    db: &Db,
    tenant: &TenantId,
    leased: &Leased<'_>,
    waiting: &Waiting<'_>,
) -> Result<(), DbError> {
    let columns = Columns::default()
        .set("lease_token", None::<&str>)
        .set("lease_until", None::<Millis>)
        .set("next_step_at", waiting.until)
        .set("waiting_for", waiting.reason)
        .set("attempts", waiting.attempts);
    let statement = RUNS.update(columns, held(tenant, leased));
    db.execute(statement).await.map(drop)
}

/// Ends a run that we hold as failed.
///
/// # Errors
/// The database's.
pub async fn fail(
    db: &Db,
    tenant: &TenantId,
    leased: &Leased<'_>,
    code: &str,
    reason: &str,
    now: Millis,
) -> Result<(), DbError> {
    let statement = RUNS.update(failed(code, reason, now), held(tenant, leased));
    db.execute(statement).await.map(drop)
}

fn failed(code: &str, reason: &str, now: Millis) -> Columns {
    Columns::default()
        .set("status", RunStatus::Failed.as_str())
        .set("failure_code", code)
        .set("failure", reason)
        .set("finished_at", now)
        .set("lease_token", None::<&str>)
        .set("lease_until", None::<Millis>)
}

/// How many records of a kind are there as far as we know, and how many of them were not heard of since.
///
/// # Errors
/// The database's.
pub async fn balance(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    since: Millis,
) -> Result<(i64, i64), DbError> {
    #[derive(Deserialize)]
    struct Balance {
        known: i64,
        unseen: i64,
    }
    let statement = Statement::new(
        "SELECT COUNT(*) AS known, COUNT(CASE WHEN last_seen_at < ?3 THEN 1 END) AS unseen FROM content_records
         WHERE tenant_id = ?1 AND resource = ?2 AND vanished_at IS NULL",
    );
    let balance: Balance = db
        .fetch_one(statement.bind(tenant).bind(resource.as_str()).bind(since))
        .await?;
    Ok((balance.known, balance.unseen))
}

/// So many records of a kind, behind a number, that were not heard of since and are not marked, with their versions.
///
/// # Errors
/// The database's.
pub async fn unseen(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    behind: i64,
    since: Millis,
    most: i64,
) -> Result<std::collections::BTreeMap<i64, Millis>, DbError> {
    #[derive(Deserialize)]
    struct Unseen {
        remote_id: i64,
        updated_at: Millis,
    }
    let statement = Statement::new(
        "SELECT remote_id, updated_at FROM content_records
         WHERE tenant_id = ?1 AND resource = ?2 AND remote_id > ?3 AND vanished_at IS NULL AND last_seen_at < ?4 ORDER BY remote_id LIMIT ?5",
    );
    let statement = statement.bind(tenant).bind(resource.as_str()).bind(behind);
    let rows: Vec<Unseen> = db.fetch_all(statement.bind(since).bind(most)).await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.remote_id, row.updated_at)).collect())
}

/// Forgets the runs and deliveries that were over before a time. The newest run that came to its end stays: it says where
/// the next one begins.
///
/// # Errors
/// The database's.
pub async fn forget_old(db: &Db, tenant: &TenantId, before: Millis) -> Result<(), DbError> {
    let old = "status <> 'running' AND finished_at < ?2
       AND id <> COALESCE((SELECT MAX(n.id) FROM sync_runs n WHERE n.tenant_id = ?1 AND n.status = 'done'), '')";
    let statements = [
        format!(
            "DELETE FROM sync_refusals WHERE tenant_id = ?1 AND run_id IN (SELECT id FROM sync_runs WHERE tenant_id = ?1 AND {old})"
        ),
        format!("DELETE FROM sync_runs WHERE tenant_id = ?1 AND {old}"),
        "DELETE FROM sync_deliveries WHERE tenant_id = ?1 AND applied_at < ?2".into(),
    ];
    let bind = |sql| Statement::assembled(sql).bind(tenant).bind(before);
    db.batch(statements.into_iter().map(bind).collect())
        .await
        .map(drop)
}
