//! How long to wait before a send is tried again.

/// The longest wait, in seconds: six hours.
const LONGEST_SECONDS: u32 = 6 * 60 * 60;

/// Seconds to wait after `attempts` tries: twice as long each time, spread by `jitter` (0.0 to 1.0) over the upper half so
/// that many failing at once do not come back at once, and never less than what the provider asked for.
pub fn delay_seconds(
    attempts: u32,
    base_seconds: u32,
    jitter: f64,
    retry_after: Option<u32>,
) -> u32 {
    let doublings = attempts.saturating_sub(1).min(20);
    let full = base_seconds
        .saturating_mul(1_u32.checked_shl(doublings).unwrap_or(u32::MAX))
        .min(LONGEST_SECONDS);
    let half = full / 2;
    // Between 0 and `half`, far inside what a u32 holds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let spread = (f64::from(full - half) * jitter.clamp(0.0, 1.0)).round() as u32;
    (half + spread).max(retry_after.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_within_its_jitter_and_stops_growing() {
        assert_eq!(delay_seconds(1, 30, 1.0, None), 30);
        assert_eq!(delay_seconds(1, 30, 0.0, None), 15);
        assert_eq!(delay_seconds(4, 30, 1.0, None), 240);
        assert_eq!(delay_seconds(40, 30, 1.0, None), LONGEST_SECONDS);
    }

    #[test]
    fn honours_what_the_provider_asks() {
        assert_eq!(delay_seconds(1, 30, 0.5, Some(600)), 600);
        assert_eq!(delay_seconds(8, 30, 1.0, Some(10)), 3840);
    }
}
