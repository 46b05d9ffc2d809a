//! Sorted lists: `sort=name` upwards, `sort=-name` downwards, `limit` and `cursor`. Each list has a whitelist of what it sorts
//! by, and what has no value comes last either way. A cursor holds the last entry's value and id, so that paging is exact
//! although many entries may have the same value.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

use super::page::{self, Page};
use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::json;

/// Something that a list sorts by.
pub struct Sort<T: 'static> {
    /// As clients name it.
    pub name: &'static str,
    /// The column. An index behind it ends with the id.
    column: &'static str,
    kind: Kind,
    is_nullable: bool,
    value: fn(&T) -> Key,
}

/// What kind of values a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Ids: the order of making.
    Id,
    /// Texts, compared by their bytes.
    Text,
    /// Numbers and times.
    Number,
}

impl<T> Sort<T> {
    /// By when it was made: the order of the ids.
    pub const fn made() -> Self {
        Sort::by_id("created_at")
    }

    /// By what the ids are ordered by, under this name.
    pub const fn by_id(name: &'static str) -> Self {
        Sort {
            name,
            column: "id",
            kind: Kind::Id,
            is_nullable: false,
            value: |_| Key::None,
        }
    }

    /// By texts.
    pub const fn text(name: &'static str, value: fn(&T) -> Key) -> Self {
        Sort::of(name, Kind::Text, false, value)
    }

    /// By texts that may be missing.
    pub const fn optional_text(name: &'static str, value: fn(&T) -> Key) -> Self {
        Sort::of(name, Kind::Text, true, value)
    }

    /// By numbers or times.
    pub const fn number(name: &'static str, value: fn(&T) -> Key) -> Self {
        Sort::of(name, Kind::Number, false, value)
    }

    /// By numbers or times that may be missing.
    pub const fn optional_number(name: &'static str, value: fn(&T) -> Key) -> Self {
        Sort::of(name, Kind::Number, true, value)
    }

    /// The column that is sorted by.
    pub const fn column(&self) -> &'static str {
        self.column
    }

    const fn of(name: &'static str, kind: Kind, is_nullable: bool, value: fn(&T) -> Key) -> Self {
        Sort {
            name,
            column: name,
            kind,
            is_nullable,
            value,
        }
    }

    /// By numbers in a column that has another name.
    pub const fn number_in(name: &'static str, column: &'static str, value: fn(&T) -> Key) -> Self {
        Sort {
            name,
            column,
            kind: Kind::Number,
            is_nullable: false,
            value,
        }
    }
}

/// The value that an entry is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// None.
    None,
    /// A text; texts are compared by their bytes.
    Text(String),
    /// A number, or a time.
    Number(i64),
}

impl From<&String> for Key {
    fn from(text: &String) -> Self {
        Key::Text(text.clone())
    }
}

impl From<&Option<String>> for Key {
    fn from(text: &Option<String>) -> Self {
        text.as_ref().map_or(Key::None, Key::from)
    }
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Key::Number(number)
    }
}

impl From<Option<i64>> for Key {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Key::None, Key::Number)
    }
}

/// The query parameters of a list that can be sorted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ListParams {
    /// Entries a page: 1 to 500, 50 unless said.
    limit: Option<String>,
    /// The last page's `next_cursor`; it belongs to one `sort`.
    cursor: Option<String>,
    /// By what the list is sorted; with `-` downwards.
    sort: Option<String>,
}

/// Which page of a list is asked for, and how the list is sorted.
pub struct Sorted<T: 'static> {
    /// Entries a page, 1 to 500.
    pub limit: usize,
    order: Order,
    /// The last page's last entry.
    after: Option<Place>,
    value: fn(&T) -> Key,
}

/// The order of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    name: &'static str,
    /// What is sorted by; `id` alone when it is the order of making.
    pub column: &'static str,
    /// What kind of values it has.
    pub kind: Kind,
    /// Whether entries may lack a value.
    pub is_nullable: bool,
    /// Whether it runs downwards.
    pub is_descending: bool,
}

/// An entry's place in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is sorted by.
    pub key: Key,
    /// Its id, which orders entries with the same value.
    pub id: String,
}

impl Order {
    fn name(&self) -> String {
        let sign = if self.is_descending { "-" } else { "" };
        format!("{sign}{}", self.name)
    }

    /// Whether an entry of such a list can have this value.
    fn fits(&self, key: &Key) -> bool {
        match key {
            Key::None => self.is_nullable || self.kind == Kind::Id,
            Key::Text(text) => self.kind == Kind::Text && !text.contains('\0'),
            Key::Number(_) => self.kind == Kind::Number,
        }
    }
}

impl ListParams {
    /// Checks them.
    ///
    /// # Errors
    /// A limit or cursor that is none; something the list is not sorted by, with what it is sorted by.
    pub fn read<T>(&self, sorts: &'static [Sort<T>], usual: &'static str) -> Result<Sorted<T>> {
        let wanted = self.sort.as_deref().unwrap_or(usual);
        let (name, is_descending) = match wanted.strip_prefix('-') {
            Some(name) => (name, true),
            None => (wanted, false),
        };
        let sort = sorts.iter().find(|sort| sort.name == name).ok_or_else(|| {
            let names: Vec<_> = sorts.iter().map(|sort| sort.name).collect();
            let names = names.join(", ");
            Error::field(
                "sort",
                format!("must be one of {names}, with - for downwards"),
            )
        })?;
        let order = Order {
            name: sort.name,
            column: sort.column,
            kind: sort.kind,
            is_nullable: sort.is_nullable,
            is_descending,
        };
        Ok(Sorted {
            limit: page::limit(self.limit.as_deref())?,
            after: self
                .cursor
                .as_deref()
                .map(|text| place(text, &order))
                .transpose()?,
            order,
            value: sort.value,
        })
    }
}

