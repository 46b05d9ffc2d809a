//! What a dead letter is.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::ids::DeadLetterId;

/// The queue a message died on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DeadLetterQueue")]
pub enum Queue {
    /// Batches of emails to be handed over.
    Sends,
    /// Opens, clicks, the provider's reports, and what happened elsewhere.
    Tracking,
    /// Entries of the audit log.
    Audit,
    /// Imports and exports.
    Imports,
    /// What is brought over from the content database.
    Content,
}

impl Queue {
    /// Every queue.
    pub const ALL: &'static [Queue] = &[
        Queue::Sends,
        Queue::Tracking,
        Queue::Audit,
        Queue::Imports,
        Queue::Content,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Queue::Sends => "sends",
            Queue::Tracking => "tracking",
            Queue::Audit => "audit",
            Queue::Imports => "imports",
            Queue::Content => "content",
        }
    }

    /// Why a message is here.
    pub fn reason(self) -> &'static str {
        match self {
            Queue::Sends => {
                "The dispatcher failed on it at every one of seven deliveries. Its emails are marked as failed."
            }
            Queue::Tracking => {
                "It could not be applied at any of eleven deliveries. The log says why."
            }
            Queue::Audit => {
                "It could not be written into the audit log. It is tried again every ten minutes, a hundred times; the log says why it fails."
            }
            Queue::Imports => {
                "It failed at every one of six deliveries, and the import or export was given up. Start that again once the cause is mended."
            }
            Queue::Content => {
                "It could not be done at any of its deliveries. The next pull finds what is still to be done."
            }
        }
    }
}

/// What became of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "DeadLetterStatus")]
pub enum Status {
    /// Somebody has to look at it.
    Open,
    /// It was put on its queue again.
    Replayed,
    /// Nobody needs it.
    Discarded,
}

impl Status {
    /// Every status.
    pub const ALL: &'static [Status] = &[Status::Open, Status::Replayed, Status::Discarded];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Open => "open",
            Status::Replayed => "replayed",
            Status::Discarded => "discarded",
        }
    }
}

/// A dead letter in a list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    /// Its id.
    pub id: DeadLetterId,
    /// The queue it died on.
    pub queue: Queue,
    /// What became of it.
    pub status: Status,
    /// What it is, in words.
    pub what: String,
    /// Why it is here, in words.
    pub reason: String,
    /// How often it has come here: once for each time that all deliveries failed.
    pub attempts: i64,
    /// When it came here first.
    #[serde(with = "crate::time::Rfc3339")]
    pub first_seen_at: Millis,
    /// When it came here last.
    #[serde(with = "crate::time::Rfc3339")]
    pub last_seen_at: Millis,
    /// When it was replayed or discarded.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub settled_at: Option<Millis>,
    /// By whom.
    pub settled_by: Option<String>,
}

/// A dead letter with what it says.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OpenedDeadLetter")]
pub struct Opened {
    /// All but the message.
    #[serde(flatten)]
    pub letter: DeadLetter,
    /// The message as it was on the queue, JSON as text; gone once it is replayed or discarded.
    pub message: Option<String>,
}

/// Which dead letters are replayed: all that are open, those of a queue, or those named.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ReplayDeadLettersIn")]
pub struct ReplayIn {
    /// Of this queue only.
    #[garde(skip)]
    pub queue: Option<Queue>,
    /// These only.
    #[garde(inner(length(min = 1, max = 100)))]
    pub ids: Option<Vec<DeadLetterId>>,
}

/// What a replay of many has done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "ReplayedDeadLetters")]
pub struct Replayed {
    /// How many were put on their queues again.
    pub replayed: usize,
    /// Whether there are more; ask again.
    pub more: bool,
}
