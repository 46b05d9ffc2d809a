//! Who calls. The guard finds out before a handler is reached and puts it into the request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;

use super::description::Input;
use super::scope::{Reach, Scope};
use crate::error::{Error, Result};
use crate::ids::TenantId;
use crate::permission::{Permission, Permissions};

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose data the caller may see.
    pub tenant: TenantId,
    /// Who it is.
    pub actor: Actor,
    /// What they may do.
    pub permissions: Permissions,
    /// Which of it they may do with the records that they own only.
    pub own_records: Permissions,
    /// The locations whose records they may use; `None` means all of them.
    pub locations: Option<Arc<[String]>>,
    /// From where, as the edge vouches for it.
    pub address: Option<Arc<str>>,
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody signed in.
    User {
        /// Their id.
        id: Arc<str>,
        /// The session they are signed in with.
        session_id: Arc<str>,
    },
    /// A program with an API key.
    ApiKey {
        /// The key's id.
        id: Arc<str>,
        /// What of the key may be seen.
        prefix: Arc<str>,
    },
    /// Whoever holds the key of the settings, which sets a new installation up.
    SetupKey,
}

impl Actor {
    /// One text for each actor, as idempotency keys and limits are counted by.
    pub fn key(&self) -> String {
        match self {
            Actor::User { id, .. } => format!("user:{id}"),
            Actor::ApiKey { id, .. } => format!("api_key:{id}"),
            Actor::SetupKey => "setup_key".into(),
        }
    }
}

impl Caller {
    /// Whether the caller may do this.
    ///
    /// # Errors
    /// [`Error::Forbidden`], naming the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match self.permissions.has(permission) {
            true => Ok(()),
            false => Err(Error::Forbidden(permission)),
        }
    }

    /// The records that a permission is for.
    pub fn scope(&self, permission: Permission) -> Scope {
        let owner = match (&self.actor, self.own_records.has(permission)) {
            (Actor::User { id, .. }, true) => Some(Arc::clone(id)),
            _ => None,
        };
        Scope {
            tenant: self.tenant.clone(),
            reach: Reach {
                locations: self.locations.clone(),
                owner,
            },
        }
    }

    /// Whether the caller may hand these on: nobody hands on what they do not have.
    ///
    /// # Errors
    /// Names the field and the first permission that is missing.
    pub fn may_grant(&self, field: &str, wanted: Permissions) -> Result<()> {
        match wanted.without(self.permissions).iter().next() {
            None => Ok(()),
            Some(missing) => Err(Error::field(
                field,
                format!(
                    "you may not grant `{}`: you do not have it",
                    missing.as_str()
                ),
            )),
        }
    }
}

impl Input for Caller {}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        parts
            .extensions
            .get::<Caller>()
            .cloned()
            .ok_or(Error::Unauthorized)
    }
}
