//! The SQL of tasks.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::{TaskFilter, TaskIn, TaskOut};
use crate::crm::model::{ActivityType, AgentKind, TaskPriority, TaskStatus, TaskType};
use crate::crm::reach;
use crate::crm::timeline::{self, Done};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::Sorted;
use crate::http::scope::Scope;
use crate::ids::{ActivityId, TaskId, TenantId};
use crate::tables::{Columns, Conditions, Table};

const TASKS: Table = Table {
    name: "tasks",
    columns: "id, business_id, person_id, title, description, type, assigned_to, assigned_type, due_at, completed_at, \
              snoozed_until, status, priority, outcome, source, sourceable_type, sourceable_id, created_at, updated_at, \
              deleted_at",
};
const IDS: Table = Table {
    name: "tasks",
    columns: "id",
};

/// Still to be done, late, and not put off; `?` is now, twice.
const OVERDUE: &str = "(status IN ('pending', 'in_progress') AND due_at IS NOT NULL AND due_at < ? \
                       AND (snoozed_until IS NULL OR snoozed_until <= ?))";
const NOT_OVERDUE: &str = "(status NOT IN ('pending', 'in_progress') OR due_at IS NULL OR due_at >= ? \
                           OR snoozed_until > ?)";

fn one(scope: &Scope, id: &TaskId) -> Conditions {
    reach::of_live_businesses(scope).and("id = ?", [id.into()])
}

/// Creates a task and its entry in the timeline.
///
/// # Errors
/// A business or person that is not there; the database's.
pub async fn create(db: &Db, scope: &Scope, input: TaskIn, now: Millis) -> Result<TaskOut> {
    let (tenant, id) = (&scope.tenant, TaskId::new(now));
    let entry = Done {
        business_id: &input.business_id,
        person_id: input.person_id.as_ref(),
        kind: ActivityType::TaskCreated,
        subject: Some(&input.title),
        detail: None,
        metadata: json!({"task_id": id}),
        at: now,
    };
    let entry = timeline::done(tenant, &entry, "tasks", Conditions::one(tenant, &id));
    let allowed = reach::allows(scope, &input.business_id, input.person_id.as_ref());
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", &id)
        .set("business_id", &input.business_id)
        .set("person_id", input.person_id.as_ref())
        .set("title", &input.title)
        .set("description", input.description)
        .set("type", input.kind.as_str())
        .set("assigned_to", input.assigned_to)
        .set(
            "assigned_type",
            input.assigned_type.unwrap_or(AgentKind::Ai).as_str(),
        )
        .set("due_at", input.due_at)
        .set("priority", input.priority.as_str())
        .set("priority_rank", input.priority.rank())
        .set("source", input.source)
        .set("sourceable_type", input.sourceable_type)
        .set("sourceable_id", input.sourceable_id)
        .set("created_at", now)
        .set("updated_at", now);
    let outcomes = db
        .batch(vec![TASKS.insert_if(columns, allowed), entry])
        .await?;
    let made = outcomes.into_iter().next().unwrap_or_default();
    match made.rows.decode()?.into_iter().next() {
        Some(task) => Ok(task),
        None => Err(reach::refusal(db, scope, &input.business_id).await?),
    }
}

/// A task.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &TaskId) -> Result<TaskOut> {
    db.fetch_optional(TASKS.select(one(scope, id).and_not_deleted()))
        .await?
        .ok_or(Error::NotFound("task"))
}

/// A page of tasks and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: TaskFilter,
    sorted: &Sorted<TaskOut>,
    now: Millis,
) -> Result<(Vec<TaskOut>, Option<String>)> {
    let both = |text: Option<bool>, yes: &'static str, no: &'static str| {
        text.map(|is| if is { yes } else { no })
    };
    let mut conditions = reach::of_live_businesses(scope)
        .and_deleted(filter.deleted)
        .and_if("business_id = ?", filter.business_id)
        .and_if("person_id = ?", filter.person_id)
        .and_if("status = ?", filter.status.map(TaskStatus::as_str))
        .and_if("type = ?", filter.kind.map(TaskType::as_str))
        .and_if("priority = ?", filter.priority.map(TaskPriority::as_str))
        .and_if("assigned_to = ?", filter.assigned_to)
        .and_if(
            "assigned_type = ?",
            filter.assigned_type.map(AgentKind::as_str),
        )
        .and_if("sourceable_id = ?", filter.sourceable_id)
        .and_if("due_at < ?", filter.due_before)
        .and_if("due_at >= ?", filter.due_after);
    let open = "status IN ('pending', 'in_progress')";
    let closed = "status NOT IN ('pending', 'in_progress')";
    if let Some(condition) = both(filter.open, open, closed) {
        conditions = conditions.and(condition, []);
    }
    if let Some(condition) = both(filter.overdue, OVERDUE, NOT_OVERDUE) {
        conditions = conditions.and(condition, [now.into(), now.into()]);
    }
    let (snoozed, awake) = (
        "snoozed_until > ?",
        "(snoozed_until IS NULL OR snoozed_until <= ?)",
    );
    if let Some(condition) = both(filter.snoozed, snoozed, awake) {
        conditions = conditions.and(condition, [now.into()]);
    }
    TASKS
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}

