//! What is done with tasks.

use super::model::{TaskIn, TaskOut, TaskPatch};
use super::store;
use crate::crm::model::{ActivityType, AgentKind, TaskPriority, TaskStatus, TaskType};
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, Statement};
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::http::scope::Scope;
use crate::identity::memberships;
use crate::ids::{TaskId, TenantId, UserId};
use crate::tables::{Columns, Conditions, no_such};

const OPEN: &str = "status IN ('pending', 'in_progress')";

/// Creates a task.
///
/// # Errors
/// A business, person or assignee that is not there; the database's.
pub async fn create(db: &Db, scope: &Scope, input: TaskIn, now: Millis) -> Result<TaskOut> {
    let kind = input.assigned_type.unwrap_or(AgentKind::Ai);
    may_be_assigned(db, &scope.tenant, kind, input.assigned_to.as_deref()).await?;
    store::create(db, scope, input, now).await
}

/// Checks that a human assignee is a member of the team. An AI is whoever it is called.
///
/// # Errors
/// A complaint about `assigned_to`; the database's.
pub async fn may_be_assigned(
    db: &Db,
    tenant: &TenantId,
    kind: AgentKind,
    assigned_to: Option<&str>,
) -> Result<()> {
    let (AgentKind::Human, Some(who)) = (kind, assigned_to) else {
        return Ok(());
    };
    let is_member = match UserId::parse(who) {
        Some(user) => memberships::is_member(db, tenant, &user).await?,
        None => false,
    };
    match is_member {
        true => Ok(()),
        false => Err(no_such("assigned_to", "member of the team")),
    }
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a person or assignee who is not there; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &TaskId,
    patch: TaskPatch,
    edit: Edit,
) -> Result<TaskOut> {
    let task = store::get(db, scope, id).await?;
    if let Some(Some(person)) = &patch.person_id
        && !reach::is_at(db, &scope.tenant, &task.business_id, person).await?
    {
        return Err(no_such("person_id", "person at this business"));
    }
    if patch.assigned_to.is_some() || patch.assigned_type.is_some() {
        let kind = patch.assigned_type.unwrap_or(task.assigned_type);
        let who = match &patch.assigned_to {
            Some(who) => who.as_deref(),
            None => task.assigned_to.as_deref(),
        };
        may_be_assigned(db, &scope.tenant, kind, who).await?;
    }
    let status = patch.status;
    let outcome = patch.outcome.clone().flatten();
    let columns = Columns::default()
        .change("person_id", patch.person_id)
        .change("title", patch.title)
        .change("description", patch.description)
        .change("type", patch.kind.map(TaskType::as_str))
        .change("assigned_to", patch.assigned_to)
        .change("assigned_type", patch.assigned_type.map(AgentKind::as_str))
        .change("due_at", patch.due_at)
        .change("snoozed_until", patch.snoozed_until)
        .change("priority", patch.priority.map(TaskPriority::as_str))
        .change("priority_rank", patch.priority.map(TaskPriority::rank))
        .change("outcome", patch.outcome);
    let columns = match status {
        Some(status) => moved_to(columns, status, edit.now),
        None => columns,
    };
    if columns.is_empty() {
        return Ok(task);
    }
    let entry = status.and_then(|status| {
        let detail = outcome.as_deref();
        entry_about(
            &scope.tenant,
            std::slice::from_ref(id),
            status,
            detail,
            edit.now,
        )
    });
    let expected = edit.expected.unwrap_or(0);
    let entries = entry
        .map(|entry| entry.bind(expected))
        .into_iter()
        .collect();
    let known = |row: Conditions| row.and_if("updated_at = ?", edit.expected);
    match store::write(db, scope, id, columns.touched(edit.now), known, entries).await? {
        Some(task) => Ok(task),
        None => {
            // Nobody deleted it meanwhile: then it is another version.
            store::get(db, scope, id).await?;
            Err(Error::PreconditionFailed)
        }
    }
}

fn moved_to(columns: Columns, status: TaskStatus, now: Millis) -> Columns {
    let columns = columns.set("status", status.as_str());
    match status {
        TaskStatus::Completed => columns.set_to("completed_at", "COALESCE(completed_at, ?)", now),
        _ => columns.set("completed_at", None::<i64>),
    }
}

