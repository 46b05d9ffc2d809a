//! How long the tick's works go on that catch up with what others have changed: the index, the scores, the comparing.

use serde::Deserialize;

use crate::edge::clock::{Millis, SECOND};
use crate::edge::db::{Db, DbError, Statement};

/// A work's turn, in milliseconds: what an import leaves is soon found, and the next minute's tick finds nobody at work.
pub const USUAL: Millis = 15 * SECOND;
/// While an import writes, anybody's. Most of what there is to catch up with comes from it and only grows until it is through, and on
/// D1 both ask the same database, one after the other: so the import goes first. What else was marked may wait for some ticks.
const BESIDE_AN_IMPORT: Millis = 2 * SECOND;

#[derive(Deserialize)]
struct Row {
    imports: i64,
}

/// The turn of each work of this tick.
///
/// # Errors
/// The database's.
pub async fn of_a_tick(db: &Db) -> Result<Millis, DbError> {
    // The index on `check_at` holds only those at work.
    let running = Statement::new(
        "SELECT COUNT(*) AS imports FROM imports WHERE check_at IS NOT NULL AND status = 'running'",
    );
    let found: Option<Row> = db.fetch_optional(running).await?;
    Ok(match found.is_some_and(|row| row.imports > 0) {
        true => BESIDE_AN_IMPORT,
        false => USUAL,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ImportId;
    use crate::testing::{NOW, apis_alone};

    #[tokio::test]
    async fn is_short_while_an_import_writes_and_only_then() {
        for (api, _) in apis_alone().await {
            let db = &api.platform.db;
            assert_eq!(of_a_tick(db).await.unwrap(), USUAL, "{}", api.name);
            let import = Statement::new(
                "INSERT INTO imports (tenant_id, id, name, what, status, format, encoding, file_size, columns, samples, mapping, check_at, created_at, updated_at)
                 VALUES (?1, ?2, 'File', 'businesses', 'running', 'csv', 'utf-8', 1, '[]', '[]', '{}', ?3, ?3, ?3)",
            );
            let id = ImportId::new(NOW);
            db.execute(import.bind(&api.tenant).bind(&id).bind(NOW))
                .await
                .unwrap();
            assert_eq!(
                of_a_tick(db).await.unwrap(),
                BESIDE_AN_IMPORT,
                "{}",
                api.name
            );
            let done = Statement::new("UPDATE imports SET status = 'finishing' WHERE id = ?1");
            db.execute(done.bind(&id)).await.unwrap();
            assert_eq!(of_a_tick(db).await.unwrap(), USUAL, "{}", api.name);
        }
    }
}
