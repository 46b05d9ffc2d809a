//! Pure: by what a record is known again, however it was written down. Every way of writing a record fills the columns
//! `phone_key`, `website_key` and `name_key` from here; who looks for the same record twice compares them.

use crate::tables::slug;

/// Where a page, and no domain, belongs to one business.
const SHARED_HOSTS: [&str; 16] = [
    "facebook.com",
    "m.facebook.com",
    "fb.com",
    "instagram.com",
    "yelp.com",
    "linkedin.com",
    "x.com",
    "twitter.com",
    "tiktok.com",
    "youtube.com",
    "linktr.ee",
    "sites.google.com",
    "google.com",
    "maps.google.com",
    "goo.gl",
    "business.google.com",
];

/// How a company's legal form ends its name.
const LEGAL_FORMS: [&str; 9] = [
    "llc",
    "inc",
    "incorporated",
    "co",
    "corp",
    "corporation",
    "ltd",
    "company",
    "pllc",
];

/// The words of an address that are written in two ways.
const STREET_WORDS: [(&str, &str); 18] = [
    ("street", "st"),
    ("avenue", "ave"),
    ("road", "rd"),
    ("drive", "dr"),
    ("lane", "ln"),
    ("boulevard", "blvd"),
    ("court", "ct"),
    ("place", "pl"),
    ("highway", "hwy"),
    ("parkway", "pkwy"),
    ("square", "sq"),
    ("terrace", "ter"),
    ("suite", "ste"),
    ("apartment", "apt"),
    ("north", "n"),
    ("south", "s"),
    ("east", "e"),
    ("west", "w"),
];

/// A telephone number in E.164; one without a country is in the United States. A number that cannot be one there is its
/// digits as they are. `None` without any digit.
pub fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return None;
    }
    if text.starts_with('+') {
        return Some(format!("+{digits}"));
    }
    match (digits.len(), digits.strip_prefix("011")) {
        (12.., Some(abroad)) => Some(format!("+{abroad}")),
        (10, _) => Some(format!("+1{digits}")),
        (11, _) if digits.starts_with('1') => Some(format!("+{digits}")),
        _ => Some(digits),
    }
}

/// The domain of a site, without `www.`; with its page where many businesses share the domain. `None` for what is no address.
pub fn website(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if host.is_empty() {
        return None;
    }
    if !SHARED_HOSTS.contains(&host) {
        return Some(host.to_string());
    }
    let page = url.path().trim_matches('/').to_lowercase();
    let query = url
        .query()
        .map_or(String::new(), |query| format!("?{query}"));
    Some(format!("{host}/{page}{query}"))
}

/// A business's name with what tells where it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Name<'a> {
    /// As people call it.
    pub name: &'a str,
    /// House number and street.
    pub street: Option<&'a str>,
    /// Town.
    pub city: Option<&'a str>,
    /// Two letters.
    pub state: Option<&'a str>,
    /// ZIP or ZIP+4.
    pub zip: Option<&'a str>,
    /// The community's id: what is left to go by when there is no address at all.
    pub community: &'a str,
}

impl Name<'_> {
    /// The name and the address, each in one spelling.
    pub fn key(&self) -> String {
        let street = self.street.map(street).unwrap_or_default();
        let zip: String = self
            .zip
            .map(|zip| zip.chars().take(5).collect())
            .unwrap_or_default();
        let place = match (zip.is_empty(), self.city) {
            (false, _) => zip,
            (true, Some(city)) => format!("{} {}", words(city), self.state.unwrap_or_default()),
            (true, None) => self.state.unwrap_or_default().to_string(),
        };
        match (street.is_empty(), place.is_empty()) {
            (true, true) => format!("{}|{}", name(self.name), self.community),
            _ => format!("{}|{street}|{place}", name(self.name)),
        }
    }
}

fn name(text: &str) -> String {
    let words = words(text);
    let mut rest = words.as_str();
    while let Some((before, last)) = rest.rsplit_once('-') {
        if !LEGAL_FORMS.contains(&last) {
            break;
        }
        rest = before;
    }
    rest.strip_prefix("the-").unwrap_or(rest).to_string()
}

fn street(text: &str) -> String {
    let short = |word: &str| {
        STREET_WORDS
            .iter()
            .find(|(long, _)| *long == word)
            .map_or(word.to_string(), |(_, short)| (*short).to_string())
    };
    let words: Vec<String> = words(text).split('-').map(short).collect();
    words.join("-")
}

/// In lower case, without marks and punctuation; what has none of our letters stays as it is.
fn words(text: &str) -> String {
    match slug::from_name(text, "") {
        slug if slug.is_empty() => text.trim().to_lowercase(),
        slug => slug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, key) in [
            ("(727) 555-0142", Some("+17275550142")),
            ("727.555.0142", Some("+17275550142")),
            ("1-727-555-0142", Some("+17275550142")),
            ("+1 727 555 0142", Some("+17275550142")),
            ("+49 30 1234567", Some("+49301234567")),
            ("011 49 30 1234567", Some("+49301234567")),
            ("555-0142", Some("5550142")),
            ("none", None),
            ("", None),
        ] {
            assert_eq!(phone(text).as_deref(), key, "{text}");
        }
    }

    #[test]
    fn sites() {
        for (text, key) in [
            (
                "https://www.HarborBakery.example/menu?x=1",
                Some("harborbakery.example"),
            ),
            (
                "http://harborbakery.example:8080",
                Some("harborbakery.example"),
            ),
            (
                "https://www.facebook.com/HarborBakery/",
                Some("facebook.com/harborbakery"),
            ),
            (
                "https://facebook.com/profile.php?id=7",
                Some("facebook.com/profile.php?id=7"),
            ),
            ("harborbakery", None),
            ("mailto:a@b.example", None),
        ] {
            assert_eq!(website(text).as_deref(), key, "{text}");
        }
    }

    #[test]
    fn names_at_addresses() {
        let at = |name, street, zip| {
            Name {
                name,
                street,
                zip,
                community: "c",
                ..Name::default()
            }
            .key()
        };
        let one = at(
            "The Harbor Street Bakery, LLC",
            Some("12 N. Harbor Street"),
            Some("33755-1234"),
        );
        assert_eq!(one, "harbor-street-bakery|12-n-harbor-st|33755");
        assert_eq!(
            one,
            at(
                "Harbor Street Bakery",
                Some("12 North Harbor St"),
                Some("33755")
            )
        );
        assert_ne!(
            one,
            at(
                "Harbor Street Bakery",
                Some("14 North Harbor St"),
                Some("33755")
            )
        );
        assert_eq!(
            at("Harbor Street Bakery", None, None),
            "harbor-street-bakery|c"
        );
        assert_eq!(at("餃子 Inc", None, None), "inc|c");
        assert_eq!(at("餃子", None, None), "餃子|c");
        let town = Name {
            name: "Co",
            city: Some("St. Pete"),
            state: Some("FL"),
            ..Name::default()
        };
        assert_eq!(town.key(), "co||st-pete FL");
    }
}
