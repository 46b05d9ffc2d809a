//! Sorted pages: each is one or two walks along an index, whatever the list is sorted by.

use serde::de::DeserializeOwned;

use super::{Conditions, Table};
use crate::edge::db::{Db, Statement, Value};
use crate::error::Result;
use crate::http::Sorted;
use crate::http::sort::{Key, Kind, Order, Place};

/// A stretch of a list along one index.
struct Stretch {
    /// What its rows have in common.
    condition: Option<String>,
    values: Vec<Value>,
    order_by: String,
}

impl Table {
    /// One page of the rows of which the conditions hold, and the cursor to the next.
    ///
    /// # Errors
    /// The database's.
    pub async fn list<T: DeserializeOwned>(
        &self,
        db: &Db,
        conditions: Conditions,
        sorted: &Sorted<T>,
        id: fn(&T) -> &str,
    ) -> Result<(Vec<T>, Option<String>)> {
        let mut rows: Vec<T> = Vec::new();
        for stretch in stretches(sorted.order(), sorted.after()) {
            let room = sorted.probe().saturating_sub(rows.len());
            if room == 0 {
                break;
            }
            let statement = self.walk(conditions.clone(), stretch, room);
            rows.extend(db.fetch_all(statement).await?);
        }
        let next = sorted.cut(&mut rows, id);
        Ok((rows, next))
    }

    fn walk(&self, conditions: Conditions, stretch: Stretch, room: usize) -> Statement {
        let conditions = match stretch.condition {
            Some(condition) => conditions.and_all(condition, stretch.values),
            None => conditions,
        };
        let sql = format!(
            "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT ?{}",
            self.columns,
            self.name,
            conditions.write(1),
            stretch.order_by,
            conditions.value_count() + 1
        );
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        conditions.bind(Statement::assembled(sql)).bind(room)
    }
}

/// The rows with a value first, then those without: the engines differ in where they put the latter.
fn stretches(order: &Order, after: Option<&Place>) -> Vec<Stretch> {
    let (beyond, direction) = match order.is_descending {
        false => (">", "ASC"),
        true => ("<", "DESC"),
    };
    let column = match order.kind {
        Kind::Text => format!("{{bytes {}}}", order.column),
        Kind::Id | Kind::Number => order.column.to_string(),
    };
    if order.kind == Kind::Id {
        return vec![Stretch {
            condition: after.map(|_| format!("id {beyond} ?")),
            values: after
                .map(|place| place.id.as_str().into())
                .into_iter()
                .collect(),
            order_by: format!("id {direction}"),
        }];
    }
    let value = |key: &Key| match key {
        Key::None => None,
        Key::Text(text) => Some(Value::from(text)),
        Key::Number(number) => Some(Value::from(*number)),
    };
    let begins = after.map(|place| (value(&place.key), place.id.as_str()));
    let with_value = match &begins {
        // The last page ended among those without.
        Some((None, _)) => None,
        Some((Some(value), id)) => Some(Stretch {
            condition: Some(format!("({column}, id) {beyond} (?, ?)")),
            values: vec![value.clone(), (*id).into()],
            order_by: format!("{column} {direction}, id {direction}"),
        }),
        None => Some(Stretch {
            condition: order
                .is_nullable
                .then(|| format!("{} IS NOT NULL", order.column)),
            values: Vec::new(),
            order_by: format!("{column} {direction}, id {direction}"),
        }),
    };
    let without = order.is_nullable.then(|| match &begins {
        Some((None, id)) => Stretch {
            condition: Some(format!("{} IS NULL AND id {beyond} ?", order.column)),
            values: vec![(*id).into()],
            order_by: format!("id {direction}"),
        },
        _ => Stretch {
            condition: Some(format!("{} IS NULL", order.column)),
            values: Vec::new(),
            order_by: format!("id {direction}"),
        },
    });
    with_value.into_iter().chain(without).collect()
}
