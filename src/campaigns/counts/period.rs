//! Pure: the stretch of days that figures are of.

use super::days::Days;
use crate::edge::clock::Millis;

/// A stretch of the tenant's days that ends today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Today.
    Today,
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
    /// Ninety days.
    Quarter,
}

impl Period {
    /// Every one.
    pub const ALL: &'static [Period] =
        &[Period::Today, Period::Week, Period::Month, Period::Quarter];

    /// As in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Period::Today => "today",
            Period::Week => "7d",
            Period::Month => "30d",
            Period::Quarter => "90d",
        }
    }

    /// How many days it has.
    pub fn length(self) -> i64 {
        match self {
            Period::Today => 1,
            Period::Week => 7,
            Period::Month => 30,
            Period::Quarter => 90,
        }
    }

    /// Its first and last day.
    pub fn range(self, days: &Days, now: Millis) -> (i64, i64) {
        let today = days.day(now);
        (today - self.length() + 1, today)
    }

    /// The first and last day of the one before, which is as long.
    pub fn before(self, days: &Days, now: Millis) -> (i64, i64) {
        let (first, _) = self.range(days, now);
        (first - self.length(), first - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::NOW;

    #[test]
    fn periods_follow_one_another() {
        let days = Days::of("America/New_York");
        let today = days.day(NOW);
        assert_eq!(Period::Today.range(&days, NOW), (today, today));
        assert_eq!(Period::Today.before(&days, NOW), (today - 1, today - 1));
        assert_eq!(Period::Week.range(&days, NOW), (today - 6, today));
        assert_eq!(Period::Week.before(&days, NOW), (today - 13, today - 7));
    }
}
