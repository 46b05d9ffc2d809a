//! Types of the allow-list of addresses.

use std::net::IpAddr;

use garde::Validate;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::http::checks::line;
use crate::http::input::Text;
use crate::ids::{AllowedRangeId, LocationId};

/// The longest note.
const NOTE: usize = 200;

/// A range of addresses, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AllowedRange {
    /// Its id.
    pub id: AllowedRangeId,
    /// As in `203.0.113.0/24` or `2001:db8::/32`.
    pub address_range: String,
    /// Whom it lets in: those who work at this location; anybody when null.
    pub location_id: Option<LocationId>,
    /// For people.
    pub note: Option<String>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// A new range.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedRangeIn {
    /// As in `203.0.113.0/24`, `2001:db8::/32`, or a single address.
    #[garde(custom(is_range))]
    pub address_range: Text,
    /// Lets in only those who work at this location; anybody when absent.
    #[garde(skip)]
    pub location_id: Option<LocationId>,
    /// For people.
    #[garde(inner(custom(line(NOTE))))]
    pub note: Option<Text>,
}

fn is_range(text: &Text, _: &()) -> garde::Result {
    match read(text) {
        Some(_) => Ok(()),
        None => Err(garde::Error::new(
            "must be a range such as 203.0.113.0/24 or 2001:db8::/32, or a single address",
        )),
    }
}

/// Reads a range or a single address.
pub fn read(text: &str) -> Option<IpNet> {
    let net = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .ok()?;
    Some(net.trunc())
}

/// From where somebody may call.
#[derive(Debug, Clone)]
pub enum Allowed {
    /// The tenant has no list.
    Everywhere,
    /// The ranges that are meant for them; there may be none.
    Within(Vec<IpNet>),
}

impl Allowed {
    /// What a tenant's list means for somebody who works at these locations; none are all of them.
    pub fn of(list: &[AllowedRange], locations: &[LocationId]) -> Self {
        if list.is_empty() {
            return Allowed::Everywhere;
        }
        let is_meant = |range: &&AllowedRange| match &range.location_id {
            None => true,
            Some(location) => locations.is_empty() || locations.contains(location),
        };
        let meant = list.iter().filter(is_meant);
        Allowed::Within(
            meant
                .filter_map(|range| read(&range.address_range))
                .collect(),
        )
    }

    /// Whether a request from there is let in. IPv4 inside IPv6 is the IPv4 address it means. With a list, nobody is whose
    /// address is not known.
    pub fn lets_in(&self, address: Option<&str>) -> bool {
        let Allowed::Within(ranges) = self else {
            return true;
        };
        let Some(address) = address.and_then(|text| text.parse::<IpAddr>().ok()) else {
            return false;
        };
        let address = address.to_canonical();
        ranges.iter().any(|range| range.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, location_id: Option<&LocationId>) -> AllowedRange {
        AllowedRange {
            id: AllowedRangeId::new(0),
            address_range: text.into(),
            location_id: location_id.cloned(),
            note: None,
            created_at: 0,
        }
    }

    #[test]
    fn ranges_of_both_families() {
        let list =
            ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"].map(|text| range(text, None));
        let allowed = Allowed::of(&list, &[]);
        for inside in [
            "203.0.113.255",
            "2001:db8:1::1",
            "198.51.100.7",
            "::ffff:203.0.113.9",
        ] {
            assert!(allowed.lets_in(Some(inside)), "{inside}");
        }
        for outside in [
            "203.0.114.1",
            "2001:db9::1",
            "198.51.100.8",
            "",
            "x",
            "203.0.113.1, 1.2.3.4",
        ] {
            assert!(!allowed.lets_in(Some(outside)), "{outside}");
        }
        assert!(!allowed.lets_in(None));
        assert!(Allowed::of(&[], &[]).lets_in(None));
        for wrong in [
            "",
            "203.0.113.0/33",
            "203.0.113",
            "2001:db8::/129",
            "localhost",
        ] {
            assert!(read(wrong).is_none(), "{wrong}");
            let allowed = Allowed::of(&[range(wrong, None)], &[]);
            assert!(
                !allowed.lets_in(Some("203.0.113.1")),
                "{wrong} opens nothing"
            );
        }
        assert_eq!(
            read("203.0.113.77/24").unwrap().to_string(),
            "203.0.113.0/24"
        );
    }

    #[test]
    fn a_location_is_for_those_who_work_there() {
        let [here, there] = [1, 2].map(LocationId::new);
        let mut list = vec![range("203.0.113.0/24", Some(&here))];
        let lets_in = |list: &[AllowedRange], locations: &[LocationId]| {
            Allowed::of(list, locations).lets_in(Some("203.0.113.9"))
        };
        let both = [there.clone(), here.clone()];
        assert!(lets_in(&list, &[here]), "who works there");
        assert!(lets_in(&list, &both), "and elsewhere too");
        assert!(lets_in(&list, &[]), "who works everywhere");
        assert!(!lets_in(&list, std::slice::from_ref(&there)), "nobody else");
        list.push(range("203.0.113.8/30", None));
        assert!(lets_in(&list, &[there]), "what is for anybody");
    }
}
