//! Types of roles.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::built_in::{self, BuiltIn};
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::checks::{hold, line, prose};
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::RoleId;
use crate::permission::Permission;

/// The longest name.
const NAME: usize = 60;
/// The longest description.
const DESCRIPTION: usize = 500;

/// The most permissions that a list names; there are fewer.
const MOST: usize = 128;

fn is_about_records(permission: &Permission, _: &()) -> garde::Result {
    hold(
        permission.is_about_records(),
        "is not about records that somebody owns",
    )
}

/// A role of a tenant's own, as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Stored {
    /// Its id.
    pub id: RoleId,
    /// For people.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it may do.
    pub permissions: Json<Vec<Permission>>,
    /// Which of it with the records that one owns only.
    pub own_records: Json<Vec<Permission>>,
    /// When it was last changed.
    pub updated_at: Millis,
}

/// A role, as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RoleOut {
    /// Its id; of a built-in role its name.
    pub id: String,
    /// For people; no two roles have the same.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Which of it with the records that one owns only.
    pub own_records: Vec<Permission>,
    /// Whether every tenant has it. Such a one cannot be changed.
    pub is_built_in: bool,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub updated_at: Option<Millis>,
}

impl From<Stored> for RoleOut {
    fn from(role: Stored) -> Self {
        RoleOut {
            id: role.id.to_string(),
            name: role.name,
            description: role.description,
            permissions: role.permissions.0,
            own_records: role.own_records.0,
            is_built_in: false,
            updated_at: Some(role.updated_at),
        }
    }
}

impl From<&BuiltIn> for RoleOut {
    fn from(role: &BuiltIn) -> Self {
        RoleOut {
            id: role.name.into(),
            name: role.name.into(),
            description: Some(role.description.into()),
            permissions: built_in::list(role),
            own_records: Vec::new(),
            is_built_in: true,
            updated_at: None,
        }
    }
}

/// A new role.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleIn {
    /// For people; no two roles have the same.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// For people.
    #[garde(inner(custom(prose(DESCRIPTION))))]
    pub description: Option<Text>,
    /// What it may do; nothing that you may not.
    #[garde(length(max = MOST))]
    pub permissions: Vec<Permission>,
    /// Which of it with the records that one owns only: permissions about businesses and what hangs on them.
    #[serde(default)]
    #[garde(length(max = MOST), inner(custom(is_about_records)))]
    pub own_records: Vec<Permission>,
}

/// What changes on a role; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    /// For people; no two roles have the same.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// For people.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(DESCRIPTION)))))]
    pub description: Option<Option<Text>>,
    /// What it may do; nothing that you may not.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(length(max = MOST)))]
    #[schemars(with = "Vec<Permission>")]
    pub permissions: Option<Vec<Permission>>,
    /// Which of it with the records that one owns only.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(length(max = MOST), inner(custom(is_about_records))))]
    #[schemars(with = "Vec<Permission>")]
    pub own_records: Option<Vec<Permission>>,
}

/// A permission and what it allows.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PermissionOut {
    /// The word.
    pub permission: Permission,
    /// What it allows.
    pub meaning: &'static str,
}
