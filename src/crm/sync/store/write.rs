//! Writing what came of records: the rows, what is known of them, and how far the run has come, as one batch that holds only if
//! nothing of what it was decided by has changed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::known::table;
use crate::crm::model::{RunPhase, RunStatus};
use crate::crm::sync::model::{Resource, Run};
use crate::crm::sync::plan::{Changes, Counts};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{DeliveryId, TenantId};

/// Refusals of a run that are kept, or a page more; all of them are counted.
const REFUSALS_KEPT: i64 = 1_000;

/// On whose behalf records are written.
pub enum Commit<'a> {
    /// A run's page.
    Page {
        /// The run, as it was read.
        run: &'a Run,
        /// Who holds it.
        lease: &'a str,
        /// Until when they hold it from here on.
        until: Millis,
        /// Where it goes on.
        next: Next,
    },
    /// A delivery of the webhook.
    Delivery(&'a DeliveryId),
}

/// Where a run goes on after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// At what.
    pub phase: RunPhase,
    /// Where in it, as the service names it.
    pub cursor: Option<String>,
    /// Whether it is through.
    pub is_done: bool,
}

/// What a step's statements ask for, as they stand: `?1` the tenant, `?2` the run or delivery, `?3` the step.
fn holds(commit: &Commit<'_>) -> &'static str {
    match commit {
        Commit::Page { .. } => {
            "EXISTS (SELECT 1 FROM sync_runs s WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.step_token = ?3)"
        }
        Commit::Delivery(_) => {
            "EXISTS (SELECT 1 FROM sync_deliveries s WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.step_token = ?3)"
        }
    }
}

impl Commit<'_> {
    fn id(&self) -> &str {
        match self {
            Commit::Page { run, .. } => run.id.as_str(),
            Commit::Delivery(id) => id.as_str(),
        }
    }
}

/// Writes it all, or nothing when a record, what is known of it, or the run has changed since it was read: false then.
///
/// # Errors
/// [`DbError::Unique`] when somebody else made the same record or took the same slug; the database's.
pub async fn commit(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    commit: &Commit<'_>,
    changes: &Changes,
    token: &str,
    now: Millis,
) -> Result<bool, DbError> {
    let mut statements = vec![first(tenant, resource, commit, changes, token, now)];
    let step = |sql: String| {
        Statement::assembled(sql)
            .bind(tenant)
            .bind(commit.id())
            .bind(token)
    };
    let holds = holds(commit);
    if !changes.creates.is_empty() {
        statements.push(
            step(insert(resource, holds))
                .bind_json(&changes.creates)
                .bind(now),
        );
    }
    if !changes.updates.is_empty() {
        let ids: Vec<_> = changes.updates.keys().collect();
        statements.push(
            step(update(resource, holds))
                .bind_json(&changes.updates)
                .bind_json(&ids)
                .bind(now),
        );
    }
    if !changes.new_links.is_empty() {
        let sql = link(holds, "");
        statements.push(
            step(sql)
                .bind_json(&changes.new_links)
                .bind(resource.as_str())
                .bind(now),
        );
    }
    if !changes.links.is_empty() {
        let sql = link(
            holds,
            "ON CONFLICT (tenant_id, resource, remote_id) DO UPDATE SET remote_updated_at = excluded.remote_updated_at, theirs = excluded.theirs,
               kept = excluded.kept, last_seen_at = excluded.last_seen_at, vanished_at = excluded.vanished_at,
               updated_at = CASE WHEN content_records.updated_at >= excluded.updated_at THEN content_records.updated_at + 1 ELSE excluded.updated_at END",
        );
        statements.push(
            step(sql)
                .bind_json(&changes.links.values().collect::<Vec<_>>())
                .bind(resource.as_str())
                .bind(now),
        );
    }
    let is_worth_keeping =
        matches!(commit, Commit::Page { run, .. } if run.refused < REFUSALS_KEPT);
    if is_worth_keeping && !changes.refusals.is_empty() {
        let sql = format!(
            "INSERT INTO sync_refusals (tenant_id, run_id, id, resource, remote_id, reason, created_at)
             SELECT ?1, ?2, r.id, ?5, r.remote_id, r.reason, ?6
             FROM {{rows ?4 AS r (id TEXT, remote_id BIGINT, reason TEXT)}} WHERE {holds}"
        );
        statements.push(
            step(sql)
                .bind_json(&changes.refusals)
                .bind(resource.as_str())
                .bind(now),
        );
    }
    let outcomes = db.batch(statements).await?;
    Ok(outcomes.first().is_some_and(|first| first.changes > 0))
}