fn place(cursor: &str, order: &Order) -> Result<Place> {
    let none = || {
        Error::field(
            "cursor",
            "must be a next_cursor of this list, sorted as now",
        )
    };
    let text = Page::key(Some(cursor))?;
    let (name, value, id): (String, Json, String) = json::read(&text).map_err(|_| none())?;
    let key = match &value {
        Json::String(text) => Key::Text(text.clone()),
        Json::Number(number) => Key::Number(number.as_i64().ok_or_else(none)?),
        Json::Null => Key::None,
        _ => return Err(none()),
    };
    let holds = name == order.name() && PersonId::parse(&id).is_some() && order.fits(&key);
    match holds {
        true => Ok(Place { key, id }),
        false => Err(none()),
    }
}

impl<T> Sorted<T> {
    /// The first so many entries of a list.
    ///
    /// # Errors
    /// When the list is not sorted so: a mistake of our own.
    pub fn first(sorts: &'static [Sort<T>], by: &'static str, limit: usize) -> Result<Self> {
        let sorted = ListParams::default().read(sorts, by)?;
        Ok(Sorted { limit, ..sorted })
    }

    /// How it is sorted.
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// Where the last page ended.
    pub fn after(&self) -> Option<&Place> {
        self.after.as_ref()
    }

    /// One more than asked for, which tells whether there is a next page.
    pub fn probe(&self) -> usize {
        self.limit.saturating_add(1)
    }

    /// Cuts the probe off and gives the next page's cursor.
    pub fn cut(&self, rows: &mut Vec<T>, id: fn(&T) -> &str) -> Option<String> {
        if rows.len() <= self.limit {
            return None;
        }
        rows.truncate(self.limit);
        let last = rows.last()?;
        let value = match (self.value)(last) {
            Key::None => Json::Null,
            Key::Text(text) => Json::String(text),
            Key::Number(number) => number.into(),
        };
        let place = serde_json::to_string(&(self.order.name(), value, id(last))).ok()?;
        Some(Page::cursor(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Row(i64, Option<String>);

    const SORTS: &[Sort<Row>] = &[
        Sort::made(),
        Sort::number("score", |row| row.0.into()),
        Sort::optional_text("name", |row| (&row.1).into()),
    ];
    const ID: &str = "01900000-0000-7000-8000-000000000001";

    fn read(sort: Option<&str>, cursor: Option<String>) -> Result<Sorted<Row>> {
        let limit = Some("1".to_string());
        let sort = sort.map(str::to_string);
        ListParams {
            limit,
            cursor,
            sort,
        }
        .read(SORTS, "-created_at")
    }

    #[test]
    fn an_unknown_order_is_told_which_there_are() {
        for wrong in ["", "-", "size", "--name", "name,score", "+name"] {
            let complaint = read(Some(wrong), None).err().unwrap().to_string();
            assert!(complaint.contains("created_at, score, name"), "{complaint}");
        }
        let usual = read(None, None).unwrap();
        assert_eq!(
            (usual.order().column, usual.order().is_descending),
            ("id", true)
        );
    }

    #[test]
    fn a_cursor_leads_on_in_its_own_order_only() {
        let orders = [
            "created_at",
            "-created_at",
            "score",
            "-score",
            "name",
            "-name",
        ];
        for sort in orders {
            let sorted = read(Some(sort), None).unwrap();
            let mut rows = vec![Row(7, None), Row(8, Some("B".into()))];
            let cursor = sorted.cut(&mut rows, |_| ID);
            assert_eq!((rows.len(), cursor.is_some()), (1, true));
            let next = read(Some(sort), cursor.clone()).unwrap();
            assert_eq!(next.after().unwrap().id, ID);
            for other in orders.iter().filter(|other| **other != sort) {
                assert!(read(Some(other), cursor.clone()).is_err(), "{sort} {other}");
            }
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in [
            "",
            ID,
            "[]",
            r#"["score",1]"#,
            r#"["score",null,"01900000-0000-7000-8000-000000000001"]"#,
            r#"["score",1.5,"01900000-0000-7000-8000-000000000001"]"#,
            r#"["score","1","01900000-0000-7000-8000-000000000001"]"#,
            r#"["score",[1],"01900000-0000-7000-8000-000000000001"]"#,
            r#"["score",1,"x"]"#,
        ] {
            assert!(
                read(Some("score"), Some(Page::cursor(text))).is_err(),
                "{text}"
            );
        }
        let zero = r#"["name","a\u0000","01900000-0000-7000-8000-000000000001"]"#;
        assert!(read(Some("name"), Some(Page::cursor(zero))).is_err());
        let none = r#"["name",null,"01900000-0000-7000-8000-000000000001"]"#;
        assert!(read(Some("name"), Some(Page::cursor(none))).is_ok());
    }
}
