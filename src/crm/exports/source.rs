//! The records of an export, a page at a time: the lists of the API, with their filters.

use serde_json::{Map, Value};

use super::model::Export;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::csv;
use crate::ids::TenantId;

/// A page, written.
pub struct Written {
    /// Its lines.
    pub text: String,
    /// How many.
    pub rows: usize,
    /// Where the next page begins; `None` when there is none.
    pub next: Option<String>,
}

/// The next page of an export: of the records that whoever asked for it may use, as in the list itself.
///
/// # Errors
/// The list's.
pub async fn page(
    platform: &Platform,
    tenant: &TenantId,
    export: &Export,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Written> {
    let caller = export.reader(tenant);
    let query = export.query(limit, cursor);
    let page = export.what.page(platform, caller, &query).await?;
    let mut text = String::new();
    for row in &page.rows {
        let cells = cells(row, &export.columns.0);
        csv::line(&mut text, cells.iter().map(String::as_str));
    }
    Ok(Written {
        text,
        rows: page.rows.len(),
        next: page.next,
    })
}

fn cells(row: &Map<String, Value>, columns: &[String]) -> Vec<String> {
    let of_row = |column: &String| cell(row.get(column));
    columns.iter().map(of_row).collect()
}

/// A value as a cell. Of a list the texts, or the names, with semicolons between them.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => {
            let name = |item: &'_ Value| {
                item.as_str()
                    .or_else(|| item.get("name")?.as_str())
                    .map(str::to_string)
            };
            let names = items.iter().filter_map(name);
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
            (json!(["33755", "33756"]), "33755; 33756"),
            (json!({"mon": 1}), "{\"mon\":1}"),
        ] {
            assert_eq!(cell(Some(&value)), text);
        }
        assert_eq!(cell(None), "");
    }
}
