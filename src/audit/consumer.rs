//! The consumer of the queues `audit` and `audit-dead`: puts entries into their tenants' chains.

use std::collections::HashSet;

use super::append;
use super::model::Entry;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::ids::TenantId;
use crate::json;

/// Handles the messages of one delivery, a tenant at a time: one whose log cannot be written to keeps nobody else waiting.
pub async fn consume(platform: &Platform, queue: &str, messages: &[String]) -> Vec<Disposition> {
    let read: Vec<Option<Entry>> = messages.iter().map(|text| parse(queue, text)).collect();
    let mut failed = HashSet::<TenantId>::new();
    let entries = read.iter().flatten().cloned().collect();
    for (tenant, entries) in append::by_tenant(entries) {
        let count = entries.len().to_string();
        let secret = &platform.config.audit_key;
        if let Err(error) = append::append(&platform.db, secret, &tenant, entries).await {
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
        .map(|entry| match entry {
            Some(entry) if failed.contains(&entry.tenant_id) => Disposition::Retry,
            _ => Disposition::Acknowledge,
        })
        .collect()
}

/// A text that is no entry never will be one: it is logged and done with.
fn parse(queue: &str, text: &str) -> Option<Entry> {
    match json::read::<Entry>(text) {
        Ok(entry) => Some(entry.tidied()),
        Err(error) => {
            log::error(
                "unreadable message",
                &[("queue", queue), ("error", &error.to_string())],
            );
            None
        }
    }
}
