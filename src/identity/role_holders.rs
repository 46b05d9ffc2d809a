//! Who holds a role: the members who have it, and whoever is invited to it. It is not deleted under them.
//!
//! The statement that gives a role asks whether it is there, and the one that deletes it whether somebody holds it. On
//! Postgres neither sees what the other has not committed; so each is done [`in_turn`].

use serde::Deserialize;

use crate::edge::db::{Db, DbError, Outcome, Statement};
use crate::ids::{RoleId, TenantId};

/// True when nobody holds a role. `?1` is the tenant, `?2` the role.
pub const NOBODY: &str =
    "(NOT EXISTS (SELECT 1 FROM memberships m WHERE m.tenant_id = ?1 AND m.role = ?2)
    AND NOT EXISTS (SELECT 1 FROM invitations i
      WHERE i.tenant_id = ?1 AND i.role = ?2 AND i.accepted_at IS NULL AND i.revoked_at IS NULL))";

/// How many hold a role.
#[derive(Debug, Deserialize)]
pub struct Holders {
    /// Members.
    pub members: i64,
    /// Open invitations, also those whose time is over: they can be sent again.
    pub invitations: i64,
}

/// Counts [`Holders`].
pub fn count(tenant: &TenantId, role: &RoleId) -> Statement {
    Statement::new(
        "SELECT (SELECT COUNT(*) FROM memberships m WHERE m.tenant_id = ?1 AND m.role = ?2) AS members,
           (SELECT COUNT(*) FROM invitations i
            WHERE i.tenant_id = ?1 AND i.role = ?2 AND i.accepted_at IS NULL AND i.revoked_at IS NULL) AS invitations",
    )
    .bind(tenant)
    .bind(role)
}

/// Does something about the tenant's team in one transaction that overlaps no other of its kind: all of them touch the
/// tenant's row first, so that the second of two waits for the first and then sees what it did.
///
/// # Errors
/// The database's.
pub async fn in_turn(
    db: &Db,
    tenant: &TenantId,
    statements: Vec<Statement>,
) -> Result<Vec<Outcome>, DbError> {
    let touch =
        Statement::new("UPDATE tenants SET updated_at = updated_at WHERE id = ?1").bind(tenant);
    let all = std::iter::once(touch).chain(statements).collect();
    let outcomes = db.batch_in_turn(all).await?;
    Ok(outcomes.into_iter().skip(1).collect())
}
