//! One database, two engines: D1 and Postgres (and SQLite in memory for native tests).
//!
//! SQL is written once, in the subset all of them speak, with `?1` placeholders; the few things that differ are written as
//! the named fragments of [`fragments`]. There are no interactive transactions: a write that depends on a read carries its
//! condition, or stands in one [`Db::batch`], which is atomic on every engine.

#[cfg(target_arch = "wasm32")]
mod d1;
mod fragments;
mod postgres;
mod row;
#[cfg(not(target_arch = "wasm32"))]
mod sqlite;
mod statement;
#[cfg(test)]
pub mod testing;
mod usage;

use std::future::Future;

use serde::de::DeserializeOwned;

pub use fragments::Dialect;
pub use row::{Flag, Json, Rows};
pub use statement::{Statement, Value};
pub use usage::{Usage, usage};

/// What went wrong in the database. The text of [`DbError::Other`] is for the log, never for a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbError {
    /// A unique key is taken already.
    Unique,
    /// A referenced row is not there, or a row is still referenced.
    ForeignKey,
    /// A value is outside its column's CHECK.
    Check,
    /// Anything else, in the engine's own words.
    Other(String),
}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DbError::Unique => f.write_str("a unique key is taken"),
            DbError::ForeignKey => f.write_str("a reference does not hold"),
            DbError::Check => f.write_str("a value is outside its allowed set"),
            DbError::Other(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for DbError {}

/// The answer to one statement: its rows (also those of `RETURNING`) and how many rows it changed.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the statement returned.
    pub rows: Rows,
    /// Rows inserted, updated or deleted. Zero for a query.
    pub changes: u64,
}

/// A handle on the database of this request or message.
pub struct Db {
    engine: Engine,
}

/// What the statements of a transaction see of others'. With one writer, as SQLite has, there is no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sees {
    /// All of them the same moment's.
    OneMoment,
    /// Each what is committed when it begins.
    WhatIsCommitted,
}

enum Engine {
    #[cfg(target_arch = "wasm32")]
    D1(d1::D1),
    Postgres(postgres::Postgres),
    #[cfg(not(target_arch = "wasm32"))]
    Sqlite(sqlite::Sqlite),
}

impl Db {
    /// The D1 database behind a binding.
    #[cfg(target_arch = "wasm32")]
    pub fn d1(database: worker::D1Database) -> Self {
        Db {
            engine: Engine::D1(d1::D1::new(database)),
        }
    }

    /// Postgres behind a Hyperdrive binding. Connects when the first statement runs.
    #[cfg(target_arch = "wasm32")]
    pub fn hyperdrive(hyperdrive: worker::Hyperdrive) -> Self {
        Db {
            engine: Engine::Postgres(postgres::Postgres::hyperdrive(hyperdrive)),
        }
    }

