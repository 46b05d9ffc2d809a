//! Whether a session still speaks for a member of a tenant, and what that member is: asked once a request.

use serde::Deserialize;

use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Flag, Json, Statement};
use crate::identity::memberships::model::Overrides;
use crate::ids::{LocationId, SessionId, TenantId, UserId};

/// An active member of a tenant.
#[derive(Debug, Clone, Deserialize)]
pub struct MembershipRow {
    /// A built-in role's name, or the id of a role that the tenant made.
    pub role: String,
    /// What this member may do beside or despite the role.
    #[serde(rename(deserialize = "permission_overrides"))]
    pub overrides: Json<Overrides>,
    /// The locations they work at; none means all of them.
    pub location_ids: Json<Vec<LocationId>>,
    /// Whether the session is one of theirs and stands.
    pub session_alive: Flag,
}

/// The member that a user is in a tenant. `None` when they are none, suspended, or may not sign in any more.
///
/// # Errors
/// The database's.
pub async fn load(
    db: &Db,
    tenant: &TenantId,
    user: &UserId,
    session: &SessionId,
    now: Millis,
) -> Result<Option<MembershipRow>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT m.role, m.permission_overrides, m.location_ids, CASE WHEN s.id IS NULL THEN 0 ELSE 1 END AS session_alive
             FROM memberships m JOIN users u ON u.id = m.user_id
             LEFT JOIN sessions s ON s.id = ?3 AND s.user_id = m.user_id AND s.ended_at IS NULL AND s.expires_at > ?4
             WHERE m.tenant_id = ?1 AND m.user_id = ?2 AND m.status = 'active' AND u.disabled_at IS NULL",
        )
        .bind(tenant)
        .bind(user)
        .bind(session)
        .bind(now),
    )
    .await
}
