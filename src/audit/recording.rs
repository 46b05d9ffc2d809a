//! Recording: quick for whoever calls it, and nothing that goes wrong here stops what is being recorded.

use super::append;
use super::model::Entry;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;

/// Records an entry. It costs the caller one message on a queue; without the queue the entry is chained at once.
pub async fn record(platform: &Platform, entry: Entry) {
    record_all(platform, vec![entry]).await;
}

/// Records entries.
pub async fn record_all(platform: &Platform, entries: Vec<Entry>) {
    if entries.is_empty() {
        return;
    }
    let entries: Vec<_> = entries.into_iter().map(Entry::tidied).collect();
    let messages: Result<Vec<_>, _> = entries
        .iter()
        .map(|entry| serde_json::to_string(entry).map(|text| (text, 0)))
        .collect();
    let failure = match messages {
        Ok(messages) => match platform.queues.send(QueueName::Audit, messages).await {
            Ok(()) => return,
            Err(error) => error.0,
        },
        Err(error) => error.to_string(),
    };
    log::error("audit queue", &[("error", &failure)]);
    // Some of them may be on the queue all the same: they have their ids, and are chained once.
    let count = entries.len().to_string();
    if let Err(error) = append::append_all(&platform.db, &platform.config.audit_key, entries).await
    {
        let error = error.to_string();
        log::error(
            "audit entries lost",
            &[("count", &count), ("error", &error)],
        );
    }
}
