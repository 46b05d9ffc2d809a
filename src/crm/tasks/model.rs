//! Types of tasks.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::businesses::model::BusinessOut;
use crate::crm::checks::{LINE, line, prose};
use crate::crm::model::{AgentKind, TaskPriority, TaskStatus, TaskType};
use crate::crm::people::model::PersonOut;
use crate::edge::clock::Millis;
use crate::http::Sort;
use crate::http::filter::Deleted;
use crate::http::input::{Moment, Text};
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, PersonId, TaskId};

/// The longest description or outcome.
const PROSE: usize = 10_000;
/// The longest name of an AI, of a source, and of what a task comes from.
const NAME: usize = 100;

/// A task as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TaskOut {
    /// Its id.
    pub id: TaskId,
    /// The business it is done for.
    pub business_id: BusinessId,
    /// The person there whom it is about.
    pub person_id: Option<PersonId>,
    /// What is to be done.
    pub title: String,
    /// More.
    pub description: Option<String>,
    /// What it is about.
    #[serde(rename = "type")]
    pub kind: TaskType,
    /// Who does it: the id of a member of the team, or an AI's name.
    pub assigned_to: Option<String>,
    /// What whoever does it is.
    pub assigned_type: AgentKind,
    /// By when.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub due_at: Option<Millis>,
    /// When it was done.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub completed_at: Option<Millis>,
    /// Until when nobody needs to think of it.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub snoozed_until: Option<Millis>,
    /// How far it is.
    pub status: TaskStatus,
    /// How much it matters.
    pub priority: TaskPriority,
    /// What came of it.
    pub outcome: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// What kind of record it comes from, such as `conversation` or `order`.
    pub sourceable_type: Option<String>,
    /// Which one.
    pub sourceable_id: Option<String>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
    /// When it was deleted.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub deleted_at: Option<Millis>,
    /// The business; only when it is asked for.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub business: Option<Box<BusinessOut>>,
    /// The person; only when they are asked for, and there is one.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub person: Option<Box<PersonOut>>,
}

/// What a list of tasks sorts by.
pub const SORTS: &[Sort<TaskOut>] = &[
    Sort::made(),
    Sort::number("updated_at", |row| row.updated_at.into()),
    Sort::optional_number("due_at", |row| row.due_at.into()),
    Sort::number_in("priority", "priority_rank", |row| {
        row.priority.rank().into()
    }),
];

/// What can be put into a task.
pub const INCLUDES: &[&str] = &["business", "person"];

/// What a client sends to create a task.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskIn {
    /// The business it is done for.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// The person there whom it is about.
    #[garde(skip)]
    pub person_id: Option<PersonId>,
    /// What is to be done.
    #[garde(custom(line(LINE)))]
    pub title: Text,
    /// More.
    #[garde(inner(custom(prose(PROSE))))]
    pub description: Option<Text>,
    /// What it is about.
    #[serde(default, rename = "type")]
    #[garde(skip)]
    pub kind: TaskType,
    /// Who does it: the id of a member of the team, or an AI's name.
    #[garde(inner(custom(line(NAME))))]
    pub assigned_to: Option<Text>,
    /// What whoever does it is; `ai` when absent.
    #[garde(skip)]
    pub assigned_type: Option<AgentKind>,
    /// By when.
    #[garde(skip)]
    pub due_at: Option<Moment>,
    /// How much it matters.
    #[serde(default)]
    #[garde(skip)]
    pub priority: TaskPriority,
    /// Where it comes from.
    #[garde(inner(custom(line(NAME))))]
    pub source: Option<Text>,
    /// What kind of record it comes from, such as `conversation` or `order`; together with its id.
    #[garde(inner(custom(line(NAME))))]
    pub sourceable_type: Option<Text>,
    /// Which one.
    #[garde(inner(custom(line(NAME))), custom(together(&self.sourceable_type)))]
    pub sourceable_id: Option<Text>,
}

fn together(kind: &Option<Text>) -> impl FnOnce(&Option<Text>, &()) -> garde::Result {
    let has_kind = kind.is_some();
    move |id, _| match id.is_some() == has_kind {
        true => Ok(()),
        false => Err(garde::Error::new("must come together with sourceable_type")),
    }
}

/// What a client changes of a task; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskPatch {
    /// The person there whom it is about.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub person_id: Option<Option<PersonId>>,
    /// What is to be done.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(LINE))))]
    #[schemars(with = "Text")]
    pub title: Option<Text>,
    /// More.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(PROSE)))))]
    pub description: Option<Option<Text>>,
    /// What it is about.
    #[serde(default, rename = "type", deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "TaskType")]
    pub kind: Option<TaskType>,
    /// Who does it: the id of a member of the team, or an AI's name.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub assigned_to: Option<Option<Text>>,
    /// What whoever does it is. Another kind needs an `assigned_to` of that kind, or null.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "AgentKind")]
    pub assigned_type: Option<AgentKind>,
    /// By when.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub due_at: Option<Option<Moment>>,
    /// Until when nobody needs to think of it.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub snoozed_until: Option<Option<Moment>>,
    /// How far it is. `completed` is as good as completing it.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "TaskStatus")]
    pub status: Option<TaskStatus>,
    /// How much it matters.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "TaskPriority")]
    pub priority: Option<TaskPriority>,
    /// What came of it.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(PROSE)))))]
    pub outcome: Option<Option<Text>>,
}

/// What came of a task.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteIn {
    /// In words.
    #[garde(inner(custom(prose(PROSE))))]
    pub outcome: Option<Text>,
}

/// Until when nobody needs to think of a task.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SnoozeIn {
    /// A time to come.
    #[garde(skip)]
    pub until: Moment,
}

/// Which tasks a list has.
#[derive(Debug, Clone, Default)]
pub struct TaskFilter {
    /// For this business.
    pub business_id: Option<BusinessId>,
    /// About this person.
    pub person_id: Option<PersonId>,
    /// This far.
    pub status: Option<TaskStatus>,
    /// About this.
    pub kind: Option<TaskType>,
    /// Mattering this much.
    pub priority: Option<TaskPriority>,
    /// Done by them.
    pub assigned_to: Option<String>,
    /// Done by such.
    pub assigned_type: Option<AgentKind>,
    /// From this record.
    pub sourceable_id: Option<String>,
    /// Still to be done, or not.
    pub open: Option<bool>,
    /// Still to be done, late and not put off, or not that.
    pub overdue: Option<bool>,
    /// Put off, or not.
    pub snoozed: Option<bool>,
    /// Due before this.
    pub due_before: Option<Millis>,
    /// Due at this or later.
    pub due_after: Option<Millis>,
    /// Whether with the deleted.
    pub deleted: Deleted,
}
