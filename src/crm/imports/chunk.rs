//! Pure: what the rows of a piece of a file come to: which records are made, which are changed, and which rows are refused.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::book::{Book, Keys};
use super::entry::{Entry, Row};
use super::model::{Known, Refusal, What};
use super::people::{self, matching};
use super::rows::{Given, Places, Plan, Values};
use super::store::known::Question;
use crate::crm::businesses::model::{BusinessIn, BusinessPatch};
use crate::crm::businesses::{changes_of, columns_of, timezone_of};
use crate::crm::keys;
use crate::crm::people::model::{PersonIn, PersonPatch};
use crate::edge::clock::Millis;
use crate::ids::{BusinessId, PersonId};
use crate::tables::slug;

/// The columns that follow from others.
const PLACE: [&str; 6] = [
    "name",
    "community_id",
    "address_street",
    "address_city",
    "address_state",
    "address_zip",
];
const ZONE: [&str; 3] = ["community_id", "address_state", "address_zip"];

/// What a row says, and by what the business in it is known.
pub struct Reading<'a> {
    /// What it says.
    pub given: Given<'a>,
    /// The keys of its business.
    pub keys: Keys,
}

impl<'a> Reading<'a> {
    /// Of what a row says; it is about the usual community where it names none.
    pub fn of(given: Given<'a>, usual_community: Option<&str>, places: &Places) -> Self {
        let keys = Keys::of_values(&given.business, usual_community, places);
        Reading { given, keys }
    }
}

/// A piece of a file while its rows are looked at.
pub struct Chunk<'a> {
    plan: &'a Plan,
    what: What,
    known: Known,
    places: Places,
    now: Millis,
    /// The businesses.
    pub book: Book,
    /// The people.
    pub people: Vec<Entry>,
    people_of: HashMap<String, Vec<usize>>,
    by_external_id: HashMap<String, usize>,
    /// What each row came to.
    pub rows: Vec<Outcome>,
}

/// What a row came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It made a record.
    Created(Touched),
    /// It is about a record that is there.
    Known(Touched),
    /// It was refused.
    Refused(String),
}

/// The records that a row is about, and whether it wanted them to be another.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touched {
    business: Option<(usize, bool)>,
    person: Option<(usize, bool)>,
}

/// How many rows came to what.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// All of them.
    pub rows: i64,
    /// Those that made a record.
    pub created: i64,
    /// Those that changed one.
    pub updated: i64,
    /// Those that changed nothing.
    pub unchanged: i64,
    /// Those that were refused.
    pub refused: i64,
}

impl<'a> Chunk<'a> {
    /// Of a file of this kind; nothing is known yet.
    pub fn new(plan: &'a Plan, what: What, known: Known, places: Places, now: Millis) -> Self {
        Chunk {
            plan,
            what,
            known,
            places,
            now,
            book: Book::default(),
            people: Vec::new(),
            people_of: HashMap::new(),
            by_external_id: HashMap::new(),
            rows: Vec::new(),
        }
    }

    /// Adds somebody who is there already.
    pub fn add_person(&mut self, entry: Entry) -> usize {
        let place = self.people.len();
        if let Some(business) = entry.text("business_id") {
            let others = self.people_of.entry(business.to_string()).or_default();
            others.push(place);
        }
        if let Some(id) = entry.text("external_id") {
            self.by_external_id.insert(id.to_string(), place);
        }
        self.people.push(entry);
        place
    }

    /// Looks at a row: what it says, or why that cannot be read.
    pub fn take(&mut self, reading: Result<Reading<'_>, String>) {
        let outcome = reading.and_then(|reading| match self.what {
            What::Businesses => self.take_business(&reading),
            What::People => self.take_person(&reading),
        });
        self.rows.push(outcome.unwrap_or_else(Outcome::Refused));
    }

