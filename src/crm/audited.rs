//! What a change of many records leaves in the audit log: the guard's one entry says that it was asked for, these say which
//! records it changed.

use crate::audit::{self, Entry};
use crate::edge::platform::Platform;
use crate::http::Caller;

/// Each of these was changed.
pub async fn changed<'a>(
    platform: &Platform,
    caller: &Caller,
    action: &'static str,
    record_type: &'static str,
    ids: impl Iterator<Item = &'a str>,
) {
    let entries = ids
        .map(|id| {
            let mut entry = Entry::new(caller.tenant.clone(), platform.now(), action);
            entry = entry.by(&caller.actor);
            entry.record_type = Some(record_type.to_string());
            entry.record_id = Some(id.to_string());
            entry.address = caller.address.as_deref().map(str::to_string);
            entry
        })
        .collect();
    audit::record_all(platform, entries).await;
}
