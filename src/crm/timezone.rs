//! Pure: which time zone an address in the United States is in.
//!
//! A ZIP code's first three digits tell it, with an entry of its own for each ZIP code that keeps another time than its
//! neighbours; without a known ZIP code the state's most common zone has to do.

/// Lines of `key,zone`, sorted by key: a whole ZIP code, the first three digits of ZIP codes, or a state.
/// Written by `seed/places/zip_timezones.ts`.
const TABLE: &str = include_str!("timezone.csv");

/// Where a business is taken to be when nothing is known.
pub const FALLBACK: &str = "America/New_York";

/// The IANA name of the zone an address is in. The ZIP code may have its four further digits; the state is two capitals.
pub fn of_address(zip: Option<&str>, state: Option<&str>) -> Option<&'static str> {
    let zip = |digits| zip.and_then(|zip| zip.get(..digits)).and_then(zone);
    zip(5).or_else(|| zip(3)).or_else(|| state.and_then(zone))
}

/// Whether two letters are a state, the District or a territory.
pub fn is_state(code: &str) -> bool {
    code.len() == 2 && zone(code).is_some()
}

fn zone(key: &str) -> Option<&'static str> {
    let mut rest = TABLE;
    while !rest.is_empty() {
        let middle = rest.get(..rest.len() / 2)?;
        let start = middle.rfind('\n').map_or(0, |line_end| line_end + 1);
        let (before, from) = rest.split_at(start);
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        let (name, zone) = line.split_once(',')?;
        rest = match key.cmp(name) {
            std::cmp::Ordering::Less => before,
            std::cmp::Ordering::Equal => return Some(zone),
            std::cmp::Ordering::Greater => after,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_seeds_and_fit_to_be_searched() {
        assert_eq!(TABLE, include_str!("../../seed/places/zip3_timezones.csv"));
        assert!(TABLE.is_ascii());
        let lines: Vec<_> = TABLE
            .lines()
            .map(|line| line.split_once(',').unwrap())
            .collect();
        assert!(lines.is_sorted_by(|one, next| one.0 < next.0));
        for (key, name) in lines {
            assert_eq!(zone(key), Some(name), "{key}");
            assert!(jiff::tz::TimeZone::get(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_zip_code_decides_before_the_state() {
        assert_eq!(
            of_address(Some("89301"), Some("NV")),
            Some("America/Los_Angeles")
        );
        assert_eq!(
            of_address(Some("89883"), Some("NV")),
            Some("America/Denver")
        );
        assert_eq!(
            of_address(Some("79901-1234"), Some("TX")),
            Some("America/Denver")
        );
        assert_eq!(of_address(Some("79901"), None), Some("America/Denver"));
        assert_eq!(of_address(None, Some("TX")), Some("America/Chicago"));
        assert_eq!(
            of_address(Some("00000"), Some("TX")),
            Some("America/Chicago")
        );
        assert_eq!(of_address(Some("000"), None), None);
        assert_eq!(of_address(None, Some("XX")), None);
        assert_eq!(of_address(Some(""), Some("")), None);
        assert_eq!(of_address(Some("ééé"), None), None);
    }

    #[test]
    fn states() {
        for state in ["NV", "NY", "DC", "PR", "AK", "WY"] {
            assert!(is_state(state), "{state}");
        }
        for other in ["XX", "nv", "", "006", "N", "NVX"] {
            assert!(!is_state(other), "{other}");
        }
    }
}
