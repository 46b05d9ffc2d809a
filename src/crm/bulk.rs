//! Pure: what changes of many records at once have in common.

use std::collections::BTreeSet;
use std::fmt::Display;

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, FieldError, Result};
use crate::http::checks::hold;

/// The most records at once.
pub const MOST: usize = 1_000;
/// The most ids that a complaint names.
const MOST_NAMED: usize = 20;

/// What came of a change of many records.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BulkOut {
    /// How many were looked at.
    pub matched: usize,
    /// How many were changed; the others were so already.
    pub changed: usize,
    /// With a filter: give it as `cursor` to go on; null when all were looked at.
    pub next_cursor: Option<String>,
}

/// Between one and a thousand ids.
pub fn ids<T>(list: &[T], context: &()) -> garde::Result {
    some(MOST)(list, context)
}

/// Between one and so many.
pub fn some<T>(most: usize) -> impl FnOnce(&[T], &()) -> garde::Result {
    move |list, _| {
        hold(
            (1..=most).contains(&list.len()),
            format!("must have 1 to {most} entries"),
        )
    }
}

/// That each of the ids is among those that were found.
///
/// # Errors
/// Names those that are not.
pub fn all_found<T: Ord + Display>(
    field: &str,
    what: &str,
    asked: &[T],
    found: &BTreeSet<&T>,
) -> Result<()> {
    let complaints: Vec<_> = asked
        .iter()
        .enumerate()
        .filter(|(_, id)| !found.contains(id))
        .take(MOST_NAMED)
        .map(|(index, _)| {
            let message = format!("must be the id of an existing {what}");
            FieldError::new(format!("{field}[{index}]"), message)
        })
        .collect();
    match complaints.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(complaints)),
    }
}