/// As long as all is as it was read: the run moves on, or the delivery is applied. `?4` is what it was decided by, `?5` the kind
/// of record.
const UNCHANGED: &str = "NOT EXISTS (SELECT 1 FROM {rows ?4 AS r (id TEXT, updated_at BIGINT)}
     LEFT JOIN {table} b ON b.tenant_id = ?1 AND b.id = r.id WHERE b.updated_at IS NULL OR b.updated_at <> r.updated_at)
   AND NOT EXISTS (SELECT 1 FROM {rows ?6 AS k (remote_id BIGINT, updated_at BIGINT)}
     LEFT JOIN content_records l ON l.tenant_id = ?1 AND l.resource = ?5 AND l.remote_id = k.remote_id
     WHERE l.updated_at IS NULL OR l.updated_at <> k.updated_at)";

#[derive(Serialize)]
struct RowVersion<'a> {
    id: &'a str,
    updated_at: Millis,
}

#[derive(Serialize)]
struct LinkVersion {
    remote_id: i64,
    updated_at: Millis,
}

fn links_read(changes: &Changes) -> Vec<LinkVersion> {
    let links = changes.read_links.iter();
    let version = |(remote_id, updated_at): (&i64, &Millis)| LinkVersion {
        remote_id: *remote_id,
        updated_at: *updated_at,
    };
    links.map(version).collect()
}

fn first(
    tenant: &TenantId,
    resource: Resource,
    commit: &Commit<'_>,
    changes: &Changes,
    token: &str,
    now: Millis,
) -> Statement {
    let unchanged = UNCHANGED.replace("{table}", table(resource));
    let rows: Vec<_> = changes
        .read_rows
        .iter()
        .map(|(id, updated_at)| RowVersion {
            id,
            updated_at: *updated_at,
        })
        .collect();
    let links = links_read(changes);
    let sql = match commit {
        Commit::Page { .. } => format!(
            "UPDATE sync_runs SET step_token = ?3, pages = pages + 1, seen = seen + ?7, created = created + ?8, updated = updated + ?9,
               unchanged = unchanged + ?10, refused = refused + ?11, vanished = vanished + ?12, watermark = ?13, phase = ?14, remote_cursor = ?15,
               status = ?16, finished_at = ?17, lease_until = ?18, next_step_at = ?19, attempts = 0, waiting_for = NULL
             WHERE tenant_id = ?1 AND id = ?2 AND status = 'running' AND lease_token = ?20 AND pages = ?21 AND {unchanged}"
        ),
        Commit::Delivery(_) => format!(
            "UPDATE sync_deliveries SET step_token = ?3, outcome = ?7, reason = ?8, applied_at = ?9, next_attempt_at = NULL, body = NULL
             WHERE tenant_id = ?1 AND id = ?2 AND applied_at IS NULL AND {unchanged}"
        ),
    };
    let statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(commit.id())
        .bind(token)
        .bind_json(&rows)
        .bind(resource.as_str())
        .bind_json(&links);
    let counts = &changes.counts;
    match commit {
        Commit::Page {
            run,
            lease,
            until,
            next,
        } => on_with(
            counted(statement, counts),
            run,
            next,
            changes.newest,
            *until,
            now,
        )
        .bind(*lease)
        .bind(run.pages),
        Commit::Delivery(_) => {
            let (outcome, reason) = changes.outcome();
            statement.bind(outcome.as_str()).bind(reason).bind(now)
        }
    }
}

fn counted(statement: Statement, counts: &Counts) -> Statement {
    statement
        .bind(counts.seen())
        .bind(counts.created)
        .bind(counts.updated)
        .bind(counts.unchanged)
        .bind(counts.refused)
        .bind(counts.vanished)
}

fn on_with(
    statement: Statement,
    run: &Run,
    next: &Next,
    newest: Option<Millis>,
    until: Millis,
    now: Millis,
) -> Statement {
    // A clock that is ahead over there must not make the next run pass over what comes meanwhile.
    let newest = newest.map(|newest| newest.min(run.started_at));
    let watermark = newest.max(run.watermark).max(run.updated_since);
    let status = match next.is_done {
        true => RunStatus::Done,
        false => RunStatus::Running,
    };
    statement
        .bind(watermark)
        .bind(next.phase.as_str())
        .bind(next.cursor.as_deref())
        .bind(status.as_str())
        .bind(next.is_done.then_some(now))
        .bind(until)
        .bind(now)
}

