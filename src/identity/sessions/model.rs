//! Types of sessions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::ids::{SessionId, TenantId, UserId};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$word_doc])* $word,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [$name] = &[$($name::$word),*];

            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$word => $text,)*
                }
            }
        }
    };
}

words! {
    /// How somebody signed in.
    Method {
        /// With their password.
        Password = "password",
        /// With a link sent to their address.
        Link = "link",
        /// With an account at an OpenID provider.
        Openid = "openid",
        /// By accepting an invitation.
        Invitation = "invitation",
    }
}

words! {
    /// Why a session ended before its time.
    EndReason {
        /// Its user signed out.
        SignedOut = "signed_out",
        /// Its user signed out of all sessions.
        SignedOutEverywhere = "signed_out_everywhere",
        /// Its user ended it from another one.
        Revoked = "revoked",
        /// A refresh token was used twice.
        RefreshReused = "refresh_reused",
        /// Its user set another password.
        PasswordChanged = "password_changed",
    }
}

/// A session as its user sees it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SessionOut {
    /// Its id.
    pub id: SessionId,
    /// The tenant it works in.
    #[serde(rename(deserialize = "current_tenant_id"))]
    pub tenant_id: TenantId,
    /// How it began.
    pub method: Method,
    /// From which network address.
    pub address: Option<String>,
    /// With which browser or program.
    pub user_agent: Option<String>,
    /// When it began.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When its tokens were last renewed.
    #[serde(with = "crate::time::Rfc3339")]
    pub last_seen_at: Millis,
    /// When it ends at the latest.
    #[serde(with = "crate::time::Rfc3339")]
    pub expires_at: Millis,
}

/// What a refresh token leads to, and what has become of it.
#[derive(Debug, Clone, Deserialize)]
pub struct RefreshState {
    /// The session.
    pub session_id: SessionId,
    /// Whose.
    pub user_id: UserId,
    /// The tenant that the session works in.
    pub current_tenant_id: TenantId,
    /// How the session began.
    pub method: Method,
    /// When the session ends at the latest.
    pub session_expires_at: Millis,
    /// When the session was ended.
    pub ended_at: Option<Millis>,
    /// When the token ends.
    pub expires_at: Millis,
    /// When the token was used.
    pub replaced_at: Option<Millis>,
}