    fn take_business(&mut self, Reading { given, keys }: &Reading<'_>) -> Result<Outcome, String> {
        let Some(place) = self.book.find(keys) else {
            return self.make_business(given);
        };
        if self.known == Known::Leave {
            return Ok(Outcome::Known(Touched::default()));
        }
        let patch: BusinessPatch = self.parse(&given.business, &[], "")?;
        let id = self.id_of_business(place);
        let contact = self.contact(&id, &given.person)?;
        let business = Some((place, self.change_business(place, patch)));
        let person = contact.map(|contact| self.settle(contact));
        Ok(Outcome::Known(Touched { business, person }))
    }

    fn make_business(&mut self, given: &Given<'_>) -> Result<Outcome, String> {
        let defaults = self.plan.defaults();
        let values = given.business.clone().or(&defaults.business);
        let input: BusinessIn = self.parse(&values, &[], "")?;
        let id = BusinessId::new(self.now).to_string();
        let contact = self.contact(&id, &given.person)?;
        let timezone = match input.timezone.as_deref() {
            Some(given) => given.to_string(),
            None => timezone_of(
                input.address_zip.as_deref(),
                input.address_state.as_deref(),
                self.zone_of(input.community_id.as_str()),
            ),
        };
        let row = columns_of(input, &timezone).into_row();
        let business = Some((self.book.add(Entry::new(id, row)), true));
        let person = contact.map(|contact| self.settle(contact));
        Ok(Outcome::Created(Touched { business, person }))
    }

    fn change_business(&mut self, place: usize, patch: BusinessPatch) -> bool {
        let gives_zone = patch.timezone.is_some();
        let mut said = changes_of(patch).into_row();
        said.remove("phone_key");
        said.remove("website_key");
        let known = self.known;
        let Some(entry) = self.book.entries.get_mut(place) else {
            return false;
        };
        let changed = entry.take(said, known);
        let among = |columns: &[&str]| {
            changed
                .iter()
                .any(|column| columns.contains(&column.as_str()))
        };
        for (column, key, of) in [
            ("phone", "phone_key", keys::phone as fn(&str) -> _),
            ("website", "website_key", keys::website),
        ] {
            if among(&[column]) {
                let value = entry.text(column).and_then(of);
                set(&mut entry.current, key, value);
            }
        }
        if among(&PLACE) {
            let key = name_key(entry);
            set(&mut entry.current, "name_key", Some(key));
        }
        if among(&ZONE) && !gives_zone {
            let community = entry.text("community_id").unwrap_or_default();
            let of_community = self.places.timezones.get(community).map(String::as_str);
            let zone = timezone_of(
                entry.text("address_zip"),
                entry.text("address_state"),
                of_community,
            );
            set(&mut entry.current, "timezone", Some(zone));
        }
        self.book.look_again(place);
        !changed.is_empty()
    }

    fn take_person(&mut self, Reading { given, keys }: &Reading<'_>) -> Result<Outcome, String> {
        let by_id = given
            .person
            .get("external_id")
            .and_then(|id| self.by_external_id.get(id))
            .copied();
        let named = match given.business_id {
            Some(id) => Some(
                self.book
                    .with_id(id)
                    .ok_or("business_id: must be the id of an existing business")?,
            ),
            None if given.business.is_empty() => None,
            None => Some(
                self.book
                    .find(keys)
                    .ok_or("business: no business that is here is the one that the row names")?,
            ),
        };
        let business = match (named, by_id.and_then(|place| self.people.get(place))) {
            (Some(place), Some(person)) => {
                let id = self.id_of_business(place);
                if person.text("business_id") != Some(&id) {
                    return Err("external_id: is somebody's at another business".into());
                }
                id
            }
            (Some(place), None) => self.id_of_business(place),
            (None, Some(person)) => person.text("business_id").unwrap_or_default().to_string(),
            (None, None) => {
                return Err(
                    "business_id: is missing; nothing in the row tells at which business the person is"
                        .into(),
                );
            }
        };
        if given.person.is_empty() {
            return Err("the row says nothing about the person".into());
        }
        let contact = self.contact(&business, &given.person)?;
        let is_new = matches!(contact, Some(Contact::New(_)));
        let person = contact.map(|contact| self.settle(contact));
        let touched = Touched {
            business: None,
            person,
        };
        Ok(match is_new {
            true => Outcome::Created(touched),
            false => Outcome::Known(touched),
        })
    }

