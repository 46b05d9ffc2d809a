//! The ledger: one row for each step of each enrolment that was decided, and what became of it. Nothing vanishes:
//! planned = sent + skipped + failed + unknown + pending.

pub mod history;
pub mod outbox;
pub mod replay;
pub mod rounds;
pub mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use store::unsettled_count;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a planned send.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SendStatus {
    /// Under way: planned, queued, or with a dispatcher.
    Pending,
    /// The provider took it.
    Sent,
    /// Left out, for a reason.
    Skipped,
    /// Given up, for a reason; can be replayed.
    Failed,
    /// Handed over, and nobody knows whether the provider took it. Never sent again by itself.
    Unknown,
}

impl SendStatus {
    /// Every status.
    pub const ALL: [SendStatus; 5] = [
        SendStatus::Pending,
        SendStatus::Sent,
        SendStatus::Skipped,
        SendStatus::Failed,
        SendStatus::Unknown,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            SendStatus::Pending => "pending",
            SendStatus::Sent => "sent",
            SendStatus::Skipped => "skipped",
            SendStatus::Failed => "failed",
            SendStatus::Unknown => "unknown",
        }
    }
}
