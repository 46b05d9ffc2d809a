//! Pure: whether a record is what was looked for, and how well. The index only proposes; this decides, the same on every engine.
//!
//! Each word that was typed counts by its best place in the record: an exact word before the beginning of one, that before one
//! with a typo; then a name before a way to reach it, before what else is known. The score is the mean of the words'. What
//! scores the same comes newest first.

use std::collections::BTreeMap;

use super::document::{Field, Form, Shape, Weight};
use super::edits;
use super::excerpt;
use super::model::{Highlight, Range};
use super::query::Query;
use super::words::Span;

const EXACT: i64 = 1_000;
/// The beginning of a word; more of it counts more, up to 99.
const PREFIX: i64 = 700;
/// One edit; each further one takes a hundred.
const TYPO: i64 = 400;
const FURTHER_EDIT: i64 = 100;
/// Only the beginning of the word is near.
const BEGINNING: i64 = 50;
/// Nothing but what was typed is in the name.
const WHOLE_NAME: i64 = 60;
/// The name begins with what was typed first.
const FIRST_OF_NAME: i64 = 5;

/// How well a record matches, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The more the better.
    pub score: i64,
    /// The field of the best place.
    pub field: String,
    /// All places, the best field first.
    pub highlights: Vec<Highlight>,
}

/// The place of a word in a record.
struct Place {
    points: i64,
    field: usize,
    /// The number of the form within its field.
    form: usize,
    is_exact: bool,
    span: Option<Span>,
}

/// How the fields match all the words; `None` when one of them is nowhere.
pub fn of(query: &Query, fields: &[Field]) -> Option<Match> {
    let forms: Vec<Vec<Form>> = fields.iter().map(Field::forms).collect();
    let places = query
        .0
        .iter()
        .map(|typed| best_place(typed, fields, &forms))
        .collect::<Option<Vec<_>>>()?;
    let count = i64::try_from(places.len())
        .ok()
        .filter(|count| *count > 0)?;
    let total: i64 = places.iter().map(|place| place.points).sum();
    let best = places
        .iter()
        .min_by_key(|place| (-place.points, place.field))?;
    let field = fields.get(best.field)?.field.clone();
    let bonus = bonus(&places, fields, &forms);
    Some(Match {
        score: total / count + bonus,
        field,
        highlights: highlights(&places, fields),
    })
}

fn best_place(typed: &str, fields: &[Field], forms: &[Vec<Form>]) -> Option<Place> {
    let mut best: Option<Place> = None;
    for (number, (field, forms)) in fields.iter().zip(forms).enumerate() {
        for (position, form) in forms.iter().enumerate() {
            let Some((points, letters)) = compare(typed, form, field.shape) else {
                continue;
            };
            let points = points + weight(field.weight);
            if best.as_ref().is_none_or(|best| points > best.points) {
                best = Some(Place {
                    points,
                    field: number,
                    form: position,
                    is_exact: form.text == typed,
                    span: form.word.span(form.from, form.from + letters),
                });
            }
        }
    }
    best
}

/// What a form is worth for what was typed, and how many of its letters match.
fn compare(typed: &str, form: &Form, shape: Shape) -> Option<(i64, usize)> {
    let (typed_letters, letters) = (typed.chars().count(), form.text.chars().count());
    if form.text == typed {
        return Some((EXACT, letters));
    }
    if form.text.starts_with(typed) {
        let share = typed_letters * 99 / letters.max(1);
        return Some((PREFIX + i64::try_from(share).unwrap_or(0), typed_letters));
    }
    if shape != Shape::Words {
        return None;
    }
    let distance = edits::between(typed, &form.text)?;
    let edits = i64::try_from(distance.edits).ok()?;
    let rest = i64::from(distance.is_beginning) * BEGINNING;
    Some((TYPO - FURTHER_EDIT * (edits - 1) - rest, letters))
}

fn weight(weight: Weight) -> i64 {
    match weight {
        Weight::Name => 90,
        Weight::Contact => 60,
        Weight::Beside => 30,
    }
}

fn bonus(places: &[Place], fields: &[Field], forms: &[Vec<Form>]) -> i64 {
    let is_name = |field: usize| {
        fields
            .get(field)
            .is_some_and(|field| field.weight == Weight::Name)
    };
    let Some(first) = places.first().filter(|place| is_name(place.field)) else {
        return 0;
    };
    // People have a first and a last name: two fields that are one name.
    let name_words: usize = fields
        .iter()
        .zip(forms)
        .filter(|(field, _)| field.weight == Weight::Name && field.field != "legal_name")
        .map(|(_, forms)| forms.len())
        .sum();
    let is_whole = places.len() == name_words
        && places
            .iter()
            .all(|place| place.is_exact && is_name(place.field));
    match (is_whole, first.field == 0 && first.form == 0) {
        (true, _) => WHOLE_NAME,
        (false, true) => FIRST_OF_NAME,
        (false, false) => 0,
    }
}