    /// Postgres at a URL, for native tests. Connects when the first statement runs.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn postgres(url: &str) -> Self {
        Db {
            engine: Engine::Postgres(postgres::Postgres::url(url)),
        }
    }

    /// An empty SQLite in memory with the D1 migrations applied, for native tests.
    ///
    /// # Errors
    /// When a migration does not run.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn sqlite_in_memory() -> Result<Self, DbError> {
        Ok(Db {
            engine: Engine::Sqlite(sqlite::Sqlite::in_memory()?),
        })
    }

    /// The dialect statements are written into.
    pub fn dialect(&self) -> Dialect {
        match &self.engine {
            #[cfg(target_arch = "wasm32")]
            Engine::D1(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
            #[cfg(not(target_arch = "wasm32"))]
            Engine::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// Runs all statements in one transaction, in order: all of them hold or none does.
    ///
    /// # Errors
    /// The first statement's error; nothing is written then.
    pub fn batch(
        &self,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<Outcome>, DbError>> + Send + '_ {
        self.transaction(statements, Sees::OneMoment)
    }

    /// The same for what must not overlap with others of its kind: all of them begin with a statement that writes the same
    /// row. On Postgres the others wait there, however many they are, and what follows sees what was done before them; a
    /// plain [`Db::batch`] would have all but one of them begin anew, again and again.
    ///
    /// # Errors
    /// As there.
    pub fn batch_in_turn(
        &self,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<Outcome>, DbError>> + Send + '_ {
        self.transaction(statements, Sees::WhatIsCommitted)
    }

    fn transaction(
        &self,
        statements: Vec<Statement>,
        sees: Sees,
    ) -> impl Future<Output = Result<Vec<Outcome>, DbError>> + Send + '_ {
        super::sendable(async move {
            let outcomes = match &self.engine {
                #[cfg(target_arch = "wasm32")]
                Engine::D1(d1) => d1.batch(&statements).await,
                Engine::Postgres(postgres) => postgres.batch(&statements, sees).await,
                #[cfg(not(target_arch = "wasm32"))]
                Engine::Sqlite(sqlite) => sqlite.batch(&statements).await,
            };
            outcomes.inspect_err(|error| report(error, &statements))
        })
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// The engine's.
    pub fn run(
        &self,
        statement: Statement,
    ) -> impl Future<Output = Result<Outcome, DbError>> + Send + '_ {
        super::sendable(async move {
            let outcome = match &self.engine {
                #[cfg(target_arch = "wasm32")]
                Engine::D1(d1) => d1.run(&statement).await,
                Engine::Postgres(postgres) => postgres.run(&statement).await,
                #[cfg(not(target_arch = "wasm32"))]
                Engine::Sqlite(sqlite) => sqlite.run(&statement).await,
            };
            outcome.inspect_err(|error| report(error, std::slice::from_ref(&statement)))
        })
    }

    /// Runs a statement for its changes and says how many rows it changed: the count tells who won.
    ///
    /// # Errors
    /// The engine's.
    pub async fn execute(&self, statement: Statement) -> Result<u64, DbError> {
        Ok(self.run(statement).await?.changes)
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// The engine's, or a row that does not fit `T`.
    pub async fn fetch_all<T: DeserializeOwned>(
        &self,
        statement: Statement,
    ) -> Result<Vec<T>, DbError> {
        self.run(statement).await?.rows.decode()
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// The engine's, or a row that does not fit `T`.
    pub async fn fetch_optional<T: DeserializeOwned>(
        &self,
        statement: Statement,
    ) -> Result<Option<T>, DbError> {
        Ok(self.fetch_all(statement).await?.into_iter().next())
    }

    /// The one row of a query that always has one (a count, a sum).
    ///
    /// # Errors
    /// The engine's, a row that does not fit `T`, or no row.
    pub async fn fetch_one<T: DeserializeOwned>(&self, statement: Statement) -> Result<T, DbError> {
        self.fetch_optional(statement)
            .await?
            .ok_or_else(|| DbError::Other("a query that always has a row had none".into()))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// The engine's.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.run(Statement::new("SELECT 1 AS one")).await.map(drop)
    }

    /// Work that an engine needs from time to time: on Postgres, the partitions of the months to come.
    ///
    /// # Errors
    /// The engine's.
    pub async fn maintain(&self, first_month: &str) -> Result<(), DbError> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => {
                for parent in ["send_log", "activities"] {
                    self.run(
                        Statement::new(
                            "SELECT CAST(ensure_month_partitions(?1, CAST(?2 AS DATE), 4) AS TEXT)",
                        )
                        .bind(parent)
                        .bind(first_month),
                    )
                    .await?;
                }
                Ok(())
            }
        }
    }

    /// A handle whose statements do not wait for this one's, where an engine has them wait: another connection, to be closed as
    /// this one is. `None` where there is no need: D1's calls go side by side, and the SQLite of native tests is one connection.
    pub fn another(&self) -> Option<Self> {
        match &self.engine {
            Engine::Postgres(postgres) => Some(Db {
                engine: Engine::Postgres(postgres.another()),
            }),
            #[cfg(target_arch = "wasm32")]
            Engine::D1(_) => None,
            #[cfg(not(target_arch = "wasm32"))]
            Engine::Sqlite(_) => None,
        }
    }

    /// Ends the connection, if this engine has one. A Worker calls it at the end of each event: a connection must not
    /// outlive the request that opened it.
    pub fn close(&self) -> impl Future<Output = ()> + Send + '_ {
        super::sendable(async move {
            if let Engine::Postgres(postgres) = &self.engine {
                postgres.close().await;
            }
        })
    }
}

/// Writes an unexpected failure to the log with the statement it happened in (never its values: they are people's data).
fn report(error: &DbError, statements: &[Statement]) {
    if let DbError::Other(text) = error {
        let sql = statements
            .iter()
            .map(Statement::sql)
            .collect::<Vec<_>>()
            .join("; ");
        super::log::error("database", &[("error", text), ("sql", &sql)]);
    }
}

/// SQLite (and so D1) names what was violated in its message only.
fn sqlite_error(text: String) -> DbError {
    if text.contains("UNIQUE constraint failed") {
        DbError::Unique
    } else if text.contains("FOREIGN KEY constraint failed") {
        DbError::ForeignKey
    } else if text.contains("CHECK constraint failed") {
        DbError::Check
    } else {
        DbError::Other(text)
    }
}

#[cfg(test)]
mod tests;
