//! SQLite in memory: a fast native stand-in for D1, which is SQLite itself.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, params_from_iter};
use tokio::sync::Mutex;

use super::{DbError, Dialect, Outcome, Rows, Statement, Value, sqlite_error};

pub(super) struct Sqlite(Mutex<Connection>);

/// The D1 migrations, in order.
pub(crate) const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_core", include_str!("../../../d1/0001_core.sql")),
    (
        "0002_campaigns",
        include_str!("../../../d1/0002_campaigns.sql"),
    ),
    (
        "0003_development",
        include_str!("../../../d1/0003_development.sql"),
    ),
    (
        "0004_identity",
        include_str!("../../../d1/0004_identity.sql"),
    ),
    ("0005_audit", include_str!("../../../d1/0005_audit.sql")),
    ("0006_access", include_str!("../../../d1/0006_access.sql")),
    (
        "0007_assignment",
        include_str!("../../../d1/0007_assignment.sql"),
    ),
    ("0008_records", include_str!("../../../d1/0008_records.sql")),
    ("0009_imports", include_str!("../../../d1/0009_imports.sql")),
    ("0010_search", include_str!("../../../d1/0010_search.sql")),
    ("0011_scores", include_str!("../../../d1/0011_scores.sql")),
    (
        "0012_pipelines",
        include_str!("../../../d1/0012_pipelines.sql"),
    ),
    (
        "0013_segments",
        include_str!("../../../d1/0013_segments.sql"),
    ),
    (
        "0014_duplicates",
        include_str!("../../../d1/0014_duplicates.sql"),
    ),
    (
        "0015_content_sync",
        include_str!("../../../d1/0015_content_sync.sql"),
    ),
    ("0016_lists", include_str!("../../../d1/0016_lists.sql")),
    (
        "0017_search_notes",
        include_str!("../../../d1/0017_search_notes.sql"),
    ),
    ("0018_counts", include_str!("../../../d1/0018_counts.sql")),
    ("0019_views", include_str!("../../../d1/0019_views.sql")),
];

impl Sqlite {
    pub(super) fn in_memory() -> Result<Self, DbError> {
        let connection = Connection::open_in_memory().map_err(from_rusqlite)?;
        connection
            .execute_batch("PRAGMA foreign_keys = ON")
            .map_err(from_rusqlite)?;
        for (_, migration) in MIGRATIONS {
            connection.execute_batch(migration).map_err(from_rusqlite)?;
        }
        Ok(Sqlite(Mutex::new(connection)))
    }

    pub(super) async fn run(&self, statement: &Statement) -> Result<Outcome, DbError> {
        run(&*self.0.lock().await, statement)
    }

    pub(super) async fn batch(&self, statements: &[Statement]) -> Result<Vec<Outcome>, DbError> {
        let mut connection = self.0.lock().await;
        let transaction = connection.transaction().map_err(from_rusqlite)?;
        let outcomes = statements
            .iter()
            .map(|statement| run(&transaction, statement))
            .collect::<Result<Vec<_>, _>>()?;
        transaction.commit().map_err(from_rusqlite)?;
        Ok(outcomes)
    }
}

fn run(connection: &Connection, statement: &Statement) -> Result<Outcome, DbError> {
    let sql = Dialect::Sqlite.write(statement.sql())?;
    let mut prepared = connection.prepare_cached(&sql).map_err(from_rusqlite)?;
    let names: Vec<String> = prepared.column_names().map(str::to_string).collect();
    let before = connection.total_changes();
    let values = statement.values().iter().map(|value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => rusqlite::types::Value::Integer(*number),
        Value::Real(number) => rusqlite::types::Value::Real(*number),
        Value::Text(text) | Value::Json(text) => rusqlite::types::Value::Text(text.clone()),
    });
    let mut rows = prepared
        .query(params_from_iter(values))
        .map_err(from_rusqlite)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next().map_err(from_rusqlite)? {
        let mut object = serde_json::Map::new();
        for (index, name) in names.iter().enumerate() {
            let value = match row.get_ref(index).map_err(from_rusqlite)? {
                ValueRef::Null | ValueRef::Blob(_) => serde_json::Value::Null,
                ValueRef::Integer(number) => number.into(),
                ValueRef::Real(number) => number.into(),
                ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned().into(),
            };
            object.insert(name.clone(), value);
        }
        out.push(serde_json::Value::Object(object));
    }
    Ok(Outcome {
        rows: Rows::from_values(&out),
        changes: connection.total_changes() - before,
    })
}

fn from_rusqlite(error: rusqlite::Error) -> DbError {
    sqlite_error(error.to_string())
}
