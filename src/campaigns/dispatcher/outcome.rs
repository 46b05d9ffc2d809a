//! Saving what the provider did: one transaction for all batches of a delivery.

use std::collections::BTreeMap;

use serde_json::json;

use super::store::{Leased, PendingSend, reassign, remove_batches};
use crate::campaigns::backoff;
use crate::campaigns::batches::{self, NewBatch};
use crate::campaigns::counts::Kind;
use crate::campaigns::counts::deltas::{self, Moved};
use crate::campaigns::ledger::SendStatus;
use crate::campaigns::quota;
use crate::crm::{engagement, timeline};
use crate::edge::clock::{Millis, SECOND};
use crate::edge::db::{DbError, Statement};
use crate::edge::platform::Platform;
use crate::edge::random;
use crate::ids::{ActivityId, BatchId, PersonId, SendId, SequenceId, TenantId};
use crate::live::{self, Topic};
use crate::providers::email::{Email, HandOver};

/// A batch that the provider was called for.
pub struct HandedOver<'a> {
    /// Which.
    pub batch: &'a BatchId,
    /// Its messages.
    pub emails: &'a [Email],
    /// What became of each.
    pub outcomes: Vec<HandOver>,
}

/// By whom a batch was handed over.
pub struct By<'a> {
    /// The provider's name.
    pub provider: &'static str,
    /// The lease's token.
    pub token: &'a str,
    /// The tenant's day.
    pub today: i64,
}

/// Rows that a save may still change: nothing has settled them meanwhile (a receipt may have).
const UNSETTLED: &str = "r.send_id IN (SELECT s.id FROM send_log s WHERE s.tenant_id = ?1 AND s.id {in ?3} AND s.status IN ('pending', 'unknown'))";
/// The same for a person: one of the sends in `?4` is theirs and unsettled.
const UNSETTLED_PERSON: &str = "id IN (SELECT s.person_id FROM send_log s WHERE s.tenant_id = ?1 AND s.id {in ?4} AND s.status IN ('pending', 'unknown'))";

/// Saves all outcomes. Returns the batches to be tried again, with their delays in seconds.
///
/// # Errors
/// The database's; nothing is written then, and the sweep parks the batches when their lease ends.
pub async fn save(
    platform: &Platform,
    tenant: &TenantId,
    leased: &Leased,
    batches: &[HandedOver<'_>],
    by: &By<'_>,
) -> Result<Vec<(BatchId, u32)>, DbError> {
    let now = platform.now();
    let mut saving = Saving::new(platform, leased, now);
    for batch in batches {
        saving.add(batch);
    }
    let held: Vec<_> = batches.iter().map(|batch| batch.batch).collect();
    if held.is_empty() {
        return Ok(Vec::new());
    }
    let statements = saving.statements(tenant, by, &held);
    platform.db.batch(statements).await?;
    saving.tell(tenant);
    Ok(saving
        .retries
        .into_iter()
        .map(|(batch, delay)| (batch.id, delay))
        .collect())
}

struct Saving<'a> {
    platform: &'a Platform,
    leased: &'a Leased,
    sends: BTreeMap<&'a SendId, &'a PendingSend>,
    now: Millis,
    settled: BTreeMap<SendId, serde_json::Value>,
    sent: Vec<String>,
    sent_to: BTreeMap<&'a PersonId, i64>,
    timeline: Vec<timeline::Entry>,
    retries: Vec<(NewBatch, u32)>,
}

impl<'a> Saving<'a> {
    /// Tells the pages that show it how many were sent, and how many were not.
    fn tell(&self, tenant: &TenantId) {
        let mut counts: BTreeMap<&SequenceId, (usize, usize)> = BTreeMap::new();
        for (id, outcome) in &self.settled {
            let Some(send) = self.sends.get(id) else {
                continue;
            };
            let (sent, not_sent) = counts.entry(&send.sequence_id).or_default();
            let is_sent = outcome.get("status").is_some_and(|status| status == "sent");
            *(if is_sent { sent } else { not_sent }) += 1;
        }
        for (sequence, (sent, not_sent)) in counts {
            let counts = [("sent", sent), ("not_sent", not_sent)];
            live::counted(
                self.platform,
                tenant,
                Topic::Sends,
                sequence.as_str(),
                &counts,
            );
        }
    }

    fn new(platform: &'a Platform, leased: &'a Leased, now: Millis) -> Self {
        Saving {
            platform,
            leased,
            sends: leased.sends.iter().map(|send| (&send.id, send)).collect(),
            now,
            settled: BTreeMap::new(),
            sent: Vec::new(),
            sent_to: BTreeMap::new(),
            timeline: Vec::new(),
            retries: Vec::new(),
        }
    }

