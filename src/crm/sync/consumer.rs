//! The consumer of the queue `content`: runs to bring on, and deliveries to apply.

use serde::{Deserialize, Serialize};

use super::{deliver, runs};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::{Disposition, QueueError, QueueName};
use crate::error::Result;
use crate::ids::{DeliveryId, SyncRunId, TenantId};
use crate::json;

/// The wire form of a message; see `queues/content.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// A run can go on.
    Run {
        /// Whose.
        tenant_id: TenantId,
        /// Which.
        run_id: SyncRunId,
    },
    /// A delivery is to be applied.
    Delivery {
        /// Whose.
        tenant_id: TenantId,
        /// Which.
        delivery_id: DeliveryId,
    },
}

/// Handles the messages of one delivery, one after the other.
pub async fn consume(platform: &Platform, messages: &[String]) -> Vec<Disposition> {
    let mut dispositions = Vec::with_capacity(messages.len());
    for text in messages {
        dispositions.push(match json::read(text) {
            Ok(message) => disposition(handle(platform, &message).await),
            Err(error) => {
                let error = error.to_string();
                log::error(
                    "unreadable message",
                    &[("queue", "content"), ("error", &error)],
                );
                Disposition::Acknowledge
            }
        });
    }
    dispositions
}

async fn handle(platform: &Platform, message: &Message) -> Result<()> {
    match message {
        Message::Run { tenant_id, run_id } => {
            if runs::advance(platform, tenant_id, run_id).await? {
                send_run(platform, tenant_id, run_id).await;
            }
            Ok(())
        }
        Message::Delivery {
            tenant_id,
            delivery_id,
        } => deliver::apply(platform, tenant_id, delivery_id).await,
    }
}

fn disposition(result: Result<()>) -> Disposition {
    match result {
        Ok(()) => Disposition::Acknowledge,
        Err(error) => {
            log::error("content sync", &[("error", &error.to_string())]);
            Disposition::Retry
        }
    }
}

/// Has a run brought on. If that cannot be said now, the next tick says it.
pub async fn send_run(platform: &Platform, tenant: &TenantId, run: &SyncRunId) {
    let message = Message::Run {
        tenant_id: tenant.clone(),
        run_id: run.clone(),
    };
    if let Err(error) = send(platform, &[message]).await {
        log::error("content sync", &[("error", &error.0)]);
    }
}

/// Has deliveries applied.
///
/// # Errors
/// The queue's.
pub async fn send_deliveries(
    platform: &Platform,
    tenant: &TenantId,
    deliveries: Vec<DeliveryId>,
) -> std::result::Result<(), QueueError> {
    let messages: Vec<_> = deliveries
        .into_iter()
        .map(|delivery_id| Message::Delivery {
            tenant_id: tenant.clone(),
            delivery_id,
        })
        .collect();
    send(platform, &messages).await
}

async fn send(platform: &Platform, messages: &[Message]) -> std::result::Result<(), QueueError> {
    let mut texts = Vec::new();
    for message in messages {
        let text = serde_json::to_string(message).map_err(|error| QueueError(error.to_string()))?;
        texts.push((text, 0));
    }
    platform.queues.send(QueueName::Content, texts).await
}