fn highlights(places: &[Place], fields: &[Field]) -> Vec<Highlight> {
    let mut by_field: BTreeMap<usize, (i64, Vec<Range>)> = BTreeMap::new();
    for place in places {
        let (points, ranges) = by_field.entry(place.field).or_default();
        *points = (*points).max(place.points);
        ranges.extend(place.span.map(Range::from));
    }
    let mut sorted: Vec<_> = by_field.into_iter().collect();
    sorted.sort_by_key(|(field, (points, _))| (-points, *field));
    sorted
        .into_iter()
        .filter_map(|(number, (_, ranges))| {
            let field = fields.get(number)?;
            let (text, ranges) = excerpt::of(&field.text, joined(ranges));
            Some(Highlight {
                field: field.field.clone(),
                text,
                ranges,
            })
        })
        .collect()
}

/// Parts in their order, those that touch or overlap as one.
fn joined(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.sort_unstable();
    let mut out: Vec<Range> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::document::tests::bakery;
    use super::super::query::readings;
    use super::*;

    fn found(text: &str) -> Option<Match> {
        of(&readings(text)[0], &bakery().fields)
    }

    fn score(text: &str) -> i64 {
        found(text).unwrap().score
    }

    /// What is highlighted, field by field.
    fn marked(text: &str) -> Vec<(String, Vec<String>)> {
        let cut = |text: &str, range: &Range| {
            let units: Vec<u16> = text.encode_utf16().collect();
            String::from_utf16(&units[range.start..range.end]).unwrap()
        };
        let of = |highlight: Highlight| {
            let parts = highlight
                .ranges
                .iter()
                .map(|range| cut(&highlight.text, range));
            (highlight.field, parts.collect())
        };
        found(text)
            .unwrap()
            .highlights
            .into_iter()
            .map(of)
            .collect()
    }

    #[test]
    fn exact_before_prefix_before_typo_whatever_the_field() {
        let order = ["harbor", "clearwater", "harb", "h", "clear", "harbour"];
        let scores: Vec<_> = order.iter().map(|text| score(text)).collect();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert!(score("harbor street bakery") > score("harbor bakery"));
        assert!(score("harbor") > score("street"));
        assert!(found("restaurant harbor").is_none());
    }

    #[test]
    fn all_words_have_to_be_there() {
        for text in [
            "harbor garage",
            "harbor 4711",
            "maria",
            "0143",
            "harborstreet.com",
        ] {
            assert_eq!(found(text).is_some(), text == "maria", "{text}");
        }
    }

    #[test]
    fn what_matched_is_marked() {
        let one = |field: &str, parts: &[&str]| {
            (
                field.to_string(),
                parts.iter().map(ToString::to_string).collect::<Vec<_>>(),
            )
        };
        assert_eq!(marked("bak harbour"), [one("name", &["Harbor", "Bak"])]);
        assert_eq!(marked("555-0142"), [one("phone", &["5550142"])]);
        assert_eq!(marked("0142"), [one("phone", &["0142"])]);
        assert_eq!(marked("727 555"), [one("phone", &["727555"])]);
        assert_eq!(marked("maria@harb"), [one("email", &["maria@harb"])]);
        assert_eq!(marked("harborstreet"), [one("email", &["harborstreet"])]);
        assert_eq!(
            marked("bakery clear"),
            [one("name", &["Bakery"]), one("address_city", &["Clear"])]
        );
        assert_eq!(found("clear").unwrap().field, "address_city");
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_it(text in "\\PC{0,40}", name in "\\PC{1,40}") {
            let fields: Vec<_> = Field::of("name", Weight::Name, Shape::Words, Some(&name)).into_iter().collect();
            for query in readings(&text).iter().chain(&readings(&name)) {
                let Some(found) = of(query, &fields) else { continue };
                for highlight in found.highlights {
                    let units = highlight.text.encode_utf16().count();
                    prop_assert!(highlight.ranges.iter().all(|range| range.start < range.end && range.end <= units));
                }
            }
        }

        #[test]
        fn every_word_of_a_name_finds_it(name in "[A-Za-zÀ-ž' ]{1,30}") {
            let fields: Vec<_> = Field::of("name", Weight::Name, Shape::Words, Some(&name)).into_iter().collect();
            for query in readings(&name) {
                prop_assert!(of(&query, &fields).is_some());
            }
        }
    }
}
