//! The consumer of the queues `audit` and `audit-dead`: puts entries into their tenants' chains.

use std::collections::HashSet;

use super::append;
use super::message;
use super::model::Entry;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::ids::TenantId;

/// Handles the messages of one delivery, a tenant at a time: one whose log cannot be written to keeps nobody else waiting.
pub async fn consume(platform: &Platform, queue: &str, messages: &[String]) -> Vec<Disposition> {
    let read: Vec<Vec<Entry>> = messages.iter().map(|text| parse(queue, text)).collect();
    let mut failed = HashSet::<TenantId>::new();
    let entries = read.iter().flatten().cloned().collect();
    for (tenant, entries) in append::by_tenant(entries) {
        let count = entries.len().to_string();
        let keys = &platform.config.audit_keys;
        if let Err(error) = append::append(&platform.db, keys, &tenant, entries).await {
            log::error(
                "audit entries not chained",
                &[
                    ("queue", queue),
                    ("tenant", tenant.as_str()),
                    ("count", &count),
                    ("error", &error.to_string()),
                ],
            );
            failed.insert(tenant);
        }
    }
    read.iter()
        .map(|entries| {
            let of_failed = |entry: &Entry| failed.contains(&entry.tenant_id);
            match entries.iter().any(of_failed) {
                true => Disposition::Retry,
                false => Disposition::Acknowledge,
            }
        })
        .collect()
}

/// A text that holds no entries never will: it is logged and done with.
fn parse(queue: &str, text: &str) -> Vec<Entry> {
    match message::unpack(text) {
        Ok(entries) => entries.into_iter().map(Entry::tidied).collect(),
        Err(error) => {
            log::error(
                "unreadable message",
                &[("queue", queue), ("error", &error.to_string())],
            );
            Vec::new()
        }
    }
}
