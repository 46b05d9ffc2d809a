//! Pure: what is left of points after a while. They halve with every half-life; without one they stay.
//!
//! Points are counted in thousandths, so that a sum is the same in whatever order it is added up.

use crate::edge::clock::{DAY, MINUTE, Millis};

/// Thousandths of a point.
pub type Milli = i64;

/// A point.
pub const POINT: Milli = 1_000;
/// Less than this is nothing.
const NOTHING: f64 = 0.05;

/// What is left of points, so many milliseconds later.
pub fn left(points: i64, half_life_days: Option<i64>, age: Millis) -> Milli {
    let whole = points.saturating_mul(POINT);
    let Some(half_life) = half_life_days.filter(|days| *days > 0) else {
        return whole;
    };
    let halvings = float(age.max(0) / MINUTE) / float(half_life * (DAY / MINUTE));
    rounded(float(whole) * (-halvings).exp2())
}

/// When points are worth nothing any more; `None` when they stay.
pub fn ends_at(points: i64, half_life_days: Option<i64>, occurred_at: Millis) -> Option<Millis> {
    let half_life = half_life_days.filter(|days| *days > 0)?;
    let halvings = (float(points.abs()) / NOTHING).log2().max(0.0);
    let minutes = rounded(halvings * float(half_life * (DAY / MINUTE)));
    Some(occurred_at.saturating_add(minutes.saturating_mul(MINUTE)))
}

/// A number as a float. Points and minutes are far below what an `i32` holds.
fn float(number: i64) -> f64 {
    f64::from(i32::try_from(number).unwrap_or(i32::MAX))
}

/// The nearest whole number.
#[allow(clippy::cast_possible_truncation)]
fn rounded(number: f64) -> i64 {
    number.round() as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_halve() {
        for (days, is_left) in [(0, 20_000), (7, 10_000), (14, 5_000), (70, 20)] {
            assert_eq!(left(20, Some(7), days * DAY), is_left);
        }
        assert_eq!(left(-20, Some(7), 7 * DAY), -10_000);
        assert_eq!(left(20, None, 7_000 * DAY), 20_000);
        assert_eq!(left(20, Some(7), -DAY), 20_000, "a clock that is ahead");
    }

    proptest! {
        #[test]
        fn nothing_grows_by_itself(points in -100_i64..=100, half_life in 1_i64..=3_650, age in 0_i64..4_000, more in 0_i64..4_000) {
            let (now, later) = (left(points, Some(half_life), age * DAY), left(points, Some(half_life), (age + more) * DAY));
            prop_assert!(later.abs() <= now.abs() && now.abs() <= points.abs() * POINT);
            prop_assert!(later.signum() == 0 || later.signum() == points.signum());
        }

        #[test]
        fn what_has_ended_is_worth_nothing(points in -100_i64..=100, half_life in 1_i64..=3_650) {
            let end = ends_at(points, Some(half_life), 0).unwrap();
            prop_assert!(left(points, Some(half_life), end).abs() <= 51);
            prop_assert!(points == 0 || left(points, Some(half_life), end - end / 10).abs() >= 49);
            prop_assert_eq!(ends_at(points, None, 0), None);
        }
    }
}
