//! Pure: what of a long text is shown around what was found in it.

use super::model::Range;

/// Texts up to so long are shown whole, in UTF-16 units.
const WHOLE: usize = 240;
/// How much is shown before the first match.
const BEFORE: usize = 60;
const ELLIPSIS: &str = "…";

/// What is shown of a text in which these parts match, and where they are in that. Words are cut only
/// where a text has none.
pub fn of(text: &str, ranges: Vec<Range>) -> (String, Vec<Range>) {
    let length = text.encode_utf16().count();
    if length <= WHOLE {
        return (text.to_string(), ranges);
    }
    let first = ranges.first().map_or(0, |range| range.start);
    let from = match first.saturating_sub(BEFORE) {
        0 => 0,
        wanted => word_start(text, wanted, first),
    };
    let end = word_end(text, from + WHOLE, length);
    let mut shown = String::new();
    let mut position = 0;
    for letter in text.chars() {
        if position >= from && position < end {
            shown.push(letter);
        }
        position += letter.len_utf16();
    }
    let lead = if from > 0 { ELLIPSIS } else { "" };
    let tail = if end < length { ELLIPSIS } else { "" };
    let moved = lead.encode_utf16().count();
    let ranges = ranges
        .into_iter()
        .filter(|range| range.start >= from && range.end <= end)
        .map(|range| Range {
            start: range.start - from + moved,
            end: range.end - from + moved,
        })
        .collect();
    (format!("{lead}{shown}{tail}"), ranges)
}

/// Where the first word after `wanted` begins, `latest` at the latest.
fn word_start(text: &str, wanted: usize, latest: usize) -> usize {
    let mut position = 0;
    let mut after_space = false;
    for letter in text.chars() {
        if position >= latest || (position >= wanted && after_space && !letter.is_whitespace()) {
            break;
        }
        after_space = letter.is_whitespace();
        position += letter.len_utf16();
    }
    position
}

/// Where the last word before `wanted` ends; `wanted` itself where there is no such place nearby.
fn word_end(text: &str, wanted: usize, length: usize) -> usize {
    if wanted >= length {
        return length;
    }
    let (mut position, mut end) = (0, wanted);
    for letter in text.chars() {
        if position > wanted {
            break;
        }
        if letter.is_whitespace() && position + BEFORE > wanted {
            end = position;
        }
        position += letter.len_utf16();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, word: &str) -> (String, Vec<String>) {
        let start = text.split(word).next().unwrap().encode_utf16().count();
        let range = Range {
            start,
            end: start + word.encode_utf16().count(),
        };
        let (shown, ranges) = of(text, vec![range]);
        let units: Vec<u16> = shown.encode_utf16().collect();
        let parts = ranges
            .iter()
            .map(|range| String::from_utf16(&units[range.start..range.end]).unwrap())
            .collect();
        (shown, parts)
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(
            marked("Called about the roof", "roof").0,
            "Called about the roof"
        );
    }

    #[test]
    fn of_a_long_text_what_is_around_the_match() {
        let text = format!(
            "{}the 🏠 leaks at the roof {}",
            "before it ".repeat(60),
            "and after ".repeat(60)
        );
        let (shown, parts) = marked(&text, "roof");
        assert!(shown.starts_with("…") && shown.ends_with('…'), "{shown}");
        assert!(
            shown.contains("the 🏠 leaks at the roof and after"),
            "{shown}"
        );
        assert!(shown.encode_utf16().count() <= WHOLE + 2);
        assert_eq!(parts, ["roof"]);
        for cut in ["…efore", "…ore", "an…", "afte…"] {
            assert!(!shown.contains(cut), "a word is cut: {shown}");
        }
    }

    #[test]
    fn what_cannot_be_cut_between_words() {
        let text = "🏠".repeat(400);
        let (shown, parts) = marked(&format!("{text}roof{text}"), "roof");
        assert_eq!(parts, ["roof"]);
        assert!(shown.encode_utf16().count() <= WHOLE + 4, "{}", shown.len());
        let (shown, parts) = marked(&format!("roof {text}"), "roof");
        assert!(shown.starts_with("roof"));
        assert_eq!(parts, ["roof"]);
    }
}
