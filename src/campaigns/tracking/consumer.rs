//! The consumer of the `tracking` queue: engagement facts and providers' receipts, in batches.

use serde::{Deserialize, Serialize};

use super::apply;
use super::fact::Fact;
use crate::campaigns::receipts::{self, ses_event};
use crate::campaigns::replies;
use crate::crm::scores;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::events::Event;
use crate::json;

/// The wire form of a message; see `queues/tracking.md`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// An open or a click.
    Engagement(Fact),
    /// An event of Amazon SES, verified.
    SesEvent {
        /// The SNS message's id.
        notification_id: String,
        /// The event as it came.
        event: String,
    },
    /// Something happened in another domain.
    Event {
        /// What.
        event: Event,
    },
}

/// Handles the messages of one delivery. Facts are applied together; if that fails all are delivered again, which is
/// harmless.
pub async fn consume(platform: &Platform, messages: &[String]) -> Vec<Disposition> {
    let read: Vec<_> = messages
        .iter()
        .map(|text| json::read::<Message>(text))
        .collect();
    let facts: Vec<_> = read
        .iter()
        .filter_map(|message| match message {
            Ok(Message::Engagement(fact)) => Some(fact.clone()),
            _ => None,
        })
        .collect();
    let of_facts = disposition("facts", apply::apply(platform, &facts).await);
    let mut dispositions = Vec::with_capacity(messages.len());
    for message in read {
        dispositions.push(match message {
            Ok(Message::Engagement(_)) => of_facts,
            Ok(Message::SesEvent {
                notification_id,
                event,
            }) => {
                let tenant = &platform.config.api_key_tenant;
                match ses_event::read(&event, &notification_id, tenant) {
                    Some(receipt) => {
                        disposition("receipt", receipts::apply(platform, &receipt).await)
                    }
                    None => Disposition::Acknowledge,
                }
            }
            Ok(Message::Event { event }) => disposition("event", on_event(platform, &event).await),
            Err(error) => {
                log::error(
                    "unreadable message",
                    &[("queue", "tracking"), ("error", &error.to_string())],
                );
                Disposition::Acknowledge
            }
        });
    }
    scores::after_events(platform).await;
    dispositions
}

/// What follows for campaigns from what happened elsewhere.
async fn on_event(platform: &Platform, event: &Event) -> crate::error::Result<()> {
    match event {
        // The database has marked it; scores follow below.
        Event::ActivityRecorded { .. } => Ok(()),
        Event::EmailReplied {
            tenant_id,
            person_id,
            occurred_at,
        } => Ok(replies::record(&platform.db, tenant_id, person_id, *occurred_at).await?),
        // Nothing for campaigns.
        Event::DealMoved { .. } => Ok(()),
    }
}

fn disposition(what: &str, result: crate::error::Result<()>) -> Disposition {
    match result {
        Ok(()) => Disposition::Acknowledge,
        Err(error) => {
            log::error("tracking", &[("what", what), ("error", &error.to_string())]);
            Disposition::Retry
        }
    }
}
