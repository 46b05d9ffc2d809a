//! Pure: what a value has to be, for garde's `custom`. Each complaint says what would be right.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::timezone;
use crate::http::checks::hold;
pub use crate::http::checks::{LINE, between, email, line, prose};
use crate::tables::slug;

/// The longest web address.
pub const URL: usize = 500;
/// The longest telephone number, with what people put between the digits.
const PHONE: usize = 20;
/// The most entries of a list inside a row.
const LIST: usize = 100;

/// A row number of the content database.
pub fn row_number(number: &i64, context: &()) -> garde::Result {
    between(1, i64::from(i32::MAX))(number, context)
}

/// A telephone number, as people write it.
pub fn phone(text: &str, _: &()) -> garde::Result {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let holds = text.len() <= PHONE
        && (7..=15).contains(&digits)
        && text.starts_with(|first: char| matches!(first, '+' | '(' | '0'..='9'))
        && text
            .bytes()
            .skip(1)
            .all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b'(' | b')'));
    hold(
        holds,
        "must be a telephone number such as +17755550142, up to 20 characters",
    )
}

/// A state, the District or a territory.
pub fn state(text: &str, _: &()) -> garde::Result {
    hold(
        timezone::is_state(text),
        "must be the two letters of a US state or territory, such as NV",
    )
}

/// A ZIP code of five digits.
pub fn zip5(text: &str, _: &()) -> garde::Result {
    hold(
        is_digits(text, 5),
        "must be a ZIP code of five digits, such as 89301",
    )
}

