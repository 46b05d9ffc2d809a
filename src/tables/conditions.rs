//! What must hold of the rows a statement is about.

use crate::edge::db::{Statement, Value};
use crate::ids::TenantId;

/// What must hold of a row: all of it.
#[derive(Debug, Clone, Default)]
pub struct Conditions(Vec<(&'static str, Vec<Value>)>);

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
    pub fn and<const N: usize>(mut self, condition: &'static str, values: [Value; N]) -> Self {
        self.0.push((condition, values.into()));
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

    /// Not deleted.
    #[must_use]
    pub fn and_not_deleted(self) -> Self {
        self.and("deleted_at IS NULL", [])
    }

    /// The text, its placeholders numbered from `first` on.
    pub(super) fn write(&self, first: usize) -> String {
        let mut number = first;
        let mut text = String::new();
        for (condition, _) in &self.0 {
            text.push_str(if text.is_empty() { "" } else { " AND " });
            for character in condition.chars() {
                text.push(character);
                if character == '?' {
                    text.push_str(&number.to_string());
                    number += 1;
                }
            }
        }
        text
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|(_, values)| values.len()).sum()
    }

    pub(super) fn bind(self, statement: Statement) -> Statement {
        self.0
            .into_iter()
            .flat_map(|(_, values)| values)
            .fold(statement, Statement::bind)
    }
}
