//! When a step is due: its day, counted in the recipient's calendar, at a moment inside the sending window.
//!
//! Everything is computed in the recipient's time zone from a real time-zone database, so that nine in the morning stays
//! nine in the morning across a daylight-saving change, and a window that such a change swallows is not used.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use sha2::{Digest, Sha256};

use super::send_window::SendWindow;
use crate::edge::clock::Millis;

/// How many days ahead a window is looked for. A window opens at least once a week; more than that is only needed when
/// daylight-saving changes swallow it.
const SEARCH_DAYS: i64 = 21;

/// The end of the window that nobody is placed in, at most a quarter of it: who is due in the last moment would be planned
/// when the window has closed, be held back until it opens again, and so be late with every step.
const LEFT_FREE: u64 = 15 * 60 * 1_000;

/// The time zone of this name.
pub fn time_zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// What decides when a step is due.
pub struct StepTime<'a> {
    /// When the enrolment started.
    pub started_at: Millis,
    /// Day of the sequence; the day the enrolment started is day 1.
    pub day_offset: i64,
    /// Earliest moment allowed, whatever the day says.
    pub not_before: Millis,
    /// The local date of the step before; a step of a later day never falls on the same date, even after a delay.
    pub after_date_of: Option<Millis>,
    /// The window.
    pub window: &'a SendWindow,
    /// The recipient's time zone.
    pub zone: &'a TimeZone,
    /// Spreads recipients over the window: the same text always gives the same place in it.
    pub spread: &'a str,
}

/// The moment at which the step is due. `None` only for times outside the calendar.
pub fn due_at(step: &StepTime<'_>) -> Option<Millis> {
    due(step, |usable| place(step.spread) % usable)
}

/// The first moment at which the step could be due, whoever it is for: where the window opens.
pub fn earliest(step: &StepTime<'_>) -> Option<Millis> {
    due(step, |_| 0)
}

