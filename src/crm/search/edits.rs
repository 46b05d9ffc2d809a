//! Pure: which words somebody may have meant. One edit (a letter too many, too few, another, or two the wrong way round) is
//! forgiven in words of four to seven letters, two in longer ones; the first letter has to be right.
//!
//! Two words that are few deletions apart share what is left of each when some letters are deleted. So each known word is
//! kept under all that is left of its first letters (`variants`), and what somebody typed is looked up under what is left of
//! theirs: as many probes however many words there are.

use std::collections::BTreeSet;

/// Letters from which variants are made. Behind them a typo is seen by the comparison only.
const STEM: usize = 7;
/// Shorter words are taken as they are typed.
const SHORTEST: usize = 4;
/// From this length on two edits are forgiven.
const LONG: usize = 8;

/// Edits that are forgiven in what somebody typed. Numbers are meant as they are.
pub fn forgiven(typed: &str) -> usize {
    let length = typed.chars().count();
    match typed.chars().all(char::is_alphabetic) {
        true if length >= LONG => 2,
        true if length >= SHORTEST => 1,
        _ => 0,
    }
}

/// Whether a word can be meant by something with a typo.
pub fn can_be_meant(word: &str) -> bool {
    word.chars().count() >= SHORTEST - 1 && word.chars().all(char::is_alphabetic)
}

/// Under what a known word is kept.
pub fn kept_under(word: &str) -> BTreeSet<String> {
    let deletions = if word.chars().count() >= LONG - 2 {
        2
    } else {
        1
    };
    variants(word, deletions)
}

/// Under what something typed is looked for.
pub fn looked_up_under(typed: &str) -> BTreeSet<String> {
    variants(typed, forgiven(typed))
}

/// The variant under which each word is kept, whatever its length.
pub fn stem(word: &str) -> String {
    word.chars().take(STEM).collect()
}

fn variants(word: &str, deletions: usize) -> BTreeSet<String> {
    let mut all = BTreeSet::from([stem(word)]);
    let mut latest = all.clone();
    for _ in 0..deletions {
        latest = latest.iter().flat_map(|word| shortened(word)).collect();
        all.extend(latest.iter().cloned());
    }
    all
}

/// The word without one of its letters but the first.
fn shortened(word: &str) -> impl Iterator<Item = String> {
    let without = |at: usize| {
        word.chars()
            .enumerate()
            .filter(|(position, _)| *position != at)
            .map(|(_, letter)| letter)
            .collect()
    };
    (1..word.chars().count()).map(without)
}

/// How far a known word is from what was typed; the smaller the nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance {
    /// Edits.
    pub edits: usize,
    /// Whether it is the beginning of the word only that is so near.
    pub is_beginning: bool,
}

/// How far a known word is from what was typed, or its beginning when so much was typed that a variant tells it; `None` when it
/// is more than is forgiven.
pub fn between(typed: &str, word: &str) -> Option<Distance> {
    let most = forgiven(typed);
    if most == 0 || typed.chars().next() != word.chars().next() {
        return None;
    }
    let (typed, word): (Vec<char>, Vec<char>) = (typed.chars().collect(), word.chars().collect());
    let row = distances(&typed, &word);
    let distance = |edits: Option<usize>, is_beginning| {
        edits.map(|edits| Distance {
            edits,
            is_beginning,
        })
    };
    let beginning = row.iter().min().copied().filter(|_| typed.len() >= STEM);
    [
        distance(row.last().copied(), false),
        distance(beginning, true),
    ]
    .into_iter()
    .flatten()
    .min()
    .filter(|distance| distance.edits <= most)
}

/// The edits between a word and each beginning of another, from the empty one to the whole.
fn distances(typed: &[char], word: &[char]) -> Vec<usize> {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=word.len()).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX / 2);
    let mut typed_before = None;
    for (line, letter) in typed.iter().enumerate() {
        let mut row = vec![line + 1];
        let mut word_before = None;
        for (column, other) in word.iter().enumerate() {
            let mut edits = (at(&last, column) + usize::from(letter != other))
                .min(at(&last, column + 1) + 1)
                .min(at(&row, column) + 1);
            if column > 0 && typed_before == Some(other) && word_before == Some(letter) {
                edits = edits.min(at(&before_last, column - 1) + 1);
            }
            row.push(edits);
            word_before = Some(other);
        }
        before_last = std::mem::replace(&mut last, row);
        typed_before = Some(letter);
    }
    last
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_forgiven() {
        for (typed, word, edits) in [
            ("bakrey", "bakery", Some(1)),
            ("bakry", "bakery", Some(1)),
            ("bakerry", "bakery", Some(1)),
            ("bekary", "bakery", None),
            ("harbour", "harbor", Some(1)),
            ("restuarant", "restaurant", Some(1)),
            ("resturaunt", "restaurant", Some(2)),
            ("restuar", "restaurant", Some(1)),
            ("vakery", "bakery", None),
            ("cat", "car", None),
            ("0142", "0143", None),
            ("bakery", "bakery", Some(0)),
        ] {
            assert_eq!(
                between(typed, word).map(|distance| distance.edits),
                edits,
                "{typed} {word}"
            );
        }
    }

    #[test]
    fn a_word_is_kept_under_few_variants() {
        assert_eq!(kept_under("cafe").len(), 4);
        assert!(kept_under("abcdefghijkl").len() <= 22);
    }

    proptest! {
        /// Whatever is near enough is found by a variant: nothing that would be a match is not looked at.
        #[test]
        fn what_is_near_shares_a_variant(word in "[a-d]{3,10}", other in "[a-d]{3,10}") {
            if between(&other, &word).is_some() {
                prop_assert!(!looked_up_under(&other).is_disjoint(&kept_under(&word)), "{other} {word}");
            }
        }

        #[test]
        fn one_edit_is_found(word in "[a-z]{5,12}", at in 1_usize..4, letter in proptest::char::range('a', 'z')) {
            let mut letters: Vec<char> = word.chars().collect();
            letters.insert(at, letter);
            let typed: String = letters.iter().collect();
            prop_assert!(between(&typed, &word).is_some_and(|distance| distance.edits <= 1));
            letters.swap(at, at + 1);
            letters.remove(at);
            let replaced: String = letters.into_iter().collect();
            prop_assert!(between(&replaced, &word).is_some_and(|distance| distance.edits <= 1));
        }
    }
}
