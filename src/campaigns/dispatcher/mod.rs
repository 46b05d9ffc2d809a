//! The dispatcher: takes batches off the queue and hands their messages to a provider.
//!
//! For the batches of one delivery, in order: lease them and load their sends (one transaction); ask the gate; render;
//! mark the hand-over (one transaction, in which skipped and deferred sends are settled too); call the provider, all
//! batches at once; save every outcome (one transaction). What the process dies between is told apart by the mark; see
//! [`super::batches`].

mod compose;
mod outcome;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use self::store::Leased;
use super::batches::{self, BatchMessage};
use super::gate::{self, Answer};
use crate::edge::clock::Millis;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::error::Result;
use crate::ids::{BatchId, SendId, TenantId};
use crate::providers::email::{CarriesEmail, Email, EmailProvider};

/// Handles the messages of one delivery. Every one of them gets a disposition, in order.
pub async fn dispatch(platform: &Platform, messages: &[BatchMessage]) -> Vec<Disposition> {
    let mut by_tenant: BTreeMap<&TenantId, Vec<&BatchId>> = BTreeMap::new();
    for message in messages {
        by_tenant
            .entry(&message.tenant_id)
            .or_default()
            .push(&message.batch_id);
    }
    let mut failed = BTreeSet::new();
    for (tenant, batches) in by_tenant {
        failed.extend(failing(platform, tenant, &batches).await);
    }
    messages
        .iter()
        .map(|message| match failed.contains(&message.batch_id) {
            true => Disposition::Retry,
            false => Disposition::Acknowledge,
        })
        .collect()
}

/// Dispatches batches and says which of them failed. They go together; when that fails each goes alone, so that one that
/// cannot be dispatched does not take the others with it.
async fn failing<'a>(
    platform: &Platform,
    tenant: &TenantId,
    batches: &[&'a BatchId],
) -> Vec<&'a BatchId> {
    let Err(error) = dispatch_tenant(platform, tenant, batches).await else {
        return Vec::new();
    };
    log::error(
        "dispatcher",
        &[("tenant", tenant.as_str()), ("error", &error.to_string())],
    );
    if let [only] = batches {
        return vec![only];
    }
    let mut failed = Vec::new();
    for batch in batches {
        if let Err(error) = dispatch_tenant(platform, tenant, &[batch]).await {
            log::error(
                "dispatcher",
                &[("batch", batch.as_str()), ("error", &error.to_string())],
            );
            failed.push(*batch);
        }
    }
    failed
}

/// One batch's sends after the gate.
#[derive(Debug, Default)]
struct Decided {
    emails: Vec<Email>,
    skipped: Vec<(SendId, String)>,
    deferred: BTreeMap<(Millis, &'static str), Vec<SendId>>,
}

async fn dispatch_tenant(platform: &Platform, tenant: &TenantId, ids: &[&BatchId]) -> Result<()> {
    let token = lease_token();
    let leased = store::lease(platform, tenant, ids, &token).await?;
    let handled = handle(platform, tenant, &leased, &token).await;
    if handled.is_err() {
        // What has not been handed over is free for the next delivery, which would else find it leased and be done.
        store::let_go(platform, tenant, &leased, &token).await?;
    }
    handled
}

async fn handle(
    platform: &Platform,
    tenant: &TenantId,
    leased: &Leased,
    token: &str,
) -> Result<()> {
    if leased.sends.is_empty() {
        // Nothing of theirs is left to do: done already, or taken over by another batch.
        store::drop_empty(&platform.db, tenant, leased, token).await?;
        return Ok(());
    }
    let context = compose::Context::load(platform, tenant, leased).await?;
    let mut decided: BTreeMap<&BatchId, Decided> = BTreeMap::new();
    let mut quota_left = context.quota_left;
    for send in &leased.sends {
        let batch = decided.entry(&send.batch_id).or_default();
        let answer = match context.question(send, quota_left) {
            Some(question) => gate::ask(&question, platform.now()),
            None => Answer::Skip("step_not_found".into()),
        };
        match answer {
            Answer::Skip(reason) => batch.skipped.push((send.id.clone(), reason)),
            Answer::Defer(until) => {
                batch
                    .deferred
                    .entry((until, context.reason_to_wait(send)))
                    .or_default()
                    .push(send.id.clone());
            }
            Answer::Send => match context.compose(platform, tenant, send) {
                Ok(email) => {
                    quota_left = quota_left.map(|left| left - 1);
                    batch.emails.push(email);
                }
                Err(reason) => batch.skipped.push((send.id.clone(), reason)),
            },
        }
    }
    let handed_over = store::mark_hand_over(platform, tenant, leased, &decided, token).await?;
    decided.retain(|batch, _| handed_over.contains(batch));
    let provider = EmailProvider::chosen(platform);
    let outcomes = join_all(
        decided
            .values()
            .map(|batch| provider.hand_over(platform, &batch.emails)),
    )
    .await;
    let batches: Vec<_> = decided
        .iter()
        .zip(outcomes)
        .map(|((id, batch), outcomes)| outcome::HandedOver {
            batch: id,
            emails: &batch.emails,
            outcomes,
        })
        .collect();
    let by = outcome::By {
        provider: provider.name(),
        token,
        today: context.days().day(platform.now()),
    };
    let retries = outcome::save(platform, tenant, leased, &batches, &by).await?;
    batches::enqueue(&platform.queues, tenant, retries).await?;
    Ok(())
}

fn lease_token() -> String {
    hex::encode(crate::edge::random::bytes::<16>())
}
