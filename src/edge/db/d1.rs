//! The D1 executor. Results cross into the module as one JSON text per call: reading each row through JavaScript objects
//! costs several times as much.

use js_sys::futures::JsFuture;
use serde::Deserialize;
use serde_json::value::RawValue;
use wasm_bindgen::{JsCast, JsValue};
use worker::worker_sys::types::{D1Database as Binding, D1PreparedStatement as Prepared};

use super::{DbError, Dialect, Outcome, Rows, Statement, Value, usage};

pub(super) struct D1(worker::D1Database);

/// What D1 answers for one statement.
#[derive(Deserialize)]
struct Answer {
    results: Option<Box<RawValue>>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(default)]
    changes: f64,
    #[serde(default)]
    rows_read: f64,
    #[serde(default)]
    rows_written: f64,
}

impl D1 {
    pub(super) fn new(database: worker::D1Database) -> Self {
        D1(database)
    }

    pub(super) async fn run(&self, statement: &Statement) -> Result<Outcome, DbError> {
        let promise = self.prepare(statement)?.all().map_err(from_js)?;
        let answer = JsFuture::from(promise).await.map_err(from_js)?;
        let text = stringify(&answer)?;
        let answer: Answer = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(answer.into_outcome())
    }

    pub(super) async fn batch(&self, statements: &[Statement]) -> Result<Vec<Outcome>, DbError> {
        let prepared = js_sys::Array::new();
        for statement in statements {
            prepared.push(self.prepare(statement)?.as_ref());
        }
        let promise = self.binding().batch(prepared).map_err(from_js)?;
        let answers = JsFuture::from(promise).await.map_err(from_js)?;
        let text = stringify(answers.as_ref())?;
        let answers: Vec<Answer> = serde_json::from_str(&text).map_err(unreadable)?;
        Ok(answers.into_iter().map(Answer::into_outcome).collect())
    }

    fn binding(&self) -> &Binding {
        AsRef::<JsValue>::as_ref(&self.0).unchecked_ref()
    }

    fn prepare(&self, statement: &Statement) -> Result<Prepared, DbError> {
        let sql = Dialect::Sqlite.write(statement.sql())?;
        let prepared = self.binding().prepare(&sql).map_err(from_js)?;
        let values = js_sys::Array::new();
        for value in statement.values() {
            values.push(&match value {
                Value::Null => JsValue::NULL,
                // A double holds integers up to 2^53, more than any time or count here.
                #[allow(clippy::cast_precision_loss)]
                Value::Integer(number) => JsValue::from_f64(*number as f64),
                Value::Real(number) => JsValue::from_f64(*number),
                Value::Text(text) | Value::Json(text) => JsValue::from_str(text),
            });
        }
        prepared.bind(values).map_err(from_js)
    }
}

impl Answer {
    fn into_outcome(self) -> Outcome {
        usage::add(count(self.meta.rows_read), count(self.meta.rows_written));
        Outcome {
            rows: self.results.map_or_else(Rows::default, |results| {
                Rows::from_text(Box::<str>::from(results).into_string())
            }),
            changes: count(self.meta.changes),
        }
    }
}

/// D1's counts are JavaScript numbers; they are never negative and never near 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn count(number: f64) -> u64 {
    number as u64
}

fn stringify(value: &JsValue) -> Result<String, DbError> {
    js_sys::JSON::stringify(value)
        .map(String::from)
        .map_err(from_js)
}

fn unreadable(error: serde_json::Error) -> DbError {
    DbError::Other(format!("D1 answered something unreadable: {error}"))
}

/// D1 says what was violated in the message only.
fn from_js(error: impl Into<JsValue>) -> DbError {
    let error: JsValue = error.into();
    let text = error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .unwrap_or_else(|| format!("{error:?}"));
    super::sqlite_error(text)
}
