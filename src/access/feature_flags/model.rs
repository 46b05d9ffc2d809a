//! Types of feature flags.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::built_in::{self, Switch};
use crate::edge::clock::Millis;
use crate::edge::db::Flag;
use crate::http::checks::{between, prose};
use crate::http::input::Text;

/// The longest name.
const NAME: usize = 60;
/// The longest description.
const DESCRIPTION: usize = 500;

/// A feature flag, as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct FeatureFlag {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Off is off for everybody, whatever the percentage.
    pub is_on: Flag,
    /// Of a hundred who ask, for how many it is on.
    pub percentage: i64,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last changed.
    pub updated_at: Millis,
}

/// A feature flag, as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "FeatureFlag")]
pub struct FeatureFlagOut {
    /// Its name.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Off is off for everybody, whatever the percentage.
    pub is_on: bool,
    /// Of a hundred who ask, for how many it is on. Who has it keeps it when the percentage grows.
    pub percentage: i64,
    /// Whether the platform itself asks it. Such a one is on until it is switched off, and always for everybody.
    pub is_built_in: bool,
    /// When it was first set; null when it never was.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub created_at: Option<Millis>,
    /// When it was last changed; null when it never was set.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub updated_at: Option<Millis>,
}

impl From<FeatureFlag> for FeatureFlagOut {
    fn from(flag: FeatureFlag) -> Self {
        let switch = built_in::find(&flag.name);
        FeatureFlagOut {
            description: switch.map_or(flag.description, |switch| {
                Some(switch.description.to_string())
            }),
            is_on: flag.is_on.0,
            percentage: flag.percentage,
            is_built_in: switch.is_some(),
            created_at: Some(flag.created_at),
            updated_at: Some(flag.updated_at),
            name: flag.name,
        }
    }
}

impl From<&Switch> for FeatureFlagOut {
    /// As it is until somebody sets it.
    fn from(switch: &Switch) -> Self {
        FeatureFlagOut {
            name: switch.name.into(),
            description: Some(switch.description.into()),
            is_on: true,
            percentage: 100,
            is_built_in: true,
            created_at: None,
            updated_at: None,
        }
    }
}

impl FeatureFlagOut {
    /// Whether it is on for this subject (a user, a key): the same subject gets the same answer, and each flag draws its own lot.
    pub fn is_on_for(&self, subject: &str) -> bool {
        self.is_on && lot(&self.name, subject) < self.percentage
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
    /// For people. A built-in flag has its own.
    #[garde(inner(custom(prose(DESCRIPTION))))]
    pub description: Option<Text>,
    /// Off is off for everybody.
    #[garde(skip)]
    pub is_on: bool,
    /// Of a hundred who ask, for how many; all when absent. A built-in flag is for everybody.
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

    fn flag(is_on: bool, percentage: i64) -> FeatureFlagOut {
        FeatureFlagOut::from(FeatureFlag {
            name: "new_editor".into(),
            description: None,
            is_on: Flag(is_on),
            percentage,
            created_at: 0,
            updated_at: 0,
        })
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
