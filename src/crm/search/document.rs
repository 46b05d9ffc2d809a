//! Pure: what search knows of a record, and the terms under which the index keeps it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::edits;
use super::model::Kind;
use super::words::{self, Word, address, after, digits};
use crate::ids::BusinessId;

/// Names whose words are paired; the words behind them count alone.
const PAIRED: usize = 5;
/// Words beside a name that are paired with its first words.
const PAIRED_BESIDE: usize = 2;
/// Digits at the end of a telephone number by which people remember it.
const ENDINGS: [usize; 2] = [7, 4];

/// How much a field says about what a record is; the first says the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// What it is called.
    Name,
    /// How to reach it.
    Contact,
    /// What else is known.
    Beside,
}

/// How a field's text is taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Word by word.
    Words,
    /// By its digits, whole and from the last seven or four on.
    Phone,
    /// Whole, and its domain.
    Email,
    /// By its host.
    Website,
}

/// A field that is searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// As the API calls it.
    pub field: String,
    /// How much it says.
    pub weight: Weight,
    /// How it is taken apart.
    pub shape: Shape,
    /// As it is shown.
    pub text: String,
}

impl Field {
    /// A field, if there is anything in it.
    pub fn of(field: &str, weight: Weight, shape: Shape, text: Option<&str>) -> Option<Self> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        Some(Field {
            field: field.into(),
            weight,
            shape,
            text: text.into(),
        })
    }

    /// What of it can be matched: each text with the word it is part of and where in that it starts.
    pub fn forms(&self) -> Vec<Form> {
        match self.shape {
            Shape::Words => words::words(&self.text)
                .into_iter()
                .map(Form::whole)
                .collect(),
            Shape::Website => vec![Form::whole(address(&self.text))],
            Shape::Email => {
                let word = address(&self.text);
                let domain = after(&word, '@').map(|(from, text)| Form::part(&word, from, text));
                std::iter::once(Form::whole(word)).chain(domain).collect()
            }
            Shape::Phone => {
                let word = digits(&self.text);
                let ending = |length: &usize| {
                    let from = word.len().checked_sub(*length).filter(|from| *from > 0)?;
                    let text = word.text.chars().skip(from).collect();
                    Some(Form::part(&word, from, text))
                };
                let endings: Vec<_> = ENDINGS.iter().filter_map(ending).collect();
                std::iter::once(Form::whole(word)).chain(endings).collect()
            }
        }
    }
}

/// A text that can be matched: a word, or what a word ends with.
#[derive(Debug, Clone)]
pub struct Form {
    /// As it is compared.
    pub text: String,
    /// What it is part of.
    pub word: Word,
    /// From which letter of it on.
    pub from: usize,
}

impl Form {
    fn whole(word: Word) -> Self {
        Form {
            text: word.text.clone(),
            word,
            from: 0,
        }
    }

    fn part(word: &Word, from: usize, text: String) -> Self {
        Form {
            text,
            word: word.clone(),
            from,
        }
    }
}

/// What search knows of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub record_id: String,
    /// The business that it is, or belongs to.
    pub business_id: BusinessId,
    /// Where that business belongs.
    pub location_id: Option<String>,
    /// Whose that business is.
    pub owner_id: Option<String>,
    /// What it is called.
    pub title: String,
    /// What tells it from others of that name.
    pub subtitle: Option<String>,
    /// What is searched, the most telling first.
    pub fields: Vec<Field>,
}

/// Where the index keeps a term: a search walks each class by itself, so that what a record is called comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Words of names.
    Name,
    /// Ways to reach it.
    Contact,
    /// What else is known.
    Beside,
    /// Two words of a name, or of a name and what stands beside it: `john smith` is few of all the Johns.
    Pair,
}

impl Class {
    /// Those of single words.
    pub const SINGLE: [Class; 3] = [Class::Name, Class::Contact, Class::Beside];

    /// All of them, in the order of the CHECK.
    #[cfg(test)]
    pub const ALL: [Class; 4] = [Class::Name, Class::Contact, Class::Beside, Class::Pair];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Name => "name",
            Class::Contact => "contact",
            Class::Beside => "beside",
            Class::Pair => "pair",
        }
    }
}

/// A term of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    /// Where it is kept.
    pub class: Class,
    /// What it is.
    pub term: String,
}

/// Two words as one term.
pub fn pair(first: &str, second: &str) -> String {
    format!("{first} {second}")
}

