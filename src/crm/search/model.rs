//! Types of search.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::Span;
use crate::ids::BusinessId;

/// What can be found. A noun joins with a line here, a trigger on its table that marks what changed, and a function that
/// reads its rows as documents (`settle.rs`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "HitKind")]
pub enum Kind {
    /// A business.
    Business,
    /// Somebody at a business.
    Person,
    /// What somebody wrote down about one of them.
    Note,
}

impl Kind {
    /// All of them, in the order of the CHECK.
    pub const ALL: &[Kind] = &[Kind::Business, Kind::Person, Kind::Note];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Business => "business",
            Kind::Person => "person",
            Kind::Note => "note",
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hit {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// The business that it is, or belongs to.
    pub business_id: BusinessId,
    /// What it is called.
    pub title: String,
    /// What tells it from others of that name.
    pub subtitle: Option<String>,
    /// The field in which the search matched best.
    pub matched_field: String,
    /// Where it matched, field by field, the best first.
    pub highlights: Vec<Highlight>,
    /// How well it matches. It orders the hits of one search and says nothing across searches.
    pub score: i64,
}

/// Where a field matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Highlight {
    /// The field.
    pub field: String,
    /// Its text; of a long one what is around the first match, with an ellipsis where something is left out.
    pub text: String,
    /// The parts that match.
    pub ranges: Vec<Range>,
}

/// Part of a text, as JavaScript counts: in UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Range {
    /// Where it starts.
    pub start: usize,
    /// Where it ends; the unit there is no part of it.
    pub end: usize,
}

impl From<Span> for Range {
    fn from((start, end): Span) -> Self {
        Range { start, end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that stand in the CHECK beyond these are of nouns that are to join.
    #[test]
    fn every_kind_stands_in_its_check() {
        for migration in [
            include_str!("../../../d1/0010_search.sql"),
            include_str!("../../../migrations/0010_search.sql"),
        ] {
            let words = migration.split_once("CHECK (kind IN (").unwrap().1;
            let words: Vec<_> = words.split_once("))").unwrap().0.split(", ").collect();
            for kind in Kind::ALL {
                assert!(words.contains(&format!("'{}'", kind.as_str()).as_str()));
                assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            }
        }
    }
}
