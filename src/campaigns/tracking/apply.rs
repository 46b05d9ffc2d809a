//! Applying facts in batches. Everything is computed from the stored facts, so that the same fact again, or facts in any
//! order, come to the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::json;

use super::fact::Fact;
use super::verdict::{self, Kind, Sighting, Verdict};
use crate::campaigns::counts::deltas::{self, Happened};
use crate::campaigns::counts::{self, Days};
use crate::crm::engagement::{self, Added};
use crate::crm::timeline;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, Statement};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{ActivityId, BusinessId, PersonId, SendId, SequenceId, TenantId, TrackingEventId};
use crate::live::{self, Topic};

/// Applies facts of any tenants.
///
/// # Errors
/// The database's; applying them again is harmless.
pub async fn apply(platform: &Platform, facts: &[Fact]) -> Result<()> {
    let mut by_tenant: BTreeMap<&TenantId, Vec<&Fact>> = BTreeMap::new();
    for fact in facts {
        by_tenant.entry(&fact.tenant_id).or_default().push(fact);
    }
    for (tenant, facts) in by_tenant {
        let mut attempts = ATTEMPTS;
        while !apply_tenant(&platform.db, tenant, &facts, platform.now()).await? {
            attempts -= 1;
            if attempts == 0 {
                return Err(Error::Internal("other consumers were always first".into()));
            }
        }
        let count = |kind| facts.iter().filter(|fact| fact.kind == kind).count();
        let counts = [("opens", count(Kind::Open)), ("clicks", count(Kind::Click))];
        live::counted(platform, tenant, Topic::Engagement, "", &counts);
    }
    Ok(())
}

/// How often facts are read and applied anew when another consumer was first.
const ATTEMPTS: u32 = 5;

/// The send a fact is about, as it stands.
#[derive(Debug, Deserialize)]
struct Send {
    id: SendId,
    person_id: PersonId,
    business_id: BusinessId,
    step_number: i64,
    sequence_id: SequenceId,
    campaign_step_id: String,
    sent_at: Option<Millis>,
    opened_at: Option<Millis>,
    machine_opened_at: Option<Millis>,
    clicked_at: Option<Millis>,
    /// The tenant's.
    timezone: String,
}

/// A stored or new fact of a send.
#[derive(Debug, Clone, Deserialize)]
struct Event {
    id: TrackingEventId,
    send_id: SendId,
    kind: Kind,
    method: String,
    user_agent: Option<String>,
    target_url: Option<String>,
    occurred_at: Millis,
    /// As stored; `None` for a new one.
    verdict: Option<Verdict>,
}

/// False when another consumer has added facts of the same sends since they were read; nothing is written then.
async fn apply_tenant(db: &Db, tenant: &TenantId, facts: &[&Fact], now: Millis) -> Result<bool> {
    let ids: BTreeSet<_> = facts.iter().map(|fact| &fact.send_id).collect();
    let mut outcomes = db
        .batch(vec![
            Statement::new(
                "SELECT id, person_id, business_id, step_number, sequence_id, campaign_step_id, sent_at, opened_at, machine_opened_at, clicked_at,
                   (SELECT t.timezone FROM tenants t WHERE t.id = ?1) AS timezone
                 FROM send_log
                 WHERE tenant_id = ?1 AND id {in ?2}",
            )
            .bind(tenant)
            .bind_json(&ids),
            Statement::new(
                "SELECT id, send_id, kind, method, user_agent, target_url, occurred_at, verdict FROM tracking_events
                 WHERE tenant_id = ?1 AND send_id {in ?2}",
            )
            .bind(tenant)
            .bind_json(&ids),
        ])
        .await?
        .into_iter()
        .map(|outcome| outcome.rows);
    let sends: Vec<Send> = outcomes.next().unwrap_or_default().decode()?;
    let known: Vec<Event> = outcomes.next().unwrap_or_default().decode()?;
    let mut known_counts: BTreeMap<&SendId, i64> = sends.iter().map(|send| (&send.id, 0)).collect();
    let mut events: BTreeMap<SendId, BTreeMap<TrackingEventId, Event>> = BTreeMap::new();
    for event in known {
        if let Some(count) = known_counts.get_mut(&event.send_id) {
            *count += 1;
        }
        events
            .entry(event.send_id.clone())
            .or_default()
            .insert(event.id.clone(), event);
    }
    for fact in facts {
        // A fact that is stored already changes nothing.
        let of_send = events.entry(fact.send_id.clone()).or_default();
        of_send
            .entry(fact.id.clone())
            .or_insert_with(|| Event::new(fact));
    }
    let mut applied = Applied::default();
    let days = Days::of(sends.first().map_or("UTC", |send| send.timezone.as_str()));
    for send in &sends {
        if let Some(events) = events.get(&send.id) {
            applied.add(send, &days, &events.values().cloned().collect::<Vec<_>>());
        }
    }
    if applied.events.is_empty() {
        return Ok(true);
    }
    let as_read: Vec<_> = known_counts
        .iter()
        .map(|(send, known)| json!({ "send_id": send, "known": known }))
        .collect();
    let outcomes = db.batch(applied.statements(tenant, &as_read, now)).await?;
    Ok(outcomes.last().is_some_and(|outcome| outcome.changes > 0))
}

