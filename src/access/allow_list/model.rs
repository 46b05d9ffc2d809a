//! Types of the allow-list of addresses.

use std::net::IpAddr;

use garde::Validate;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::http::checks::line;
use crate::http::input::Text;
use crate::ids::AllowedRangeId;

/// The longest note.
const NOTE: usize = 200;

/// A range of addresses, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct AllowedRange {
    /// Its id.
    pub id: AllowedRangeId,
    /// As in `203.0.113.0/24` or `2001:db8::/32`.
    pub address_range: String,
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

/// Whether a request from there is let in. IPv4 inside IPv6 is the IPv4 address it means. Without any range everybody is;
/// with one, nobody whose address is not known.
pub fn lets_in(ranges: &[IpNet], address: Option<&str>) -> bool {
    if ranges.is_empty() {
        return true;
    }
    let Some(address) = address.and_then(|text| text.parse::<IpAddr>().ok()) else {
        return false;
    };
    let address = address.to_canonical();
    ranges.iter().any(|range| range.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_both_families() {
        let ranges: Vec<_> = ["203.0.113.0/24", "2001:db8::/32", "198.51.100.7"]
            .iter()
            .map(|text| read(text).unwrap())
            .collect();
        for inside in [
            "203.0.113.255",
            "2001:db8:1::1",
            "198.51.100.7",
            "::ffff:203.0.113.9",
        ] {
            assert!(lets_in(&ranges, Some(inside)), "{inside}");
        }
        for outside in [
            "203.0.114.1",
            "2001:db9::1",
            "198.51.100.8",
            "",
            "x",
            "203.0.113.1, 1.2.3.4",
        ] {
            assert!(!lets_in(&ranges, Some(outside)), "{outside}");
        }
        assert!(!lets_in(&ranges, None));
        assert!(lets_in(&[], None));
        for wrong in [
            "",
            "203.0.113.0/33",
            "203.0.113",
            "2001:db8::/129",
            "localhost",
        ] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
        assert_eq!(
            read("203.0.113.77/24").unwrap().to_string(),
            "203.0.113.0/24"
        );
    }
}
