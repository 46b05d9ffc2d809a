//! The SQL of invitations.

use super::model::{InvitationIn, InvitationOut, OpenInvitation};
use crate::access::roles::has_role;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{InvitationId, TenantId, UserId};

const COLUMNS: &str =
    "id, email, role, location_ids, invited_by, expires_at, accepted_at, revoked_at, created_at";
const OPEN: &str = "SELECT i.tenant_id, t.name AS tenant_name, i.id, i.email FROM invitations i JOIN tenants t ON t.id = i.tenant_id";

/// Takes back whatever invitation an address has, so that its older links end; if there is the role that it is invited to now.
pub fn revoke_others(tenant: &TenantId, email: &str, role: &str, now: Millis) -> Statement {
    let has_role = has_role("?4");
    let sql = format!(
        "UPDATE invitations SET revoked_at = ?3
         WHERE tenant_id = ?1 AND email = ?2 AND accepted_at IS NULL AND revoked_at IS NULL AND {has_role}"
    );
    Statement::assembled(sql)
        .bind(tenant)
        .bind(email)
        .bind(now)
        .bind(role)
}

/// Makes an invitation, if there is the role.
pub fn add(
    tenant: &TenantId,
    id: &InvitationId,
    input: &InvitationIn,
    token_hash: &str,
    invited_by: Option<&UserId>,
    expires_at: Millis,
    now: Millis,
) -> Statement {
    let has_role = has_role("?4");
    let sql = format!(
        "INSERT INTO invitations (tenant_id, id, email, role, location_ids, token_hash, invited_by, expires_at, created_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE {has_role}"
    );
    Statement::assembled(sql)
        .bind(tenant)
        .bind(id)
        .bind(&input.email)
        .bind(&input.role)
        .bind_json(&input.location_ids)
        .bind(token_hash)
        .bind(invited_by)
        .bind(expires_at)
        .bind(now)
}

/// An invitation.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &Db,
    tenant: &TenantId,
    id: &InvitationId,
) -> Result<Option<InvitationOut>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM invitations WHERE tenant_id = ?1 AND id = ?2");
    db.fetch_optional(Statement::assembled(sql).bind(tenant).bind(id))
        .await
}

/// A tenant's invitations, newest first, before `before`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    before: &str,
    limit: i64,
) -> Result<Vec<InvitationOut>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM invitations WHERE tenant_id = ?1 AND (?2 = '' OR id < ?2) ORDER BY id DESC LIMIT ?3"
    );
    db.fetch_all(
        Statement::assembled(sql)
            .bind(tenant)
            .bind(before)
            .bind(limit),
    )
    .await
}

/// Gives an open invitation another token and more time. False when it is none.
///
/// # Errors
/// The database's.
pub async fn renew(
    db: &Db,
    tenant: &TenantId,
    id: &InvitationId,
    token_hash: &str,
    expires_at: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE invitations SET token_hash = ?3, expires_at = ?4
                 WHERE tenant_id = ?1 AND id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL",
            )
            .bind(tenant)
            .bind(id)
            .bind(token_hash)
            .bind(expires_at),
        )
        .await?;
    Ok(changed == 1)
}

/// Takes an open invitation back. False when it is none.
///
/// # Errors
/// The database's.
pub async fn revoke(
    db: &Db,
    tenant: &TenantId,
    id: &InvitationId,
    now: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE invitations SET revoked_at = ?3
                 WHERE tenant_id = ?1 AND id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL",
            )
            .bind(tenant)
            .bind(id)
            .bind(now),
        )
        .await?;
    Ok(changed == 1)
}

/// The invitation that a token opens.
///
/// # Errors
/// The database's.
pub async fn by_token(
    db: &Db,
    token_hash: &str,
    now: Millis,
) -> Result<Option<OpenInvitation>, DbError> {
    let sql = format!(
        "{OPEN} WHERE i.token_hash = ?1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?2"
    );
    db.fetch_optional(Statement::assembled(sql).bind(token_hash).bind(now))
        .await
}

/// The newest invitation that an address has from anybody.
///
/// # Errors
/// The database's.
pub async fn newest_of(
    db: &Db,
    email: &str,
    now: Millis,
) -> Result<Option<OpenInvitation>, DbError> {
    let sql = format!(
        "{OPEN} WHERE i.email = ?1 AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?2
         ORDER BY i.created_at DESC, i.id DESC LIMIT 1"
    );
    db.fetch_optional(Statement::assembled(sql).bind(email).bind(now))
        .await
}

/// Accepts an open invitation. The statements after it in the same batch ask whether it was accepted.
pub fn accept(invitation: &OpenInvitation, now: Millis) -> Statement {
    Statement::new(
        "UPDATE invitations SET accepted_at = ?3
         WHERE tenant_id = ?1 AND id = ?2 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ?3",
    )
    .bind(&invitation.tenant_id)
    .bind(&invitation.id)
    .bind(now)
}

/// Makes the user with the invitation's address a member, as it says. Somebody who is one already stays what they are.
pub fn join(invitation: &OpenInvitation, now: Millis) -> Statement {
    Statement::new(
        "INSERT INTO memberships (tenant_id, user_id, role, location_ids, created_at, updated_at)
         SELECT i.tenant_id, u.id, i.role, i.location_ids, CAST(?3 AS BIGINT), CAST(?3 AS BIGINT)
         FROM invitations i JOIN users u ON u.email = i.email
         WHERE i.tenant_id = ?1 AND i.id = ?2 AND i.accepted_at = ?3
         ON CONFLICT (tenant_id, user_id) DO NOTHING",
    )
    .bind(&invitation.tenant_id)
    .bind(&invitation.id)
    .bind(now)
}
