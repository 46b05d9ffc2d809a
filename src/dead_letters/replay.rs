//! Replaying dead letters: through their queue again.

use super::keep::DeadBatch;
use super::model::{Opened, Queue, Replayed, Status};
use super::store;
use crate::campaigns::ledger::replay::replay as replay_sends;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;
use crate::error::{Error, Result};
use crate::ids::{DeadLetterId, TenantId};
use crate::json;

/// How many one call replays; calling again goes on.
const MOST: usize = 100;

/// Replays one.
///
/// # Errors
/// When there is none, or it is settled; the database's or the queue's, and it stays open then.
pub async fn one(
    platform: &Platform,
    tenant: &TenantId,
    id: &DeadLetterId,
    by: &str,
) -> Result<()> {
    let opened = store::get(&platform.db, tenant, id).await?;
    if opened.letter.status != Status::Open {
        return Err(settled(&opened));
    }
    put_back(platform, tenant, &opened, by).await
}

/// Why one that is settled stays as it is.
pub fn settled(opened: &Opened) -> Error {
    Error::conflict(
        "dead_letter_status",
        format!(
            "The dead letter is {}, and its message is gone.",
            opened.letter.status.as_str()
        ),
    )
}

/// Replays those that are open: of a queue, those named, or all.
///
/// # Errors
/// The database's or the queue's; those before are replayed.
pub async fn many(
    platform: &Platform,
    tenant: &TenantId,
    queue: Option<Queue>,
    ids: Option<&[DeadLetterId]>,
    by: &str,
) -> Result<Replayed> {
    let probe = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
    let mut open = store::open(&platform.db, tenant, queue, ids, probe).await?;
    let more = open.len() > MOST;
    open.truncate(MOST);
    for opened in &open {
        put_back(platform, tenant, opened, by).await?;
    }
    Ok(Replayed {
        replayed: open.len(),
        more,
    })
}

/// First the queue, then the mark: what is replayed twice does no harm, what is marked and not replayed would be lost.
async fn put_back(platform: &Platform, tenant: &TenantId, opened: &Opened, by: &str) -> Result<()> {
    let message = opened.message.as_deref().unwrap_or_default();
    let queue = match opened.letter.queue {
        Queue::Sends => {
            let batch: DeadBatch =
                json::read(message).map_err(|error| Error::Internal(error.to_string()))?;
            replay_sends(platform, tenant, &batch.sequence_id, Some(&batch.send_ids)).await?;
            None
        }
        Queue::Tracking => Some(QueueName::Tracking),
        Queue::Audit => Some(QueueName::Audit),
        Queue::Imports => Some(QueueName::Imports),
        Queue::Content => Some(QueueName::Content),
    };
    if let Some(queue) = queue {
        let messages = vec![(message.to_string(), 0)];
        platform.queues.send(queue, messages).await?;
    }
    let (id, now) = (&opened.letter.id, platform.now());
    store::settle(&platform.db, tenant, id, Status::Replayed, by, now).await?;
    Ok(())
}
