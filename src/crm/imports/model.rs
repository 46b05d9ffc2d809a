//! Types of imports.

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use crate::crm::checks::{entries, line};
use crate::crm::model::words;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::input::Text;
use crate::ids::ImportId;

/// The longest name of an import.
pub const NAME: usize = 200;
/// The most tags that an import puts on.
const MOST_TAGS: usize = 20;
/// The most columns that a mapping names.
const MOST_COLUMNS: usize = 200;

words! {
    /// What a file holds.
    #[schemars(rename = "ImportKind")]
    What {
        /// Businesses, each with one contact if there is one.
        Businesses = "businesses",
        /// People at businesses that are there already.
        People = "people",
    }

    /// Where an import is.
    ImportStatus {
        /// The file is brought into CSV.
        Converting = "converting",
        /// Its columns are known; it waits to be mapped, checked and started.
        Ready = "ready",
        /// It is being tried, without changing anything.
        Checking = "checking",
        /// Its rows are being taken in.
        Running = "running",
        /// The list of refused rows is being written.
        Finishing = "finishing",
        /// Through.
        Done = "done",
        /// Stopped by somebody. What was taken in stays; it can be started again from there.
        Cancelled = "cancelled",
        /// It could not go on; `failure_reason` says why.
        Failed = "failed",
    }

    /// What a file is.
    Format {
        /// Text.
        Csv = "csv",
        /// A spreadsheet.
        Xlsx = "xlsx",
    }

    /// What is done with a record that is known already.
    #[derive(Default)]
    Known {
        /// What the file says replaces what there is; an empty cell replaces nothing.
        #[default]
        Update = "update",
        /// Only what is empty is filled.
        Fill = "fill",
        /// It stays as it is.
        Leave = "leave",
    }
}

/// Which column is which field, and what holds for all rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingIn {
    /// The field of each column, by the column's name, such as `{"Company": "name", "Mail": "contact.email"}`. Columns that are
    /// not named are left out.
    #[garde(custom(most_columns))]
    pub columns: BTreeMap<String, String>,
    /// What a new record gets where its cell is empty or there is no such column, such as `{"community_id": "clearwater"}`.
    #[serde(default)]
    #[garde(custom(most_columns))]
    pub defaults: BTreeMap<String, String>,
    /// Names or ids of the tags that every business in the file gets.
    #[serde(default)]
    #[garde(custom(entries(MOST_TAGS)))]
    pub tags: Vec<String>,
    /// What is done with a record that is known already.
    #[serde(default)]
    #[garde(skip)]
    pub known: Known,
}

fn most_columns(map: &BTreeMap<String, String>, _: &()) -> garde::Result {
    crate::http::checks::hold(
        map.len() <= MOST_COLUMNS,
        format!("must have at most {MOST_COLUMNS} entries"),
    )
}

/// What a client says of a file.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
pub struct ImportIn {
    /// For people.
    #[garde(inner(custom(line(NAME))))]
    pub name: Option<Text>,
    /// What the file holds: `businesses` (each with a contact if it has one) or `people`.
    #[garde(skip)]
    pub what: Option<String>,
}

/// A row that is not taken in, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// Its number in the file; the header is 1, and empty lines are not counted.
    pub row: i64,
    /// What is wrong with it, and what would be right.
    pub reason: String,
}

/// What a trial came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// Rows looked at.
    pub rows: i64,
    /// Rows that would make a record. Of two rows far apart that mean the same new record, both are counted.
    pub would_create: i64,
    /// Rows that would change a record.
    pub would_update: i64,
    /// Rows that would change nothing.
    pub would_leave: i64,
    /// Rows that would be refused.
    pub would_refuse: i64,
    /// The first hundred of those, and why.
    pub refusals: Vec<Refusal>,
    /// How far it has come, in bytes.
    pub position: i64,
    /// Whether it is through.
    pub is_complete: bool,
}

/// An import as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// For people.
    pub name: String,
    /// What it holds.
    pub what: What,
    /// Where it is.
    pub status: ImportStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// What the file is.
    pub format: Format,
    /// How its text is written.
    pub encoding: Encoding,
    /// The file's size, in bytes.
    pub file_size: i64,
    /// Where its text is, in UTF-8.
    pub text_key: Option<String>,
    /// That text's size, in bytes.
    pub text_size: i64,
    /// What stands between two cells.
    pub separator: String,
    /// The header.
    pub columns: Json<Vec<String>>,
    /// The first rows.
    pub samples: Json<Vec<Vec<String>>>,
    /// Which column is which field.
    pub mapping: Json<MappingIn>,
    /// Where the first row begins, in bytes.
    pub body_position: i64,
    /// How far it has come, in bytes.
    pub position: i64,
    /// How many rows there are, once somebody counted.
    pub rows_total: Option<i64>,
    /// Rows looked at.
    pub rows_done: i64,
    /// Rows that made a record.
    pub rows_created: i64,
    /// Rows that changed one.
    pub rows_updated: i64,
    /// Rows that changed nothing.
    pub rows_unchanged: i64,
    /// Rows that were refused.
    pub rows_refused: i64,
    /// What a trial came to.
    pub checked: Option<Json<Checked>>,
    /// The size of the list of refused rows, once it is written.
    pub refused_size: Option<i64>,
    /// When it was begun.
    pub started_at: Option<Millis>,
    /// When it last came on.
    pub progress_at: Option<Millis>,
    /// When it was through.
    pub finished_at: Option<Millis>,
    /// When its files are removed.
    pub remove_at: Option<Millis>,
    /// When the file was sent.
    pub created_at: Millis,
    /// When it was last changed.
    pub updated_at: Millis,
}

