//! Types of invitations.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::checks;
use crate::identity::memberships::model as memberships;
use crate::ids::{InvitationId, LocationId, TenantId, UserId};

/// An invitation as the tenant sees it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InvitationOut {
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
    /// What they will be.
    pub role: String,
    /// The locations they will work at; none means all of them.
    pub location_ids: Json<Vec<LocationId>>,
    /// Who invited them, if a user did.
    pub invited_by: Option<UserId>,
    /// Until when it can be accepted.
    #[serde(with = "crate::time::Rfc3339")]
    pub expires_at: Millis,
    /// When it was accepted.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub accepted_at: Option<Millis>,
    /// When it was taken back.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub revoked_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// Whom to invite.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationIn {
    /// Their address.
    #[garde(custom(checks::email))]
    pub email: String,
    /// What they will be: a built-in role's name, or the id of one of the tenant's.
    #[garde(custom(memberships::role_word))]
    pub role: String,
    /// The locations they will work at; none means all of them.
    #[serde(default)]
    #[garde(length(max = 200))]
    pub location_ids: Vec<LocationId>,
}

/// An invitation that can be accepted, as its token finds it.
#[derive(Debug, Clone, Deserialize)]
pub struct OpenInvitation {
    /// To which tenant.
    pub tenant_id: TenantId,
    /// That tenant's name.
    pub tenant_name: String,
    /// Its id.
    pub id: InvitationId,
    /// Who is invited.
    pub email: String,
}
