//! Types of possible duplicates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::{Agreement, Keys, What};
use crate::edge::clock::Millis;
use crate::ids::DuplicateId;

/// A record as far as telling it from another goes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "DuplicateRecord")]
pub struct RecordOut {
    /// Its id.
    pub id: String,
    /// A person's business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_id: Option<String>,
    /// A business's name, or a person's names.
    pub name: String,
    /// Its email address.
    pub email: Option<String>,
    /// Its telephone number, as it was written.
    pub phone: Option<String>,
    /// A business's site.
    pub website: Option<String>,
    /// A business's address, in a line.
    pub address: Option<String>,
    /// When it was created.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// Two records that may be the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DuplicateOut {
    /// The pair's id.
    pub id: DuplicateId,
    /// What they are.
    pub what: What,
    /// What they agree in.
    pub why: Vec<Agreement>,
    /// How certain that makes it, from 1 to 99.
    pub confidence: i64,
    /// Both, the older one first.
    pub records: Vec<RecordOut>,
    /// Who said that they are not the same.
    pub dismissed_by: Option<String>,
    /// When.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub dismissed_at: Option<Millis>,
    /// When they were found to agree.
    #[serde(with = "crate::time::Rfc3339")]
    pub found_at: Millis,
}

/// A record that may be the same as the one that was asked about.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Likeness {
    /// The pair's id; `null` for the minute before the pair is in the list, in which it cannot be dismissed yet.
    pub id: Option<DuplicateId>,
    /// What they agree in.
    pub why: Vec<Agreement>,
    /// How certain that makes it, from 1 to 99.
    pub confidence: i64,
    /// The other one.
    pub record: RecordOut,
}

/// A pair as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Pair {
    /// Its id.
    pub id: DuplicateId,
    /// What they are.
    pub what: What,
    /// The older record.
    pub first_id: String,
    /// The younger.
    pub second_id: String,
    /// How certain it was when it was found.
    pub confidence: i64,
    /// Who said that they are not the same.
    pub dismissed_by: Option<String>,
    /// When.
    pub dismissed_at: Option<Millis>,
    /// When they were found.
    pub found_at: Millis,
}

/// A record with its keys, as read.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// By what it is known again.
    #[serde(flatten)]
    pub keys: Keys,
    /// A person's business.
    pub business_id: Option<String>,
    /// A business's name.
    pub name: Option<String>,
    /// As written.
    pub phone: Option<String>,
    /// A business's site.
    pub website: Option<String>,
    /// House number and street.
    pub address_street: Option<String>,
    /// Town.
    pub address_city: Option<String>,
    /// Two letters.
    pub address_state: Option<String>,
    /// ZIP or ZIP+4.
    pub address_zip: Option<String>,
    /// When it was created.
    pub created_at: Millis,
}

impl From<Record> for RecordOut {
    fn from(record: Record) -> Self {
        let joined = |parts: &[&Option<String>], between: &str| {
            let parts: Vec<_> = parts.iter().filter_map(|part| part.as_deref()).collect();
            Some(parts.join(between)).filter(|text| !text.is_empty())
        };
        let names = joined(&[&record.keys.first_name, &record.keys.last_name], " ");
        let state = joined(&[&record.address_state, &record.address_zip], " ");
        RecordOut {
            address: joined(
                &[&record.address_street, &record.address_city, &state],
                ", ",
            ),
            id: record.keys.id,
            business_id: record.business_id,
            name: record.name.or(names).unwrap_or_default(),
            email: record.keys.email,
            phone: record.phone,
            website: record.website,
            created_at: record.created_at,
        }
    }
}
