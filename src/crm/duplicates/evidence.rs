//! Pure: what speaks for two records being the same, and how much.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What two records agree in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// The email address.
    Email,
    /// The telephone number, however it was written.
    Phone,
    /// The site's domain.
    Website,
    /// A business's name, at one address.
    NameAndAddress,
    /// A business's name, where no street tells it from another of that name in the same place.
    NameAndPlace,
    /// A person's first and last name.
    Name,
}

/// The kinds of records that can be there twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DuplicateKind")]
pub enum What {
    /// Businesses.
    Businesses,
    /// People.
    People,
}

impl What {
    /// Both.
    pub const ALL: [What; 2] = [What::Businesses, What::People];

    /// As stored, and the table's name.
    pub fn as_str(self) -> &'static str {
        match self {
            What::Businesses => "businesses",
            What::People => "people",
        }
    }

    /// One of them, for messages.
    pub fn one(self) -> &'static str {
        match self {
            What::Businesses => "business",
            What::People => "person",
        }
    }
}

/// By what a record is known again. Of a business the name is not asked for, of a person not the last two.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Keys {
    /// The record.
    pub id: String,
    /// The address.
    pub email: Option<String>,
    /// The number in its one form.
    pub phone_key: Option<String>,
    /// The domain.
    pub website_key: Option<String>,
    /// The name with the address.
    pub name_key: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
}

/// What speaks for two records being one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What they agree in.
    pub agreements: Vec<Agreement>,
    /// How certain that makes it: 1 to 99.
    pub confidence: i64,
}

/// What speaks for it; `None` when nothing does.
pub fn between(what: What, one: &Keys, other: &Keys) -> Option<Evidence> {
    let agreements = match what {
        What::Businesses => of_businesses(one, other),
        What::People => of_people(one, other),
    };
    if agreements.is_empty() {
        return None;
    }
    let doubt: f64 = agreements
        .iter()
        .map(|agreement| 1.0 - weight(what, *agreement))
        .product();
    #[allow(clippy::cast_possible_truncation)]
    let confidence = ((1.0 - doubt) * 100.0).round() as i64;
    Some(Evidence {
        agreements,
        confidence: confidence.clamp(1, 99),
    })
}

/// How often, of a hundred pairs that agree in this alone, it is one record.
fn weight(what: What, agreement: Agreement) -> f64 {
    match (what, agreement) {
        (What::People, Agreement::Email) => 0.9,
        // Colleagues share the shop's number.
        (What::People, Agreement::Phone) => 0.4,
        (_, Agreement::Email) => 0.75,
        (_, Agreement::Phone) => 0.7,
        // The shops of a chain share its site.
        (_, Agreement::Website) => 0.5,
        (_, Agreement::NameAndAddress) => 0.9,
        (_, Agreement::NameAndPlace) => 0.6,
        (_, Agreement::Name) => 0.5,
    }
}

fn of_businesses(one: &Keys, other: &Keys) -> Vec<Agreement> {
    let mut agreements = Vec::new();
    if same(&one.email, &other.email) {
        agreements.push(Agreement::Email);
    }
    if same(&one.phone_key, &other.phone_key) {
        agreements.push(Agreement::Phone);
    }
    if same(&one.website_key, &other.website_key) {
        agreements.push(Agreement::Website);
    }
    if same(&one.name_key, &other.name_key) {
        // `name|street|place`, or `name|community` where there is no address.
        let parts: Vec<_> = one.name_key.iter().flat_map(|key| key.split('|')).collect();
        let at_an_address =
            parts.len() == 3 && parts.get(1).is_some_and(|street| !street.is_empty());
        agreements.push(match at_an_address {
            true => Agreement::NameAndAddress,
            false => Agreement::NameAndPlace,
        });
    }
    agreements
}

