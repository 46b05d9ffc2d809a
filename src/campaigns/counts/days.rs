//! Pure: days as a tenant counts them, in numbers since 1970.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::campaigns::schedule;
use crate::edge::clock::{DAY, Millis};

/// The calendar of a time zone.
#[derive(Debug, Clone)]
pub struct Days(TimeZone);

const FIRST: Date = Date::constant(1970, 1, 1);

impl Days {
    /// The calendar of the zone of this name; that of UTC when there is none.
    pub fn of(zone: &str) -> Self {
        Days(schedule::time_zone(zone).unwrap_or(TimeZone::UTC))
    }

    /// The day of a moment.
    pub fn day(&self, at: Millis) -> i64 {
        Timestamp::from_millisecond(at)
            .ok()
            .and_then(|at| FIRST.until(at.to_zoned(self.0.clone()).date()).ok())
            .map_or(at.div_euclid(DAY), |span| i64::from(span.get_days()))
    }

    /// The first moment of a day.
    pub fn start(&self, day: i64) -> Millis {
        date(day)
            .and_then(|date| date.to_zoned(self.0.clone()).ok())
            .map_or(day * DAY, |start| start.timestamp().as_millisecond())
    }
}

fn date(day: i64) -> Option<Date> {
    FIRST.checked_add(i32::try_from(day).ok()?.days()).ok()
}

/// A day as the API writes it, as in `2026-03-04`.
pub fn written(day: i64) -> String {
    date(day).map_or_else(|| day.to_string(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::clock::HOUR;
    use crate::testing::NOW;

    #[test]
    fn a_day_is_the_zones_own() {
        let (utc, york) = (Days::of("UTC"), Days::of("America/New_York"));
        let day = NOW / DAY;
        assert_eq!((utc.day(NOW), york.day(NOW)), (day, day));
        let night = day * DAY + HOUR;
        assert_eq!((utc.day(night), york.day(night)), (day, day - 1));
        assert_eq!(york.start(day), day * DAY + 5 * HOUR);
        assert_eq!(york.day(york.start(day)), day);
        assert_eq!(york.day(york.start(day) - 1), day - 1);
        assert_eq!(written(day), "2026-03-04");
        assert_eq!(Days::of("nowhere").day(night), day);
    }

    #[test]
    fn days_follow_one_another_across_a_change_of_the_clock() {
        let york = Days::of("America/New_York");
        for day in 20_515..20_530 {
            assert_eq!(york.day(york.start(day)), day);
            assert_eq!(york.day(york.start(day + 1) - 1), day);
        }
    }
}
