//! What happened: domains publish, others subscribe, none calls another. An event travels as a message of the tracking
//! queue, so publishing is quick and what follows is done even if this request's instance dies.

use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;
use crate::error::{Error, Result};
use crate::ids::{ActivityId, BusinessId, DealId, PersonId, PipelineId, StageId, TenantId};

/// Something that happened. Subscribers get it at least once, in no particular order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Event {
    /// Something was entered into a business's timeline.
    ActivityRecorded {
        /// Whose.
        tenant_id: TenantId,
        /// Whose timeline.
        business_id: BusinessId,
        /// The entry.
        activity_id: ActivityId,
        /// When it happened.
        occurred_at: Millis,
    },
    /// A person answered an email of ours.
    EmailReplied {
        /// Whose.
        tenant_id: TenantId,
        /// Who.
        person_id: PersonId,
        /// When.
        occurred_at: Millis,
    },
    /// A deal came into a pipeline, or to another stage of it.
    DealMoved {
        /// Whose.
        tenant_id: TenantId,
        /// Which deal.
        deal_id: DealId,
        /// On which way.
        pipeline_id: PipelineId,
        /// Whose way.
        business_id: BusinessId,
        /// About whom.
        person_id: Option<PersonId>,
        /// From which stage; from none when it came into the pipeline.
        from_stage_id: Option<StageId>,
        /// To which stage.
        to_stage_id: StageId,
        /// What the deal is now: open, won or lost.
        status: String,
        /// When.
        occurred_at: Millis,
    },
}

/// An event as a queue message; see `queues/tracking.md`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventMessage {
    /// The one kind.
    Event {
        /// What happened.
        event: Event,
    },
}

/// Publishes an event.
///
/// # Errors
/// The queue's.
pub async fn publish(platform: &Platform, event: Event) -> Result<()> {
    let text = serde_json::to_string(&EventMessage::Event { event })
        .map_err(|error| Error::Internal(error.to_string()))?;
    platform
        .queues
        .send(QueueName::Tracking, vec![(text, 0)])
        .await?;
    Ok(())
}
