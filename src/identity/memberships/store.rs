//! The SQL of memberships.

use super::model::{MembershipOut, MembershipPatch, Place, Status};
use crate::access::roles::has_role;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement, Value};
use crate::http::Edit;
use crate::identity::role_holders::in_turn;
use crate::ids::{LocationId, TenantId, UserId};

const COLUMNS: &str = "m.user_id, u.email, u.name, m.role, m.permission_overrides, m.location_ids, m.status, m.created_at, m.updated_at";

/// True unless the statement's row is the tenant's last owner who can sign in. `?1` is the tenant, `?2` the member.
const NOT_THE_LAST_OWNER: &str = "(role <> 'owner' OR status <> 'active' OR EXISTS (
    SELECT 1 FROM memberships o JOIN users ou ON ou.id = o.user_id
    WHERE o.tenant_id = ?1 AND o.user_id <> ?2 AND o.role = 'owner' AND o.status = 'active' AND ou.disabled_at IS NULL))";

/// Where a user is an active member, the place they worked in last first.
///
/// # Errors
/// The database's.
pub async fn places(db: &Db, user: &UserId) -> Result<Vec<Place>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT m.tenant_id, t.name AS tenant_name, m.role FROM memberships m JOIN tenants t ON t.id = m.tenant_id
             WHERE m.user_id = ?1 AND m.status = 'active'
             ORDER BY COALESCE((SELECT MAX(s.last_seen_at) FROM sessions s
               WHERE s.user_id = m.user_id AND s.current_tenant_id = m.tenant_id), 0) DESC, m.created_at, m.tenant_id",
        )
        .bind(user),
    )
    .await
}

/// The tenant's members in the order of their ids, after `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    after: &str,
    limit: i64,
) -> Result<Vec<MembershipOut>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.tenant_id = ?1 AND m.user_id > ?2 ORDER BY m.user_id LIMIT ?3"
    );
    db.fetch_all(
        Statement::assembled(sql)
            .bind(tenant)
            .bind(after)
            .bind(limit),
    )
    .await
}

/// A member.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &Db,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Option<MembershipOut>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM memberships m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = ?1 AND m.user_id = ?2"
    );
    db.fetch_optional(Statement::assembled(sql).bind(tenant).bind(user))
        .await
}

/// Whether somebody is a member who counts.
///
/// # Errors
/// The database's.
pub async fn is_member(db: &Db, tenant: &TenantId, user: &UserId) -> Result<bool, DbError> {
    let member = find(db, tenant, user).await?;
    Ok(member.is_some_and(|member| member.status == Status::Active))
}

/// Adds a member; somebody who is one already stays what they are.
pub fn add(
    tenant: &TenantId,
    user: &UserId,
    role: &str,
    location_ids: &[LocationId],
    now: Millis,
) -> Statement {
    Statement::new(
        "INSERT INTO memberships (tenant_id, user_id, role, location_ids, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (tenant_id, user_id) DO NOTHING",
    )
    .bind(tenant)
    .bind(user)
    .bind(role)
    .bind_json(location_ids)
    .bind(now)
}

/// Changes a member, unless it would leave the tenant without an owner. False when it would, or there is no such member of
/// this version, or no such role.
///
/// # Errors
/// The database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    user: &UserId,
    patch: &MembershipPatch,
    edit: Edit,
) -> Result<bool, DbError> {
    let has_role = has_role("?3");
    let sql = format!(
        "UPDATE memberships SET role = COALESCE(?3, role), status = COALESCE(?4, status),
           permission_overrides = COALESCE(?5, permission_overrides), location_ids = COALESCE(?6, location_ids),
           updated_at = CASE WHEN updated_at >= ?7 THEN updated_at + 1 ELSE ?7 END
         WHERE tenant_id = ?1 AND user_id = ?2 AND updated_at = COALESCE(?8, updated_at)
           AND (CAST(?3 AS TEXT) IS NULL OR {has_role})
           AND ((COALESCE(?3, role) = 'owner' AND COALESCE(?4, status) = 'active') OR {NOT_THE_LAST_OWNER})"
    );
    let statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(user)
        .bind(patch.role.as_deref())
        .bind(patch.status.map(|status| status.as_str()))
        .bind(json(patch.permission_overrides.as_ref()))
        .bind(json(patch.location_ids.as_ref()))
        .bind(edit.now)
        .bind(edit.expected);
    one_at_a_time(db, tenant, statement).await
}

/// Removes a member, unless they are the last owner. False when they are, or there is no such member.
///
/// # Errors
/// The database's.
pub async fn remove(db: &Db, tenant: &TenantId, user: &UserId) -> Result<bool, DbError> {
    let sql = format!(
        "DELETE FROM memberships WHERE tenant_id = ?1 AND user_id = ?2 AND {NOT_THE_LAST_OWNER}"
    );
    let statement = Statement::assembled(sql).bind(tenant).bind(user);
    one_at_a_time(db, tenant, statement).await
}

/// Two owners who remove each other at the same moment would both find the other still there: on Postgres a statement does
/// not see what another transaction has not committed.
async fn one_at_a_time(db: &Db, tenant: &TenantId, statement: Statement) -> Result<bool, DbError> {
    let outcomes = in_turn(db, tenant, vec![statement]).await?;
    Ok(outcomes.last().is_some_and(|outcome| outcome.changes == 1))
}

fn json<T: serde::Serialize>(document: Option<&T>) -> Value {
    document
        .and_then(|document| serde_json::to_string(document).ok())
        .map_or(Value::Null, Value::Json)
}
