//! A community's deployment status, as statements for the domain that deploys.

use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::ids::{CommunityId, TenantId};

/// Its people are being enrolled.
pub fn started(tenant: &TenantId, community: &CommunityId, now: Millis) -> Statement {
    Statement::new(
        "UPDATE communities SET status = 'deploying', updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
    )
    .bind(tenant)
    .bind(community)
    .bind(now)
}

/// All its people are enrolled.
pub fn finished(tenant: &TenantId, community: &CommunityId, now: Millis) -> Statement {
    Statement::new(
        "UPDATE communities SET status = 'active', deployed_at = ?3, updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
    )
    .bind(tenant)
    .bind(community)
    .bind(now)
}