/// `offset` is the place in the window, given how long of it can be used.
fn due(step: &StepTime<'_>, offset: impl Fn(u64) -> u64) -> Option<Millis> {
    let started = local_date(step.started_at, step.zone)?;
    let days = step.day_offset.checked_sub(1)?;
    let mut date = started.checked_add(days.days()).ok()?;
    if let Some(before) = step.after_date_of {
        date = date.max(local_date(before, step.zone)?.tomorrow().ok()?);
    }
    date = date.max(local_date(step.not_before, step.zone)?);
    for _ in 0..SEARCH_DAYS {
        if let Some(moment) = moment_on(date, step, &offset) {
            return Some(moment);
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// Whether the window is open at that moment.
pub fn is_open(window: &SendWindow, zone: &TimeZone, now: Millis) -> bool {
    local_date(now, zone)
        .and_then(|date| opening(date, window, zone))
        .is_some_and(|(start, end)| now >= start && now < end)
}

/// The next moment at which the window is open, `now` itself if it is.
pub fn next_opening(window: &SendWindow, zone: &TimeZone, now: Millis) -> Option<Millis> {
    let mut date = local_date(now, zone)?;
    for _ in 0..SEARCH_DAYS {
        if let Some((start, end)) = opening(date, window, zone)
            && now < end
        {
            return Some(start.max(now));
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// The step's moment on that date; `None` when the window does not open on it any more.
fn moment_on(date: Date, step: &StepTime<'_>, offset: impl Fn(u64) -> u64) -> Option<Millis> {
    let (start, end) = opening(date, step.window, step.zone)?;
    let start = start.max(step.not_before);
    let length = u64::try_from(end.checked_sub(start)?)
        .ok()
        .filter(|length| *length > 0)?;
    let usable = length - LEFT_FREE.min(length / 4);
    start.checked_add(i64::try_from(offset(usable)).ok()?)
}

/// The window's first and first-after moment on that date, unless it is not open then. On the day that skips the hour of
/// the window the two fall together, and it is not open.
fn opening(date: Date, window: &SendWindow, zone: &TimeZone) -> Option<(Millis, Millis)> {
    if !window.opens_on(date.weekday()) {
        return None;
    }
    let start = local_moment(date, window.start_minute(), zone)?;
    let end = local_moment(date, window.end_minute(), zone)?;
    (start < end).then_some((start, end))
}

fn local_date(moment: Millis, zone: &TimeZone) -> Option<Date> {
    Timestamp::from_millisecond(moment)
        .ok()
        .map(|timestamp| timestamp.to_zoned(zone.clone()).date())
}

/// The moment of a wall-clock minute. One that a daylight-saving change skips is taken as late as the change moved it; one
/// that comes twice is taken the first time.
fn local_moment(date: Date, minute: u16, zone: &TimeZone) -> Option<Millis> {
    let date = if minute >= 24 * 60 {
        date.tomorrow().ok()?
    } else {
        date
    };
    let minute = minute % (24 * 60);
    let hour = i8::try_from(minute / 60).ok()?;
    let minute = i8::try_from(minute % 60).ok()?;
    let zoned = date.at(hour, minute, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp().as_millisecond())
}

fn place(spread: &str) -> u64 {
    Sha256::digest(spread)
        .iter()
        .take(6)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edge::clock::{DAY, HOUR};

    fn at(text: &str) -> Millis {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn window(start: &str, end: &str, days: &str) -> SendWindow {
        let days: Vec<&str> = days.split(' ').collect();
        serde_json::from_value(serde_json::json!({"start": start, "end": end, "days": days}))
            .unwrap()
    }

    fn every_day(start: &str, end: &str) -> SendWindow {
        window(start, end, "mon tue wed thu fri sat sun")
    }

    fn due(started: &str, day: i64, window: &SendWindow, zone: &str) -> Millis {
        due_at(&StepTime {
            started_at: at(started),
            day_offset: day,
            not_before: at(started),
            after_date_of: None,
            window,
            zone: &time_zone(zone).unwrap(),
            spread: "somebody",
        })
        .unwrap()
    }

    #[test]
    fn a_step_falls_on_its_day_inside_the_window_of_the_recipient() {
        // Day 3 of somebody in Phoenix who was enrolled on a Monday evening (UTC it is Tuesday already).
        let window = every_day("09:00", "10:00");
        let moment = due("2026-03-03T02:00:00Z", 3, &window, "America/Phoenix");
        assert!((at("2026-03-04T16:00:00Z")..at("2026-03-04T17:00:00Z")).contains(&moment));
    }

    #[test]
    fn the_window_keeps_its_local_hour_across_a_daylight_saving_change() {
        // Clocks go forward on 2026-03-08 and back on 2026-11-01 in New York.
        let window = every_day("09:00", "09:01");
        let before = due("2026-03-07T05:00:00Z", 1, &window, "America/New_York");
        let after = due("2026-03-07T05:00:00Z", 2, &window, "America/New_York");
        assert!(after - before < 23 * HOUR + 60_000 && after - before > 23 * HOUR - 60_000);
        let autumn = due("2026-10-31T04:00:00Z", 2, &window, "America/New_York");
        assert_eq!(autumn / 60_000 * 60_000, at("2026-11-01T14:00:00Z"));
    }

    #[test]
    fn a_window_that_the_change_swallows_waits_for_the_next_day() {
        let window = every_day("02:00", "03:00");
        let moment = due("2026-03-07T12:00:00Z", 2, &window, "America/New_York");
        assert!((at("2026-03-09T06:00:00Z")..at("2026-03-09T07:00:00Z")).contains(&moment));
    }

    #[test]
    fn a_window_over_the_doubled_hour_is_one_window() {
        let zone = time_zone("America/New_York").unwrap();
        let window = every_day("01:00", "02:00");
        // 01:30 comes twice; the first starts at 05:00 UTC, and the window ends when two o'clock comes.
        assert!(is_open(&window, &zone, at("2026-11-01T05:30:00Z")));
        assert!(is_open(&window, &zone, at("2026-11-01T06:30:00Z")));
        assert!(!is_open(&window, &zone, at("2026-11-01T07:00:00Z")));
    }

    #[test]
    fn a_closed_day_moves_to_the_next_open_one() {
        let window = window("09:00", "17:00", "mon tue wed thu fri");
        // 2026-05-01 is a Friday; day 2 would be Saturday.
        let moment = due("2026-05-01T12:00:00Z", 2, &window, "America/Chicago");
        assert!((at("2026-05-04T14:00:00Z")..at("2026-05-04T22:00:00Z")).contains(&moment));
    }

    #[test]
    fn too_late_today_means_the_next_day() {
        let window = every_day("09:00", "17:00");
        let moment = due("2026-05-01T23:30:00Z", 1, &window, "America/New_York");
        assert!(moment >= at("2026-05-02T13:00:00Z"));
    }

    #[test]
    fn after_a_delay_two_days_of_the_sequence_do_not_fall_on_one_date() {
        let window = every_day("09:00", "17:00");
        let zone = time_zone("America/New_York").unwrap();
        let moment = due_at(&StepTime {
            started_at: at("2026-05-01T12:00:00Z"),
            day_offset: 2,
            not_before: at("2026-05-10T14:00:00Z"),
            after_date_of: Some(at("2026-05-10T13:30:00Z")),
            window: &window,
            zone: &zone,
            spread: "x",
        })
        .unwrap();
        assert!(moment >= at("2026-05-11T13:00:00Z"));
    }

    #[test]
    fn the_next_opening_is_now_when_open() {
        let zone = time_zone("America/New_York").unwrap();
        let window = window("09:00", "17:00", "mon");
        let open = at("2026-05-04T15:00:00Z");
        assert_eq!(next_opening(&window, &zone, open), Some(open));
        assert_eq!(
            next_opening(&window, &zone, at("2026-05-04T21:00:00Z")),
            Some(at("2026-05-11T13:00:00Z"))
        );
    }

    #[test]
    fn nobody_is_due_when_the_window_is_about_to_close() {
        let window = every_day("09:00", "17:00");
        let zone = time_zone("America/New_York").unwrap();
        for number in 0..2_000 {
            let moment = due_at(&StepTime {
                started_at: at("2026-05-01T04:00:00Z"),
                day_offset: 1,
                not_before: at("2026-05-01T04:00:00Z"),
                after_date_of: None,
                window: &window,
                zone: &zone,
                spread: &number.to_string(),
            });
            assert!(moment.unwrap() <= at("2026-05-01T20:45:00Z"));
        }
    }

    proptest! {
        #[test]
        fn whatever_the_day_and_place_the_moment_is_inside_the_window(
            started in at("2025-01-01T00:00:00Z")..at("2029-01-01T00:00:00Z"),
            day in 1i64..=90,
            zone in prop::sample::select(vec![
                "America/New_York", "America/Phoenix", "America/Anchorage", "Pacific/Honolulu",
                "America/Indiana/Indianapolis", "Europe/London", "Australia/Lord_Howe",
            ]),
            spread in "[a-z]{1,8}",
        ) {
            let window = window("08:30", "11:00", "tue wed sat");
            let zone = time_zone(zone).unwrap();
            let moment = due_at(&StepTime {
                started_at: started, day_offset: day, not_before: started, after_date_of: None,
                window: &window, zone: &zone, spread: &spread,
            }).unwrap();
            prop_assert!(is_open(&window, &zone, moment));
            let earliest = earliest(&StepTime {
                started_at: started, day_offset: day, not_before: started, after_date_of: None,
                window: &window, zone: &zone, spread: &spread,
            }).unwrap();
            prop_assert!(earliest <= moment && is_open(&window, &zone, earliest));
            prop_assert!(moment >= started);
            prop_assert!(moment <= started + (day + 8) * DAY);
        }
    }
}
