//! Pure: which records are worth a look. The index is walked in short stretches of fixed length (`Arm`), one for each typed word,
//! kind of record and class of term; what they bring is put together here.
//!
//! A stretch that came to its end before its limit has all there is. If there is such a word, the records of all words are among
//! its records. If there is none, each word alone is in very many records, and their pairs tell which.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::document::{Class, pair};
use super::model::Kind;
use super::query::Query;

/// Entries of the index that a stretch has at most.
pub const STRETCH: usize = 50;
/// Behind everything that begins with a text.
const LAST: char = '\u{10ffff}';
/// Before everything that is longer than a text.
const NEXT: char = '\u{1}';

/// A stretch of the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// Its number.
    pub i: usize,
    /// Of which records.
    pub kind: &'static str,
    /// Of which class.
    pub class: &'static str,
    /// Where it begins.
    pub low: String,
    /// Before what it ends.
    pub high: String,
    /// Of a location's records only.
    pub location_id: Option<String>,
    /// Of an owner's records only.
    pub owner_id: Option<String>,
    #[serde(skip)]
    of: Of,
}

/// What a stretch is about.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Of {
    kind: Kind,
    class: Class,
    /// The words it is for: one, or two that make a pair.
    words: Vec<usize>,
    /// What it is worth that a record is there: as in the ranking, roughly.
    exact: i64,
    prefix: i64,
    term: String,
}

/// Of whose records.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// A location's.
    pub location_id: Option<String>,
    /// An owner's.
    pub owner_id: Option<String>,
}

/// The stretches to walk.
#[derive(Debug, Default)]
pub struct Plan {
    /// All of them; the number of each is its position.
    pub arms: Vec<Arm>,
}

/// An entry of the index.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record.
    pub record_id: String,
    /// The term.
    pub term: String,
}

impl Plan {
    /// For words as they were typed: each whole, or the beginning of a word.
    pub fn as_typed(query: &Query, kinds: &[(Kind, Vec<Place>)]) -> Self {
        let mut plan = Plan::default();
        for (kind, places) in kinds {
            for (number, word) in query.0.iter().enumerate() {
                for class in Class::SINGLE {
                    let end = format!("{word}{LAST}");
                    plan.add((*kind, places), class, &[number], word, end, (1_000, 700));
                }
            }
            let pairs = query
                .0
                .iter()
                .enumerate()
                .zip(query.0.iter().enumerate().skip(1));
            for ((first_number, first), (second_number, second)) in pairs {
                let numbers = [first_number, second_number];
                for term in [pair(first, second), pair(second, first)] {
                    let end = format!("{term}{LAST}");
                    plan.add(
                        (*kind, places),
                        Class::Pair,
                        &numbers,
                        &term,
                        end,
                        (2_000, 1_700),
                    );
                }
            }
        }
        plan
    }

    /// For words that may have been meant: what stands for each typed word.
    pub fn as_meant(query: &Query, meant: &[Vec<String>], kinds: &[(Kind, Vec<Place>)]) -> Self {
        let mut plan = Plan::default();
        let choices = |number: usize| {
            let typed = query.0.get(number).into_iter();
            typed.chain(meant.get(number).into_iter().flatten())
        };
        for (kind, places) in kinds {
            for (number, words) in meant.iter().enumerate() {
                for word in words {
                    for class in [Class::Name, Class::Beside] {
                        plan.exactly((*kind, places), class, &[number], word, 400);
                    }
                }
            }
            for (first_number, second_number) in (0..query.0.len()).zip(1..query.0.len()) {
                let numbers = [first_number, second_number];
                for first in choices(first_number) {
                    for second in choices(second_number) {
                        let is_as_typed = query.0.get(first_number) == Some(first)
                            && query.0.get(second_number) == Some(second);
                        if is_as_typed {
                            continue;
                        }
                        for term in [pair(first, second), pair(second, first)] {
                            plan.exactly((*kind, places), Class::Pair, &numbers, &term, 1_100);
                        }
                    }
                }
            }
        }
        plan
    }

    fn exactly(
        &mut self,
        of: (Kind, &[Place]),
        class: Class,
        words: &[usize],
        term: &str,
        points: i64,
    ) {
        self.add(
            of,
            class,
            words,
            term,
            format!("{term}{NEXT}"),
            (points, points),
        );
    }

    fn add(
        &mut self,
        (kind, places): (Kind, &[Place]),
        class: Class,
        words: &[usize],
        term: &str,
        high: String,
        (exact, prefix): (i64, i64),
    ) {
        for place in places {
            self.arms.push(Arm {
                i: self.arms.len(),
                kind: kind.as_str(),
                class: class.as_str(),
                low: term.to_string(),
                high: high.clone(),
                location_id: place.location_id.clone(),
                owner_id: place.owner_id.clone(),
                of: Of {
                    kind,
                    class,
                    words: words.to_vec(),
                    exact,
                    prefix,
                    term: term.to_string(),
                },
            });
        }
    }
}

/// A record that is worth a look.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub record_id: String,
}

/// What the index said so far.
#[derive(Debug, Default)]
pub struct Found {
    words: usize,
    /// The best that each record has for each word.
    points: BTreeMap<Candidate, BTreeMap<usize, i64>>,
    /// Words of which some stretch had more than was read.
    is_cut: BTreeSet<(Kind, usize)>,
}

impl Found {
    /// Nothing yet, for so many words.
    pub fn of(words: usize) -> Self {
        Found {
            words,
            ..Found::default()
        }
    }

