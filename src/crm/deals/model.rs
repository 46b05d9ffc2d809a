//! Types of deals.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{between, line, prose};
use crate::crm::model::StageKind;
use crate::crm::pipelines::model::{PipelineOut, StageOut};
use crate::edge::clock::{DAY, Millis};
use crate::http::checks::hold;
use crate::http::input::Text;
use crate::http::patch::nullable;
use crate::ids::{BusinessId, DealId, MoveId, PersonId, PipelineId, StageId, UserId};

/// The longest name.
const NAME: usize = 200;
/// The longest reason.
const REASON: usize = 1_000;
/// Ten billion dollars, in cents.
const MOST_AMOUNT: i64 = 1_000_000_000_000;

/// A deal as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DealOut {
    /// Its id.
    pub id: DealId,
    /// On which way.
    pub pipeline_id: PipelineId,
    /// Where on it.
    pub stage_id: StageId,
    /// Whose way it is.
    pub business_id: BusinessId,
    /// Who at the business it is about.
    pub person_id: Option<PersonId>,
    /// For people.
    pub name: Option<String>,
    /// What it is worth, in the currency's minor units.
    pub amount: Option<i64>,
    /// Three letters, as in `USD`.
    pub currency: Option<String>,
    /// The member of the team who is on it.
    pub owner_id: Option<UserId>,
    /// The day on which it should be decided.
    #[schemars(extend("format" = "date"))]
    pub expected_close_on: Option<String>,
    /// What it is: its stage's kind.
    pub status: StageKind,
    /// Why it was lost.
    pub lost_reason: Option<String>,
    /// Where it stands in its stage.
    #[serde(skip_serializing)]
    pub rank: String,
    /// The newest of its moves.
    #[serde(skip_serializing)]
    pub last_move_id: MoveId,
    /// When it came to its stage.
    #[serde(with = "crate::time::Rfc3339")]
    pub entered_stage_at: Millis,
    /// Whether it is open and in its stage for longer than that is meant for.
    #[serde(default)]
    pub is_stale: bool,
    /// When it was won or lost.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub closed_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

impl DealOut {
    /// The same deal, judged by its stage.
    #[must_use]
    pub fn judged(mut self, stage: Option<&StageOut>, now: Millis) -> Self {
        let since = stage.and_then(|stage| stale_since(stage, now));
        self.is_stale = since.is_some_and(|since| self.entered_stage_at <= since);
        self
    }
}

/// Who came to this stage at that time or before is stale now.
pub fn stale_since(stage: &StageOut, now: Millis) -> Option<Millis> {
    let days = stage.stale_after_days?;
    (stage.kind == StageKind::Open).then(|| now.saturating_sub(days.saturating_mul(DAY)))
}

/// What a client sends to add a deal.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DealIn {
    /// On which way.
    #[garde(skip)]
    pub pipeline_id: PipelineId,
    /// Where on it; its first open stage when absent.
    #[garde(skip)]
    pub stage_id: Option<StageId>,
    /// Whose way it is.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// Who at the business it is about.
    #[garde(skip)]
    pub person_id: Option<PersonId>,
    /// For people.
    #[garde(inner(custom(line(NAME))))]
    pub name: Option<Text>,
    /// What it is worth, in the currency's minor units.
    #[garde(inner(custom(between(0, MOST_AMOUNT))))]
    pub amount: Option<i64>,
    /// Three letters, as in `USD`; it comes with an amount.
    #[garde(inner(custom(currency_code)))]
    pub currency: Option<Text>,
    /// The member of the team who is on it.
    #[garde(skip)]
    pub owner_id: Option<UserId>,
    /// The day on which it should be decided.
    #[garde(inner(custom(date)))]
    #[schemars(extend("format" = "date"))]
    pub expected_close_on: Option<Text>,
}

/// What a client changes of a deal; what it does not name stays. It goes to another stage by a move.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DealPatch {
    /// Who at the business it is about.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub person_id: Option<Option<PersonId>>,
    /// For people.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub name: Option<Option<Text>>,
    /// What it is worth, in the currency's minor units.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(0, MOST_AMOUNT)))))]
    pub amount: Option<Option<i64>>,
    /// Three letters, as in `USD`; it comes and goes with the amount.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(currency_code))))]
    pub currency: Option<Option<Text>>,
    /// The member of the team who is on it.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(skip)]
    pub owner_id: Option<Option<UserId>>,
    /// The day on which it should be decided.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(date))))]
    pub expected_close_on: Option<Option<Text>>,
    /// Why it was lost.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(REASON)))))]
    pub lost_reason: Option<Option<Text>>,
}

/// Where a deal goes.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveIn {
    /// To which stage of its pipeline; the one where it is, to stand elsewhere there.
    #[garde(skip)]
    pub stage_id: StageId,
    /// Right above this deal of that stage. At the top when neither is said; a deal that is there already stays as it is.
    #[garde(skip)]
    pub before_id: Option<DealId>,
    /// Right below this deal of that stage.
    #[garde(custom(not_both(&self.before_id)))]
    pub after_id: Option<DealId>,
}

/// How a deal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It came to what the pipeline is for.
    Won,
    /// It came to nothing.
    Lost,
}

