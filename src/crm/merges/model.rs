//! Types of merges.

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fields::Row;
use crate::campaigns::merging;
use crate::crm::duplicates::evidence::What;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::ids::{BusinessId, MergeId, PersonId};

/// One of two records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that is kept.
    Kept,
    /// The one that becomes part of it.
    Other,
}

/// Whose value the record gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Taken {
    /// The kept record's.
    Kept,
    /// The other's.
    Other,
    /// What follows from both: sums, the later time, the stricter wish.
    Both,
}

/// Which other business becomes part of this one.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BusinessMergeIn {
    /// The business that becomes part of this one.
    #[garde(skip)]
    pub other_id: BusinessId,
    /// Whose value a field gets, where it is not to be the kept one's before the other's.
    #[serde(default)]
    #[garde(skip)]
    pub fields: BTreeMap<String, Side>,
    /// The preview's `version`: then the merge is what was previewed, or refused.
    #[garde(skip)]
    pub version: Option<String>,
}

/// Which other person is the same as this one.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonMergeIn {
    /// The person who is the same.
    #[garde(skip)]
    pub other_id: PersonId,
    /// Whose value a field gets, where it is not to be the kept one's before the other's.
    #[serde(default)]
    #[garde(skip)]
    pub fields: BTreeMap<String, Side>,
    /// The preview's `version`: then the merge is what was previewed, or refused.
    #[garde(skip)]
    pub version: Option<String>,
}

/// A field of two records, and which of both the one that is left gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "MergedField")]
pub struct FieldOut {
    /// Its name.
    pub field: String,
    /// What the kept record has; of an address or a name, all of it.
    pub kept: Value,
    /// What the other has.
    pub other: Value,
    /// Whose it is to be.
    pub taken: Taken,
}

/// Two people at two businesses who are the same.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PairOut {
    /// Who is kept.
    pub kept_id: String,
    /// Who becomes part of them.
    pub other_id: String,
    /// Field by field.
    pub fields: Vec<FieldOut>,
}

/// What a merge would do.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PreviewOut {
    /// What they are.
    pub what: What,
    /// The record that would be kept.
    pub kept_id: String,
    /// The one that would become part of it.
    pub other_id: String,
    /// Of which versions this is true; the merge takes it.
    pub version: String,
    /// Field by field.
    pub fields: Vec<FieldOut>,
    /// The people at both businesses who are the same.
    pub people: Vec<PairOut>,
    /// How many rows would go over, by table; 10,000 stands for as many or more.
    pub moves: BTreeMap<String, i64>,
    /// How many enrolments would end, because another of the same sequence goes on.
    pub enrolments_stopped: usize,
}

/// How far a merge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergeStatus {
    /// It is made, and part of the history is still going over.
    Moving,
    /// All of it is where it belongs.
    Done,
    /// It is taken back, and part of the history is still going back.
    Undoing,
    /// There are two records again.
    Undone,
}

impl MergeStatus {
    /// Every one, in the order of the CHECK.
    pub const ALL: [MergeStatus; 4] = [
        MergeStatus::Moving,
        MergeStatus::Done,
        MergeStatus::Undoing,
        MergeStatus::Undone,
    ];
}

/// A merge as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MergeOut {
    /// Its id.
    pub id: MergeId,
    /// What was merged.
    pub what: What,
    /// The record that was kept.
    pub kept_id: String,
    /// The one that became part of it.
    pub other_id: String,
    /// How far it is.
    pub status: MergeStatus,
    /// Each two records that it made one: these, and the people at both businesses who are the same.
    pub pairs: Vec<MergedPair>,
    /// How many rows have gone over, by table.
    pub moved: BTreeMap<String, i64>,
    /// Who merged them.
    pub created_by: String,
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// Who took it back.
    pub undone_by: Option<String>,
    /// When.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub undone_at: Option<Millis>,
}

/// Two records that were made one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MergedPair {
    /// What they are.
    pub what: What,
    /// The one that was kept.
    pub kept_id: String,
    /// The one that became part of it.
    pub other_id: String,
    /// Field by field, as they were.
    pub fields: Vec<FieldOut>,
}

/// A merge as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Merge {
    /// Its id.
    pub id: MergeId,
    /// What was merged.
    pub what: What,
    /// The record that was kept.
    pub kept_id: String,
    /// The one that became part of it.
    pub other_id: String,
    /// The kept business, or the kept person's.
    pub business_id: String,
    /// How far it is.
    pub status: MergeStatus,
    /// Who merged them.
    pub created_by: String,
    /// When.
    pub created_at: Millis,
    /// Who took it back.
    pub undone_by: Option<String>,
    /// When.
    pub undone_at: Option<Millis>,
}

/// Two records of a merge, as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Pair {
    /// Of which merge.
    pub merge_id: MergeId,
    /// What they are.
    pub what: What,
    /// The one that was kept.
    pub kept_id: String,
    /// The one that became part of it.
    pub other_id: String,
    /// What was written to both.
    pub changes: Json<Changes>,
}

/// What a merge wrote to two records, and what had been there.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Changes {
    /// Field by field.
    pub fields: Vec<FieldOut>,
    /// The kept record's columns that were written, as they were.
    pub before: Row,
    /// The same, as they were written.
    pub after: Row,
    /// The other's, as they were.
    pub other: Row,
    /// The businesses that the two people were at.
    #[serde(default)]
    pub businesses: Vec<String>,
    /// What became of enrolments.
    #[serde(default)]
    pub enrolments: Vec<merging::Change>,
}

/// Rows that went over.
#[derive(Debug, Clone, Deserialize)]
pub struct Move {
    /// Its place in the order of moves.
    pub number: i64,
    /// The table and column.
    pub place: String,
    /// Whose they were.
    pub from_id: String,
    /// Whose they are.
    pub to_id: String,
    /// Which.
    pub row_ids: Json<Vec<String>>,
}