/// An import as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Import")]
pub struct ImportOut {
    /// Its id.
    pub id: ImportId,
    /// For people.
    pub name: String,
    /// What the file holds.
    pub what: What,
    /// Where it is.
    pub status: ImportStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// What the file is.
    pub format: Format,
    /// How its text is written.
    pub encoding: Encoding,
    /// The file's size, in bytes.
    pub file_size: i64,
    /// What stands between two cells.
    pub separator: String,
    /// The columns found, in their order.
    pub columns: Vec<String>,
    /// The first rows, cells cut to a hundred characters.
    pub samples: Vec<Vec<String>>,
    /// Which column is which field: guessed, until somebody says.
    pub mapping: MappingIn,
    /// Rows looked at.
    pub rows_done: i64,
    /// How many rows there are; null until a trial or the import itself counted them.
    pub rows_total: Option<i64>,
    /// Bytes looked at.
    pub bytes_done: i64,
    /// How many bytes there are.
    pub bytes_total: i64,
    /// Rows that made a record.
    pub created: i64,
    /// Rows that changed one.
    pub updated: i64,
    /// Rows that changed nothing.
    pub unchanged: i64,
    /// Rows that were refused; `/refused.csv` has them.
    pub refused: i64,
    /// Rows a second since it was begun; null before.
    pub rows_per_second: Option<i64>,
    /// How long it will still take; null when nobody knows.
    pub seconds_left: Option<i64>,
    /// What a trial came to.
    pub checked: Option<Checked>,
    /// When it was begun.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub started_at: Option<Millis>,
    /// When it was through.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub finished_at: Option<Millis>,
    /// When its files are removed; what it made stays.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub files_removed_at: Option<Millis>,
    /// When the file was sent.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

impl From<Import> for ImportOut {
    fn from(import: Import) -> Self {
        let took = import
            .started_at
            .zip(import.finished_at.or(import.progress_at))
            .map(|(from, to)| (to - from).max(1));
        let done = (import.position - import.body_position).max(0);
        let left = (import.text_size - import.position).max(0);
        let is_running = import.status == ImportStatus::Running;
        ImportOut {
            rows_per_second: took.map(|took| import.rows_done.saturating_mul(1_000) / took),
            seconds_left: took
                .filter(|_| is_running && done > 0)
                .map(|took| took.saturating_mul(left) / done / 1_000),
            bytes_done: import.position,
            bytes_total: import.text_size,
            id: import.id,
            name: import.name,
            what: import.what,
            status: import.status,
            failure_reason: import.failure_reason,
            format: import.format,
            encoding: import.encoding,
            file_size: import.file_size,
            separator: import.separator,
            columns: import.columns.0,
            samples: import.samples.0,
            mapping: import.mapping.0,
            rows_done: import.rows_done,
            rows_total: import.rows_total,
            created: import.rows_created,
            updated: import.rows_updated,
            unchanged: import.rows_unchanged,
            refused: import.rows_refused,
            checked: import.checked.map(|checked| checked.0),
            started_at: import.started_at,
            finished_at: import.finished_at,
            files_removed_at: import.remove_at,
            created_at: import.created_at,
            updated_at: import.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed<'a>(migration: &'a str, table: &str, column: &str) -> Vec<&'a str> {
        let table = migration
            .split_once(&format!("CREATE TABLE {table} ("))
            .unwrap()
            .1;
        let list = table
            .split_once(&format!("CHECK ({column} IN ("))
            .unwrap()
            .1;
        let list = list.split_once("))").unwrap().0;
        list.split(", ")
            .map(|word| word.trim_matches('\''))
            .collect()
    }

    #[test]
    fn every_word_stands_in_its_check_and_none_besides() {
        for migration in [
            include_str!("../../../d1/0009_imports.sql"),
            include_str!("../../../migrations/0009_imports.sql"),
        ] {
            let words = |column| allowed(migration, "imports", column);
            let of = |texts: Vec<&'static str>, column| assert_eq!(texts, words(column));
            of(What::ALL.iter().map(|word| word.as_str()).collect(), "what");
            of(
                ImportStatus::ALL.iter().map(|word| word.as_str()).collect(),
                "status",
            );
            of(
                Format::ALL.iter().map(|word| word.as_str()).collect(),
                "format",
            );
            of(
                Encoding::ALL.iter().map(|word| word.as_str()).collect(),
                "encoding",
            );
        }
        for status in ImportStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
