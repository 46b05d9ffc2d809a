//! The Postgres executor: the same client natively and, over Hyperdrive's socket, in the Worker.
//!
//! One connection a request, opened by the first statement. Statements go out one at a time with their types
//! (`query_typed`): Hyperdrive pools connections between requests, so a prepared statement would not be there the next
//! time. A batch is a transaction at REPEATABLE READ, run again when it lost a race: so a batch means the same here as on
//! D1, whose single thread runs one at a time.

use std::error::Error as _;

use bytes::{BufMut, BytesMut};
use futures_util::future::{maybe_done, poll_immediate};
use tokio::sync::Mutex;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Row};

use super::{DbError, Dialect, Outcome, Rows, Sees, Statement, Value, usage};

/// How often a batch that lost a race is run again before the error is given back.
const ATTEMPTS: u32 = 8;

pub(super) struct Postgres {
    source: Source,
    client: Mutex<Option<Connected>>,
}

#[derive(Clone)]
enum Source {
    #[cfg(target_arch = "wasm32")]
    Hyperdrive(std::sync::Arc<worker::Hyperdrive>),
    #[cfg(not(target_arch = "wasm32"))]
    Url(String),
}

struct Connected {
    client: Client,
    /// Resolves when the connection's task is through.
    ended: tokio::sync::oneshot::Receiver<()>,
}

impl Postgres {
    #[cfg(target_arch = "wasm32")]
    pub(super) fn hyperdrive(hyperdrive: worker::Hyperdrive) -> Self {
        Postgres {
            source: Source::Hyperdrive(std::sync::Arc::new(hyperdrive)),
            client: Mutex::new(None),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    pub(super) fn url(url: &str) -> Self {
        Postgres {
            source: Source::Url(url.to_string()),
            client: Mutex::new(None),
        }
    }

    /// Another connection to the same database.
    pub(super) fn another(&self) -> Self {
        Postgres {
            source: self.source.clone(),
            client: Mutex::new(None),
        }
    }

    pub(super) async fn run(&self, statement: &Statement) -> Result<Outcome, DbError> {
        let mut slot = self.client.lock().await;
        let client = self.connected(&mut slot).await?;
        query(client, statement).await.map_err(from_postgres)
    }

    pub(super) async fn batch(
        &self,
        statements: &[Statement],
        sees: Sees,
    ) -> Result<Vec<Outcome>, DbError> {
        let mut slot = self.client.lock().await;
        let client = self.connected(&mut slot).await?;
        let mut attempt = 1;
        loop {
            match transaction(client, statements, sees).await {
                Ok(outcomes) => return Ok(outcomes),
                Err(error) if attempt < ATTEMPTS && lost_a_race(&error) => attempt += 1,
                Err(error) => return Err(from_postgres(error)),
            }
        }
    }

    pub(super) async fn close(&self) {
        if let Some(Connected { client, ended }) = self.client.lock().await.take() {
            drop(client);
            // An error says that the connection's task is gone already, which is what is waited for.
            let _ = ended.await;
        }
    }

    async fn connected<'a>(&self, slot: &'a mut Option<Connected>) -> Result<&'a Client, DbError> {
        if slot.as_ref().is_none_or(|open| open.client.is_closed()) {
            *slot = Some(self.connect().await?);
        }
        slot.as_ref()
            .map(|open| &open.client)
            .ok_or_else(|| DbError::Other("no Postgres connection".into()))
    }

    #[cfg(target_arch = "wasm32")]
    async fn connect(&self) -> Result<Connected, DbError> {
        let Source::Hyperdrive(hyperdrive) = &self.source;
        let config = hyperdrive
            .connection_string()
            .parse::<tokio_postgres::Config>()
            .map_err(from_postgres)?;
        let socket = hyperdrive
            .connect()
            .map_err(|error| DbError::Other(format!("Hyperdrive: {error}")))?;
        let (client, connection) = config
            .connect_raw(socket, tokio_postgres::NoTls)
            .await
            .map_err(from_postgres)?;
        let (done, ended) = tokio::sync::oneshot::channel();
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = connection.await {
                crate::edge::log::error("postgres connection", &[("error", &error.to_string())]);
            }
            let _ = done.send(());
        });
        Ok(Connected { client, ended })
    }

    #[cfg(not(target_arch = "wasm32"))]
    async fn connect(&self) -> Result<Connected, DbError> {
        let Source::Url(url) = &self.source;
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
            .await
            .map_err(from_postgres)?;
        let (done, ended) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                crate::edge::log::error("postgres connection", &[("error", &error.to_string())]);
            }
            let _ = done.send(());
        });
        Ok(Connected { client, ended })
    }
}

