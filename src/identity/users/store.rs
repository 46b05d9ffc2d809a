//! The SQL of users.

use super::model::User;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::UserId;

const COLUMNS: &str = "u.id, u.email, u.name, u.password_hash, u.email_verified_at, u.failed_sign_ins, u.locked_until, u.disabled_at, u.created_at";

/// The user with this address (in lower case).
///
/// # Errors
/// The database's.
pub async fn by_email(db: &Db, email: &str) -> Result<Option<User>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.email = ?1");
    db.fetch_optional(Statement::assembled(sql).bind(email))
        .await
}

/// The user with this id.
///
/// # Errors
/// The database's.
pub async fn by_id(db: &Db, id: &UserId) -> Result<Option<User>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM users u WHERE u.id = ?1");
    db.fetch_optional(Statement::assembled(sql).bind(id)).await
}

/// The user whom a provider knows by this subject.
///
/// # Errors
/// The database's.
pub async fn by_identity(db: &Db, issuer: &str, subject: &str) -> Result<Option<User>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM user_identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = ?1 AND i.subject = ?2"
    );
    db.fetch_optional(Statement::assembled(sql).bind(issuer).bind(subject))
        .await
}

/// Adds a user whose address is known to be theirs, unless the address is taken.
pub fn add(
    id: &UserId,
    email: &str,
    name: &str,
    password_hash: Option<&str>,
    now: Millis,
) -> Statement {
    Statement::new(
        "INSERT INTO users (id, email, name, password_hash, email_verified_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5) ON CONFLICT (email) DO NOTHING",
    )
    .bind(id)
    .bind(email)
    .bind(name)
    .bind(password_hash)
    .bind(now)
}

/// Links the user with this address, known to be theirs, with a provider's account. What is linked stays as it is.
pub fn link_identity(issuer: &str, subject: &str, email: &str, now: Millis) -> Statement {
    Statement::new(
        "INSERT INTO user_identities (issuer, subject, user_id, created_at)
         SELECT ?1, ?2, id, CAST(?4 AS BIGINT) FROM users WHERE email = ?3 AND email_verified_at IS NOT NULL
         ON CONFLICT (issuer, subject) DO NOTHING",
    )
    .bind(issuer)
    .bind(subject)
    .bind(email)
    .bind(now)
}

/// Counts an attempt with a password before it is looked at, so that attempts made at once are counted one by one. False
/// when another attempt came in between: read the user again.
///
/// # Errors
/// The database's.
pub async fn count_attempt(
    db: &Db,
    user: &User,
    locked_until: Option<Millis>,
    now: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE users SET failed_sign_ins = failed_sign_ins + 1, locked_until = ?3
                 WHERE id = ?1 AND failed_sign_ins = ?2 AND (locked_until IS NULL OR locked_until <= ?4)",
            )
            .bind(&user.id)
            .bind(user.failed_sign_ins)
            .bind(locked_until)
            .bind(now),
        )
        .await?;
    Ok(changed == 1)
}

/// Forgets the failures: whoever signed in is them.
pub fn forget_failures(id: &UserId) -> Statement {
    Statement::new("UPDATE users SET failed_sign_ins = 0, locked_until = NULL WHERE id = ?1 AND failed_sign_ins > 0")
        .bind(id)
}

/// Sets a password for somebody who has none.
pub fn set_first_password(id: &UserId, hash: &str, now: Millis) -> Statement {
    Statement::new("UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1 AND password_hash IS NULL")
        .bind(id)
        .bind(hash)
        .bind(now)
}

/// Sets a password and forgets the failures.
pub fn set_password(id: &UserId, hash: &str, now: Millis) -> Statement {
    Statement::new(
        "UPDATE users SET password_hash = ?2, failed_sign_ins = 0, locked_until = NULL, updated_at = ?3 WHERE id = ?1",
    )
    .bind(id)
    .bind(hash)
    .bind(now)
}

/// Changes what somebody is called.
///
/// # Errors
/// The database's.
pub async fn rename(db: &Db, id: &UserId, name: &str, now: Millis) -> Result<(), DbError> {
    db.execute(
        Statement::new("UPDATE users SET name = ?2, updated_at = ?3 WHERE id = ?1")
            .bind(id)
            .bind(name)
            .bind(now),
    )
    .await
    .map(drop)
}
