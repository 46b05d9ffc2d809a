//! A statement and its bound values.

use std::borrow::Cow;

use serde::Serialize;

/// A value as every engine can take it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL NULL, of whatever type the column has.
    Null,
    /// An integer. D1 carries numbers as doubles: keep within 2^53.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// A JSON document: text on D1, `jsonb` on Postgres.
    Json(String),
}

/// SQL with `?1` placeholders and the values for them.
#[derive(Debug, Clone)]
pub struct Statement {
    sql: Cow<'static, str>,
    values: Vec<Value>,
}

impl Statement {
    /// A statement of fixed text.
    pub fn new(sql: &'static str) -> Self {
        Statement {
            sql: Cow::Borrowed(sql),
            values: Vec::new(),
        }
    }

    /// A statement whose text was put together from fixed parts. Never build one from a client's text: bind it.
    pub fn assembled(sql: String) -> Self {
        Statement {
            sql: Cow::Owned(sql),
            values: Vec::new(),
        }
    }

    /// Binds the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds the next placeholder to a JSON document.
    #[must_use]
    pub fn bind_json<T: Serialize + ?Sized>(mut self, document: &T) -> Self {
        // Our own types always serialise; `null` would be refused by the column.
        let text = serde_json::to_string(document).unwrap_or_else(|_| "null".to_string());
        self.values.push(Value::Json(text));
        self
    }

    /// The text as written, before it is put into a dialect.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The bound values in order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_string())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Value::Text(value.clone())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Integer(i64::from(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Real(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Integer(i64::from(value))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
