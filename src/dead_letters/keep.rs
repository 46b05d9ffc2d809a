//! Keeping what died: the consumers of the dead-letter queues.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::Queue;
use super::read::read;
use super::store::{self, Again, New};
use crate::campaigns::batches::{self, BatchMessage};
use crate::edge::db::DbError;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::ids::{BatchId, DeadLetterId, SendId, SequenceId, TenantId};
use crate::live::{self, Topic};

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
    acknowledged(platform, queue, messages, Again::Opens).await
}

async fn acknowledged(
    platform: &Platform,
    queue: Queue,
    messages: &[String],
    again: Again,
) -> Vec<Disposition> {
    let disposition = match keep(platform, queue, messages, again).await {
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
        // Who has let one go does not hear of it again and again.
        acknowledged(platform, queue, &failed, Again::UnlessDiscarded).await;
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
        keep(platform, Queue::Sends, &[text], Again::Opens).await?;
    }
    batches::bury(db, message, BURIED, now).await.map(drop)
}

async fn keep(
    platform: &Platform,
    queue: Queue,
    messages: &[String],
    again: Again,
) -> Result<(), DbError> {
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
    for piece in pieces(&letters, PIECE) {
        store::add(&platform.db, default, queue, piece, again, now).await?;
    }
    let tenants = letters.iter().map(|letter| letter.tenant_id.as_ref());
    let tenants: BTreeSet<_> = tenants.map(|tenant| tenant.unwrap_or(default)).collect();
    for tenant in tenants {
        live::changed(platform, tenant, Topic::DeadLetters, None);
    }
    Ok(())
}

/// The most that is kept by one statement, in bytes of messages: a value of D1 holds 2 MB, and JSON in JSON takes more room.
const PIECE: usize = 500_000;

/// Letters one behind the other, whose messages have up to that many bytes together; one that has more stands alone.
fn pieces(letters: &[New], most: usize) -> Vec<&[New]> {
    let mut pieces = Vec::new();
    let (mut rest, mut size, mut length) = (letters, 0, 0);
    for letter in letters {
        if length > 0 && size + letter.message.len() > most {
            let (piece, others) = rest.split_at(length);
            pieces.push(piece);
            (rest, size, length) = (others, 0, 0);
        }
        size += letter.message.len();
        length += 1;
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_no_more_than_they_may_and_lose_nothing() {
        let letters: Vec<New> = [3, 3, 4, 9, 1]
            .iter()
            .map(|length| New {
                id: DeadLetterId::new(0),
                tenant_id: None,
                fingerprint: String::new(),
                what: String::new(),
                message: "x".repeat(*length),
            })
            .collect();
        let lengths = |most: usize| -> Vec<usize> {
            pieces(&letters, most)
                .iter()
                .map(|piece| piece.len())
                .collect()
        };
        assert_eq!(lengths(6), [2, 1, 1, 1]);
        assert_eq!(lengths(10), [3, 2]);
        assert_eq!(lengths(1), [1, 1, 1, 1, 1]);
        assert!(pieces(&[], 6).is_empty());
    }
}
