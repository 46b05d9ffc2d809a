//! Types of pipelines and their stages.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::checks::{self, between, entries, line, prose};
use crate::crm::model::StageKind;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::ids::{PipelineId, StageId};

/// The color of a stage that nobody chose one for.
pub const DEFAULT_COLOR: &str = "#6B7280";
/// The most stages of a pipeline.
pub const MOST_STAGES: usize = 50;
/// The longest name.
const NAME: usize = 100;
/// The longest description.
const DESCRIPTION: usize = 1_000;
/// Nothing waits longer than ten years.
const MOST_DAYS: i64 = 3_650;

/// A pipeline with its stages, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PipelineOut {
    /// Its id.
    pub id: PipelineId,
    /// For people; no two pipelines have the same.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// The word by which the platform knows it, when it is one that every tenant begins with.
    pub built_in: Option<String>,
    /// From the first to the last.
    #[serde(default)]
    pub stages: Vec<StageOut>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed; its stages have a version each.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// A stage, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct StageOut {
    /// Its id.
    pub id: StageId,
    /// Whose stage.
    pub pipeline_id: PipelineId,
    /// For people.
    pub name: String,
    /// The word by which the platform knows it, when it is one that every tenant begins with.
    pub built_in: Option<String>,
    /// Its place among the others; lower comes first.
    pub position: i64,
    /// What a deal is that is here.
    pub kind: StageKind,
    /// How likely a deal that is here is won, in percent.
    pub probability: i64,
    /// As in `#6B7280`.
    pub color: String,
    /// After so many days here an open deal is stale; never when null.
    pub stale_after_days: Option<i64>,
    /// The stages that a deal may go to from here; all when null.
    pub moves_to: Option<Json<Vec<StageId>>>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

impl StageOut {
    /// Whether a deal may go from here to there.
    pub fn leads_to(&self, stage: &StageId) -> bool {
        self.moves_to
            .as_ref()
            .is_none_or(|stages| stages.0.contains(stage))
    }
}

/// What a client sends to create a pipeline.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelineIn {
    /// For people; no two pipelines have the same.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// For people.
    #[garde(inner(custom(prose(DESCRIPTION))))]
    pub description: Option<Text>,
    /// From the first to the last; at least one of them open.
    #[garde(dive, custom(entries(MOST_STAGES)), custom(with_an_open_one))]
    pub stages: Vec<StageIn>,
}

/// What a client changes of a pipeline; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PipelinePatch {
    /// For people; no two pipelines have the same.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// For people.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(prose(DESCRIPTION)))))]
    pub description: Option<Option<Text>>,
}

/// What a client sends to add a stage. It comes behind the others.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageIn {
    /// For people.
    #[garde(custom(line(NAME)))]
    pub name: Text,
    /// What a deal is that is here.
    #[serde(default)]
    #[garde(skip)]
    pub kind: StageKind,
    /// How likely a deal that is here is won, in percent; by its kind 50, 100 or 0 when absent.
    #[garde(inner(custom(between(0, 100))))]
    pub probability: Option<i64>,
    /// As in `#6B7280`, which it is when absent.
    #[garde(inner(custom(checks::color)))]
    pub color: Option<Text>,
    /// After so many days here an open deal is stale; never when absent.
    #[garde(inner(custom(between(1, MOST_DAYS))))]
    pub stale_after_days: Option<i64>,
    /// The stages of this pipeline that a deal may go to from here; all when absent or empty. Stages that are made together
    /// have no ids yet: change them afterwards.
    #[garde(inner(custom(entries(MOST_STAGES))))]
    pub moves_to: Option<Vec<StageId>>,
}

impl StageIn {
    /// How likely a deal here is won, in percent.
    pub fn probability(&self) -> i64 {
        self.probability.unwrap_or(match self.kind {
            StageKind::Open => 50,
            StageKind::Won => 100,
            StageKind::Lost => 0,
        })
    }
}

/// What a client changes of a stage; what it does not name stays.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StagePatch {
    /// For people.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(NAME))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// What a deal is that is here. It stays while deals are here.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "StageKind")]
    pub kind: Option<StageKind>,
    /// How likely a deal that is here is won, in percent.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(between(0, 100))))]
    #[schemars(with = "i64")]
    pub probability: Option<i64>,
    /// As in `#6B7280`.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::color)))]
    #[schemars(with = "Text")]
    pub color: Option<Text>,
    /// After so many days here an open deal is stale; never when null.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(between(1, MOST_DAYS)))))]
    pub stale_after_days: Option<Option<i64>>,
    /// The stages of this pipeline that a deal may go to from here; all when null or empty.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(entries(MOST_STAGES)))))]
    pub moves_to: Option<Option<Vec<StageId>>>,
}

/// A pipeline's stages in a new order.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageOrder {
    /// All of the pipeline's stages, each once, from the first to the last.
    #[garde(custom(entries(MOST_STAGES)))]
    pub stage_ids: Vec<StageId>,
}

fn with_an_open_one(stages: &[StageIn], _: &()) -> garde::Result {
    crate::http::checks::hold(
        stages.iter().any(|stage| stage.kind == StageKind::Open),
        "must have an open stage, where deals begin",
    )
}
