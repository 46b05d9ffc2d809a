//! Types of notes.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::businesses::model::BusinessOut;
use crate::crm::checks::{line, prose};
use crate::crm::model::AgentKind;
use crate::crm::people::model::PersonOut;
use crate::edge::clock::Millis;
use crate::edge::db::Flag;
use crate::error::{Error, Result};
use crate::http::Sort;
use crate::http::caller::Actor;
use crate::http::filter::Deleted;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, NoteId, PersonId};

/// The longest note.
const CONTENT: usize = 20_000;
/// The longest name of an author.
const AUTHOR: usize = 100;

/// A note as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct NoteOut {
    /// Its id.
    pub id: NoteId,
    /// The business it is about.
    pub business_id: BusinessId,
    /// The person there whom it is about.
    pub person_id: Option<PersonId>,
    /// What it says.
    pub content: String,
    /// Whether it is kept in sight.
    pub is_pinned: Flag,
    /// Who wrote it: the id of a member of the team, or a name.
    pub created_by: Option<String>,
    /// What whoever wrote it is.
    pub created_by_type: AgentKind,
    /// When it was written.
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

/// What a list of notes sorts by.
pub const SORTS: &[Sort<NoteOut>] = &[
    Sort::made(),
    Sort::number("updated_at", |row| row.updated_at.into()),
];

/// What can be put into a note.
pub const INCLUDES: &[&str] = &["business", "person"];

/// What a client sends to write a note.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteIn {
    /// The business it is about.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// The person there whom it is about.
    #[garde(skip)]
    pub person_id: Option<PersonId>,
    /// What it says.
    #[garde(custom(prose(CONTENT)))]
    pub content: Text,
    /// Whether it is kept in sight.
    #[serde(default)]
    #[garde(skip)]
    pub is_pinned: bool,
    /// For whom a program writes. Whoever is signed in writes in their own name.
    #[garde(inner(custom(line(AUTHOR))))]
    pub created_by: Option<Text>,
    /// What they are for whom a program writes; `human` when absent.
    #[garde(skip)]
    pub created_by_type: Option<AgentKind>,
}

impl NoteIn {
    /// Who writes it, and what they are.
    ///
    /// # Errors
    /// Somebody who is signed in names somebody else.
    pub fn author(&self, actor: &Actor) -> Result<(Option<String>, AgentKind)> {
        let Actor::User { id, .. } = actor else {
            let kind = self.created_by_type.unwrap_or(AgentKind::Human);
            return Ok((self.created_by.as_deref().map(str::to_string), kind));
        };
        let field = match (&self.created_by, self.created_by_type) {
            (None, None) => return Ok((Some(id.to_string()), AgentKind::Human)),
            (Some(_), _) => "created_by",
            _ => "created_by_type",
        };
        Err(Error::field(
            field,
            "is not for you to say: you write in your own name",
        ))
    }
}

/// What a client changes of a note; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotePatch {
    /// The person there whom it is about.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub person_id: Option<Option<PersonId>>,
    /// What it says.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(prose(CONTENT))))]
    #[schemars(with = "Text")]
    pub content: Option<Text>,
    /// Whether it is kept in sight.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub is_pinned: Option<bool>,
}

/// Which notes a list has.
#[derive(Debug, Clone, Default)]
pub struct NoteFilter {
    /// About this business.
    pub business_id: Option<BusinessId>,
    /// About this person.
    pub person_id: Option<PersonId>,
    /// Kept in sight, or not.
    pub is_pinned: Option<bool>,
    /// Whether with the deleted.
    pub deleted: Deleted,
}