impl Outcome {
    /// What a deal is then.
    pub fn kind(self) -> StageKind {
        match self {
            Outcome::Won => StageKind::Won,
            Outcome::Lost => StageKind::Lost,
        }
    }
}

/// How a deal ended.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseIn {
    /// Won or lost: it goes to the pipeline's first stage that says so.
    #[garde(skip)]
    pub outcome: Outcome,
    /// Why it was lost.
    #[garde(inner(custom(prose(REASON))))]
    pub reason: Option<Text>,
}

/// An entry of a deal's history, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct MoveOut {
    /// Its id, in the order of time.
    pub id: MoveId,
    /// From which stage; null when it came into the pipeline.
    pub from_stage_id: Option<StageId>,
    /// To which stage.
    pub to_stage_id: StageId,
    /// What the deal was then.
    pub status: StageKind,
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub moved_at: Millis,
    /// By whom: `user:` or `api_key:` with an id, or `setup_key`.
    pub moved_by: String,
    /// How long it had been where it came from, in milliseconds; null when it came into the pipeline.
    pub stayed_ms: Option<Millis>,
}

/// Which deals a list has.
#[derive(Debug, Clone, Default)]
pub struct DealFilter {
    /// On this way.
    pub pipeline_id: Option<PipelineId>,
    /// In this stage.
    pub stage_id: Option<StageId>,
    /// Of this business.
    pub business_id: Option<BusinessId>,
    /// About this person.
    pub person_id: Option<PersonId>,
    /// Of this member of the team.
    pub owner_id: Option<UserId>,
    /// Open, won or lost.
    pub status: Option<StageKind>,
}

/// A pipeline with what is in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Board {
    /// Which one.
    pub pipeline: PipelineOut,
    /// Its stages, from the first to the last.
    pub stages: Vec<BoardStage>,
}

/// A stage with what is in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BoardStage {
    /// Which one.
    pub stage_id: StageId,
    /// How many deals are here.
    pub count: i64,
    /// How many of them are stale.
    pub stale_count: i64,
    /// What they are worth together, by currency.
    pub totals: Vec<Total>,
    /// The first of them, from the top.
    pub deals: Vec<DealOut>,
    /// Where `GET /api/v1/stages/{id}/deals` goes on; null when these are all.
    pub next_cursor: Option<String>,
}

/// What deals are worth together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Total {
    /// Three letters.
    pub currency: String,
    /// In its minor units.
    pub amount: i64,
}

/// How deals fared in a pipeline, by what happened within a time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Conversion {
    /// From then on.
    #[serde(with = "crate::time::Rfc3339")]
    pub from: Millis,
    /// Until then, and not then.
    #[serde(with = "crate::time::Rfc3339")]
    pub to: Millis,
    /// Deals that came into the pipeline.
    pub entered: i64,
    /// Of those that entered, the deals that are won at the end of the time.
    pub won: i64,
    /// Of those that entered, the deals that are lost at the end of the time.
    pub lost: i64,
    /// `won` as a part of `entered`, 0 to 1; null when none entered.
    pub win_rate: Option<f64>,
    /// From the first to the last; stages that are no more come last.
    pub stages: Vec<StageConversion>,
    /// Between which stages deals went.
    pub moves: Vec<Transition>,
}

/// How deals fared that came to a stage within a time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StageConversion {
    /// Which one.
    pub stage_id: StageId,
    /// For people.
    pub name: String,
    /// Deals that came here. One that came again is one.
    pub entered: i64,
    /// Of those, the deals that went on from here at least once: to a later open stage, or were won.
    pub moved_on: i64,
    /// Of those, the deals that went back from here at least once.
    pub went_back: i64,
    /// Of those, the deals that are won at the end of the time.
    pub won: i64,
    /// Of those, the deals that are lost at the end of the time.
    pub lost: i64,
    /// Of those, the deals that are here at the end of the time.
    pub still_here: i64,
    /// `moved_on` as a part of `entered`, 0 to 1; null when none came.
    pub rate: Option<f64>,
    /// Half of the deals that left within the time had been here for so many days or fewer. Several stays of one deal are
    /// added up.
    pub median_days: Option<f64>,
    /// How many days they had been here on average.
    pub mean_days: Option<f64>,
}

/// How many deals that came to one stage within a time went from there to another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Transition {
    /// From there.
    pub from_stage_id: StageId,
    /// To there.
    pub to_stage_id: StageId,
    /// Deals that went this way; one that went twice is one.
    pub deals: i64,
    /// As a part of those that came to the first stage, 0 to 1.
    pub rate: f64,
}

fn not_both(before: &Option<DealId>) -> impl FnOnce(&Option<DealId>, &()) -> garde::Result {
    let named = before.is_some();
    move |after, _| {
        hold(
            !(named && after.is_some()),
            "leave it out when before_id is given",
        )
    }
}

fn currency_code(text: &str, _: &()) -> garde::Result {
    hold(
        text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()),
        "must be a currency's three letters, such as USD",
    )
}

fn date(text: &str, _: &()) -> garde::Result {
    let holds = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
    hold(holds, "must be a day such as 2026-03-04")
}
