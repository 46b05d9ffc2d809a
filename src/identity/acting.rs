//! Who changes the team: what they may give to others is bounded by what they are themselves.

use std::sync::Arc;

use crate::access::roles;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::http::caller::Actor;
use crate::identity::memberships::model::{OWNER, Overrides};
use crate::identity::memberships::store;
use crate::ids::{LocationId, TenantId, UserId};
use crate::permission::{Allowance, Permission};

/// Who does it.
#[derive(Debug, Clone, Default)]
pub struct Acting {
    /// The user, if it is one and no key.
    pub user: Option<UserId>,
    /// Whether it is an owner. The key that sets an installation up counts as one: somebody has to be the first.
    pub is_owner: bool,
    /// What they may do.
    pub allowance: Allowance,
    /// The locations they work at; `None` means all of them.
    pub locations: Option<Arc<[String]>>,
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
            allowance: Allowance {
                permissions: caller.permissions,
                own_records: caller.own_records,
            },
            locations: caller.locations.clone(),
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
        let allowance = roles::allowance_of(db, tenant, role)
            .await?
            .ok_or_else(no_such_role)?;
        self.has(allowance)
    }

    /// Checks that they have themselves what they grant.
    ///
    /// # Errors
    /// [`Error::Forbidden`] with the permission that they lack.
    pub fn may_grant(&self, overrides: &Overrides) -> Result<()> {
        let words = overrides.grant.iter();
        let granted = words.filter_map(|word| Permission::parse(word)).collect();
        self.has(Allowance::of(granted))
    }

    /// Checks that whoever works at some locations gives no more than those.
    ///
    /// # Errors
    /// A complaint about `location_ids`.
    pub fn may_place(&self, locations: &[LocationId]) -> Result<()> {
        let Some(own) = &self.locations else {
            return Ok(());
        };
        let is_own = |location: &LocationId| own.iter().any(|own| own == location.as_str());
        match !locations.is_empty() && locations.iter().all(is_own) {
            true => Ok(()),
            false => Err(Error::field(
                "location_ids",
                "must be some of your own locations",
            )),
        }
    }

    fn has(&self, wanted: Allowance) -> Result<()> {
        match wanted.beyond(self.allowance).iter().next() {
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

/// The complaint about a role that is none.
pub fn no_such_role() -> Error {
    Error::field("role", "must be a built-in role, or the id of one of yours")
}
