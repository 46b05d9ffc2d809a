//! The consumer of the queue `imports`, which carries exports as well.

use serde::{Deserialize, Serialize};

use super::{files, run, store};
use crate::crm::exports;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::{Disposition, QueueName};
use crate::error::Result;
use crate::ids::{ExportId, ImportId, TenantId};
use crate::json;
use crate::live::{self, Topic};

/// What one look at what was lost, or is to go, takes up.
const AT_ONCE: i64 = 20;

/// A message: somebody is to go on with this. How far it has come is in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Whose.
    pub tenant_id: TenantId,
    /// Which import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import_id: Option<ImportId>,
    /// Which export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub export_id: Option<ExportId>,
}

/// The message that has somebody go on with an import.
pub fn message(tenant: &TenantId, import: &ImportId) -> String {
    text(&Message {
        tenant_id: tenant.clone(),
        import_id: Some(import.clone()),
        export_id: None,
    })
}

/// The message that has somebody go on with an export.
pub fn export_message(tenant: &TenantId, export: &ExportId) -> String {
    text(&Message {
        tenant_id: tenant.clone(),
        import_id: None,
        export_id: Some(export.clone()),
    })
}

fn text(message: &Message) -> String {
    // Ids always serialise.
    serde_json::to_string(message).unwrap_or_default()
}

/// Handles the messages of one delivery.
pub async fn consume(platform: &Platform, messages: &[String]) -> Vec<Disposition> {
    let mut dispositions = Vec::with_capacity(messages.len());
    for message in messages {
        let done = match read(message) {
            Some(message) => go_on(platform, &message).await,
            None => Ok(()),
        };
        dispositions.push(match done {
            Ok(()) => Disposition::Acknowledge,
            Err(error) => {
                log::error("import", &[("error", &error.to_string())]);
                Disposition::Retry
            }
        });
    }
    dispositions
}

async fn go_on(platform: &Platform, message: &Message) -> Result<()> {
    let tenant = &message.tenant_id;
    let (is_more, next) = match (&message.import_id, &message.export_id) {
        (Some(id), _) => {
            let is_more = run::work(platform, tenant, id).await?;
            live::changed(platform, tenant, Topic::Imports, Some(id.as_str()));
            (is_more, self::message(tenant, id))
        }
        (None, Some(id)) => {
            let is_more = exports::work(platform, tenant, id).await?;
            live::changed(platform, tenant, Topic::Exports, Some(id.as_str()));
            (is_more, export_message(tenant, id))
        }
        (None, None) => return Ok(()),
    };
    if is_more {
        platform
            .queues
            .send(QueueName::Imports, vec![(next, 0)])
            .await?;
    }
    Ok(())
}

/// What failed again and again is given up, so that somebody hears of it. It can be started again.
pub async fn give_up(platform: &Platform, messages: &[String]) -> Vec<Disposition> {
    let reason = "It failed again and again; the log says why. Start it again once that is mended.";
    let mut dispositions = Vec::with_capacity(messages.len());
    for message in messages {
        let (db, now) = (&platform.db, platform.now());
        let done = match read(message) {
            Some(Message {
                tenant_id,
                import_id: Some(id),
                ..
            }) => {
                let failed = store::fail(db, &tenant_id, &id, reason, now).await;
                live::changed(platform, &tenant_id, Topic::Imports, Some(id.as_str()));
                failed
            }
            Some(Message {
                tenant_id,
                export_id: Some(id),
                ..
            }) => {
                let failed = exports::give_up(db, &tenant_id, &id, reason, now).await;
                live::changed(platform, &tenant_id, Topic::Exports, Some(id.as_str()));
                failed
            }
            _ => Ok(()),
        };
        dispositions.push(match done {
            Ok(()) => Disposition::Acknowledge,
            Err(_) => Disposition::Retry,
        });
    }
    dispositions
}

/// A text that is no message never will be one.
fn read(text: &str) -> Option<Message> {
    json::read(text)
        .inspect_err(|error| {
            log::error(
                "unreadable message",
                &[("queue", "imports"), ("error", &error.to_string())],
            );
        })
        .ok()
}

/// Every minute: has somebody go on with what was lost, and removes the files that are kept no longer.
///
/// # Errors
/// The queue's; the bucket's; the database's.
pub async fn sweep(platform: &Platform) -> Result<()> {
    let (db, now) = (&platform.db, platform.now());
    let mut messages = Vec::new();
    for lost in store::lost(db, now, AT_ONCE).await? {
        messages.push((message(&lost.tenant_id, &lost.id), 0));
    }
    for (tenant, id) in exports::lost(db, now, AT_ONCE).await? {
        messages.push((export_message(&tenant, &id), 0));
    }
    if !messages.is_empty() {
        platform.queues.send(QueueName::Imports, messages).await?;
    }
    for old in store::old(db, now, AT_ONCE).await? {
        let (tenant, id) = (&old.tenant_id, &old.id);
        platform.bucket.delete(files::all(tenant, id)).await?;
        store::forget_files(db, tenant, id, now).await?;
    }
    exports::remove_old(platform, AT_ONCE).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_message_is_read() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../queues/imports.schema.json")).unwrap();
        for example in schema["examples"].as_array().unwrap() {
            let message: Message = serde_json::from_value(example.clone()).unwrap();
            assert_eq!(serde_json::to_value(message).unwrap(), *example);
        }
    }
}
