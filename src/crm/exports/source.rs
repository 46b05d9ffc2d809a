//! The records of an export, a page at a time: the lists of the API, with their filters.

use serde::Serialize;
use serde_json::Value;

use super::model::Export;
use crate::crm::imports::model::What;
use crate::crm::{businesses, people};
use crate::edge::db::Db;
use crate::error::Result;
use crate::http::csv;
use crate::http::sort::Sorted;
use crate::ids::TenantId;

/// A page, written.
pub struct Written {
    /// Its lines.
    pub text: String,
    /// How many.
    pub rows: usize,
    /// The last record; `None` when there was none.
    pub last: Option<String>,
    /// Whether there are no more.
    pub is_last: bool,
}

/// The next page of an export: of the records that whoever asked for it may use, as in the lists themselves.
///
/// # Errors
/// The database's.
pub async fn page(
    db: &Db,
    tenant: &TenantId,
    export: &Export,
    after: Option<&str>,
    limit: usize,
) -> Result<Written> {
    let scope = export.scope(tenant);
    let filter = &export.filter.0;
    match export.what {
        What::Businesses => {
            let sorted = Sorted::following(businesses::model::SORTS, "created_at", limit, after)?;
            let (rows, next) =
                businesses::store::list(db, &scope, &filter.of_businesses(), &sorted).await?;
            let last = rows.last().map(|row| row.id.to_string());
            Ok(write(&rows, export, last, next.is_none()))
        }
        What::People => {
            let sorted = Sorted::following(people::model::SORTS, "created_at", limit, after)?;
            let (rows, next) = people::store::list(db, &scope, filter.of_people(), &sorted).await?;
            let last = rows.last().map(|row| row.id.to_string());
            Ok(write(&rows, export, last, next.is_none()))
        }
    }
}

fn write<T: Serialize>(
    rows: &[T],
    export: &Export,
    last: Option<String>,
    is_last: bool,
) -> Written {
    let mut text = String::new();
    for row in rows {
        // Our own types always serialise.
        let row = serde_json::to_value(row).unwrap_or_default();
        let cells: Vec<String> = export
            .columns
            .0
            .iter()
            .map(|column| cell(row.get(column)))
            .collect();
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    Written {
        text,
        rows: rows.len(),
        last,
        is_last,
    }
}

/// A value as a cell. Tags are their names.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let names = items
                .iter()
                .filter_map(|item| item.get("name").and_then(Value::as_str));
            names.collect::<Vec<_>>().join("; ")
        }
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_as_cells() {
        for (value, text) in [
            (Value::Null, ""),
            (json!("x"), "x"),
            (json!(true), "true"),
            (json!(-82.5), "-82.5"),
            (json!([{"name": "a"}, {"name": "b"}]), "a; b"),
            (json!({"mon": 1}), "{\"mon\":1}"),
        ] {
            assert_eq!(cell(Some(&value)), text);
        }
        assert_eq!(cell(None), "");
    }
}