impl Document {
    /// The terms under which the index keeps it.
    pub fn terms(&self) -> BTreeSet<Term> {
        let mut terms = BTreeSet::new();
        let mut put = |class: Class, term: String| {
            terms.insert(Term { class, term });
        };
        let (mut names, mut beside): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for field in &self.fields {
            for form in field
                .forms()
                .into_iter()
                .filter(|form| !form.text.is_empty())
            {
                match (field.weight, field.shape) {
                    (Weight::Name, _) => names.push(form.text.clone()),
                    (Weight::Beside, Shape::Words) => beside.push(form.text.clone()),
                    _ => {}
                }
                put(class_of(field.weight), form.text);
            }
        }
        names.truncate(PAIRED);
        beside.truncate(PAIRED_BESIDE);
        for (position, first) in names.iter().enumerate() {
            for second in names.iter().skip(position + 1).chain(&beside) {
                put(Class::Pair, pair(first, second));
            }
        }
        if let [first, second] = names.as_slice() {
            // People are also looked for by their last name first.
            put(Class::Pair, pair(second, first));
        }
        terms
    }

    /// The words of it that can be meant by something with a typo.
    pub fn vocabulary(&self) -> BTreeSet<String> {
        let fields = self
            .fields
            .iter()
            .filter(|field| field.shape == Shape::Words);
        fields
            .flat_map(Field::forms)
            .map(|form| form.text)
            .filter(|word| edits::can_be_meant(word))
            .collect()
    }
}

/// The order in which the index keeps records of one term: the newest come first. The id begins with the time at which it was
/// made, in twelve hexadecimal digits; here each is what it lacks to fifteen.
pub fn newest_first(record_id: &str) -> String {
    let digits = record_id.chars().filter_map(|digit| digit.to_digit(16));
    digits
        .take(12)
        .filter_map(|digit| char::from_digit(15 - digit, 16))
        .collect()
}

/// Where a field's forms are kept.
pub fn class_of(weight: Weight) -> Class {
    match weight {
        Weight::Name => Class::Name,
        Weight::Contact => Class::Contact,
        Weight::Beside => Class::Beside,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A bakery with everything.
    pub fn bakery() -> Document {
        let field = |name, weight, shape, text| Field::of(name, weight, shape, Some(text)).unwrap();
        Document {
            kind: Kind::Business,
            record_id: "01900000-0000-7000-8000-000000000001".into(),
            business_id: BusinessId::parse("01900000-0000-7000-8000-000000000001").unwrap(),
            location_id: None,
            owner_id: None,
            title: "Harbor Street Bakery".into(),
            subtitle: Some("Clearwater, FL".into()),
            fields: vec![
                field("name", Weight::Name, Shape::Words, "Harbor Street Bakery"),
                field(
                    "email",
                    Weight::Contact,
                    Shape::Email,
                    "maria@harborstreet.example",
                ),
                field(
                    "website",
                    Weight::Contact,
                    Shape::Website,
                    "https://www.harborstreet.example",
                ),
                field("phone", Weight::Contact, Shape::Phone, "+17275550142"),
                field("address_city", Weight::Beside, Shape::Words, "Clearwater"),
            ],
        }
    }

    fn of(document: &Document, class: Class) -> Vec<String> {
        let terms = document.terms().into_iter();
        terms
            .filter(|term| term.class == class)
            .map(|term| term.term)
            .collect()
    }

    #[test]
    fn terms_of_a_business() {
        let bakery = bakery();
        assert_eq!(of(&bakery, Class::Name), ["bakery", "harbor", "street"]);
        assert_eq!(
            of(&bakery, Class::Contact),
            [
                "0142",
                "5550142",
                "7275550142",
                "harborstreet.example",
                "maria@harborstreet.example"
            ]
        );
        assert_eq!(of(&bakery, Class::Beside), ["clearwater"]);
        assert_eq!(
            of(&bakery, Class::Pair),
            [
                "bakery clearwater",
                "harbor bakery",
                "harbor clearwater",
                "harbor street",
                "street bakery",
                "street clearwater"
            ]
        );
        let (older, newer) = (
            newest_first(&bakery.record_id),
            newest_first("01900000-0001-7000-8000-000000000001"),
        );
        assert_eq!(older, "fe6fffffffff");
        assert!(newer < older);
        assert!(bakery.vocabulary().contains("clearwater"));
        assert!(!bakery.vocabulary().contains("0142"));
    }

    #[test]
    fn every_class_stands_in_its_check_and_none_besides() {
        for migration in [
            include_str!("../../../d1/0010_search.sql"),
            include_str!("../../../migrations/0010_search.sql"),
        ] {
            let words: Vec<_> = Class::ALL
                .iter()
                .map(|class| format!("'{}'", class.as_str()))
                .collect();
            assert!(migration.contains(&format!("CHECK (class IN ({}))", words.join(", "))));
            for class in Class::ALL {
                assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
            }
        }
    }

    #[test]
    fn a_long_name_makes_no_heap_of_terms() {
        let mut document = bakery();
        let long: Vec<_> = (0..200).map(|n| format!("word{n}")).collect();
        document.fields =
            vec![Field::of("name", Weight::Name, Shape::Words, Some(&long.join(" "))).unwrap()];
        assert!(of(&document, Class::Pair).len() <= 10);
        assert!(Field::of("name", Weight::Name, Shape::Words, Some("  ")).is_none());
    }
}