impl Event {
    fn new(fact: &Fact) -> Self {
        Event {
            id: fact.id.clone(),
            send_id: fact.send_id.clone(),
            kind: fact.kind,
            method: fact.method.clone(),
            user_agent: Some(fact.user_agent.clone()),
            target_url: fact.target_url.clone(),
            occurred_at: fact.occurred_at,
            verdict: None,
        }
    }
}

/// What all facts of a batch come to.
#[derive(Default)]
struct Applied {
    events: Vec<serde_json::Value>,
    sends: BTreeMap<SendId, serde_json::Value>,
    people: BTreeMap<PersonId, Added>,
    timeline: Vec<timeline::Entry>,
    counted: Happened,
}

impl Applied {
    /// Judges all that is known of a send again and works out what changes.
    fn add(&mut self, send: &Send, days: &Days, events: &[Event]) {
        let sightings: Vec<_> = events.iter().map(Event::sighting).collect();
        let judged: Vec<_> = events
            .iter()
            .zip(verdict::judge(&sightings, send.sent_at))
            .collect();
        let changed: Vec<_> = judged
            .iter()
            .filter(|(event, (verdict, _))| event.verdict != Some(*verdict))
            .collect();
        if changed.is_empty() {
            return;
        }
        for (event, (verdict, reason)) in &changed {
            self.events.push(json!({
                "id": event.id, "send_id": event.send_id, "kind": event.kind.as_str(), "verdict": verdict.as_str(),
                "verdict_reason": reason, "target_url": event.target_url, "method": event.method,
                "user_agent": event.user_agent, "occurred_at": event.occurred_at,
            }));
        }
        let first = |kind: Kind, wanted: Verdict| {
            judged
                .iter()
                .filter(|(event, (verdict, _))| event.kind == kind && *verdict == wanted)
                .map(|(event, _)| event.occurred_at)
                .min()
        };
        let count = |kind: Kind| events.iter().filter(|event| event.kind == kind).count();
        let opened_at = first(Kind::Open, Verdict::Human);
        let machine_opened_at = first(Kind::Open, Verdict::PrivacyProxy);
        let clicked_at = first(Kind::Click, Verdict::Human);
        for (kind, was, is) in [
            (counts::Kind::Opened, send.opened_at, opened_at),
            (
                counts::Kind::MachineOpened,
                send.machine_opened_at,
                machine_opened_at,
            ),
            (counts::Kind::Clicked, send.clicked_at, clicked_at),
            (
                counts::Kind::MachineClicked,
                first_machine_click(events.iter().map(|event| (event, event.verdict))),
                first_machine_click(
                    judged
                        .iter()
                        .map(|(event, (verdict, _))| (*event, Some(*verdict))),
                ),
            ),
        ] {
            self.count(send, days, kind, was, -1);
            self.count(send, days, kind, is, 1);
        }
        for (event, (verdict, _)) in &changed {
            let at = Some(event.occurred_at);
            if let Some(was) = event.verdict {
                self.count(send, days, counted_as(event.kind, was), at, -1);
            }
            self.count(send, days, counted_as(event.kind, *verdict), at, 1);
        }
        self.sends.insert(
            send.id.clone(),
            json!({
                "opened_at": opened_at, "machine_opened_at": machine_opened_at,
                "clicked_at": clicked_at,
                "open_count": count(Kind::Open), "click_count": count(Kind::Click),
            }),
        );
        let added = self.people.entry(send.person_id.clone()).or_default();
        added.opened += i64::from(opened_at.is_some()) - i64::from(send.opened_at.is_some());
        for (event, (verdict, _)) in &changed {
            // A verdict that is revised takes back what it had counted.
            let counted = event.verdict == Some(Verdict::Human);
            let counts = *verdict == Verdict::Human;
            if event.kind == Kind::Click {
                added.clicks += i64::from(counts) - i64::from(counted);
            }
            if counts {
                added.engaged_at = added.engaged_at.max(Some(event.occurred_at));
                self.timeline.extend(event.entry(send, opened_at));
            }
        }
    }

    /// Adds to what the send's step has on the day of `at`, if that ever was.
    fn count(
        &mut self,
        send: &Send,
        days: &Days,
        kind: counts::Kind,
        at: Option<Millis>,
        number: i64,
    ) {
        let Some(at) = at else { return };
        let key = (
            send.sequence_id.clone(),
            send.campaign_step_id.clone(),
            days.day(at),
        );
        let counts = self.counted.entry(key).or_default();
        *counts.entry(kind.column()).or_default() += number;
        // What comes to nothing is no row.
        counts.retain(|_, number| *number != 0);
    }

