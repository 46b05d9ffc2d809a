//! Pure: where a browser goes after signing in. Only to a path of our own: what somebody else wrote into a link must not lead away.

use url::Url;

/// The longest path.
const LONGEST: usize = 2_000;

/// The path, when it is one of `public_url`'s own.
pub fn path(public_url: &str, text: &str) -> Option<String> {
    // Browsers take a backslash for a slash, and leave out tabs and line ends wherever they stand.
    let holds = text.len() <= LONGEST
        && text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains(|character: char| character == '\\' || character.is_control());
    if !holds {
        return None;
    }
    let ours = Url::parse(public_url).ok()?;
    let there = ours.join(text).ok()?;
    if there.origin() != ours.origin() {
        return None;
    }
    // As parsed, so that what was checked is what the browser gets.
    let query = there.query().map(|query| format!("?{query}"));
    let fragment = there.fragment().map(|fragment| format!("#{fragment}"));
    let path =
        there.path().to_string() + &query.unwrap_or_default() + &fragment.unwrap_or_default();
    (!path.starts_with("//")).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own() {
        let ours = |text| path("https://platform.example", text);
        for good in ["/", "/command-center", "/a/b?c=d&e=%2F%2Fevil#f"] {
            assert_eq!(ours(good).as_deref(), Some(good));
        }
        assert_eq!(ours("/a/../b").as_deref(), Some("/b"));
        for bad in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/..//evil.example",
            "/.//evil.example",
            "https://evil.example/",
            "javascript:alert(1)",
            "/\r\nSet-Cookie: a=b",
        ] {
            assert_eq!(ours(bad), None, "{bad:?}");
        }
    }
}
