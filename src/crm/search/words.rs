//! Pure: a text as words that can be compared, each letter of which knows where in the text it stands.

use super::fold::{fold, is_mark};

/// Letters of a word that count. What is longer is no word that somebody types.
pub const MOST_LETTERS: usize = 40;

/// Part of a text, as JavaScript counts: in UTF-16 units, the end left out.
pub type Span = (usize, usize);

/// A word of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    /// As it is compared.
    pub text: String,
    /// Where each of its letters stands.
    places: Vec<Span>,
}

impl Word {
    fn push(&mut self, character: char, place: Span) {
        fold(character, |plain| {
            if self.places.len() < MOST_LETTERS {
                self.text.push(plain);
                self.places.push(place);
            }
        });
    }

    /// A mark belongs to the letter before it.
    fn widen(&mut self, end: usize) {
        if let Some(last) = self.places.last_mut() {
            last.1 = end;
        }
    }

    /// How many letters it has.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Where in the text its letters from `from` on stand, before `to`.
    pub fn span(&self, from: usize, to: usize) -> Option<Span> {
        let first = self.places.get(from)?;
        let last = self
            .places
            .get(to.checked_sub(1)?.min(self.places.len() - 1))?;
        Some((first.0, last.1))
    }
}

/// Each character with where it stands.
fn placed(text: &str) -> impl Iterator<Item = (char, Span)> {
    let mut at = 0;
    text.chars().map(move |character| {
        let start = at;
        at += character.len_utf16();
        (character, (start, at))
    })
}

/// The words of a text: runs of letters and digits. An apostrophe is no end of one: `Joe's` is `joes`.
pub fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word::default();
    for (character, place) in placed(text) {
        if is_mark(character) || is_apostrophe(character) {
            word.widen(place.1);
        } else if character.is_alphanumeric() {
            word.push(character, place);
        } else if !word.text.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.text.is_empty() {
        words.push(word);
    }
    words
}

/// The digits of a telephone number, without the 1 before a North American one.
pub fn digits(text: &str) -> Word {
    let mut word = Word::default();
    for (character, place) in placed(text).filter(|(character, _)| character.is_ascii_digit()) {
        word.push(character, place);
    }
    if word.len() == 11 && word.text.starts_with('1') {
        word.text.remove(0);
        word.places.remove(0);
    }
    word
}

/// An email address or the host of a URL, whole: without scheme, `www.` and what comes behind the host.
pub fn address(text: &str) -> Word {
    let mut rest = text;
    for prefix in ["mailto:", "https://", "http://", "www."] {
        let begins = rest
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if begins {
            rest = rest.get(prefix.len()..).unwrap_or_default();
        }
    }
    let skipped = text.len() - rest.len();
    let mut word = Word::default();
    for (character, (start, end)) in placed(rest) {
        if matches!(character, '/' | '?' | '#') || character.is_whitespace() {
            break;
        }
        // What was skipped is ASCII: as many units as bytes.
        word.push(character, (start + skipped, end + skipped));
    }
    word
}

/// From where on a part of a word stands for itself, as an address's domain does.
pub fn after(word: &Word, mark: char) -> Option<(usize, String)> {
    let position = word.text.chars().position(|character| character == mark)?;
    let rest: String = word.text.chars().skip(position + 1).collect();
    (!rest.is_empty()).then_some((position + 1, rest))
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits() {
        assert_eq!(
            texts("Joe’s Café & Grill #2"),
            ["joes", "cafe", "grill", "2"]
        );
        assert_eq!(
            texts("AND \"x\" NEAR/2 y* -z"),
            ["and", "x", "near", "2", "y", "z"]
        );
        assert!(texts("'\"*-()!?\u{301}").is_empty());
        assert_eq!(texts(&"x".repeat(1_000)), ["x".repeat(MOST_LETTERS)]);
    }

    #[test]
    fn letters_know_where_they_stand() {
        let text = "😀 Straße cafe\u{301}s";
        let found = words(text);
        let units: Vec<u16> = text.encode_utf16().collect();
        let cut = |(from, to): Span| String::from_utf16(&units[from..to]).unwrap();
        assert_eq!(cut(found[0].span(0, 3).unwrap()), "Str");
        assert_eq!(cut(found[0].span(0, 6).unwrap()), "Straß");
        assert_eq!(cut(found[1].span(0, 4).unwrap()), "cafe\u{301}");
        assert_eq!(cut(found[1].span(0, 99).unwrap()), "cafe\u{301}s");
        assert_eq!(found[1].span(9, 10), None);
        assert_eq!(found[1].span(0, 0), None);
    }

    #[test]
    fn numbers_and_addresses() {
        assert_eq!(digits("+1 (727) 555-0142").text, "7275550142");
        assert_eq!(digits("+49 30 1234").text, "49301234");
        for text in [
            "https://www.Harbor.example/menu?x",
            "harbor.example",
            "WWW.harbor.example",
        ] {
            assert_eq!(address(text).text, "harbor.example", "{text}");
        }
        let host = address("https://www.harbor.example");
        assert_eq!(host.span(0, 3), Some((12, 15)));
        let email = address("Maria@Harbor.example");
        assert_eq!(after(&email, '@'), Some((6, "harbor.example".into())));
    }
}
