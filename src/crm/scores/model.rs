//! Types of scores.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::model::Score;
use crate::edge::clock::Millis;
use crate::ids::{BusinessId, PersonId};

/// The reason of points that somebody set by hand.
pub const BY_HAND: &str = "set_by_hand";
/// The reason of points for where a business stands with us.
pub const STATUS: &str = "lead_status";

/// Something that counts for a score, as stored: what it was worth when it happened, and how that decays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// To which score.
    pub score: Score,
    /// The fact's own id: the activity's, or the reason where there can be one only. So a fact counts once.
    pub id: String,
    /// The activity's type, [`STATUS`] or [`BY_HAND`].
    pub reason: String,
    /// At the time.
    pub points: i64,
    /// `None`: they stay.
    pub half_life_days: Option<i64>,
    /// When it happened.
    pub occurred_at: Millis,
    /// When they are worth nothing any more.
    pub ends_at: Option<Millis>,
    /// Who did it.
    pub person_id: Option<PersonId>,
    /// The status, or what it was set to.
    pub detail: Option<String>,
}

/// A business's scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// How promising it is.
    pub lead_score: i64,
    /// How well it does with us.
    pub health_score: Option<i64>,
    /// How close in touch we are.
    pub warmness: i64,
}

/// A business's scores, explained.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScoresOut {
    /// Whose.
    pub business_id: BusinessId,
    /// The version of the rules.
    pub rules_version: i64,
    /// Each of them.
    pub scores: Vec<ScoreOut>,
}

/// A score, explained: `base` and what each contribution is worth now, between 0 and 100.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScoreOut {
    /// Which.
    pub score: Score,
    /// Now; null when there is none.
    pub value: Option<i64>,
    /// What every business starts with.
    pub base: i64,
    /// How it went.
    pub trend: TrendOut,
    /// What counts, the weightiest first; a hundred at most.
    pub contributions: Vec<ContributionOut>,
}

/// How a score went.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TrendOut {
    /// Against a week ago.
    pub direction: Direction,
    /// Points against a week ago.
    pub change: i64,
    /// Once a week, from four weeks ago to now.
    pub weeks: Vec<PointOut>,
}

/// Where something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It grows.
    Up,
    /// It stays.
    Flat,
    /// It falls.
    Down,
}

/// A score at a time.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PointOut {
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub at: Millis,
    /// What it was, out of what still counts.
    pub value: i64,
}

/// Something that counts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContributionOut {
    /// The activity's id, or the reason.
    pub id: String,
    /// An activity's type, `lead_status` or `set_by_hand`.
    pub reason: String,
    /// In words.
    pub text: String,
    /// Who did it.
    pub person_id: Option<PersonId>,
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub occurred_at: Millis,
    /// What it was worth then.
    pub points_then: i64,
    /// What is left of it, after the cap of its reason.
    pub points_now: f64,
    /// Days in which it halves; null when it stays.
    pub half_life_days: Option<i64>,
}
