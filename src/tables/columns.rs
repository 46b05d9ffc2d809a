//! What a statement writes.

use serde::Serialize;
use serde_json::Map;

use crate::edge::clock::Millis;
use crate::edge::db::{Statement, Value};
use crate::json;

/// The columns that an INSERT or an UPDATE writes, with their values.
#[derive(Debug, Clone, Default)]
pub struct Columns(Vec<(&'static str, &'static str, Value)>);

impl Columns {
    /// Writes a value.
    #[must_use]
    pub fn set(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.set_to(column, "?", value)
    }

    /// Writes the value of an expression, in which `?` is the bound value. In an UPDATE it may use the row's old values.
    #[must_use]
    pub fn set_to(
        mut self,
        column: &'static str,
        expression: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        self.0.push((column, expression, value.into()));
        self
    }

    /// Writes a value when there is one.
    #[must_use]
    pub fn change(self, column: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(column, value),
            None => self,
        }
    }

    /// The row was changed now: a version of its own, also of two changes within one millisecond.
    #[must_use]
    pub fn touched(self, now: Millis) -> Self {
        let later = "CASE WHEN updated_at >= ? THEN updated_at + 1 ELSE ? END";
        self.set_to("updated_at", later, now)
    }

    /// Writes a JSON document, or NULL.
    #[must_use]
    pub fn set_json<T: Serialize>(self, column: &'static str, document: Option<&T>) -> Self {
        let value = document.and_then(|document| serde_json::to_string(document).ok());
        self.set(column, value.map_or(Value::Null, Value::Json))
    }

    /// Writes a JSON document or NULL when the client named it.
    #[must_use]
    pub fn change_json<T: Serialize>(
        self,
        column: &'static str,
        document: Option<&Option<T>>,
    ) -> Self {
        match document {
            Some(document) => self.set_json(column, document.as_ref()),
            None => self,
        }
    }

    /// The values by their columns, for a statement that writes many rows. What is NULL is left out.
    pub fn into_row(self) -> Map<String, serde_json::Value> {
        let value = |value| match value {
            Value::Null => None,
            Value::Integer(number) => Some(number.into()),
            Value::Real(number) => Some(number.into()),
            Value::Text(text) => Some(text.into()),
            Value::Json(text) => json::read(&text).ok(),
        };
        self.0
            .into_iter()
            .filter_map(|(name, _, bound)| Some((name.to_string(), value(bound)?)))
            .collect()
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of the first placeholder behind the values.
    pub(super) fn next_placeholder(&self) -> usize {
        self.0.len() + 1
    }

    pub(super) fn names(&self) -> String {
        self.0
            .iter()
            .map(|(name, _, _)| *name)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The values' expressions, the first of them `?1`; `with_names` as assignments.
    pub(super) fn values(&self, with_names: bool) -> String {
        let value = |(number, (name, expression, _)): (usize, &(&str, &str, Value))| {
            let value = expression.replace('?', &format!("?{number}"));
            if with_names {
                format!("{name} = {value}")
            } else {
                value
            }
        };
        (1..).zip(&self.0).map(value).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn bind(self, statement: Statement) -> Statement {
        self.0
            .into_iter()
            .fold(statement, |statement, (_, _, value)| statement.bind(value))
    }
}
