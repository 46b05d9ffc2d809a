//! Anchors: where each log ended, written once a day to where the database's owner cannot reach, the platform's own log.

use super::store;
use crate::edge::db::{Db, DbError};
use crate::edge::log;

/// Tenants a read.
const CHUNK: i64 = 200;
/// The most tenants' logs that are anchored.
const MOST: usize = 10_000;

/// Writes the last entry of every log to the platform's log.
///
/// # Errors
/// The database's.
pub async fn anchor(db: &Db) -> Result<(), DbError> {
    let (mut after, mut count) = (String::new(), 0);
    while count < MOST {
        let heads = store::last_entries(db, &after, CHUNK).await?;
        let Some(last) = heads.last() else { break };
        after = last.tenant_id.to_string();
        count += heads.len();
        for head in &heads {
            log::info(
                "audit head",
                &[
                    ("tenant", head.tenant_id.as_str()),
                    ("sequence", &head.sequence.to_string()),
                    ("hash", &head.hash),
                ],
            );
        }
    }
    Ok(())
}
