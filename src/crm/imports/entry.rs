//! Pure: a record as it is, and as a file would have it.

use serde_json::{Map, Value};

use super::model::Known;

/// A record's columns. What is NULL is not in it.
pub type Row = Map<String, Value>;

/// A record that rows of a file are about.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id.
    pub id: String,
    /// Whether it is made by this file.
    pub is_new: bool,
    /// As it was found.
    original: Row,
    /// As it is to be.
    pub current: Row,
}

impl Entry {
    /// One that there is.
    pub fn known(id: String, mut row: Row) -> Self {
        row.retain(|_, value| !value.is_null());
        Entry {
            id,
            is_new: false,
            original: row.clone(),
            current: row,
        }
    }

    /// One that there is not yet.
    pub fn new(id: String, row: Row) -> Self {
        Entry {
            id,
            is_new: true,
            original: Row::new(),
            current: row,
        }
    }

    /// Takes over what a row says, and gives the columns that are different now.
    pub fn take(&mut self, said: Row, known: Known) -> Vec<String> {
        let mut changed = Vec::new();
        for (column, value) in said {
            let before = self.current.get(&column);
            let keeps = match known {
                Known::Leave => true,
                Known::Fill => before.is_some(),
                Known::Update => before.is_some_and(|before| is_same(before, &value)),
            };
            if !keeps {
                changed.push(column.clone());
                self.current.insert(column, value);
            }
        }
        changed
    }

    /// Whether it is to be another than it was.
    pub fn is_changed(&self) -> bool {
        self.current.len() != self.original.len()
            || self
                .current
                .iter()
                .any(|(column, value)| match self.original.get(column) {
                    Some(before) => !is_same(before, value),
                    None => true,
                })
    }

    /// A text of it.
    pub fn text(&self, column: &str) -> Option<&str> {
        self.current.get(column).and_then(Value::as_str)
    }

    /// A whole number of it.
    pub fn number(&self, column: &str) -> Option<i64> {
        self.current.get(column).and_then(Value::as_i64)
    }
}

/// The engines write the same number in more than one way.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(value: Value) -> Row {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_is_known_is_updated_filled_or_left() {
        let found = json!({"name": "A", "lat": 27, "phone": null});
        let said = || row(json!({"name": "B", "lat": 27.0, "phone": "1"}));
        let take = |known| {
            let mut entry = Entry::known("1".into(), row(found.clone()));
            assert!(!entry.is_changed());
            let changed = entry.take(said(), known);
            assert_eq!(entry.is_changed(), !changed.is_empty());
            (changed, Value::Object(entry.current))
        };
        assert_eq!(take(Known::Leave).0, Vec::<String>::new());
        assert_eq!(take(Known::Fill).0, ["phone"]);
        let (changed, after) = take(Known::Update);
        assert_eq!(changed, ["name", "phone"]);
        assert_eq!(after, json!({"name": "B", "lat": 27, "phone": "1"}));
    }

    #[test]
    fn there_and_back_is_no_change() {
        let mut entry = Entry::known("1".into(), row(json!({"name": "A"})));
        entry.take(row(json!({"name": "B"})), Known::Update);
        entry.take(row(json!({"name": "A"})), Known::Update);
        assert!(!entry.is_changed());
    }
}