/// The timeline's entry when tasks are going to be done, or are not done after all. Still to be bound: `?7`, the version that
/// the caller knows, or 0.
fn entry_about(
    tenant: &TenantId,
    tasks: &[TaskId],
    status: TaskStatus,
    detail: Option<&str>,
    now: Millis,
) -> Option<Statement> {
    let (kind, only_if) = match status {
        TaskStatus::Completed => (
            ActivityType::TaskCompleted,
            "t.status <> 'completed' AND (?7 = 0 OR t.updated_at = ?7)",
        ),
        TaskStatus::Pending | TaskStatus::InProgress => (
            ActivityType::TaskReopened,
            "t.status IN ('completed', 'cancelled') AND (?7 = 0 OR t.updated_at = ?7)",
        ),
        TaskStatus::Cancelled => return None,
    };
    Some(store::entries(tenant, tasks, kind, detail, now, only_if))
}

/// Completes a task; one that is done stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; a conflict when it is cancelled; the database's.
pub async fn complete(
    db: &Db,
    scope: &Scope,
    id: &TaskId,
    outcome: Option<&str>,
    now: Millis,
) -> Result<TaskOut> {
    let columns = completed(outcome, now);
    let entries = completed_entries(&scope.tenant, std::slice::from_ref(id), outcome, now);
    let known = |row: Conditions| row.and(OPEN, []);
    match store::write(db, scope, id, columns, known, entries).await? {
        Some(task) => Ok(task),
        None => match store::get(db, scope, id).await? {
            task if task.status == TaskStatus::Completed => Ok(task),
            _ => Err(closed()),
        },
    }
}

/// What completing writes.
pub fn completed(outcome: Option<&str>, now: Millis) -> Columns {
    Columns::default()
        .set("status", TaskStatus::Completed.as_str())
        .set("completed_at", now)
        .set("snoozed_until", None::<i64>)
        .change("outcome", outcome)
        .touched(now)
}

/// What completing enters into the timeline.
pub fn completed_entries(
    tenant: &TenantId,
    tasks: &[TaskId],
    outcome: Option<&str>,
    now: Millis,
) -> Vec<Statement> {
    let kind = ActivityType::TaskCompleted;
    let only_if = "t.status IN ('pending', 'in_progress')";
    vec![store::entries(tenant, tasks, kind, outcome, now, only_if)]
}

/// Makes a task one that is to be done again; one that is stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn reopen(db: &Db, scope: &Scope, id: &TaskId, now: Millis) -> Result<TaskOut> {
    let columns = Columns::default()
        .set("status", TaskStatus::Pending.as_str())
        .set("completed_at", None::<i64>)
        .set("outcome", None::<&str>)
        .touched(now);
    let only_if = "t.status IN ('completed', 'cancelled')";
    let (tenant, tasks) = (&scope.tenant, std::slice::from_ref(id));
    let kind = ActivityType::TaskReopened;
    let entries = vec![store::entries(tenant, tasks, kind, None, now, only_if)];
    let known = |row: Conditions| row.and("status IN ('completed', 'cancelled')", []);
    match store::write(db, scope, id, columns, known, entries).await? {
        Some(task) => Ok(task),
        None => store::get(db, scope, id).await,
    }
}

/// Puts a task off.
///
/// # Errors
/// [`Error::NotFound`]; a time that has come; a conflict when there is nothing more to do; the database's.
pub async fn snooze(
    db: &Db,
    scope: &Scope,
    id: &TaskId,
    until: Millis,
    now: Millis,
) -> Result<TaskOut> {
    must_come("until", until, now)?;
    let columns = Columns::default().set("snoozed_until", until).touched(now);
    let known = |row: Conditions| row.and(OPEN, []);
    match store::write(db, scope, id, columns, known, Vec::new()).await? {
        Some(task) => Ok(task),
        None => {
            store::get(db, scope, id).await?;
            Err(closed())
        }
    }
}

/// Checks that a time is one to come.
///
/// # Errors
/// When it is not.
pub fn must_come(field: &str, time: Millis, now: Millis) -> Result<()> {
    match time > now {
        true => Ok(()),
        false => Err(Error::field(field, "must be a time to come")),
    }
}

fn closed() -> Error {
    Error::conflict(
        "task_is_closed",
        "The task is completed or cancelled: reopen it first.",
    )
}