    fn add(&mut self, batch: &HandedOver<'_>) {
        let attempts = self
            .leased
            .batch(batch.batch)
            .map_or(1, |batch| batch.attempts);
        let mut again: BTreeMap<Option<u32>, (Vec<SendId>, String)> = BTreeMap::new();
        for (email, outcome) in batch.emails.iter().zip(&batch.outcomes) {
            // All that the dispatcher hands over is a campaign's.
            let Some(id) = email.send() else { continue };
            match outcome {
                HandOver::Accepted { message_id } => self.accepted(email, id, message_id),
                HandOver::Refused { reason } => self.settle(id, "failed", reason),
                HandOver::Unknown { reason } => {
                    self.settle(id, "unknown", &format!("outcome_unknown: {reason}"));
                }
                HandOver::TryLater { reason, .. }
                    if attempts >= i64::from(self.platform.config.send_attempts) =>
                {
                    self.settle(
                        id,
                        "failed",
                        &format!("gave up after {attempts} attempts: {reason}"),
                    );
                }
                HandOver::TryLater {
                    reason,
                    retry_after,
                } => {
                    let entry = again.entry(*retry_after).or_default();
                    entry.0.push(id.clone());
                    entry.1.clone_from(reason);
                }
            }
        }
        for (retry_after, (sends, reason)) in again {
            self.try_later(batch.batch, attempts, sends, &reason, retry_after);
        }
    }

    fn accepted(&mut self, email: &Email, id: &SendId, message_id: &str) {
        let outcome = json!({ "status": "sent", "message_id": message_id, "sent_at": self.now });
        self.settled.insert(id.clone(), outcome);
        self.sent.push(id.to_string());
        let Some(send) = self.sends.get(id) else {
            return;
        };
        *self.sent_to.entry(&send.person_id).or_default() += 1;
        self.timeline.push(timeline::Entry {
            id: ActivityId::derive(self.now, &format!("email_sent/{id}")),
            business_id: send.business_id.clone(),
            person_id: Some(send.person_id.clone()),
            r#type: "email_sent",
            subject: Some(email.subject.clone()),
            detail: None,
            campaign_id: None,
            campaign_step: Some(send.step_number),
            source: "campaign",
            occurred_at: self.now,
            send_id: Some(id.to_string()),
        });
    }

    fn settle(&mut self, send: &SendId, status: &str, reason: &str) {
        let outcome = json!({ "status": status, "reason": reason });
        self.settled.insert(send.clone(), outcome);
    }

    fn try_later(
        &mut self,
        batch: &BatchId,
        attempts: i64,
        sends: Vec<SendId>,
        reason: &str,
        retry_after: Option<u32>,
    ) {
        let Some(from) = self.leased.batch(batch) else {
            return;
        };
        let delay = backoff::delay_seconds(
            u32::try_from(attempts).unwrap_or(1),
            self.platform.config.retry_base_seconds,
            random::fraction(),
            retry_after,
        );
        let not_before = self.now + i64::from(delay) * SECOND;
        let retry = NewBatch {
            attempts,
            not_before,
            check_at: not_before + batches::MESSAGE_LOST_AFTER,
            status_reason: Some(reason.to_string()),
            ..NewBatch::now(&from.sequence_id, sends, self.now)
        };
        self.retries.push((retry, delay));
    }

    /// Counts what is settled, a statement for each status: mostly there is one.
    fn count(&self, tenant: &TenantId, today: i64) -> Vec<Statement> {
        let mut by_kind: BTreeMap<Kind, Vec<&SendId>> = BTreeMap::new();
        for (id, outcome) in &self.settled {
            let kind = match outcome.get("status").and_then(|status| status.as_str()) {
                Some("sent") => Kind::Sent,
                Some("failed") => Kind::Failed,
                _ => Kind::Unknown,
            };
            by_kind.entry(kind).or_default().push(id);
        }
        by_kind
            .into_iter()
            .map(|(to, ids)| {
                let change = Moved {
                    from: &[SendStatus::Pending, SendStatus::Unknown],
                    to,
                    on: today,
                };
                deltas::moved(tenant, &change, "s.id {in ?4}", self.now).bind_json(&ids)
            })
            .collect()
    }

    fn statements(&self, tenant: &TenantId, by: &By<'_>, held: &[&BatchId]) -> Vec<Statement> {
        let mut statements = Vec::new();
        // The totals and the timeline ask whether a row is unsettled, so they come before the rows are settled.
        if !self.sent.is_empty() {
            statements.push(engagement::count_sent(
                tenant,
                &self.sent_to,
                UNSETTLED_PERSON,
                &self.sent,
                self.now,
            ));
            statements.push(timeline::add(tenant, &self.timeline, UNSETTLED).bind_json(&self.sent));
            let sent = i64::try_from(self.sent.len()).unwrap_or(i64::MAX);
            statements.push(quota::count(tenant, sent, self.now));
        }
        if !self.settled.is_empty() {
            statements.extend(self.count(tenant, by.today));
            let ids: Vec<_> = self.settled.keys().collect();
            statements.push(
                Statement::new(
                    "UPDATE send_log SET
                       status = {field ?2 id 'status' TEXT},
                       provider_message_id = {field ?2 id 'message_id' TEXT},
                       sent_at = {field ?2 id 'sent_at' BIGINT},
                       failure_reason = {field ?2 id 'reason' TEXT},
                       provider = ?5, batch_id = NULL, updated_at = ?4
                     WHERE tenant_id = ?1 AND id {in ?3} AND status IN ('pending', 'unknown')",
                )
                .bind(tenant)
                .bind_json(&self.settled)
                .bind_json(&ids)
                .bind(self.now)
                .bind(by.provider),
            );
        }
        if !self.retries.is_empty() {
            let retries: Vec<_> = self
                .retries
                .iter()
                .map(|(batch, _)| batch.clone())
                .collect();
            statements.push(batches::insert(tenant, &retries, self.now));
            statements.push(reassign(tenant, &retries, held, by.token));
        }
        statements.push(remove_batches(tenant, held, by.token));
        statements
    }
}
