//! Pure: what somebody typed, read as words to look for. It never becomes part of a statement: quotes, operators and wildcards
//! are no letters, and so are not there.

use std::collections::BTreeSet;

use super::words;

/// Words that count; somebody who types more has found it by then.
pub const MOST_WORDS: usize = 8;
/// From so many digits on a number is one, whatever stands between them.
const DIGITS: usize = 4;

/// What is looked for: all of these words, each perhaps not typed to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query(pub Vec<String>);

/// How a text can be read, the likelier first. Nothing in it that could be found: none at all.
pub fn readings(text: &str) -> Vec<Query> {
    let mut readings = Vec::new();
    if let Some(number) = number(text) {
        readings.push(Query(vec![number]));
    }
    let whole = text
        .split_whitespace()
        .flat_map(|chunk| match special(chunk) {
            Some(word) => vec![word],
            None => plain(chunk),
        });
    readings.extend([
        Query(distinct(whole)),
        Query(distinct(plain(text).into_iter())),
    ]);
    let mut seen = BTreeSet::new();
    readings.retain(|Query(words)| !words.is_empty() && seen.insert(words.clone()));
    readings
}

fn plain(text: &str) -> Vec<String> {
    words::words(text)
        .into_iter()
        .map(|word| word.text)
        .collect()
}

/// A text that is a telephone number, or part of one.
fn number(text: &str) -> Option<String> {
    let is_number = text.chars().all(|character| {
        character.is_ascii_digit() || character.is_whitespace() || "+()-./".contains(character)
    });
    let digits = words::digits(text);
    (is_number && digits.len() >= DIGITS).then_some(digits.text)
}

/// A chunk that is an address, a host or a number and means itself as a whole.
fn special(chunk: &str) -> Option<String> {
    let chunk =
        chunk.trim_matches(|character: char| !character.is_alphanumeric() && character != '+');
    let inside = chunk.contains('@') || chunk.contains("://") || has_domain(chunk);
    let word = words::address(chunk);
    match inside {
        true => (!word.text.is_empty()).then_some(word.text),
        false => number(chunk),
    }
}

/// As in `harbor.ex`, and not as in `J.P.`.
fn has_domain(chunk: &str) -> bool {
    chunk.split_once('.').is_some_and(|(name, rest)| {
        !name.is_empty()
            && !chunk
                .chars()
                .all(|character| character.is_ascii_digit() || "-.()+".contains(character))
            && rest
                .chars()
                .filter(|letter| letter.is_alphanumeric())
                .count()
                >= 2
    })
}

fn distinct(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    words
        .filter(|word| seen.insert(word.clone()))
        .take(MOST_WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn first(text: &str) -> Vec<String> {
        readings(text)
            .into_iter()
            .next()
            .map_or(Vec::new(), |query| query.0)
    }

    #[test]
    fn what_is_typed_is_read() {
        for (text, words) in [
            ("Harbor  bak", &["harbor", "bak"] as &[&str]),
            ("(727) 555-0142", &["7275550142"]),
            ("harbor 555-0142", &["harbor", "5550142"]),
            ("+1 727", &["1727"]),
            ("4711", &["4711"]),
            ("Maria@Harbor.ex", &["maria@harbor.ex"]),
            ("@harbor", &["harbor"]),
            ("<maria@harbor.example>,", &["maria@harbor.example"]),
            ("https://www.harbor.example/menu", &["harbor.example"]),
            ("J.P. Morgan", &["j", "p", "morgan"]),
            ("joe's joes", &["joes"]),
            (
                "\"harbor\" OR NEAR(x, 2)*",
                &["harbor", "or", "near", "x", "2"],
            ),
        ] {
            assert_eq!(first(text), words, "{text}");
        }
        // What may have been a host may have been words.
        let both = readings("st.mary");
        assert_eq!(both.last().unwrap().0, ["st", "mary"]);
    }

    #[test]
    fn nothing_is_nothing() {
        for text in ["", "   ", "'\"*-()%_^:;", "🙂"] {
            assert!(readings(text).is_empty(), "{text}");
        }
        assert_eq!(first(&"a b c ".repeat(400)), ["a", "b", "c"]);
        let many: Vec<_> = (0..300).map(|n| format!("w{n}")).collect();
        assert_eq!(first(&many.join(" ")).len(), MOST_WORDS);
    }

    proptest! {
        #[test]
        fn words_hold_nothing_that_means_something_to_an_engine(text in "\\PC{0,60}") {
            for Query(words) in readings(&text) {
                prop_assert!(words.len() <= MOST_WORDS);
                for word in words {
                    prop_assert!(!word.is_empty() && word.chars().count() <= words::MOST_LETTERS);
                    prop_assert!(!word.contains(char::is_whitespace) && !word.contains('\0'));
                }
            }
        }
    }
}
