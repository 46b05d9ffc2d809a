//! Types of enrolments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::recipients::PeopleFilter;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::ids::{BusinessId, CommunityId, EnrolmentId, EnrolmentJobId, PersonId, SequenceId};

/// Where somebody is on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnrolmentStatus {
    /// Under way.
    Active,
    /// Through all steps.
    Completed,
    /// Ended before, for a reason.
    Stopped,
}

impl EnrolmentStatus {
    /// Every status.
    pub const ALL: [EnrolmentStatus; 3] = [
        EnrolmentStatus::Active,
        EnrolmentStatus::Completed,
        EnrolmentStatus::Stopped,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            EnrolmentStatus::Active => "active",
            EnrolmentStatus::Completed => "completed",
            EnrolmentStatus::Stopped => "stopped",
        }
    }
}

/// An enrolment as stored and answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Enrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Through which sequence.
    pub sequence_id: SequenceId,
    /// On which version.
    pub version: i64,
    /// Who.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: BusinessId,
    /// The how-manieth time, from 1.
    pub run: i64,
    /// Where they are.
    pub status: EnrolmentStatus,
    /// Why it was stopped.
    pub status_reason: Option<String>,
    /// The recipient's IANA time zone.
    pub timezone: String,
    /// Number of the step that comes next.
    pub sequence_step: i64,
    /// When it began.
    #[serde(with = "crate::time::Rfc3339")]
    pub sequence_started_at: Millis,
    /// When a step was last sent on its way.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub last_planned_at: Option<Millis>,
    /// When the next step is due.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub next_send_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// Walking.
    Running,
    /// Through.
    Done,
    /// Given up, for a reason.
    Failed,
}

/// A bulk enrolment with its progress, as stored and answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Job {
    /// Its id.
    pub id: EnrolmentJobId,
    /// Into which sequence.
    pub sequence_id: SequenceId,
    /// The community it deploys, if it does.
    pub community_id: Option<CommunityId>,
    /// Who is meant.
    pub filter: Json<PeopleFilter>,
    /// Where it is.
    pub status: JobStatus,
    /// The last person looked at.
    #[serde(skip_serializing)]
    pub cursor_person_id: Option<String>,
    /// People the filter matched so far.
    pub matched: i64,
    /// People enrolled by it so far.
    pub enrolled: i64,
    /// People who were enrolled already.
    pub already_enrolled: i64,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was through.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub finished_at: Option<Millis>,
}
