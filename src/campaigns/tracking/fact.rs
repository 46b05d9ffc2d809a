//! A fact as it travels from the edge to the consumer; see `queues/tracking.md`.

use serde::{Deserialize, Serialize};

use super::token::{Purpose, Token};
use super::verdict::Kind;
use crate::edge::clock::Millis;
use crate::ids::{SendId, TenantId, TrackingEventId};

/// Longest user agent kept, in bytes; longer ones are cut.
const MOST_AGENT_BYTES: usize = 300;

/// An open or a click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Given at the edge, so that a message delivered twice counts once.
    pub id: TrackingEventId,
    /// Whose message.
    pub tenant_id: TenantId,
    /// Which message.
    pub send_id: SendId,
    /// Open or click.
    pub kind: Kind,
    /// When the request came.
    pub occurred_at: Millis,
    /// The request's method.
    pub method: String,
    /// The request's user agent.
    pub user_agent: String,
    /// Where the link led.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target_url: Option<String>,
}

impl Fact {
    /// The fact of a request with a verified token; `None` for an unsubscribe token, which is no fact of this kind.
    pub fn new(token: Token, method: String, user_agent: String, now: Millis) -> Option<Self> {
        let (kind, target_url) = match token.purpose {
            Purpose::Open => (Kind::Open, None),
            Purpose::Click(target) => (Kind::Click, Some(target)),
            Purpose::Unsubscribe => return None,
        };
        Some(Fact {
            id: TrackingEventId::new(now),
            tenant_id: token.tenant,
            send_id: token.send,
            kind,
            occurred_at: now,
            method,
            user_agent: cut(user_agent),
            target_url,
        })
    }
}

fn cut(mut text: String) -> String {
    let mut end = text.len().min(MOST_AGENT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}
