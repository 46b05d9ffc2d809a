//! `/api/v1/tasks`, and the tasks of a business.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{CompleteIn, INCLUDES, SORTS, SnoozeIn, TaskFilter, TaskIn, TaskOut, TaskPatch};
use super::{bulk, change, store};
use crate::crm::model::{AgentKind, TaskPriority, TaskStatus, TaskType};
use crate::crm::{businesses, embed};
use crate::edge::db::Db;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::caller::Actor;
use crate::http::filter::{self, flag, moment, word};
use crate::http::{
    Answer, Body, Caller, Created, Edit, IncludeParams, Included, ListParams, Listing, NoContent,
    Operation, PathId, Permission, Query, Routes, created, data, listing,
};
use crate::ids::{BusinessId, TaskId};

/// The routes of tasks.
pub fn routes() -> Routes {
    Routes::new("Tasks")
        .get(
            "/api/v1/tasks",
            list,
            Operation::new("listTasks", Permission::TasksRead, "List tasks")
                .description("`filter[assigned_to]=me` lists one's own.")
                .sorted_by(SORTS)
                .including(INCLUDES)
                .personal_data(),
        )
        .post(
            "/api/v1/tasks",
            create,
            Operation::new("createTask", Permission::TasksWrite, "Create a task")
                .description("For a member of the team, or for an AI. It gets its entry in the timeline.")
                .example(r#"{"business_id": "01900000-0000-7000-8000-000000000001", "title": "Call back about the wedding cake", "type": "follow_up", "assigned_to": "sarah", "assigned_type": "ai", "due_at": "2026-03-05T16:00:00Z", "priority": "high"}"#),
        )
        .get(
            "/api/v1/tasks/{id}",
            read,
            Operation::new("getTask", Permission::TasksRead, "Get a task")
                .including(INCLUDES)
                .personal_data(),
        )
        .patch(
            "/api/v1/tasks/{id}",
            update,
            Operation::new("updateTask", Permission::TasksWrite, "Change a task")
                .example(r#"{"status": "in_progress"}"#),
        )
        .delete(
            "/api/v1/tasks/{id}",
            delete,
            Operation::new("deleteTask", Permission::TasksDelete, "Delete a task"),
        )
        .post(
            "/api/v1/tasks/{id}/restore",
            restore,
            Operation::new("restoreTask", Permission::TasksDelete, "Bring a deleted task back")
                .shows_version(),
        )
        .post(
            "/api/v1/tasks/{id}/complete",
            complete,
            Operation::new("completeTask", Permission::TasksWrite, "Complete a task")
                .shows_version()
                .conflict("task_is_closed", "it is cancelled")
                .example(r#"{"outcome": "She ordered."}"#),
        )
        .post(
            "/api/v1/tasks/{id}/reopen",
            reopen,
            Operation::new("reopenTask", Permission::TasksWrite, "Make a task one that is to be done again")
                .shows_version(),
        )
        .post(
            "/api/v1/tasks/{id}/snooze",
            snooze,
            Operation::new("snoozeTask", Permission::TasksWrite, "Put a task off")
                .shows_version()
                .conflict("task_is_closed", "it is completed or cancelled")
                .example(r#"{"until": "2096-03-09T16:00:00Z"}"#),
        )
        .post(
            "/api/v1/tasks/bulk",
            bulk::change,
            Operation::new("bulkChangeTasks", Permission::TasksWrite, "Change many tasks at once")
                .description("Up to 1,000. Those that are so already are not counted. To delete and to restore needs `tasks:delete`.")
                .example(r#"{"ids": ["01900000-0000-7000-8000-000000000001"], "action": "complete", "outcome": "All called."}"#),
        )
        .get(
            "/api/v1/businesses/{id}/tasks",
            list_of_business,
            Operation::new(
                "listTasksOfBusiness",
                Permission::TasksRead,
                "List the tasks for a business",
            )
            .sorted_by(SORTS)
            .personal_data(),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[person_id]", alias = "person_id")]
    person_id: Option<String>,
    #[serde(rename = "filter[status]", alias = "status")]
    status: Option<String>,
    #[serde(rename = "filter[type]", alias = "type")]
    kind: Option<String>,
    #[serde(rename = "filter[priority]", alias = "priority")]
    priority: Option<String>,
    /// The id of a member of the team, `me`, or an AI's name.
    #[serde(rename = "filter[assigned_to]", alias = "assigned_to")]
    assigned_to: Option<String>,
    #[serde(rename = "filter[assigned_type]", alias = "assigned_type")]
    assigned_type: Option<String>,
    #[serde(rename = "filter[sourceable_id]", alias = "sourceable_id")]
    sourceable_id: Option<String>,
    /// `true`: still to be done.
    #[serde(rename = "filter[open]", alias = "open")]
    open: Option<String>,
    /// `true`: still to be done, late, and not put off.
    #[serde(rename = "filter[overdue]", alias = "overdue")]
    overdue: Option<String>,
    /// `true`: put off.
    #[serde(rename = "filter[snoozed]", alias = "snoozed")]
    snoozed: Option<String>,
    #[serde(rename = "filter[due_before]", alias = "due_before")]
    due_before: Option<String>,
    #[serde(rename = "filter[due_after]", alias = "due_after")]
    due_after: Option<String>,
    /// `only` or `with` the deleted.
    #[serde(rename = "filter[deleted]", alias = "deleted")]
    deleted: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    include: IncludeParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self, actor: &Actor) -> Result<TaskFilter> {
        filter::nothing_else(&self.rest)?;
        let text = |field, text: &Option<String>| -> Result<Option<String>> {
            Ok(filter::text(field, text.as_deref())?.map(str::to_string))
        };
        let assigned_to = match (self.assigned_to.as_deref(), actor) {
            (Some("me"), Actor::User { id, .. }) => Some(id.to_string()),
            (Some("me"), _) => {
                let complaint = "me is whoever is signed in: a key has no tasks";
                return Err(Error::field("assigned_to", complaint));
            }
            _ => text("assigned_to", &self.assigned_to)?,
        };
        let (status, kind) = (self.status.as_deref(), self.kind.as_deref());
        let (priority, who) = (self.priority.as_deref(), self.assigned_type.as_deref());
        Ok(TaskFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            person_id: filter::id("person_id", self.person_id.as_deref())?,
            status: word("status", status, TaskStatus::ALL, TaskStatus::as_str)?,
            kind: word("type", kind, TaskType::ALL, TaskType::as_str)?,
            priority: word(
                "priority",
                priority,
                TaskPriority::ALL,
                TaskPriority::as_str,
            )?,
            assigned_to,
            assigned_type: word("assigned_type", who, AgentKind::ALL, AgentKind::as_str)?,
            sourceable_id: text("sourceable_id", &self.sourceable_id)?,
            open: flag("open", self.open.as_deref())?,
            overdue: flag("overdue", self.overdue.as_deref())?,
            snoozed: flag("snoozed", self.snoozed.as_deref())?,
            due_before: moment("due_before", self.due_before.as_deref())?,
            due_after: moment("due_after", self.due_after.as_deref())?,
            deleted: filter::deleted(self.deleted.as_deref())?,
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<TaskOut>> {
    let (db, now) = (&platform.db, platform.now());
    let sorted = query.list.read(SORTS, "created_at")?;
    let included = query.include.read(INCLUDES)?;
    let filter = query.filter(&caller.actor)?;
    let scope = caller.scope(Permission::TasksRead);
    let (mut tasks, next) = store::list(db, &scope, filter, &sorted, now).await?;
    embedded(db, &caller, &included, &mut tasks).await?;
    Ok(listing(&tasks, sorted.limit, next))
}

async fn list_of_business(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<ListParams>,
) -> Result<Listing<TaskOut>> {
    let (db, now) = (&platform.db, platform.now());
    let sorted = query.read(SORTS, "created_at")?;
    let scope = caller.scope(Permission::TasksRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let filter = TaskFilter {
        business_id: Some(id),
        ..TaskFilter::default()
    };
    let (tasks, next) = store::list(db, &scope, filter, &sorted, now).await?;
    Ok(listing(&tasks, sorted.limit, next))
}

async fn embedded(
    db: &Db,
    caller: &Caller,
    included: &Included,
    tasks: &mut [TaskOut],
) -> Result<()> {
    let ids = tasks.iter().map(|task| &task.business_id).collect();
    let businesses = embed::businesses_of(db, caller, included, ids).await?;
    let ids = tasks
        .iter()
        .filter_map(|task| task.person_id.as_ref())
        .collect();
    let people = embed::people_of(db, caller, included, ids).await?;
    for task in tasks {
        task.business = businesses.get(&task.business_id).cloned();
        task.person = task
            .person_id
            .as_ref()
            .and_then(|id| people.get(id))
            .cloned();
    }
    Ok(())
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<TaskIn>,
) -> Result<Created<TaskOut>> {
    let scope = caller.scope(Permission::TasksWrite);
    let task = change::create(&platform.db, &scope, input, platform.now()).await?;
    Ok(created(&task).version(task.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
    Query(query): Query<IncludeParams>,
) -> Result<Answer<TaskOut>> {
    let included = query.read(INCLUDES)?;
    let task = store::get(&platform.db, &caller.scope(Permission::TasksRead), &id).await?;
    let version = task.updated_at;
    let mut task = [task];
    embedded(&platform.db, &caller, &included, &mut task).await?;
    let [task] = task;
    Ok(data(&task).version(version))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
    edit: Edit,
    Body(patch): Body<TaskPatch>,
) -> Result<Answer<TaskOut>> {
    let scope = caller.scope(Permission::TasksWrite);
    let task = change::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&task).version(task.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
) -> Result<NoContent> {
    let scope = caller.scope(Permission::TasksDelete);
    store::delete(&platform.db, &scope, &id, platform.now()).await?;
    Ok(NoContent)
}

async fn restore(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
) -> Result<Answer<TaskOut>> {
    let scope = caller.scope(Permission::TasksDelete);
    let task = store::restore(&platform.db, &scope, &id, platform.now()).await?;
    Ok(data(&task).version(task.updated_at))
}

async fn complete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
    Body(input): Body<CompleteIn>,
) -> Result<Answer<TaskOut>> {
    let (db, now) = (&platform.db, platform.now());
    let scope = caller.scope(Permission::TasksWrite);
    let task = change::complete(db, &scope, &id, input.outcome.as_deref(), now).await?;
    Ok(data(&task).version(task.updated_at))
}

async fn reopen(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
) -> Result<Answer<TaskOut>> {
    let scope = caller.scope(Permission::TasksWrite);
    let task = change::reopen(&platform.db, &scope, &id, platform.now()).await?;
    Ok(data(&task).version(task.updated_at))
}

async fn snooze(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TaskId>,
    Body(input): Body<SnoozeIn>,
) -> Result<Answer<TaskOut>> {
    let (db, now) = (&platform.db, platform.now());
    let scope = caller.scope(Permission::TasksWrite);
    let task = change::snooze(db, &scope, &id, input.until.0, now).await?;
    Ok(data(&task).version(task.updated_at))
}
