//! Telling open pages what changes. Whatever changes something says so here, in passing: it costs nothing until the request,
//! message or tick is over, and then one call for each tenant. See docs/live.md.

mod routes;
#[cfg(test)]
mod tests;
mod topic;

pub use routes::routes;
pub use topic::Topic;

use crate::edge::live::LiveEvent;
use crate::edge::platform::Platform;
use crate::ids::TenantId;

/// Tells that a record has changed, or several when no id is given.
pub fn changed(platform: &Platform, tenant: &TenantId, topic: Topic, id: Option<&str>) {
    let event = LiveEvent::new(topic.as_str(), id.unwrap_or_default());
    platform.live.tell(tenant.as_str(), event);
}

/// Tells how many of what were added to something, as messages that were sent to a sequence's.
pub fn counted(
    platform: &Platform,
    tenant: &TenantId,
    topic: Topic,
    id: &str,
    counts: &[(&str, usize)],
) {
    if counts.iter().all(|(_, number)| *number == 0) {
        return;
    }
    let event = counts.iter().fold(
        LiveEvent::new(topic.as_str(), id),
        |event, (what, number)| event.count(what, *number),
    );
    platform.live.tell(tenant.as_str(), event);
}
