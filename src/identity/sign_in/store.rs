//! The SQL of links by email.

use super::model::{LinkPurpose, OpenLink};
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};

/// Keeps a link, unless `most` were made for this address since `since`. False when they were.
///
/// # Errors
/// The database's.
pub async fn add_link(
    db: &Db,
    hash: &str,
    email: &str,
    purpose: LinkPurpose,
    (most, since): (i64, Millis),
    expires_at: Millis,
    now: Millis,
) -> Result<bool, DbError> {
    let outcomes = db
        .batch(vec![
            Statement::new("DELETE FROM sign_in_links WHERE email = ?1 AND created_at < ?2")
                .bind(email)
                .bind(now.saturating_sub(DAY)),
            Statement::new(
                "INSERT INTO sign_in_links (token_hash, email, purpose, created_at, expires_at)
                 SELECT ?1, ?2, ?3, CAST(?4 AS BIGINT), CAST(?5 AS BIGINT)
                 WHERE (SELECT COUNT(*) FROM sign_in_links WHERE email = ?2 AND created_at > ?6) < ?7",
            )
            .bind(hash)
            .bind(email)
            .bind(purpose.as_str())
            .bind(now)
            .bind(expires_at)
            .bind(since)
            .bind(most),
        ])
        .await?;
    Ok(outcomes.last().is_some_and(|outcome| outcome.changes == 1))
}

/// A link that can still be used.
///
/// # Errors
/// The database's.
pub async fn open_link(db: &Db, hash: &str, now: Millis) -> Result<Option<OpenLink>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT email, purpose FROM sign_in_links WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        )
        .bind(hash)
        .bind(now),
    )
    .await
}

/// Uses a link up. True for the one who did it.
///
/// # Errors
/// The database's.
pub async fn use_link(db: &Db, hash: &str, now: Millis) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE sign_in_links SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
            )
            .bind(hash)
            .bind(now),
        )
        .await?;
    Ok(changed == 1)
}
