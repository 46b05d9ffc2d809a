//! Pure: the part of a URL that stands for a name.

/// Leaves room for a number behind it.
const LONGEST: usize = 80;

/// "Doña Ana's Café & Bar" becomes "dona-anas-cafe-and-bar"; a name without any letter of ours becomes `otherwise`.
pub fn from_name(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            '\'' | '’' | '.' | '\u{300}'..='\u{36f}' => {}
            '&' => push_word(&mut slug, "and"),
            _ => match plain(character) {
                Some(letters) => slug.push_str(letters),
                None => hyphen(&mut slug),
            },
        }
    }
    let slug = cut(slug.trim_matches('-'));
    if slug.is_empty() {
        otherwise.to_string()
    } else {
        slug.to_string()
    }
}

/// Whether a text can stand in a URL as it is.
pub fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The numbered slugs after a taken one, from `base-{first}` on.
pub fn numbered(base: &str, first: u32, count: u32) -> Vec<String> {
    (first..first.saturating_add(count))
        .map(|number| format!("{base}-{number}"))
        .collect()
}

fn hyphen(slug: &mut String) {
    if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

fn push_word(slug: &mut String, word: &str) {
    hyphen(slug);
    slug.push_str(word);
    slug.push('-');
}

/// At most so long, and no word broken unless it is the only one.
fn cut(slug: &str) -> &str {
    match slug.get(..LONGEST) {
        Some(start) if slug.len() > LONGEST => {
            start.rsplit_once('-').map_or(start, |(words, _)| words)
        }
        _ => slug,
    }
}

/// The plain letters of a Latin letter with a mark, in lower case.
fn plain(character: char) -> Option<&'static str> {
    Some(match character {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ľ' | 'ļ' | 'ł' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ț' | 'ţ' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_its_slug() {
        for (name, slug) in [
            ("Doña Ana's Café & Bar", "dona-anas-cafe-and-bar"),
            ("  A. J.’s  --  Tires ", "a-js-tires"),
            ("O'Neil & Sons, Inc.", "oneil-and-sons-inc"),
            ("Cafe\u{301} 24/7", "cafe-24-7"),
            ("&", "and"),
            ("ÆØÅ", "aeoa"),
            ("餃子", "business"),
            ("", "business"),
        ] {
            assert_eq!(from_name(name, "business"), slug);
            assert!(is_slug(slug));
        }
    }

    #[test]
    fn a_long_name_is_cut_between_words() {
        let slug = from_name(&"twelve chars ".repeat(10), "x");
        assert!(slug.len() <= LONGEST && slug.ends_with("-chars"), "{slug}");
        assert_eq!(from_name(&"x".repeat(200), "x").len(), LONGEST);
        assert_eq!(numbered("a", 2, 3), ["a-2", "a-3", "a-4"]);
    }

    #[test]
    fn what_is_no_slug() {
        for text in ["", "-a", "a-", "A", "a b", "é", "a_b"] {
            assert!(!is_slug(text), "{text}");
        }
    }
}
