//! Keeping what died: the consumers of the dead-letter queues.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::Queue;
use super::read::read;
use super::store::{self, New};
use crate::campaigns::batches::{self, BatchMessage};
use crate::edge::db::DbError;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::ids::{BatchId, DeadLetterId, SendId, SequenceId, TenantId};

/// What the ledger gives as the reason of sends whose batch died.
const BURIED: &str = "dead_letter: the dispatcher failed on it again and again";

/// What is kept of a batch: it is gone when its sends have failed, so its sends are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadBatch {
    /// Whose.
    pub tenant_id: TenantId,
    /// Which it was.
    pub batch_id: BatchId,
    /// Of which sequence.
    pub sequence_id: SequenceId,
    /// Its sends.
    pub send_ids: Vec<SendId>,
}

/// Keeps messages. Every one of them gets a disposition, in order.
pub async fn all(platform: &Platform, queue: Queue, messages: &[String]) -> Vec<Disposition> {
    let disposition = match keep(platform, queue, messages).await {
        Ok(()) => Disposition::Acknowledge,
        Err(error) => {
            let error = error.to_string();
            let told = [("queue", queue.as_str()), ("error", error.as_str())];
            log::error("dead letter", &told);
            Disposition::Retry
        }
    };
    vec![disposition; messages.len()]
}

/// The same for messages that their consumer has given up in its own way: keeps those that it is done with.
pub async fn given_up(
    platform: &Platform,
    queue: Queue,
    messages: &[String],
    dispositions: Vec<Disposition>,
) -> Vec<Disposition> {
    let dead = with(messages, &dispositions, Disposition::Acknowledge);
    if dead.is_empty() {
        return dispositions;
    }
    let kept = all(platform, queue, &dead).await.first().copied();
    dispositions
        .into_iter()
        .map(|disposition| match disposition {
            Disposition::Acknowledge => kept.unwrap_or(disposition),
            Disposition::Retry => disposition,
        })
        .collect()
}

/// Shows messages that go on being tried where they died: those that failed again are here, and no longer once they are done.
pub async fn still_tried(
    platform: &Platform,
    queue: Queue,
    messages: &[String],
    dispositions: &[Disposition],
) {
    let failed = with(messages, dispositions, Disposition::Retry);
    if !failed.is_empty() {
        all(platform, queue, &failed).await;
    }
    let done: Vec<_> = with(messages, dispositions, Disposition::Acknowledge)
        .iter()
        .map(|message| fingerprint(message))
        .collect();
    let settled = store::settle_done(&platform.db, queue, &done, platform.now()).await;
    if let Err(error) = settled {
        let error = error.to_string();
        let told = [("queue", queue.as_str()), ("error", error.as_str())];
        log::error("dead letter", &told);
    }
}

fn with(
    messages: &[String],
    dispositions: &[Disposition],
    disposition: Disposition,
) -> Vec<String> {
    messages
        .iter()
        .zip(dispositions)
        .filter(|(_, of)| **of == disposition)
        .map(|(message, _)| message.clone())
        .collect()
}

/// What tells a message from others.
fn fingerprint(message: &str) -> String {
    hex::encode(Sha256::digest(message))
}

/// Batches that could not be dispatched: they are kept with their sends, which have failed then. A batch that is gone, or was
/// handed over, is left alone.
pub async fn of_sends(platform: &Platform, messages: &[BatchMessage]) -> Vec<Disposition> {
    let mut dispositions = Vec::with_capacity(messages.len());
    for message in messages {
        dispositions.push(match bury(platform, message).await {
            Ok(()) => Disposition::Acknowledge,
            Err(error) => {
                let error = error.to_string();
                let batch = message.batch_id.as_str();
                log::error("dead letter", &[("batch", batch), ("error", &error)]);
                Disposition::Retry
            }
        });
    }
    dispositions
}

async fn bury(platform: &Platform, message: &BatchMessage) -> Result<(), DbError> {
    let (db, now) = (&platform.db, platform.now());
    if let Some(batch) = batches::not_handed_over(db, message).await? {
        let dead = DeadBatch {
            tenant_id: message.tenant_id.clone(),
            batch_id: message.batch_id.clone(),
            sequence_id: batch.sequence_id,
            send_ids: batch.send_ids.0,
        };
        let text = serde_json::to_string(&dead).unwrap_or_default();
        keep(platform, Queue::Sends, &[text]).await?;
    }
    batches::bury(db, message, BURIED, now).await.map(drop)
}

async fn keep(platform: &Platform, queue: Queue, messages: &[String]) -> Result<(), DbError> {
    let now = platform.now();
    // The same message twice is one dead letter.
    let letters: BTreeMap<String, New> = messages
        .iter()
        .map(|message| {
            let read = read(queue, message);
            let fingerprint = fingerprint(message);
            let letter = New {
                id: DeadLetterId::new(now),
                tenant_id: read.tenant,
                fingerprint: fingerprint.clone(),
                what: read.what,
                message: message.clone(),
            };
            (fingerprint, letter)
        })
        .collect();
    let count = letters.len().to_string();
    log::error(
        "dead letters",
        &[("queue", queue.as_str()), ("count", &count)],
    );
    let letters: Vec<_> = letters.into_values().collect();
    // What names no tenant is the one's whom the key of the settings is for, as the provider's events are.
    let default = &platform.config.api_key_tenant;
    store::add(&platform.db, default, queue, &letters, now).await
}
