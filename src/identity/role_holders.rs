//! Who holds a role: the members who have it, and whoever is invited to it. It is not deleted under them.
//!
//! The statement that gives a role asks whether it is there, and the one that deletes it whether somebody holds it. On
//! Postgres neither sees what the other has not committed; so each comes behind [`in_turn`] in one transaction.

use serde::Deserialize;

use crate::edge::db::Statement;
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

/// Goes first in a transaction that must not overlap another one about the tenant's team: it touches the tenant's row, so
/// that the second of two waits for the first and then looks anew.
pub fn in_turn(tenant: &TenantId) -> Statement {
    Statement::new("UPDATE tenants SET updated_at = updated_at WHERE id = ?1").bind(tenant)
}
