//! Types of the content sync.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::model::{RunKind, RunPhase, RunStatus};
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::ids::{ContentRecordId, DeliveryId, RefusalId, SyncRunId};

pub use crate::crm::model::{DeliveryOutcome, SyncResource as Resource};

/// Whether the sync is on, and how far it has come.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SyncOut {
    /// Whether records are pulled.
    pub pull: Switch,
    /// Whether the webhook takes records.
    pub webhook: Switch,
    /// How many minutes after a pull the next one begins by itself; never when null.
    pub every_minutes: Option<i64>,
    /// The last run, or the one under way.
    pub last_run: Option<RunOut>,
}

/// Whether a part of the sync is on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Switch {
    /// Whether it is.
    pub is_on: bool,
    /// If not, the settings that are missing.
    pub missing: Vec<&'static str>,
}

/// What a client sends to start a run.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunIn {
    /// All records, or those that changed since the last run. A full one marks what is no more over there.
    #[garde(skip)]
    pub kind: RunKind,
}

/// A run, as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RunOut {
    /// Its id.
    pub id: SyncRunId,
    /// All records, or those that changed.
    pub kind: RunKind,
    /// How it is.
    pub status: RunStatus,
    /// What it is at, or was at last.
    pub phase: RunPhase,
    /// By whom: `user:` or `api_key:` with an id, or `setup_key`; null when it began by itself.
    pub requested_by: Option<String>,
    /// It asks for what was changed over there since then; for all when null.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub updated_since: Option<Millis>,
    /// Pages that are done.
    pub pages: i64,
    /// Records that were seen: the sum of the next four.
    pub seen: i64,
    /// Of those, new here.
    pub created: i64,
    /// Of those, changed here.
    pub updated: i64,
    /// Of those, as they were.
    pub unchanged: i64,
    /// Of those, not taken; `…/refusals` says why.
    pub refused: i64,
    /// Records that are no more over there and were marked so.
    pub vanished: i64,
    /// Records seen a second, all in all; null until a second is over.
    pub records_per_second: Option<f64>,
    /// Attempts at its next page that came to nothing.
    pub attempts: i64,
    /// Why it waits, if it does.
    pub waiting_for: Option<String>,
    /// When it goes on; null when it is over.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub next_step_at: Option<Millis>,
    /// Why it failed, for programs.
    pub failure_code: Option<String>,
    /// Why it failed, for people.
    pub failure: Option<String>,
    /// When it began.
    #[serde(with = "crate::time::Rfc3339")]
    pub started_at: Millis,
    /// When it was over.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub finished_at: Option<Millis>,
}

/// A run as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Run {
    /// Its id.
    pub id: SyncRunId,
    /// All records, or those that changed.
    pub kind: RunKind,
    /// How it is.
    pub status: RunStatus,
    /// What it is at.
    pub phase: RunPhase,
    /// By whom.
    pub requested_by: Option<String>,
    /// It asks for what was changed since.
    pub updated_since: Option<Millis>,
    /// The newest change it has seen.
    pub watermark: Option<Millis>,
    /// Where its next page begins, as the service names it.
    pub remote_cursor: Option<String>,
    /// Pages that are done.
    pub pages: i64,
    /// Records seen.
    pub seen: i64,
    /// New here.
    pub created: i64,
    /// Changed here.
    pub updated: i64,
    /// As they were.
    pub unchanged: i64,
    /// Not taken.
    pub refused: i64,
    /// Marked as no more over there.
    pub vanished: i64,
    /// Attempts at its next page that came to nothing.
    pub attempts: i64,
    /// When it goes on.
    pub next_step_at: Millis,
    /// Why it waits.
    pub waiting_for: Option<String>,
    /// Why it failed.
    pub failure_code: Option<String>,
    /// In words.
    pub failure: Option<String>,
    /// When it began.
    pub started_at: Millis,
    /// When it was over.
    pub finished_at: Option<Millis>,
}

impl Run {
    /// As the API answers it.
    pub fn shown(self, now: Millis) -> RunOut {
        let is_over = self.status != RunStatus::Running;
        let took = self
            .finished_at
            .unwrap_or(now)
            .saturating_sub(self.started_at);
        RunOut {
            records_per_second: rate(self.seen, took),
            next_step_at: (!is_over).then_some(self.next_step_at),
            id: self.id,
            kind: self.kind,
            status: self.status,
            phase: self.phase,
            requested_by: self.requested_by,
            updated_since: self.updated_since,
            pages: self.pages,
            seen: self.seen,
            created: self.created,
            updated: self.updated,
            unchanged: self.unchanged,
            refused: self.refused,
            vanished: self.vanished,
            attempts: self.attempts,
            waiting_for: self.waiting_for.filter(|_| !is_over),
            failure_code: self.failure_code,
            failure: self.failure,
            started_at: self.started_at,
            finished_at: self.finished_at,
        }
    }
}

/// Counts are far below where a float would round them.
#[allow(clippy::cast_precision_loss)]
fn rate(seen: i64, took: Millis) -> Option<f64> {
    (took >= 1_000).then(|| seen as f64 * 1_000.0 / took as f64)
}

/// What a run did not take, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RefusalOut {
    /// Its id.
    pub id: RefusalId,
    /// What it was.
    pub resource: Resource,
    /// Its number over there, if it had one.
    pub remote_id: Option<i64>,
    /// What was wrong with it.
    pub reason: String,
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// A record over there and the one it is here, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ContentRecord")]
pub struct RecordOut {
    /// Its id.
    pub id: ContentRecordId,
    /// What it is.
    pub resource: Resource,
    /// Its number over there.
    pub remote_id: i64,
    /// The id of the community or business that it is here.
    pub record_id: String,
    /// When it was last changed over there.
    #[serde(with = "crate::time::Rfc3339")]
    pub remote_updated_at: Millis,
    /// The fields in which ours is newer than theirs, and stayed.
    pub kept: Json<Vec<String>>,
    /// When it was last heard of.
    #[serde(with = "crate::time::Rfc3339")]
    pub last_seen_at: Millis,
    /// Since when it is known to be no more over there. Here it stays.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub vanished_at: Option<Millis>,
}

/// What the webhook brought, as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DeliveryOut {
    /// Its id.
    pub id: DeliveryId,
    /// The sender's own id of it.
    pub delivery_key: String,
    /// What it says happened, as in `business.updated`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What came of it; null as long as it waits.
    pub outcome: Option<DeliveryOutcome>,
    /// Why it was refused or ignored.
    pub reason: Option<String>,
    /// When it came.
    #[serde(with = "crate::time::Rfc3339")]
    pub received_at: Millis,
    /// When it was applied.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub applied_at: Option<Millis>,
}

/// Which records a list has.
#[derive(Debug, Clone, Default)]
pub struct RecordFilter {
    /// Communities or businesses.
    pub resource: Option<Resource>,
    /// Those that are no more over there, or those that are.
    pub is_vanished: Option<bool>,
    /// The one that is this community or business here.
    pub record_id: Option<String>,
}