async fn transaction(
    client: &Client,
    statements: &[Statement],
    sees: Sees,
) -> Result<Vec<Outcome>, tokio_postgres::Error> {
    let begin = match sees {
        Sees::OneMoment => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        Sees::WhatIsCommitted => "BEGIN ISOLATION LEVEL READ COMMITTED",
    };
    client.execute_typed(begin, &[]).await?;
    // They go out one behind the other, and none waits for another's answer: two round trips, however many they are. After one
    // that fails the server runs none of the rest, and takes everything back where it is told to commit.
    let mut sent = Vec::with_capacity(statements.len());
    let mut end = "COMMIT";
    for statement in statements {
        let mut answer = Box::pin(maybe_done(query(client, statement)));
        // The first poll sends it. What is answered already has never gone out: a value that cannot be written.
        poll_immediate(&mut answer).await;
        let is_refused = matches!(answer.as_mut().output_mut(), Some(Err(_)));
        sent.push(answer);
        if is_refused {
            end = "ROLLBACK";
            break;
        }
    }
    let mut ended = Box::pin(maybe_done(client.execute_typed(end, &[])));
    poll_immediate(&mut ended).await;
    let mut outcomes = Vec::with_capacity(statements.len());
    let mut failed = None;
    for mut answer in sent {
        answer.as_mut().await;
        match answer.as_mut().take_output() {
            Some(Ok(outcome)) => outcomes.push(outcome),
            // Those behind it only say that the transaction has failed.
            Some(Err(error)) => failed = failed.or(Some(error)),
            None => (),
        }
    }
    ended.as_mut().await;
    let ended = ended.as_mut().take_output();
    match (failed, ended) {
        (Some(error), _) | (None, Some(Err(error))) => Err(error),
        (None, _) => Ok(outcomes),
    }
}

async fn query(client: &Client, statement: &Statement) -> Result<Outcome, tokio_postgres::Error> {
    usage::add(0, 0);
    // A fragment that cannot be written is our own mistake; the server then names the place in the text.
    let sql = Dialect::Postgres
        .write(statement.sql())
        .unwrap_or_else(|_| statement.sql().to_string());
    let parameters: Vec<(Parameter<'_>, Type)> = statement
        .values()
        .iter()
        .map(|value| (Parameter(value), type_of(value)))
        .collect();
    let mut stream = std::pin::pin!(client.query_typed_raw(&sql, parameters).await?);
    let mut rows = Vec::new();
    while let Some(row) = futures_util::TryStreamExt::try_next(&mut stream).await? {
        rows.push(to_object(&row)?);
    }
    Ok(Outcome {
        rows: Rows::from_values(&rows),
        changes: stream.rows_affected().unwrap_or(0),
    })
}

fn type_of(value: &Value) -> Type {
    match value {
        // The server takes the type from where the placeholder stands.
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Real(_) => Type::FLOAT8,
        Value::Text(_) => Type::TEXT,
        Value::Json(_) => Type::JSONB,
    }
}

#[derive(Debug)]
struct Parameter<'a>(&'a Value);

/// The version byte that the binary form of `jsonb` starts with.
const JSONB_VERSION: u8 = 1;

impl ToSql for Parameter<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) => number.to_sql(kind, out),
            Value::Real(number) => number.to_sql(kind, out),
            Value::Text(text) => text.to_sql(kind, out),
            Value::Json(text) => {
                out.put_u8(JSONB_VERSION);
                out.put_slice(text.as_bytes());
                Ok(IsNull::No)
            }
        }
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A `jsonb` or `json` column's document, as text: the same as D1 gives.
struct Document(String);

impl<'a> FromSql<'a> for Document {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let text = match (*kind == Type::JSONB, raw.split_first()) {
            (true, Some((_, text))) => text,
            _ => raw,
        };
        Ok(Document(String::from_utf8(text.to_vec())?))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::JSON | Type::JSONB)
    }
}

fn to_object(row: &Row) -> Result<serde_json::Value, tokio_postgres::Error> {
    let mut object = serde_json::Map::with_capacity(row.len());
    for (index, column) in row.columns().iter().enumerate() {
        let value: serde_json::Value = match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(index)?.into(),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(index)?.into(),
            Type::BOOL => row.try_get::<_, Option<bool>>(index)?.map(i64::from).into(),
            Type::JSON | Type::JSONB => row
                .try_get::<_, Option<Document>>(index)?
                .map(|document| document.0)
                .into(),
            _ => row.try_get::<_, Option<String>>(index)?.into(),
        };
        object.insert(column.name().to_string(), value);
    }
    Ok(serde_json::Value::Object(object))
}

fn lost_a_race(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(&SqlState::T_R_SERIALIZATION_FAILURE | &SqlState::T_R_DEADLOCK_DETECTED)
    )
}

fn from_postgres(error: tokio_postgres::Error) -> DbError {
    match error.code() {
        Some(&SqlState::UNIQUE_VIOLATION) => DbError::Unique,
        Some(&SqlState::FOREIGN_KEY_VIOLATION) => DbError::ForeignKey,
        Some(&SqlState::CHECK_VIOLATION) => DbError::Check,
        _ => {
            let source = error
                .source()
                .map(|source| format!(": {source}"))
                .unwrap_or_default();
            DbError::Other(format!("{error}{source}"))
        }
    }
}
