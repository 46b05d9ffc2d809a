//! What must hold of the rows a statement is about.

use serde::Serialize;

use super::condition::Condition;
use crate::edge::db::{Statement, Value};
use crate::http::filter::Deleted;
use crate::ids::TenantId;

/// What must hold of a row: all of it.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Vec<Condition>);

impl Conditions {
    /// The tenant's rows.
    pub fn of(tenant: &TenantId) -> Self {
        Conditions::default().and("tenant_id = ?", [tenant.into()])
    }

    /// The tenant's row with this id.
    pub fn one(tenant: &TenantId, id: impl Into<Value>) -> Self {
        Conditions::of(tenant).and("id = ?", [id.into()])
    }

    /// One more. Each `?` is the next of the values.
    #[must_use]
    pub fn and<const N: usize>(self, condition: &'static str, values: [Value; N]) -> Self {
        self.and_also(Condition::new(condition, values))
    }

    /// One more, put together from fixed parts. Each `?` is the next of the values.
    #[must_use]
    pub fn and_all(self, condition: String, values: Vec<Value>) -> Self {
        self.and_also(Condition::new(condition, values))
    }

    /// One more.
    #[must_use]
    pub fn and_also(mut self, condition: Condition) -> Self {
        self.0.push(condition);
        self
    }

    /// One more, when there is a value for it.
    #[must_use]
    pub fn and_if(self, condition: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.and(condition, [value.into()]),
            None => self,
        }
    }

    /// A text that starts so, in whatever case, when there is something to look for.
    #[must_use]
    pub fn and_prefix(self, column: &str, prefix: Option<&str>) -> Self {
        match prefix {
            // Not LIKE: D1 takes patterns of fifty bytes at most, and the engines differ in what case means there.
            Some(prefix) => self.and_all(
                format!("substr({{lower {column}}}, 1, length(?)) = lower(?)"),
                vec![prefix.into(), prefix.into()],
            ),
            None => self,
        }
    }

    /// With one of these ids.
    #[must_use]
    pub fn and_among<I: Serialize>(self, ids: &[I]) -> Self {
        let ids = serde_json::to_string(ids).unwrap_or_default();
        self.and("id {in ?}", [Value::Json(ids)])
    }

    /// Not deleted.
    #[must_use]
    pub fn and_not_deleted(self) -> Self {
        self.and("deleted_at IS NULL", [])
    }

    /// Deleted, not deleted, or either.
    #[must_use]
    pub fn and_deleted(self, deleted: Deleted) -> Self {
        match deleted {
            Deleted::Without => self.and_not_deleted(),
            Deleted::Only => self.and("deleted_at IS NOT NULL", []),
            Deleted::With => self,
        }
    }

    /// The text, its placeholders numbered from `first` on.
    pub fn write(&self, first: usize) -> String {
        let mut number = first;
        let mut text = String::new();
        for condition in &self.0 {
            text.push_str(if text.is_empty() { "" } else { " AND " });
            for character in condition.text.chars() {
                text.push(character);
                if character == '?' {
                    text.push_str(&number.to_string());
                    number += 1;
                }
            }
        }
        text
    }

    /// How many values they bind.
    pub fn value_count(&self) -> usize {
        self.0.iter().map(Condition::value_count).sum()
    }

    /// Binds their values behind those that are bound already.
    pub fn bind(self, statement: Statement) -> Statement {
        self.0
            .into_iter()
            .flat_map(|condition| condition.values)
            .fold(statement, Statement::bind)
    }
}
