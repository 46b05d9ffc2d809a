//! Pure: how long somebody has to wait after wrong passwords. The delay grows, and whoever knows the password of that
//! account is never kept out for longer than an hour; a link by email lets them in meanwhile.

use crate::edge::clock::{HOUR, Millis, SECOND};

/// Wrong passwords that cost no time: people mistype.
const FREE: i64 = 4;
/// The first delay; each further failure doubles it.
const FIRST: Millis = 30 * SECOND;
/// The longest delay.
const LONGEST: Millis = HOUR;

/// The delay after so many failures in a row.
pub fn delay(failures: i64) -> Option<Millis> {
    let beyond = failures
        .checked_sub(FREE + 1)
        .filter(|beyond| *beyond >= 0)?;
    let doublings = u32::try_from(beyond).unwrap_or(u32::MAX).min(16);
    Some(FIRST.saturating_mul(1 << doublings).min(LONGEST))
}

/// Whole seconds until then, at least one.
pub fn seconds_until(moment: Millis, now: Millis) -> u32 {
    let seconds = moment.saturating_sub(now).saturating_add(SECOND - 1) / SECOND;
    u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_and_ends() {
        let delays: Vec<_> = (0..8).map(delay).collect();
        let seconds = |seconds: i64| Some(seconds * SECOND);
        assert_eq!(
            delays,
            [
                None,
                None,
                None,
                None,
                None,
                seconds(30),
                seconds(60),
                seconds(120)
            ]
        );
        assert_eq!(delay(12), Some(HOUR));
        assert_eq!(delay(i64::MAX), Some(HOUR));
    }

    #[test]
    fn seconds_are_rounded_up() {
        assert_eq!(seconds_until(10_001, 0), 11);
        assert_eq!(seconds_until(10_000, 0), 10);
        assert_eq!(seconds_until(0, 5), 1);
    }
}