    /// What a row says of somebody at a business; nothing of it is done yet.
    fn contact(&self, business: &str, values: &Values<'_>) -> Result<Option<Contact>, String> {
        if values.is_empty() {
            return Ok(None);
        }
        let there = self.people_of.get(business).map_or(&[][..], Vec::as_slice);
        if let Some(place) = matching(&self.people, there, values) {
            if self.known == Known::Leave {
                return Ok(None);
            }
            let patch: PersonPatch = self.parse(values, &[], "person")?;
            return Ok(Some(Contact::Known(place, people::changes_of(patch))));
        }
        let defaults = self.plan.defaults();
        let values = values.clone().or(&defaults.person);
        let says_primary = values.get("is_primary_contact").is_some();
        let input: PersonIn = self.parse(&values, &[("business_id", business)], "person")?;
        let mut row = people::columns_of(input);
        let has_primary = there
            .iter()
            .filter_map(|place| self.people.get(*place))
            .any(|person| person.number("is_primary_contact") == Some(1));
        if !says_primary && !has_primary {
            row.insert("is_primary_contact".into(), 1.into());
        }
        Ok(Some(Contact::New(row)))
    }

    fn settle(&mut self, contact: Contact) -> (usize, bool) {
        match contact {
            Contact::New(row) => {
                let id = PersonId::new(self.now).to_string();
                (self.add_person(Entry::new(id, row)), true)
            }
            Contact::Known(place, mut said) => {
                said.remove("phone_key");
                let known = self.known;
                let Some(entry) = self.people.get_mut(place) else {
                    return (place, false);
                };
                let changed = entry.take(said, known);
                let has = |column: &str| changed.iter().any(|changed| changed == column);
                if has("phone") {
                    let key = entry.text("phone").and_then(keys::phone);
                    set(&mut entry.current, "phone_key", key);
                }
                if has("email") {
                    // Another address has not bounced.
                    entry.current.remove("bounced_at");
                }
                if has("external_id")
                    && let Some(id) = entry.text("external_id")
                {
                    self.by_external_id.insert(id.to_string(), place);
                }
                (place, !changed.is_empty())
            }
        }
    }

    fn id_of_business(&self, place: usize) -> String {
        self.book
            .entries
            .get(place)
            .map_or(String::new(), |entry| entry.id.clone())
    }

    fn zone_of(&self, community: &str) -> Option<&str> {
        self.places.timezones.get(community).map(String::as_str)
    }

