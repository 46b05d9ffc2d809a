//! What the API does at a method and path: its name, what it asks of the caller, and, for the contract, what it means.

use super::sort::Sort;
use crate::edge::limiter::Limit;
use crate::permission::Permission;

/// Who may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: it is how one signs in, or says nothing about anybody.
    Public,
    /// Whoever is signed in, on what is their own.
    SignedIn,
    /// Who has this permission.
    Needs(Permission),
}

/// An operation. The texts are for the contract, which is written natively: they are no part of the Worker.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name in the contract, the clients and the audit log, as in `createTag`.
    pub id: &'static str,
    /// Who may use it.
    pub access: Access,
    /// Which limit counts it; by the method unless said.
    pub limit: Option<Limit>,
    /// Whether reading it is reading personal data, which the audit log holds.
    pub reads_personal_data: bool,
    /// Whether it only computes something, although its method says that it changes something.
    pub changes_nothing: bool,
    /// Whether its answer shows a secret that is kept nowhere.
    pub answer_is_secret: bool,
    /// Whether its body is a file, which is never held as a whole: nobody reads it before the handler does.
    pub takes_a_file: bool,
    /// The texts.
    #[cfg(not(target_arch = "wasm32"))]
    pub texts: Texts,
}

/// What the contract tells people about an operation.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// In a line.
    pub summary: &'static str,
    /// At length.
    pub description: &'static str,
    /// Error codes of its own with their status and when they come.
    pub errors: Vec<(u16, &'static str, &'static str)>,
    /// A body that works, as JSON.
    pub example: Option<&'static str>,
    /// What a list sorts by.
    pub sorts: Vec<&'static str>,
    /// What can be put into an entry.
    pub includes: &'static [&'static str],
    /// Whether its answer shows a record with its version, although it is no route of the record itself.
    pub shows_version: bool,
}

impl Operation {
    /// An operation that asks for a permission.
    pub fn new(id: &'static str, permission: Permission, summary: &'static str) -> Self {
        Operation::with_access(id, Access::Needs(permission), summary)
    }

    /// An operation for anybody.
    pub fn public(id: &'static str, summary: &'static str) -> Self {
        Operation::with_access(id, Access::Public, summary)
    }

    /// An operation for whoever is signed in.
    pub fn signed_in(id: &'static str, summary: &'static str) -> Self {
        Operation::with_access(id, Access::SignedIn, summary)
    }

    #[cfg_attr(target_arch = "wasm32", allow(unused_variables))]
    fn with_access(id: &'static str, access: Access, summary: &'static str) -> Self {
        Operation {
            id,
            access,
            limit: None,
            reads_personal_data: false,
            changes_nothing: false,
            answer_is_secret: false,
            takes_a_file: false,
            #[cfg(not(target_arch = "wasm32"))]
            texts: Texts {
                summary,
                ..Texts::default()
            },
        }
    }

    /// Reading it is reading personal data.
    #[must_use]
    pub fn personal_data(mut self) -> Self {
        self.reads_personal_data = true;
        self
    }

    /// It only computes something, whatever its method.
    #[must_use]
    pub fn changes_nothing(mut self) -> Self {
        self.changes_nothing = true;
        self
    }

    /// Its answer shows a secret, so that it is kept for no repetition.
    #[must_use]
    pub fn secret_answer(mut self) -> Self {
        self.answer_is_secret = true;
        self
    }

    /// Its body is a file.
    #[must_use]
    pub fn takes_a_file(mut self) -> Self {
        self.takes_a_file = true;
        self
    }

    /// Another limit than the method's.
    #[must_use]
    pub fn limited_as(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// More than the summary says.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables, unused_mut))]
    pub fn description(mut self, text: &'static str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.texts.description = text;
        }
        self
    }

    /// A state that stands in the way (409), with its code.
    #[must_use]
    pub fn conflict(self, code: &'static str, when: &'static str) -> Self {
        self.error(409, code, when)
    }

    /// An error of its own.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables, unused_mut))]
    pub fn error(mut self, status: u16, code: &'static str, when: &'static str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        self.texts.errors.push((status, code, when));
        self
    }

    /// A list that can be sorted.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables, unused_mut))]
    pub fn sorted_by<T>(mut self, sorts: &'static [Sort<T>]) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.texts.sorts = sorts.iter().map(|sort| sort.name).collect();
        }
        self
    }

    /// What can be put into an entry.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables, unused_mut))]
    pub fn including(mut self, includes: &'static [&'static str]) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.texts.includes = includes;
        }
        self
    }

    /// It answers with a record and its version, although it is no route of the record itself.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", allow(unused_mut))]
    pub fn shows_version(mut self) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.texts.shows_version = true;
        }
        self
    }

    /// A body that works, as JSON.
    #[must_use]
    #[cfg_attr(target_arch = "wasm32", allow(unused_variables, unused_mut))]
    pub fn example(mut self, json: &'static str) -> Self {
        #[cfg(not(target_arch = "wasm32"))]
        {
            self.texts.example = Some(json);
        }
        self
    }
}
