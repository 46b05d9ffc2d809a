//! Pure: where a deal stands in its stage, as a text that sorts. Between any two there is room for another, so that moving
//! one never writes the others.
//!
//! A rank is nine digits, which count places, and then a fraction between two places if it needs one. The digits are
//! 0-9a-z, whose order as bytes is their order as digits. At both ends a rank is a place further on and grows no longer.

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BASE: u64 = 36;
/// How many digits count places.
const PLACES: usize = 9;
const LAST: u64 = BASE.pow(9) - 1;
/// Where the first one goes: in the middle of all places.
const FIRST: u64 = LAST / 2;

/// A rank between two others; `None` is the end on that side. The lower one must be lower.
pub fn between(lower: Option<&str>, upper: Option<&str>) -> String {
    match (lower, upper) {
        (None, None) => place(FIRST),
        (Some(lower), None) => match place_of(lower).0 {
            LAST => format!("{lower}{}", digit(BASE / 2)),
            number => place(number + 1),
        },
        (None, Some(upper)) => match place_of(upper) {
            (0, fraction) => format!("{}{}", place(0), middle("", Some(fraction))),
            (number, _) => place(number - 1),
        },
        (Some(lower), Some(upper)) => {
            let ((low, low_fraction), (high, high_fraction)) = (place_of(lower), place_of(upper));
            match high.saturating_sub(low) {
                0 => format!(
                    "{}{}",
                    place(low),
                    middle(low_fraction, Some(high_fraction))
                ),
                1 => format!("{}{}", place(low), middle(low_fraction, None)),
                apart => place(low + apart / 2),
            }
        }
    }
}

/// A fraction between two; without an upper one, below the next place. No fraction ends with a zero.
fn middle(lower: &str, upper: Option<&str>) -> String {
    let (lower, upper) = (lower.as_bytes(), upper.map(str::as_bytes));
    let mut text = String::new();
    let mut bound = upper;
    let longest = lower.len().max(upper.map_or(0, <[u8]>::len));
    for index in 0..=longest {
        let low = lower.get(index).map_or(0, |byte| value(*byte));
        let high = bound.map_or(BASE, |bound| {
            bound.get(index).map_or(0, |byte| value(*byte))
        });
        if high > low + 1 {
            text.push(digit(low + (high - low) / 2));
            return text;
        }
        // No digit between them: keep the lower one's, behind which everything is below the upper if that is another.
        text.push(digit(low));
        if high != low {
            bound = None;
        }
    }
    text.push(digit(BASE / 2));
    text
}

fn place(mut number: u64) -> String {
    let mut digits = [b'0'; PLACES];
    for slot in digits.iter_mut().rev() {
        *slot = u8::try_from(u32::from(digit(number % BASE))).unwrap_or(b'0');
        number /= BASE;
    }
    digits.iter().map(|byte| char::from(*byte)).collect()
}

fn place_of(rank: &str) -> (u64, &str) {
    let (places, fraction) = rank.split_at_checked(PLACES).unwrap_or((rank, ""));
    let number = places
        .bytes()
        .fold(0, |number: u64, byte| number * BASE + value(byte));
    (number.min(LAST), fraction)
}

fn digit(value: u64) -> char {
    let index = usize::try_from(value % BASE).unwrap_or(0);
    char::from(DIGITS.get(index).copied().unwrap_or(b'0'))
}

fn value(digit: u8) -> u64 {
    match digit {
        b'0'..=b'9' => u64::from(digit - b'0'),
        b'a'..=b'z' => u64::from(digit - b'a') + 10,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn at_the_ends_a_rank_grows_no_longer() {
        let (mut top, mut bottom) = (between(None, None), between(None, None));
        for _ in 0..10_000 {
            let (above, below) = (between(None, Some(&top)), between(Some(&bottom), None));
            assert!(above < top && bottom < below);
            (top, bottom) = (above, below);
        }
        assert_eq!((top.len(), bottom.len()), (PLACES, PLACES));
    }

    #[test]
    fn the_very_ends_have_room_too() {
        let (first, last) = (place(0), place(LAST));
        assert!(last < between(Some(&last), None));
        let within = format!("{first}1");
        let lower = between(None, Some(&within));
        assert!(lower < within && first < lower, "{lower}");
    }

    #[test]
    fn always_into_the_same_gap_grows_a_digit_at_a_time() {
        let lower = between(None, None);
        let mut upper = between(Some(&lower), None);
        for _ in 0..1_000 {
            let new = between(Some(&lower), Some(&upper));
            assert!(lower < new && new < upper, "{lower} {new} {upper}");
            upper = new;
        }
        assert!(upper.len() < PLACES + 1_000 / 5 + 5, "{}", upper.len());
    }

    proptest! {
        #[test]
        fn wherever_one_is_put_it_stands_there(places in proptest::collection::vec(any::<prop::sample::Index>(), 1..200)) {
            let mut ranks: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(ranks.len() + 1);
                let lower = at.checked_sub(1).map(|index| ranks[index].clone());
                let new = between(lower.as_deref(), ranks.get(at).map(String::as_str));
                prop_assert!(new.len() == PLACES || !new.ends_with('0'));
                ranks.insert(at, new);
            }
            prop_assert!(ranks.is_sorted_by(|lower, upper| lower < upper), "{:?}", ranks);
        }
    }
}
