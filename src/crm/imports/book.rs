//! Pure: which business a row is about. The strongest sign decides: an id, then the telephone number, the email address, the
//! site, and last the name with the address.

use std::collections::HashMap;

use super::entry::Entry;
use super::rows::{Places, Values, place};
use crate::crm::keys;

/// By what a business is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Its id where it comes from.
    pub external_id: Option<String>,
    /// Its row in the content database.
    pub content_db_id: Option<i64>,
    /// Its number in E.164.
    pub phone: Option<String>,
    /// Its address.
    pub email: Option<String>,
    /// The domain of its site.
    pub website: Option<String>,
    /// Its name and address.
    pub name: Option<String>,
    /// The five digits of its ZIP code.
    zip: Option<String>,
}

impl Keys {
    /// Of what a row says; `community` is where it is unless the row says so itself.
    pub fn of_values(values: &Values<'_>, community: Option<&str>, places: &Places) -> Self {
        let own = values
            .get("community_id")
            .and_then(|text| places.communities.get(&place(text)))
            .map(String::as_str);
        let name = values.get("name").map(|name| {
            keys::Name {
                name,
                street: values.get("address_street"),
                city: values.get("address_city"),
                state: values
                    .get("address_state")
                    .map(str::to_uppercase)
                    .as_deref(),
                zip: values.get("address_zip"),
                community: own.or(community).unwrap_or_default(),
            }
            .key()
        });
        Keys {
            external_id: values.get("external_id").map(str::to_string),
            content_db_id: values
                .get("content_db_id")
                .and_then(|text| text.parse().ok()),
            phone: values.get("phone").and_then(keys::phone),
            email: values.get("email").map(str::to_lowercase),
            website: values.get("website").and_then(keys::website),
            name,
            zip: values.get("address_zip").map(five),
        }
    }

    /// Of a record.
    fn of_entry(entry: &Entry) -> Self {
        let text = |column| entry.text(column).filter(|text| !text.is_empty());
        Keys {
            external_id: text("external_id").map(str::to_string),
            content_db_id: entry.number("content_db_id"),
            phone: text("phone_key").map(str::to_string),
            email: text("email").map(str::to_string),
            website: text("website_key").map(str::to_string),
            name: text("name_key").map(str::to_string),
            zip: text("address_zip").map(five),
        }
    }

    /// Whether nothing is known of it.
    pub fn is_empty(&self) -> bool {
        *self == Keys::default()
    }

    fn signs(&self) -> impl Iterator<Item = (Sign, String)> {
        [
            (Sign::External, self.external_id.clone()),
            (
                Sign::Content,
                self.content_db_id.map(|number| number.to_string()),
            ),
            (Sign::Phone, self.phone.clone()),
            (Sign::Email, self.email.clone()),
            (Sign::Website, self.website.clone()),
            (Sign::Name, self.name.clone()),
        ]
        .into_iter()
        .filter_map(|(sign, text)| Some((sign, text?)))
    }

    /// Whether two that share a sign can be the same: not when a stronger sign says that they are two, and not when they
    /// share an address or a site at two places, as the branches of a chain do.
    fn can_be(&self, other: &Keys, by: Sign) -> bool {
        fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.zip(other).is_some_and(|(one, other)| one != other)
        }
        let other_id = differ(self.external_id.as_ref(), other.external_id.as_ref());
        let other_content = differ(self.content_db_id.as_ref(), other.content_db_id.as_ref());
        let other_place = differ(self.zip.as_ref(), other.zip.as_ref());
        match by {
            Sign::External => true,
            Sign::Content => !other_id,
            Sign::Phone | Sign::Name => !other_id && !other_content,
            Sign::Email | Sign::Website => !other_id && !other_content && !other_place,
        }
    }
}

fn five(zip: &str) -> String {
    zip.chars().take(5).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sign {
    External,
    Content,
    Phone,
    Email,
    Website,
    Name,
}

/// The businesses that a piece of a file is about: those that were known, and those that it makes.
#[derive(Debug, Default)]
pub struct Book {
    /// In the order in which they came in.
    pub entries: Vec<Entry>,
    signs: HashMap<(Sign, String), Vec<usize>>,
    ids: HashMap<String, usize>,
}

impl Book {
    /// Adds one, and gives its place.
    pub fn add(&mut self, entry: Entry) -> usize {
        let place = self.entries.len();
        self.ids.insert(entry.id.clone(), place);
        self.entries.push(entry);
        self.look_again(place);
        place
    }

    /// Has one be found by what it says now.
    pub fn look_again(&mut self, place: usize) {
        let Some(entry) = self.entries.get(place) else {
            return;
        };
        for sign in Keys::of_entry(entry).signs() {
            let places = self.signs.entry(sign).or_default();
            if !places.contains(&place) {
                places.push(place);
            }
        }
    }

    /// The one with this id.
    pub fn with_id(&self, id: &str) -> Option<usize> {
        self.ids.get(id).copied()
    }

    /// The one that these keys mean.
    pub fn find(&self, keys: &Keys) -> Option<usize> {
        keys.signs().find_map(|sign| {
            let places = self.signs.get(&sign)?;
            places.iter().copied().find(|place| {
                self.entries
                    .get(*place)
                    .is_some_and(|entry| keys.can_be(&Keys::of_entry(entry), sign.0))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn entry(id: &str, row: Value) -> Entry {
        Entry::known(id.into(), row.as_object().unwrap().clone())
    }

    fn keys(change: impl FnOnce(&mut Keys)) -> Keys {
        let mut keys = Keys::default();
        change(&mut keys);
        keys
    }

    #[test]
    fn the_strongest_sign_decides() {
        let mut book = Book::default();
        book.add(entry(
            "a",
            json!({"external_id": "7", "phone_key": "+17275550142", "email": "a@b.example"}),
        ));
        book.add(entry(
            "b",
            json!({"external_id": "8", "website_key": "b.example", "address_zip": "33755-1234"}),
        ));
        book.add(entry(
            "c",
            json!({"name_key": "x|y|33755", "content_db_id": 5}),
        ));
        let find = |change: &dyn Fn(&mut Keys)| book.find(&keys(change));
        let text = |text: &str| Some(text.to_string());
        assert_eq!(
            find(&|keys| {
                keys.external_id = text("8");
                keys.phone = text("+17275550142");
            }),
            Some(1)
        );
        assert_eq!(find(&|keys| keys.phone = text("+17275550142")), Some(0));
        // The id says that they are two.
        assert_eq!(
            find(&|keys| {
                keys.external_id = text("9");
                keys.phone = text("+17275550142");
            }),
            None
        );
        assert_eq!(find(&|keys| keys.website = text("b.example")), Some(1));
        // The branches of a chain.
        assert_eq!(
            find(&|keys| {
                keys.website = text("b.example");
                keys.zip = text("89301");
            }),
            None
        );
        assert_eq!(find(&|keys| keys.name = text("x|y|33755")), Some(2));
        assert_eq!(find(&|keys| keys.content_db_id = Some(5)), Some(2));
        assert_eq!(find(&|_| {}), None);
        assert_eq!(book.with_id("c"), Some(2));
    }
}