    /// All writes, each under the condition that the sends have the facts they had when they were read. The facts come
    /// last, since they change that.
    fn statements(
        &self,
        tenant: &TenantId,
        as_read: &[serde_json::Value],
        now: Millis,
    ) -> Vec<Statement> {
        let ids: Vec<_> = self.sends.keys().collect();
        let mut statements = vec![
            Statement::assembled(format!(
                "UPDATE send_log SET
                   opened_at = {{field ?2 id 'opened_at' BIGINT}}, machine_opened_at = {{field ?2 id 'machine_opened_at' BIGINT}},
                   clicked_at = {{field ?2 id 'clicked_at' BIGINT}},
                   open_count = {{field ?2 id 'open_count' BIGINT}}, click_count = {{field ?2 id 'click_count' BIGINT}}, updated_at = ?4
                 WHERE tenant_id = ?1 AND id {{in ?3}} AND {}",
                unchanged("?5")
            ))
            .bind(tenant)
            .bind_json(&self.sends)
            .bind_json(&ids)
            .bind(now)
            .bind_json(as_read),
            engagement::count_engagement(tenant, &self.people, now, &unchanged("?5")).bind_json(as_read),
        ];
        let mut counted = self.counted.clone();
        counted.retain(|_, counts| !counts.is_empty());
        if !counted.is_empty() {
            let counted = deltas::happened(tenant, &counted, &unchanged("?4"), now);
            statements.push(counted.bind_json(as_read));
        }
        if !self.timeline.is_empty() {
            statements
                .push(timeline::add(tenant, &self.timeline, &unchanged("?3")).bind_json(as_read));
        }
        statements.push(
            Statement::assembled(format!(
                "INSERT INTO tracking_events (tenant_id, send_id, id, kind, verdict, verdict_reason, target_url, method, user_agent, occurred_at)
                 SELECT ?1, r.send_id, r.id, r.kind, r.verdict, r.verdict_reason, r.target_url, r.method, r.user_agent, r.occurred_at
                 FROM {{rows ?2 AS r (id TEXT, send_id TEXT, kind TEXT, verdict TEXT, verdict_reason TEXT, target_url TEXT, method TEXT, user_agent TEXT, occurred_at BIGINT)}}
                 WHERE {}
                 ON CONFLICT (tenant_id, send_id, id) DO UPDATE SET verdict = excluded.verdict, verdict_reason = excluded.verdict_reason",
                unchanged("?3")
            ))
            .bind(tenant)
            .bind_json(&self.events)
            .bind_json(as_read),
        );
        statements
    }
}

/// What an open or a click counts as.
fn counted_as(kind: Kind, verdict: Verdict) -> counts::Kind {
    match (kind, verdict) {
        (Kind::Open, Verdict::Human) => counts::Kind::HumanOpens,
        (Kind::Open, _) => counts::Kind::MachineOpens,
        (Kind::Click, Verdict::Human) => counts::Kind::HumanClicks,
        (Kind::Click, _) => counts::Kind::MachineClicks,
    }
}

/// When a machine first clicked, by these verdicts.
fn first_machine_click<'a>(
    events: impl Iterator<Item = (&'a Event, Option<Verdict>)>,
) -> Option<Millis> {
    events
        .filter(|(event, verdict)| {
            event.kind == Kind::Click && verdict.is_some_and(|verdict| verdict != Verdict::Human)
        })
        .map(|(event, _)| event.occurred_at)
        .min()
}

/// The condition that no send has more facts than when it was read; the placeholder holds how many those were.
fn unchanged(placeholder: &str) -> String {
    format!(
        "NOT EXISTS (SELECT 1 FROM {{rows {placeholder} AS k (send_id TEXT, known BIGINT)}}
                     WHERE k.known <> (SELECT COUNT(*) FROM tracking_events t WHERE t.tenant_id = ?1 AND t.send_id = k.send_id))"
    )
}

impl Event {
    fn sighting(&self) -> Sighting<'_> {
        Sighting {
            kind: self.kind,
            occurred_at: self.occurred_at,
            method: &self.method,
            user_agent: self.user_agent.as_deref().unwrap_or_default(),
            target_url: self.target_url.as_deref(),
        }
    }

    /// The timeline's entry: each click, and the first open by a person.
    fn entry(&self, send: &Send, opened_at: Option<Millis>) -> Option<timeline::Entry> {
        let kind = match self.kind {
            Kind::Click => "email_clicked",
            Kind::Open if send.opened_at.is_none() && opened_at == Some(self.occurred_at) => {
                "email_opened"
            }
            Kind::Open => return None,
        };
        Some(timeline::Entry {
            id: ActivityId::derive(self.occurred_at, &format!("{kind}/{}", self.id)),
            business_id: send.business_id.clone(),
            person_id: Some(send.person_id.clone()),
            r#type: kind,
            subject: None,
            detail: self.target_url.clone(),
            campaign_id: None,
            campaign_step: Some(send.step_number),
            source: "campaign",
            occurred_at: self.occurred_at,
            send_id: Some(send.id.to_string()),
        })
    }
}
