//! Types of API keys.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::checks::{between, line};
use crate::http::input::{Moment, Text};
use crate::http::patch::{nullable, present};
use crate::ids::ApiKeyId;
use crate::permission::Permission;

/// The longest name.
const NAME: usize = 100;
/// A day is long enough to put a new key everywhere.
const LONGEST_OVERLAP: i64 = 7 * 86_400;

/// An API key as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct ApiKeyOut {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// How it begins.
    pub prefix: String,
    /// What it may do, as long as who made it may.
    pub scopes: Json<Vec<Permission>>,
    /// Who made it: a user's id, or nothing for the key of the settings.
    pub created_by: Option<String>,
    /// When it ends; never when absent.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub expires_at: Option<Millis>,
    /// When it was revoked.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub revoked_at: Option<Millis>,
    /// The key that took its place.
    pub replaced_by_id: Option<ApiKeyId>,
    /// When it was last used, to the minute.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub last_used_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// A key with its secret, which is shown this once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ApiKeyShown {
    /// The key itself. Keep it now: it cannot be shown again.
    pub key: String,
    /// What is kept of it.
    #[serde(flatten)]
    pub kept: ApiKeyOut,
}

/// A new key.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyIn {
    /// What it is for.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// What it may do; nothing that you may not.
    #[garde(length(max = 64))]
    pub scopes: Vec<Permission>,
    /// When it ends; never when absent.
    #[garde(skip)]
    pub expires_at: Option<Moment>,
}

/// What changes on a key; what is not named stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyPatch {
    /// What it is for.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// What it may do; nothing that you may not.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(length(max = 64)))]
    #[schemars(with = "Vec<Permission>")]
    pub scopes: Option<Vec<Permission>>,
    /// When it ends; null for never.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub expires_at: Option<Option<Moment>>,
}

/// How a key is replaced.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RotateIn {
    /// How long the old key goes on working, in seconds; at most a week, an hour when absent.
    #[garde(inner(custom(between(0, LONGEST_OVERLAP))))]
    pub overlap_seconds: Option<i64>,
}
