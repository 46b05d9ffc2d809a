//! Who changes the team: what they may give to others is bounded by what they are themselves.

use crate::access::roles;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::http::caller::Actor;
use crate::identity::memberships::model::{OWNER, Overrides};
use crate::identity::memberships::store;
use crate::ids::{TenantId, UserId};
use crate::permission::{Permission, Permissions};

/// Who does it.
#[derive(Debug, Clone, Default)]
pub struct Acting {
    /// The user, if it is one and no key.
    pub user: Option<UserId>,
    /// Whether it is an owner. The key that sets an installation up counts as one: somebody has to be the first.
    pub is_owner: bool,
    /// What they may do.
    pub permissions: Permissions,
}

impl Acting {
    /// Told from who calls.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(db: &Db, caller: &Caller) -> Result<Self> {
        let user = match &caller.actor {
            Actor::User { id, .. } => UserId::parse(id),
            Actor::ApiKey { .. } | Actor::SetupKey => None,
        };
        let is_owner = match &user {
            Some(user) => store::find(db, &caller.tenant, user)
                .await?
                .is_some_and(|member| member.role == OWNER),
            None => caller.actor == Actor::SetupKey,
        };
        Ok(Acting {
            user,
            is_owner,
            permissions: caller.permissions,
        })
    }

    /// Checks that they may give this role to somebody, or take it away.
    ///
    /// # Errors
    /// [`Error::Refused`] with `owners_only`.
    pub fn may_touch(&self, role: &str) -> Result<()> {
        if role == OWNER && !self.is_owner {
            return Err(Error::refused(
                "owners_only",
                "Only an owner can make somebody an owner, or change one.",
            ));
        }
        Ok(())
    }

    /// Checks that there is such a role, and that they have themselves what it allows.
    ///
    /// # Errors
    /// A complaint about `role`; [`Error::Refused`] with `owners_only`; [`Error::Forbidden`] with the permission that they
    /// lack; the database's.
    pub async fn may_give(&self, db: &Db, tenant: &TenantId, role: &str) -> Result<()> {
        self.may_touch(role)?;
        let permissions = roles::permissions_of(db, tenant, role)
            .await?
            .ok_or_else(|| {
                Error::field("role", "must be a built-in role, or the id of one of yours")
            })?;
        self.has(permissions)
    }

    /// Checks that they have themselves what they grant.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the permission that they lack.
    pub fn may_grant(&self, overrides: &Overrides) -> Result<()> {
        let words = overrides.grant.iter();
        self.has(words.filter_map(|word| Permission::parse(word)).collect())
    }

    fn has(&self, wanted: Permissions) -> Result<()> {
        match wanted.without(self.permissions).iter().next() {
            Some(lacking) => Err(Error::Forbidden(lacking)),
            None => Ok(()),
        }
    }

    /// Checks that it is not their own membership: nobody but an owner raises themselves.
    ///
    /// # Errors
    /// [`Error::Refused`] with `your_own_membership`.
    pub fn is_not(&self, user: &UserId) -> Result<()> {
        if self.user.as_ref() == Some(user) && !self.is_owner {
            return Err(Error::refused(
                "your_own_membership",
                "Nobody but an owner changes their own membership. Ask somebody else.",
            ));
        }
        Ok(())
    }
}