/// Marks records of a kind that are no more over there, and moves the run on. False when something changed since it was read.
///
/// # Errors
/// The database's.
pub async fn vanish(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    commit: &Commit<'_>,
    unseen: &BTreeMap<i64, Millis>,
    token: &str,
    now: Millis,
) -> Result<bool, DbError> {
    let changes = Changes {
        read_links: unseen.clone(),
        counts: Counts {
            vanished: i64::try_from(unseen.len()).unwrap_or(i64::MAX),
            ..Counts::default()
        },
        ..Changes::default()
    };
    let mark = Statement::assembled(format!(
        "UPDATE content_records SET vanished_at = ?6, updated_at = CASE WHEN updated_at >= ?6 THEN updated_at + 1 ELSE ?6 END
         WHERE tenant_id = ?1 AND resource = ?5 AND remote_id IN (SELECT k.remote_id FROM {{rows ?4 AS k (remote_id BIGINT)}}) AND {}",
        holds(commit)
    ))
    .bind(tenant)
    .bind(commit.id())
    .bind(token)
    .bind_json(&links_read(&changes))
    .bind(resource.as_str())
    .bind(now);
    let first = first(tenant, resource, commit, &changes, token, now);
    let outcomes = db.batch(vec![first, mark]).await?;
    Ok(outcomes.first().is_some_and(|first| first.changes > 0))
}

/// The columns that are written of a kind of record, and their types.
fn columns(resource: Resource) -> &'static [(&'static str, &'static str)] {
    match resource {
        Resource::Business => &[
            ("community_id", "TEXT"),
            ("name", "TEXT"),
            ("legal_name", "TEXT"),
            ("description", "TEXT"),
            ("address_street", "TEXT"),
            ("address_city", "TEXT"),
            ("address_state", "TEXT"),
            ("address_zip", "TEXT"),
            ("address_lat", "FLOAT8"),
            ("address_lng", "FLOAT8"),
            ("timezone", "TEXT"),
            ("phone", "TEXT"),
            ("email", "TEXT"),
            ("website", "TEXT"),
            ("hours_of_operation", "JSON"),
            ("employee_count_range", "TEXT"),
            ("year_established", "BIGINT"),
            ("annual_revenue_range", "TEXT"),
            ("google_business_id", "TEXT"),
            ("facebook_url", "TEXT"),
            ("instagram_handle", "TEXT"),
            ("yelp_url", "TEXT"),
        ],
        Resource::Community => &[
            ("name", "TEXT"),
            ("state", "TEXT"),
            ("county", "TEXT"),
            ("zip_codes", "JSON"),
            ("timezone", "TEXT"),
            ("population", "BIGINT"),
            ("business_count", "BIGINT"),
        ],
    }
}

/// `?4` the new rows, `?5` now.
fn insert(resource: Resource, holds: &str) -> String {
    let names: Vec<_> = columns(resource).iter().map(|(name, _)| *name).collect();
    let read: Vec<_> = names.iter().map(|name| format!("r.{name}")).collect();
    let types = columns(resource)
        .iter()
        .map(|(name, kind)| format!("{name} {kind}"));
    let (more, more_read) = match resource {
        Resource::Business => (", source", ", 'content'"),
        Resource::Community => ("", ""),
    };
    format!(
        "INSERT INTO {} (tenant_id, id, slug, content_db_id, synced_at, created_at, updated_at{more}, {})
         SELECT ?1, r.id, r.slug, r.content_db_id, ?5, ?5, ?5{more_read}, {}
         FROM {{rows ?4 AS r (id TEXT, slug TEXT, content_db_id BIGINT, {})}} WHERE {holds}",
        table(resource),
        names.join(", "),
        read.join(", "),
        types.collect::<Vec<_>>().join(", "),
    )
}

/// `?4` the rows by their ids, `?5` the ids, `?6` now. The moved `synced_at` tells the triggers who writes.
fn update(resource: Resource, holds: &str) -> String {
    let set: Vec<_> = columns(resource)
        .iter()
        .map(|(name, kind)| {
            let kind = kind.replace("JSON", "JSONB");
            format!("{name} = {{field ?4 id '{name}' {kind}}}")
        })
        .collect();
    format!(
        "UPDATE {} SET {}, content_db_id = {{field ?4 id 'content_db_id' BIGINT}},
           synced_at = CASE WHEN synced_at >= ?6 THEN synced_at + 1 ELSE ?6 END,
           updated_at = CASE WHEN updated_at >= ?6 THEN updated_at + 1 ELSE ?6 END
         WHERE tenant_id = ?1 AND id {{in ?5}} AND {holds}",
        table(resource),
        set.join(", "),
    )
}

/// `?4` what is known now, `?5` the kind of record, `?6` now.
fn link(holds: &str, otherwise: &str) -> String {
    format!(
        "INSERT INTO content_records (tenant_id, resource, remote_id, id, record_id, ours_since, remote_updated_at, theirs, kept, last_seen_at, vanished_at, created_at, updated_at)
         SELECT ?1, ?5, r.remote_id, r.id, r.record_id, r.ours_since, r.remote_updated_at, r.theirs, r.kept, ?6, r.vanished_at, ?6, ?6
         FROM {{rows ?4 AS r (remote_id BIGINT, id TEXT, record_id TEXT, ours_since BIGINT, remote_updated_at BIGINT, theirs JSON, kept JSON, vanished_at BIGINT)}}
         WHERE {holds} {otherwise}"
    )
}