/// Entries of the timeline about tasks that are going to change, of those of which `only_if` holds: in SQL over `t`, the task
/// as it is before, with what the caller binds from `?7` on.
pub fn entries(
    tenant: &TenantId,
    tasks: &[TaskId],
    kind: ActivityType,
    detail: Option<&str>,
    at: Millis,
    only_if: &str,
) -> Statement {
    #[derive(Serialize)]
    struct Entry<'a> {
        id: ActivityId,
        task_id: &'a TaskId,
        metadata: serde_json::Value,
    }
    let entries: Vec<_> = tasks
        .iter()
        .map(|task_id| Entry {
            id: ActivityId::new(at),
            task_id,
            metadata: json!({"task_id": task_id}),
        })
        .collect();
    Statement::assembled(format!(
        "INSERT INTO activities (tenant_id, business_id, id, person_id, type, subject, detail, metadata, source, occurred_at)
         SELECT ?1, t.business_id, r.id, t.person_id, ?3, t.title, ?4, r.metadata, ?5, ?6
         FROM {{rows ?2 AS r (id TEXT, task_id TEXT, metadata JSON)}} LEFT JOIN tasks t ON t.tenant_id = ?1 AND t.id = r.task_id
         WHERE t.id IS NOT NULL AND t.deleted_at IS NULL AND {only_if}"
    ))
    .bind(tenant)
    .bind_json(&entries)
    .bind(kind.as_str())
    .bind(detail)
    .bind(timeline::SOURCE)
    .bind(at)
}

/// Changes a task, with its entries in the timeline. `None` when it is not there, or not as the conditions want it.
///
/// # Errors
/// The database's.
pub async fn write(
    db: &Db,
    scope: &Scope,
    id: &TaskId,
    columns: Columns,
    known: impl FnOnce(Conditions) -> Conditions,
    entries: Vec<Statement>,
) -> Result<Option<TaskOut>, DbError> {
    let row = known(one(scope, id).and_not_deleted());
    let update = TASKS.update(columns, row);
    let changed = if entries.is_empty() {
        db.run(update).await?
    } else {
        let statements = entries.into_iter().chain([update]).collect();
        db.batch(statements).await?.pop().unwrap_or_default()
    };
    Ok(changed.rows.decode()?.into_iter().next())
}

/// Deletes a task: it can be brought back.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &TaskId, now: Millis) -> Result<()> {
    TASKS.hide(db, one(scope, id), now, "task").await
}

/// Brings a deleted task back; one that is there stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn restore(db: &Db, scope: &Scope, id: &TaskId, now: Millis) -> Result<TaskOut> {
    TASKS.bring_back(db, one(scope, id), now, "task").await
}

/// A row of which only the id is read.
#[derive(Deserialize)]
struct Id {
    id: TaskId,
}

/// Those of these tasks that there are, deleted or not.
///
/// # Errors
/// The database's.
pub async fn known(db: &Db, scope: &Scope, tasks: &[TaskId]) -> Result<Vec<TaskId>, DbError> {
    let found: Vec<Id> = IDS
        .by_ids(db, reach::of_live_businesses(scope), tasks)
        .await?;
    Ok(found.into_iter().map(|row| row.id).collect())
}

/// Changes many tasks, with their entries in the timeline, and says which were changed.
///
/// # Errors
/// The database's.
pub async fn write_all(
    db: &Db,
    scope: &Scope,
    tasks: &[TaskId],
    columns: Columns,
    known: impl FnOnce(Conditions) -> Conditions,
    entries: Vec<Statement>,
) -> Result<Vec<TaskId>, DbError> {
    let rows = known(reach::of_live_businesses(scope).and_among(tasks));
    let mut statements = entries;
    statements.push(IDS.update(columns, rows));
    let changed = db.batch(statements).await?.pop().unwrap_or_default();
    let changed: Vec<Id> = changed.rows.decode()?;
    Ok(changed.into_iter().map(|row| row.id).collect())
}
