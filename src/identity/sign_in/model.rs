//! Types of signing in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a link by email is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkPurpose {
    /// To sign in.
    SignIn,
    /// To choose a password, a forgotten one or the first.
    SetPassword,
}

impl LinkPurpose {
    /// All of them.
    pub const ALL: [LinkPurpose; 2] = [LinkPurpose::SignIn, LinkPurpose::SetPassword];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            LinkPurpose::SignIn => "sign_in",
            LinkPurpose::SetPassword => "set_password",
        }
    }
}

/// A link that can still be used.
#[derive(Debug, Clone, Deserialize)]
pub struct OpenLink {
    /// Whom it was sent to.
    pub email: String,
    /// What it is for.
    pub purpose: LinkPurpose,
}
