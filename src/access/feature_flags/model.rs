//! Types of feature flags.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::edge::clock::Millis;
use crate::edge::db::Flag;
use crate::http::checks::{between, prose};
use crate::http::input::Text;

/// The longest name.
const NAME: usize = 60;
/// The longest description.
const DESCRIPTION: usize = 500;

/// A feature flag, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct FeatureFlag {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Off is off for everybody, whatever the percentage.
    pub is_on: Flag,
    /// Of a hundred who ask, for how many it is on. Who has it keeps it when the percentage grows.
    pub percentage: i64,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

impl FeatureFlag {
    /// Whether it is on for this subject: the same subject gets the same answer, and each flag draws its own lot.
    pub fn is_on_for(&self, subject: &str) -> bool {
        self.is_on.0 && lot(&self.name, subject) < self.percentage
    }
}

/// From 0 to 99.
fn lot(name: &str, subject: &str) -> i64 {
    let hash = Sha256::digest(format!("{name}/{subject}"));
    let bytes = hash.iter().take(4);
    bytes.fold(0_i64, |number, byte| number * 256 + i64::from(*byte)) % 100
}

/// What a flag is to be.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeatureFlagIn {
    /// For people.
    #[garde(inner(custom(prose(DESCRIPTION))))]
    pub description: Option<Text>,
    /// Off is off for everybody.
    #[garde(skip)]
    pub is_on: bool,
    /// Of a hundred who ask, for how many; all when absent.
    #[garde(inner(custom(between(0, 100))))]
    pub percentage: Option<i64>,
}

/// Whether a text can name a flag.
pub fn is_name(text: &str) -> bool {
    let characters = |character: char| {
        character.is_ascii_lowercase() || character.is_ascii_digit() || "_-.".contains(character)
    };
    (1..=NAME).contains(&text.len()) && text.chars().all(characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag(is_on: bool, percentage: i64) -> FeatureFlag {
        FeatureFlag {
            name: "new_editor".into(),
            description: None,
            is_on: Flag(is_on),
            percentage,
            created_at: 0,
            updated_at: 0,
        }
    }

    #[test]
    fn a_share_of_all_and_everybody_keeps_what_they_have() {
        let on = |percentage| {
            let flag = flag(true, percentage);
            (0..10_000)
                .filter(|n| flag.is_on_for(&n.to_string()))
                .collect::<Vec<_>>()
        };
        let (few, many) = (on(10), on(30));
        assert!((900..1_100).contains(&few.len()), "{}", few.len());
        assert!((2_800..3_200).contains(&many.len()), "{}", many.len());
        assert!(few.iter().all(|n| many.contains(n)));
        assert_eq!((on(0).len(), on(100).len()), (0, 10_000));
        assert!(!flag(false, 100).is_on_for("1"));
    }
}