fn of_people(one: &Keys, other: &Keys) -> Vec<Agreement> {
    let mut agreements = Vec::new();
    if same(&one.email, &other.email) {
        agreements.push(Agreement::Email);
    }
    let (names, other_names) = (names(one), names(other));
    // Two names at one number are two people.
    let differ = matches!((&names, &other_names), (Some(one), Some(other)) if one != other);
    if same(&one.phone_key, &other.phone_key) && !(differ && agreements.is_empty()) {
        agreements.push(Agreement::Phone);
    }
    if names.is_some() && names == other_names && !agreements.is_empty() {
        agreements.push(Agreement::Name);
    }
    agreements
}

fn same(one: &Option<String>, other: &Option<String>) -> bool {
    one.is_some() && one == other && one.as_deref() != Some("")
}

/// Both names, when both are known.
fn names(keys: &Keys) -> Option<(String, String)> {
    let name = |name: &Option<String>| name.as_deref().map(|name| name.trim().to_lowercase());
    Some((name(&keys.first_name)?, name(&keys.last_name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn business(email: &str, phone: &str, website: &str, name: &str) -> Keys {
        let some = |text: &str| Some(text.to_string());
        Keys {
            email: some(email),
            phone_key: some(phone),
            website_key: some(website),
            name_key: some(name),
            ..Keys::default()
        }
    }

    fn person(email: &str, phone: &str, names: Option<(&str, &str)>) -> Keys {
        Keys {
            email: Some(email.into()),
            phone_key: Some(phone.into()),
            first_name: names.map(|(first, _)| first.into()),
            last_name: names.map(|(_, last)| last.into()),
            ..Keys::default()
        }
    }

    #[test]
    fn the_more_they_agree_in_the_more_certain() {
        let full = business(
            "a@b.example",
            "+17275550142",
            "b.example",
            "b|1-main-st|33755",
        );
        let certain = |other: Keys| between(What::Businesses, &full, &other).map(|e| e.confidence);
        assert_eq!(certain(business("x", "y", "z", "b|2-main-st|33755")), None);
        assert_eq!(certain(business("x", "y", "b.example", "n")), Some(50));
        assert_eq!(
            certain(business("x", "+17275550142", "b.example", "n")),
            Some(85)
        );
        assert_eq!(
            certain(business("x", "y", "z", "b|1-main-st|33755")),
            Some(90)
        );
        assert_eq!(certain(full.clone()), Some(99));
    }

    #[test]
    fn nothing_known_is_no_agreement() {
        let empty = business("", "", "", "");
        assert_eq!(between(What::Businesses, &empty, &empty), None);
        let unknown = Keys::default();
        assert_eq!(between(What::Businesses, &unknown, &unknown), None);
        assert_eq!(between(What::People, &unknown, &unknown), None);
    }

    #[test]
    fn a_name_without_a_street_says_less() {
        for (name, expected) in [
            ("b|1-main-st|33755", Agreement::NameAndAddress),
            ("b||33755", Agreement::NameAndPlace),
            ("b|a-community", Agreement::NameAndPlace),
        ] {
            let found = between(
                What::Businesses,
                &business("x", "1", "x", name),
                &business("y", "2", "y", name),
            );
            assert_eq!(found.unwrap().agreements, [expected]);
        }
    }

    #[test]
    fn colleagues_at_one_number_are_no_duplicates() {
        let maria = person("m@b.example", "+17275550142", Some(("Maria", "Lopez")));
        let jo = person("j@b.example", "+17275550142", Some(("Jo", "Lopez")));
        let nameless = person("n@b.example", "+17275550142", None);
        let again = person("ml@b.example", "+17275550142", Some(("maria", "LOPEZ ")));
        assert_eq!(between(What::People, &maria, &jo), None);
        let found = |other| between(What::People, &maria, other).unwrap();
        assert_eq!(found(&nameless).agreements, [Agreement::Phone]);
        assert_eq!(
            found(&again).agreements,
            [Agreement::Phone, Agreement::Name]
        );
        let renamed = person("m@b.example", "+17275550142", Some(("Maria", "Ortiz")));
        assert_eq!(
            found(&renamed).agreements,
            [Agreement::Email, Agreement::Phone]
        );
    }
}