/// A ZIP code of five digits, or nine.
pub fn zip(text: &str, _: &()) -> garde::Result {
    let holds = match text.split_once('-') {
        Some((zip, further)) => is_digits(zip, 5) && is_digits(further, 4),
        None => is_digits(text, 5),
    };
    hold(holds, "must be a ZIP code such as 89301 or 89301-1234")
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A page on the web.
pub fn web_address(text: &str, _: &()) -> garde::Result {
    let holds = text.chars().count() <= URL
        && !text.contains(|character: char| character.is_control() || character.is_whitespace())
        && url::Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    hold(
        holds,
        format!("must be a web address such as https://example.com, up to {URL} characters"),
    )
}

/// The part of a URL that stands for a name.
pub fn slug(text: &str, _: &()) -> garde::Result {
    let holds = text.len() <= 120 && slug::is_slug(text);
    hold(
        holds,
        "must be lower-case letters, digits and hyphens, such as ely-hardware, up to 120 characters",
    )
}

/// A time zone that exists, by the name it is known under.
pub fn timezone(text: &str, _: &()) -> garde::Result {
    let holds = jiff::tz::TimeZone::get(text).is_ok_and(|zone| zone.iana_name() == Some(text));
    hold(holds, "must be an IANA time zone such as America/Chicago")
}

/// A color.
pub fn color(text: &str, _: &()) -> garde::Result {
    let holds = text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    hold(holds, "must be a color such as #6B7280")
}

/// So many entries at most; what each has to be, `inner` says.
pub fn entries<T>(most: usize) -> impl FnOnce(&[T], &()) -> garde::Result {
    move |list, _| {
        hold(
            list.len() <= most,
            format!("must have at most {most} entries"),
        )
    }
}

/// A short list of lines.
pub fn lines(list: &[crate::http::input::Text], context: &()) -> garde::Result {
    entries(LIST)(list, context)?;
    list.iter().try_for_each(|text| line(LINE)(text, context))
}

/// What a trade calls things: word by word.
pub fn terminology(words: &BTreeMap<String, String>, context: &()) -> garde::Result {
    hold(
        words.len() <= LIST,
        format!("must have at most {LIST} entries"),
    )?;
    words
        .iter()
        .flat_map(|(general, own)| [general, own])
        .try_for_each(|word| line(60)(word, context))
}

/// A JSON object of so many bytes at most.
pub fn object(most_bytes: usize) -> impl FnOnce(&Map<String, Value>, &()) -> garde::Result {
    move |object, _| {
        let bytes = serde_json::to_vec(object).map_or(usize::MAX, |text| text.len());
        hold(
            bytes <= most_bytes,
            format!("must be an object of at most {most_bytes} bytes of JSON"),
        )?;
        let holds = object
            .iter()
            .all(|(key, value)| !key.contains('\0') && has_no_nul(value));
        hold(holds, "must not contain the character U+0000")
    }
}

/// Postgres has no place for this one character.
fn has_no_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(values) => values.iter().all(has_no_nul),
        Value::Object(object) => object
            .iter()
            .all(|(key, value)| !key.contains('\0') && has_no_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    type Check = fn(&str, &()) -> garde::Result;

    fn holds(check: Check, right: &[&str], wrong: &[&str]) {
        for text in right {
            assert!(check(text, &()).is_ok(), "{text}");
        }
        for text in wrong {
            assert!(check(text, &()).is_err(), "{text}");
        }
    }

    #[test]
    fn ways_to_reach_somebody() {
        holds(
            email,
            &["dana@example.com", "o'neil+x@mail.example.co"],
            &[
                "",
                "dana",
                "dana@",
                "@example.com",
                "dana@localhost",
                "dana@[1.2.3.4]",
                "da na@example.com",
                "a@b..com",
            ],
        );
        assert!(email(&format!("{}@example.com", "a".repeat(64)), &()).is_ok());
        assert!(email(&format!("a@{}.com", "a.".repeat(130)), &()).is_err());
        holds(
            phone,
            &["+17755550142", "(775) 555-0142", "775.555.0142"],
            &[
                "",
                "555",
                "+1775555014212345",
                "call me",
                "+1 (775) 555-0142 ext",
                "1+7755550142",
                "-7755550142",
            ],
        );
        holds(
            web_address,
            &[
                "https://example.com",
                "http://example.com/a?b=c#d",
                "https://xn--e1afmkfd.example",
            ],
            &[
                "",
                "example.com",
                "ftp://example.com",
                "javascript:alert(1)",
                "https://",
                "https://exa mple.com",
            ],
        );
    }

    #[test]
    fn places() {
        holds(
            zip,
            &["89301", "89301-1234"],
            &[
                "",
                "8930",
                "893011",
                "89301-",
                "89301-12",
                "8930a",
                "８９３０１",
            ],
        );
        holds(zip5, &["89301"], &["89301-1234", "8930"]);
        holds(
            state,
            &["NV", "PR", "DC"],
            &["nv", "XX", "Nevada", "", "893"],
        );
        holds(
            timezone,
            &["America/Chicago", "America/Indiana/Indianapolis", "UTC"],
            &["", "CST6", "Chicago", "america/chicago", "Mars/Base"],
        );
    }

    #[test]
    fn words_and_colors() {
        holds(slug, &["a", "ely-hardware-2"], &["", "Ely", "-a", "a b"]);
        holds(
            color,
            &["#6B7280", "#abcdef"],
            &["6B7280", "#6B728", "red", "#6B728G"],
        );
        assert!(line(3)("äöü", &()).is_ok());
        for text in ["", "abcd", "a\nb", "a\0b"] {
            assert!(line(3)(text, &()).is_err(), "{text:?}");
        }
        assert!(prose(5)("a\nb\tc", &()).is_ok());
        assert!(prose(5)("a\0b", &()).is_err());
        assert!(between(0, 100)(&100, &()).is_ok());
        assert_eq!(
            between(0, 100)(&101, &()).unwrap_err().message(),
            "must be from 0 to 100"
        );
        assert!(between(-90.0, 90.0)(&f64::NAN, &()).is_err());
    }

    #[test]
    fn documents() {
        let check = |value: Value, most| object(most)(value.as_object().unwrap(), &());
        assert!(check(json!({"mon": [["08:00", "17:00"]]}), 100).is_ok());
        assert!(check(json!({"mon": "x".repeat(100)}), 100).is_err());
        for nul in [
            json!({"a\0": 1}),
            json!({"a": ["x", {"b": "\0"}]}),
            json!({"a": {"\0": 1}}),
        ] {
            assert!(check(nul, 100).is_err());
        }
        assert!(terminology(&BTreeMap::from([("customer".into(), "guest".into())]), &()).is_ok());
        assert!(terminology(&BTreeMap::from([("customer".into(), String::new())]), &()).is_err());
    }
}