    /// Takes in what a stretch brought.
    pub fn take(&mut self, arm: &Arm, entries: Vec<Entry>) {
        let of = &arm.of;
        if of.class != Class::Pair && entries.len() >= STRETCH {
            self.is_cut
                .extend(of.words.iter().map(|word| (of.kind, *word)));
        }
        let beside = match of.class {
            Class::Name | Class::Pair => 90,
            Class::Contact => 60,
            Class::Beside => 30,
        };
        let shared = i64::try_from(of.words.len()).unwrap_or(1).max(1);
        for entry in entries {
            let points = if entry.term == of.term {
                of.exact
            } else {
                of.prefix
            };
            let candidate = Candidate {
                kind: of.kind,
                record_id: entry.record_id,
            };
            let words = self.points.entry(candidate).or_default();
            for word in &of.words {
                let best = words.entry(*word).or_default();
                *best = (*best).max(points / shared + beside);
            }
        }
    }

    /// The records worth a look, the likelier first, at most so many.
    pub fn candidates(&self, most: usize) -> Vec<Candidate> {
        let mut ranked: Vec<_> = self
            .points
            .iter()
            .filter(|(candidate, words)| self.may_have_all(candidate.kind, words))
            .map(|(candidate, words)| (words.values().sum::<i64>(), candidate))
            .collect();
        ranked.sort_by(|(points, one), (others, other)| {
            others
                .cmp(points)
                .then_with(|| other.record_id.cmp(&one.record_id))
                .then_with(|| one.kind.cmp(&other.kind))
        });
        ranked.truncate(most);
        ranked
            .into_iter()
            .map(|(_, candidate)| candidate.clone())
            .collect()
    }

    /// A word whose records are all known has to be among a record's. Of the others, two at least.
    fn may_have_all(&self, kind: Kind, words: &BTreeMap<usize, i64>) -> bool {
        let known = (0..self.words).filter(|word| !self.is_cut.contains(&(kind, *word)));
        let mut has_known = false;
        for word in known {
            if !words.contains_key(&word) {
                return false;
            }
            has_known = true;
        }
        has_known || words.len() >= self.words.min(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(words: &[&str]) -> Query {
        Query(words.iter().map(ToString::to_string).collect())
    }

    fn kinds() -> Vec<(Kind, Vec<Place>)> {
        vec![(Kind::Business, vec![Place::default()])]
    }

    fn entries(records: std::ops::Range<usize>, term: &str) -> Vec<Entry> {
        let entry = |n| Entry {
            record_id: format!("{n:03}"),
            term: term.into(),
        };
        records.map(entry).collect()
    }

    fn ids(found: &Found) -> Vec<String> {
        let mut ids: Vec<_> = found
            .candidates(500)
            .into_iter()
            .map(|one| one.record_id)
            .collect();
        ids.sort();
        ids
    }

    #[test]
    fn a_rare_word_says_which_records() {
        let plan = Plan::as_typed(&query(&["harbor", "bakery"]), &kinds());
        let mut found = Found::of(2);
        for arm in &plan.arms {
            match (arm.class, arm.low.as_str()) {
                ("name", "harbor") => found.take(arm, entries(0..STRETCH, "harbor")),
                ("name", "bakery") => found.take(arm, entries(45..55, "bakery")),
                _ => found.take(arm, Vec::new()),
            }
        }
        assert_eq!(
            ids(&found),
            (45..55).map(|n| format!("{n:03}")).collect::<Vec<_>>()
        );
    }

    #[test]
    fn of_words_that_are_everywhere_their_pairs_say_which() {
        let plan = Plan::as_typed(&query(&["john", "smith"]), &kinds());
        let mut found = Found::of(2);
        for arm in &plan.arms {
            match (arm.class, arm.low.as_str()) {
                ("name", "john") => found.take(arm, entries(0..STRETCH, "john")),
                ("name", "smith") => found.take(arm, entries(100..100 + STRETCH, "smith")),
                ("pair", "john smith") => found.take(arm, entries(900..903, "john smith")),
                _ => found.take(arm, Vec::new()),
            }
        }
        assert_eq!(ids(&found), ["900", "901", "902"]);
    }

    #[test]
    fn the_likelier_come_first_and_then_the_newer() {
        let plan = Plan::as_typed(&query(&["ely"]), &kinds());
        let mut found = Found::of(1);
        for arm in &plan.arms {
            match arm.class {
                "name" => found.take(arm, entries(1..3, "elysian")),
                "beside" => found.take(arm, entries(5..6, "ely")),
                _ => found.take(arm, Vec::new()),
            }
        }
        let order: Vec<_> = found
            .candidates(2)
            .into_iter()
            .map(|one| one.record_id)
            .collect();
        assert_eq!(order, ["005", "002"]);
    }

    #[test]
    fn stretches_are_few_and_numbered() {
        let words: Vec<_> = (0..8).map(|n| format!("w{n}")).collect();
        let plan = Plan::as_typed(&Query(words), &kinds());
        assert_eq!(plan.arms.len(), 8 * 3 + 7 * 2);
        assert!(plan.arms.iter().enumerate().all(|(i, arm)| arm.i == i));
        let meant = Plan::as_meant(
            &query(&["harbr", "bakery"]),
            &[vec!["harbor".into()], vec![]],
            &kinds(),
        );
        let lows: BTreeSet<_> = meant.arms.iter().map(|arm| arm.low.as_str()).collect();
        assert_eq!(
            lows,
            BTreeSet::from(["bakery harbor", "harbor", "harbor bakery"])
        );
    }
}
