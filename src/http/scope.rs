//! Pure: which records somebody may use. A permission says what may be done; the scope says to which records: those of the
//! tenant, and of them perhaps only those at one's own locations, or those that one owns.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::ids::TenantId;

/// The records that a caller's permission is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Whose records.
    pub tenant: TenantId,
    /// Which of them.
    pub reach: Reach,
}

impl Scope {
    /// All of a tenant's records: what the platform itself works with.
    pub fn whole(tenant: &TenantId) -> Self {
        Scope {
            tenant: tenant.clone(),
            reach: Reach::default(),
        }
    }
}

/// Which of a tenant's records; all of them unless something is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Only those at one of these locations.
    pub locations: Option<Arc<[String]>>,
    /// Only those of this owner.
    pub owner: Option<Arc<str>>,
}

impl Reach {
    /// Whether it is all of them.
    pub fn is_whole(&self) -> bool {
        self.locations.is_none() && self.owner.is_none()
    }

    /// Checks that a record that is put there stays within reach.
    ///
    /// # Errors
    /// A complaint about `location_id`.
    pub fn allows_location(&self, location: Option<&str>) -> Result<()> {
        let own = |locations: &[String]| {
            location.is_some_and(|location| locations.iter().any(|own| own == location))
        };
        match &self.locations {
            Some(locations) if !own(locations) => Err(Error::field(
                "location_id",
                "must be one of your own locations",
            )),
            _ => Ok(()),
        }
    }

    /// Checks that a record that is given to somebody stays within reach.
    ///
    /// # Errors
    /// A complaint about `owner_id`.
    pub fn allows_owner(&self, owner: Option<&str>) -> Result<()> {
        match &self.owner {
            Some(own) if owner != Some(own) => Err(Error::field(
                "owner_id",
                "must be you: you may use your own records only",
            )),
            _ => Ok(()),
        }
    }

    /// Where a new record belongs when nobody says: the one place that is possible.
    pub fn only_location(&self) -> Option<&str> {
        match self.locations.as_deref() {
            Some([only]) => Some(only),
            _ => None,
        }
    }

    /// Refuses what reaches into all of the tenant's records at once.
    ///
    /// # Errors
    /// [`Error::Refused`] with `limited_reach`.
    pub fn must_be_whole(&self) -> Result<()> {
        match self.is_whole() {
            true => Ok(()),
            false => Err(Error::refused(
                "limited_reach",
                "This is about all of the organization's records, and you may use some of them. Ask somebody who may use all.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(locations: &[&str]) -> Reach {
        Reach {
            locations: Some(locations.iter().map(ToString::to_string).collect()),
            owner: None,
        }
    }

    #[test]
    fn a_record_stays_within_reach() {
        let reach = at(&["a", "b"]);
        assert!(reach.allows_location(Some("b")).is_ok());
        assert!(reach.allows_location(Some("c")).is_err());
        assert!(reach.allows_location(None).is_err());
        assert!(reach.allows_owner(None).is_ok());
        assert!(Reach::default().allows_location(None).is_ok());
        let own = Reach {
            owner: Some("me".into()),
            ..Reach::default()
        };
        assert!(own.allows_owner(Some("me")).is_ok());
        assert!(own.allows_owner(Some("you")).is_err());
        assert!(own.allows_owner(None).is_err());
        assert!(own.must_be_whole().is_err() && Reach::default().must_be_whole().is_ok());
    }

    #[test]
    fn the_only_location_is_meant() {
        assert_eq!(at(&["a"]).only_location(), Some("a"));
        assert_eq!(at(&["a", "b"]).only_location(), None);
        assert_eq!(Reach::default().only_location(), None);
    }
}
