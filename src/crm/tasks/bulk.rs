//! Changing many tasks at once.

use std::collections::BTreeSet;

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{change, store};
use crate::crm::audited;
use crate::crm::bulk::{self, BulkOut};
use crate::crm::checks::{line, prose};
use crate::crm::model::{AgentKind, TaskPriority, TaskStatus};
use crate::edge::platform::Platform;
use crate::error::{Error, FieldError, Result};
use crate::http::input::{Moment, Text};
use crate::http::patch::nullable;
use crate::http::{Answer, Body, Caller, Permission, data};
use crate::ids::TaskId;
use crate::tables::{Columns, Conditions};

/// What is done to many tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TasksAction {
    /// Completes those that are open, with an `outcome` if one is given.
    Complete,
    /// Cancels those that are open.
    Cancel,
    /// Gives them to `assigned_to`, who is an `assigned_type`.
    Assign,
    /// Makes them matter as much as `priority` says.
    ChangePriority,
    /// Puts those that are open off, until `snoozed_until`.
    Snooze,
    /// Deletes them.
    Delete,
    /// Brings them back.
    Restore,
}

/// What a client sends to change many tasks.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TasksBulk {
    /// These, up to 1,000.
    #[garde(custom(bulk::ids))]
    pub ids: Vec<TaskId>,
    /// What is done.
    #[garde(skip)]
    pub action: TasksAction,
    /// What came of them.
    #[garde(inner(custom(prose(10_000))))]
    pub outcome: Option<Text>,
    /// Who does them: the id of a member of the team, or an AI's name; null for nobody.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(100)))))]
    pub assigned_to: Option<Option<Text>>,
    /// What whoever does them is.
    #[garde(skip)]
    pub assigned_type: Option<AgentKind>,
    /// How much they matter.
    #[garde(skip)]
    pub priority: Option<TaskPriority>,
    /// A time to come.
    #[garde(skip)]
    pub snoozed_until: Option<Moment>,
}

impl TasksBulk {
    /// That what the action needs is there, and nothing else.
    fn check(&self) -> Result<()> {
        use TasksAction::{Assign, ChangePriority, Complete, Snooze};
        let action = self.action;
        let wrong: Vec<_> = [
            ("outcome", self.outcome.is_some(), Complete, false),
            ("assigned_to", self.assigned_to.is_some(), Assign, true),
            ("assigned_type", self.assigned_type.is_some(), Assign, true),
            ("priority", self.priority.is_some(), ChangePriority, true),
            ("snoozed_until", self.snoozed_until.is_some(), Snooze, true),
        ]
        .into_iter()
        .filter_map(|(field, is_there, belongs_to, needed)| {
            match (is_there, action == belongs_to) {
                (true, false) => Some(FieldError::new(field, "does not belong to this action")),
                (false, true) if needed => {
                    Some(FieldError::new(field, "is needed for this action"))
                }
                _ => None,
            }
        })
        .collect();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Error::Invalid(wrong)),
        }
    }
}

pub(super) async fn change(
    platform: Platform,
    caller: Caller,
    Body(input): Body<TasksBulk>,
) -> Result<Answer<BulkOut>> {
    input.check()?;
    let (db, now) = (&platform.db, platform.now());
    let permission = match input.action {
        TasksAction::Delete | TasksAction::Restore => Permission::TasksDelete,
        _ => Permission::TasksWrite,
    };
    caller.require(permission)?;
    let scope = caller.scope(permission);
    let found = store::known(db, &scope, &input.ids).await?;
    bulk::all_found(
        "ids",
        "task",
        &input.ids,
        &found.iter().collect::<BTreeSet<_>>(),
    )?;
    let outcome = input.outcome.as_deref();
    let assigned_to = input.assigned_to.as_ref().and_then(Option::as_deref);
    let kind = input.assigned_type.unwrap_or(AgentKind::Ai);
    let rank = input.priority.map(TaskPriority::rank);
    let until = input.snoozed_until.map(|moment| moment.0);
    if input.action == TasksAction::Assign {
        change::may_be_assigned(db, &scope.tenant, kind, assigned_to).await?;
    }
    if let Some(until) = until {
        change::must_come("snoozed_until", until, now)?;
    }
    let there = |rows: Conditions| rows.and_not_deleted();
    let open = |rows: Conditions| there(rows).and("status IN ('pending', 'in_progress')", []);
    let columns = Columns::default();
    let (columns, action) = match input.action {
        TasksAction::Complete => (change::completed(outcome, now), "completeTask"),
        TasksAction::Cancel => {
            let cancelled = TaskStatus::Cancelled.as_str();
            (columns.set("status", cancelled).touched(now), "updateTask")
        }
        TasksAction::Assign => {
            let columns = columns.set("assigned_to", assigned_to);
            let columns = columns.set("assigned_type", kind.as_str());
            (columns.touched(now), "updateTask")
        }
        TasksAction::ChangePriority => {
            let priority = input.priority.map(TaskPriority::as_str);
            let columns = columns.change("priority", priority);
            (
                columns.change("priority_rank", rank).touched(now),
                "updateTask",
            )
        }
        TasksAction::Snooze => (
            columns.change("snoozed_until", until).touched(now),
            "snoozeTask",
        ),
        TasksAction::Delete => (columns.set("deleted_at", now).touched(now), "deleteTask"),
        TasksAction::Restore => {
            let columns = columns.set("deleted_at", None::<i64>);
            (columns.touched(now), "restoreTask")
        }
    };
    let entries = match input.action {
        TasksAction::Complete => change::completed_entries(&scope.tenant, &found, outcome, now),
        _ => Vec::new(),
    };
    let known = |rows: Conditions| match input.action {
        TasksAction::Complete | TasksAction::Cancel | TasksAction::Snooze => open(rows),
        TasksAction::Assign => there(rows).and(
            "(assigned_to IS DISTINCT FROM ? OR assigned_type <> ?)",
            [assigned_to.into(), kind.as_str().into()],
        ),
        TasksAction::ChangePriority => there(rows).and_if("priority_rank <> ?", rank),
        TasksAction::Delete => there(rows),
        TasksAction::Restore => rows.and("deleted_at IS NOT NULL", []),
    };
    let changed = store::write_all(db, &scope, &found, columns, known, entries).await?;
    let ids = changed.iter().map(TaskId::as_str);
    audited::changed(&platform, &caller, action, "tasks", ids).await;
    Ok(data(&BulkOut {
        matched: found.len(),
        changed: changed.len(),
        next_cursor: None,
    }))
}
