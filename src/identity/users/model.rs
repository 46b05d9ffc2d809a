//! Types of users.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::ids::UserId;

/// A user as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their address, in lower case; no two users have the same.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Of their password, if they have one.
    pub password_hash: Option<String>,
    /// Since when the address is known to be theirs.
    pub email_verified_at: Option<Millis>,
    /// Wrong passwords since the last right one.
    pub failed_sign_ins: i64,
    /// No password is looked at before then.
    pub locked_until: Option<Millis>,
    /// Since when they may not sign in.
    pub disabled_at: Option<Millis>,
    /// When they joined.
    pub created_at: Millis,
}

/// A user as they see themselves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserOut {
    /// Their id.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// Whether they can sign in with a password.
    pub has_password: bool,
    /// When they joined.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

impl From<&User> for UserOut {
    fn from(user: &User) -> Self {
        UserOut {
            id: user.id.clone(),
            email: user.email.clone(),
            name: user.name.clone(),
            has_password: user.password_hash.is_some(),
            created_at: user.created_at,
        }
    }
}

/// An address in the one form in which it is stored.
pub fn normal_email(text: &str) -> String {
    text.trim().to_lowercase()
}
