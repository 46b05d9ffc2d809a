//! What a request, a queue message or a tick has in hand.

use std::sync::Arc;

use super::bucket::Bucket;
use super::clock::{Clock, Millis};
use super::db::Db;
use super::deferred::Deferred;
use super::fetch::Fetch;
use super::limiter::Limiter;
use super::live::Live;
use super::queue::Queues;
use crate::config::Config;

/// Database, files, clock, queues, the way out, and the settings. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// The database.
    pub db: Arc<Db>,
    /// Files.
    pub bucket: Arc<Bucket>,
    /// The one clock.
    pub clock: Clock,
    /// Producers of all queues.
    pub queues: Arc<Queues>,
    /// The way to outside services.
    pub fetch: Arc<Fetch>,
    /// What is done after the answer has left.
    pub deferred: Arc<Deferred>,
    /// The limits on how often.
    pub limiter: Arc<Limiter>,
    /// The way to the pages that are open.
    pub live: Arc<Live>,
    /// The settings.
    pub config: Arc<Config>,
}

impl Platform {
    /// Now, in milliseconds since 1970.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }
}
