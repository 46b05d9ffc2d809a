//! The SQL of sessions and their refresh tokens.

use super::model::{EndReason, Method, RefreshState, SessionOut};
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::identity::client::Client;
use crate::ids::{SessionId, TenantId, UserId};

/// How long an ended session is kept.
const KEPT: Millis = 90 * DAY;

/// A session that begins.
pub struct New<'a> {
    /// Its id.
    pub id: &'a SessionId,
    /// Whose.
    pub user: &'a UserId,
    /// The tenant it works in.
    pub tenant: &'a TenantId,
    /// How they signed in.
    pub method: Method,
    /// From where.
    pub client: &'a Client,
    /// When it ends at the latest.
    pub expires_at: Millis,
}

/// Begins a session, if its user is an active member of the tenant and not disabled.
pub fn add(new: &New<'_>, now: Millis) -> Statement {
    Statement::new(
        "INSERT INTO sessions (id, user_id, current_tenant_id, method, address, user_agent, created_at, last_seen_at, expires_at)
         SELECT ?1, u.id, m.tenant_id, ?4, ?5, ?6, CAST(?7 AS BIGINT), CAST(?7 AS BIGINT), CAST(?8 AS BIGINT)
         FROM users u JOIN memberships m ON m.user_id = u.id
         WHERE u.id = ?2 AND m.tenant_id = ?3 AND m.status = 'active' AND u.disabled_at IS NULL",
    )
    .bind(new.id)
    .bind(new.user)
    .bind(new.tenant)
    .bind(new.method.as_str())
    .bind(new.client.address.as_deref())
    .bind(new.client.user_agent.as_deref())
    .bind(now)
    .bind(new.expires_at)
}

/// The first refresh token of a session, if the session was begun.
pub fn add_first_token(
    hash: &str,
    session: &SessionId,
    expires_at: Millis,
    now: Millis,
) -> Statement {
    Statement::new(
        "INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at)
         SELECT ?1, id, CAST(?3 AS BIGINT), CAST(?4 AS BIGINT) FROM sessions WHERE id = ?2",
    )
    .bind(hash)
    .bind(session)
    .bind(now)
    .bind(expires_at)
}

/// Forgets what of a user's sessions is long over.
pub fn forget_old(user: &UserId, now: Millis) -> [Statement; 2] {
    let before = now.saturating_sub(KEPT);
    let tokens = Statement::new(
        "DELETE FROM refresh_tokens WHERE session_id IN (SELECT id FROM sessions WHERE user_id = ?1 AND expires_at < ?2)",
    );
    let sessions = Statement::new("DELETE FROM sessions WHERE user_id = ?1 AND expires_at < ?2");
    [tokens, sessions].map(|statement| statement.bind(user).bind(before))
}

/// Uses a refresh token: puts its successor in its place. True for the one caller who did it; one batch, so that nobody
/// else can come in between.
///
/// # Errors
/// The database's.
pub async fn replace_token(
    db: &Db,
    old: &str,
    successor: &str,
    expires_at: Millis,
    now: Millis,
) -> Result<bool, DbError> {
    let outcomes = db
        .batch(vec![
            Statement::new(
                "UPDATE refresh_tokens SET replaced_at = ?3, successor_hash = ?2
                 WHERE token_hash = ?1 AND replaced_at IS NULL AND expires_at > ?3 AND EXISTS (
                   SELECT 1 FROM sessions s WHERE s.id = session_id AND s.ended_at IS NULL AND s.expires_at > ?3)",
            )
            .bind(old)
            .bind(successor)
            .bind(now),
            Statement::new(
                "INSERT INTO refresh_tokens (token_hash, session_id, issued_at, expires_at)
                 SELECT ?2, session_id, CAST(?3 AS BIGINT), CAST(?4 AS BIGINT) FROM refresh_tokens
                 WHERE token_hash = ?1 AND successor_hash = ?2",
            )
            .bind(old)
            .bind(successor)
            .bind(now)
            .bind(expires_at),
            Statement::new(
                "UPDATE sessions SET last_seen_at = ?2
                 WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = ?1)",
            )
            .bind(successor)
            .bind(now),
        ])
        .await?;
    Ok(outcomes.first().is_some_and(|outcome| outcome.changes == 1))
}

/// What a refresh token leads to.
///
/// # Errors
/// The database's.
pub async fn refresh_state(db: &Db, hash: &str) -> Result<Option<RefreshState>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT t.session_id, s.user_id, s.current_tenant_id, s.method, s.expires_at AS session_expires_at, s.ended_at,
               t.expires_at, t.replaced_at
             FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.token_hash = ?1",
        )
        .bind(hash),
    )
    .await
}

/// Ends one of a user's sessions. False when it is not theirs or over already.
///
/// # Errors
/// The database's.
pub async fn end(
    db: &Db,
    user: &UserId,
    session: &SessionId,
    reason: EndReason,
    now: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE sessions SET ended_at = ?4, end_reason = ?3
                 WHERE id = ?2 AND user_id = ?1 AND ended_at IS NULL AND expires_at > ?4",
            )
            .bind(user)
            .bind(session)
            .bind(reason.as_str())
            .bind(now),
        )
        .await?;
    Ok(changed == 1)
}

/// Ends all of a user's sessions, but for the one named.
pub fn end_all(
    user: &UserId,
    except: Option<&SessionId>,
    reason: EndReason,
    now: Millis,
) -> Statement {
    Statement::new(
        "UPDATE sessions SET ended_at = ?3, end_reason = ?2
         WHERE user_id = ?1 AND ended_at IS NULL AND expires_at > ?3 AND id <> ?4",
    )
    .bind(user)
    .bind(reason.as_str())
    .bind(now)
    .bind(except.map_or("", SessionId::as_str))
}

/// A user's sessions that stand, newest first.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    user: &UserId,
    before: &str,
    limit: i64,
    now: Millis,
) -> Result<Vec<SessionOut>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT id, current_tenant_id, method, address, user_agent, created_at, last_seen_at, expires_at FROM sessions
             WHERE user_id = ?1 AND ended_at IS NULL AND expires_at > ?2 AND (?3 = '' OR id < ?3)
             ORDER BY id DESC LIMIT ?4",
        )
        .bind(user)
        .bind(now)
        .bind(before)
        .bind(limit),
    )
    .await
}

/// One of a user's sessions that stand.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &Db,
    user: &UserId,
    id: &SessionId,
    now: Millis,
) -> Result<Option<SessionOut>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT id, current_tenant_id, method, address, user_agent, created_at, last_seen_at, expires_at FROM sessions
             WHERE user_id = ?1 AND id = ?2 AND ended_at IS NULL AND expires_at > ?3",
        )
        .bind(user)
        .bind(id)
        .bind(now),
    )
    .await
}

/// Has a session work in another tenant that its user is an active member of.
///
/// # Errors
/// The database's.
pub async fn switch_tenant(
    db: &Db,
    user: &UserId,
    session: &SessionId,
    tenant: &TenantId,
    now: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE sessions SET current_tenant_id = ?3
                 WHERE id = ?2 AND user_id = ?1 AND ended_at IS NULL AND expires_at > ?4 AND EXISTS (
                   SELECT 1 FROM memberships m WHERE m.tenant_id = ?3 AND m.user_id = ?1 AND m.status = 'active')",
            )
            .bind(user)
            .bind(session)
            .bind(tenant)
            .bind(now),
        )
        .await?;
    Ok(changed == 1)
}
