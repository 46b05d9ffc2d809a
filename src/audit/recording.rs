//! Recording: quick for whoever calls it, and nothing that goes wrong here stops what is being recorded.

use std::cell::RefCell;

use super::append;
use super::message;
use super::model::Entry;
use crate::edge::clock::{Millis, machine_now};
use crate::edge::deferred::pause;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;

/// Records an entry. It costs the caller one message on a queue; without the queue the entry is chained at once.
pub async fn record(platform: &Platform, entry: Entry) {
    record_all(platform, vec![entry]).await;
}

/// How long entries that may wait are gathered, in milliseconds.
const GATHERED_FOR: u64 = 20;
/// How long somebody may take to fetch what was gathered before somebody else does, in milliseconds.
const FETCHED_WITHIN: Millis = 1_000;

#[derive(Default)]
struct Gathered {
    entries: Vec<Entry>,
    /// When the entries began to wait for whoever fetches them.
    since: Option<Millis>,
}

thread_local! {
    static GATHERED: RefCell<Gathered> = RefCell::default();
}

/// Records an entry that may wait a moment: those that come at about the same time go onto the queue together. Whoever
/// comes first fetches them; if it ends before, whoever comes later does.
pub async fn record_soon(platform: &Platform, entry: Entry) {
    let now = machine_now();
    let fetches = GATHERED.with_borrow_mut(|gathered| {
        gathered.entries.push(entry);
        let others_do = gathered
            .since
            .is_some_and(|since| (0..FETCHED_WITHIN).contains(&(now - since)));
        if !others_do {
            gathered.since = Some(now);
        }
        !others_do
    });
    if fetches {
        pause(GATHERED_FOR).await;
        let entries = GATHERED.with_borrow_mut(std::mem::take).entries;
        record_all(platform, entries).await;
    }
}

/// Records entries.
pub async fn record_all(platform: &Platform, entries: Vec<Entry>) {
    if entries.is_empty() {
        return;
    }
    let entries: Vec<_> = entries.into_iter().map(Entry::tidied).collect();
    let failure = match message::pack(entries.clone()) {
        Ok(messages) => {
            let messages = messages.into_iter().map(|text| (text, 0)).collect();
            match platform.queues.send(QueueName::Audit, messages).await {
                Ok(()) => return,
                Err(error) => error.0,
            }
        }
        Err(error) => error.to_string(),
    };
    log::error("audit queue", &[("error", &failure)]);
    // Some of them may be on the queue all the same: they have their ids, and are chained once.
    let count = entries.len().to_string();
    if let Err(error) = append::append_all(&platform.db, &platform.config.audit_keys, entries).await
    {
        let error = error.to_string();
        log::error(
            "audit entries lost",
            &[("count", &count), ("error", &error)],
        );
    }
}
