//! Types of memberships.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::checks::hold;
use crate::http::patch::present;
use crate::ids::{LocationId, TenantId, UserId};
use crate::permission::Permission;

/// The role that may do everything, and of which one always stays.
pub const OWNER: &str = "owner";
/// The roles that every tenant has.
pub const BUILT_IN_ROLES: [&str; 5] = [OWNER, "admin", "manager", "agent", "viewer"];
/// The most permissions an override names, and the most locations a member has.
const LIST: usize = 200;

/// Whether a membership counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It does.
    Active,
    /// Not for now.
    Suspended,
}

impl Status {
    /// Both.
    pub const ALL: [Status; 2] = [Status::Active, Status::Suspended];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Suspended => "suspended",
        }
    }
}

/// What a member may do beside or despite the role, as `resource:action`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Overrides {
    /// Also.
    #[serde(default)]
    #[garde(length(max = LIST), inner(custom(permission)))]
    pub grant: Vec<String>,
    /// Not.
    #[serde(default)]
    #[garde(length(max = LIST), inner(custom(permission)))]
    pub revoke: Vec<String>,
}

fn permission(text: &str, _: &()) -> garde::Result {
    hold(
        Permission::parse(text).is_some(),
        "must be a permission such as people:read",
    )
}

/// A role's name or id, for garde's `custom`. Whether a tenant's own role exists, the roles tell.
pub fn role_word(text: &str, _: &()) -> garde::Result {
    let holds = BUILT_IN_ROLES.contains(&text) || UserId::parse(text).is_some();
    let names = BUILT_IN_ROLES.join(", ");
    hold(
        holds,
        format!("must be one of {names}, or the id of a role"),
    )
}

/// A member as the tenant sees them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MembershipOut {
    /// Who.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// A built-in role's name, or the id of one of the tenant's.
    pub role: String,
    /// What they may do beside or despite the role.
    pub permission_overrides: Json<Overrides>,
    /// The locations they work at; none means all of them.
    pub location_ids: Json<Vec<LocationId>>,
    /// Whether the membership counts.
    pub status: Status,
    /// When they joined.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When this was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What is changed of a membership; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipPatch {
    /// A built-in role's name, or the id of one of the tenant's.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(role_word)))]
    #[schemars(with = "String")]
    pub role: Option<String>,
    /// What they may do beside or despite the role.
    #[serde(default, deserialize_with = "present")]
    #[garde(dive)]
    #[schemars(with = "Overrides")]
    pub permission_overrides: Option<Overrides>,
    /// The locations they work at; none means all of them.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(length(max = LIST)))]
    #[schemars(with = "Vec<LocationId>")]
    pub location_ids: Option<Vec<LocationId>>,
    /// Whether the membership counts.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "Status")]
    pub status: Option<Status>,
}

/// A tenant that somebody works in.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Which.
    pub tenant_id: TenantId,
    /// Its name.
    pub tenant_name: String,
    /// What they are there.
    pub role: String,
}