    fn parse<T>(
        &self,
        values: &Values<'_>,
        further: &[(&'static str, &str)],
        of: &str,
    ) -> Result<T, String>
    where
        T: serde::de::DeserializeOwned + garde::Validate<Context = ()>,
    {
        values.parse(&self.places, further).map_err(|faults| {
            let name = |path: &str| match of {
                "person" => self.plan.name_of_person_field(path),
                _ => path.to_string(),
            };
            said(&faults, name)
        })
    }

    /// Gives each new business a part of a URL of its own; `taken` are those that others have.
    pub fn give_slugs(&mut self, taken: &mut HashSet<String>) {
        for entry in self.book.entries.iter_mut().filter(|entry| entry.is_new) {
            let base = slug_of(entry.text("name").unwrap_or_default());
            let slug = match taken.contains(&base) {
                false => base,
                true => {
                    let tail: String = entry.id.chars().skip(28).collect();
                    format!("{base}-{tail}")
                }
            };
            taken.insert(slug.clone());
            entry.current.insert("slug".into(), slug.into());
        }
    }

    /// What the new businesses are called in URLs, once they were given that.
    pub fn new_slugs(&self) -> impl Iterator<Item = &str> {
        let new = self.book.entries.iter().filter(|entry| entry.is_new);
        new.filter_map(|entry| entry.text("slug"))
    }

    /// Whether a record that is asked for is one of these: the other piece's rows are about something that this one's made or
    /// changed.
    pub fn knows(&self, asked: &Question) -> bool {
        asked.keys.iter().any(|keys| self.book.find(keys).is_some())
            || asked
                .people
                .iter()
                .any(|id| self.by_external_id.contains_key(id))
    }

    /// Whether this is about a record that the other is about as well.
    pub fn meets(&self, other: &Chunk<'_>) -> bool {
        let meet = |ours: &[Entry], theirs: &[Entry]| {
            let theirs: HashSet<&str> = theirs.iter().map(|entry| entry.id.as_str()).collect();
            ours.iter().any(|entry| theirs.contains(entry.id.as_str()))
        };
        meet(&self.book.entries, &other.book.entries) || meet(&self.people, &other.people)
    }

    /// How many rows came to what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            counts.rows += 1;
            match row {
                Outcome::Created(_) => counts.created += 1,
                Outcome::Known(touched) if self.has_changed(touched) => counts.updated += 1,
                Outcome::Known(_) => counts.unchanged += 1,
                Outcome::Refused(_) => counts.refused += 1,
            }
        }
        counts
    }

    /// A record that was changed there and back is as it was.
    fn has_changed(&self, touched: &Touched) -> bool {
        let changed = |entries: &[Entry], touched: Option<(usize, bool)>| {
            touched.is_some_and(|(place, wanted)| {
                wanted
                    && entries
                        .get(place)
                        .is_some_and(|entry| entry.is_new || entry.is_changed())
            })
        };
        changed(&self.book.entries, touched.business) || changed(&self.people, touched.person)
    }

    /// The businesses that the rows are about, for their tags.
    pub fn businesses(&self) -> Vec<&str> {
        let places: BTreeSet<usize> = self
            .rows
            .iter()
            .filter_map(|row| match row {
                Outcome::Created(touched) | Outcome::Known(touched) => touched.business,
                Outcome::Refused(_) => None,
            })
            .map(|(place, _)| place)
            .collect();
        places
            .into_iter()
            .filter_map(|place| self.book.entries.get(place))
            .map(|entry| entry.id.as_str())
            .collect()
    }

    /// The rows that were refused, by their place, with the reasons.
    pub fn refusals(&self, first_row: i64) -> Vec<(usize, Refusal)> {
        (first_row..)
            .zip(self.rows.iter().enumerate())
            .filter_map(|(row, (index, outcome))| match outcome {
                Outcome::Refused(reason) => Some((
                    index,
                    Refusal {
                        row,
                        reason: reason.clone(),
                    },
                )),
                _ => None,
            })
            .collect()
    }
}

/// What is to be done about somebody.
enum Contact {
    New(Row),
    Known(usize, Row),
}

/// The slug that a name wants.
pub fn slug_of(name: &str) -> String {
    slug::from_name(name, "businesses")
}

fn said(faults: &BTreeMap<String, String>, name: impl Fn(&str) -> String) -> String {
    let all: Vec<_> = faults
        .iter()
        .map(|(path, message)| match path.as_str() {
            "" => message.clone(),
            path => format!("{}: {message}", name(path)),
        })
        .collect();
    all.join("; ")
}

fn set(row: &mut Row, column: &str, value: Option<String>) {
    match value {
        Some(value) => drop(row.insert(column.to_string(), Value::String(value))),
        None => drop(row.remove(column)),
    }
}

fn name_key(entry: &Entry) -> String {
    keys::Name {
        name: entry.text("name").unwrap_or_default(),
        street: entry.text("address_street"),
        city: entry.text("address_city"),
        state: entry.text("address_state"),
        zip: entry.text("address_zip"),
        community: entry.text("community_id").unwrap_or_default(),
    }
    .key()
}
