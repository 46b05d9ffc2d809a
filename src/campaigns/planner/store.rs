//! The planner's reads and its one write.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::decide::{Input, LedgerRow, Next, Plan};
use crate::access::feature_flags::{self, built_in};
use crate::campaigns::batches::{self, NewBatch};
use crate::campaigns::conditions::{Conditions, Engagement};
use crate::campaigns::counts::{self, Days, Kind};
use crate::campaigns::ledger::rounds;
use crate::campaigns::sequences::SequenceStatus;
use crate::campaigns::sequences::store as sequences;
use crate::crm::recipients;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Flag, Statement};
use crate::edge::platform::Platform;
use crate::ids::{BatchId, BusinessId, EnrolmentId, PersonId, SequenceId, TenantId};

/// A sequence with something to do.
#[derive(Debug, Deserialize)]
pub struct Due {
    /// Whose.
    pub tenant_id: TenantId,
    /// Which.
    pub id: SequenceId,
    /// Active or paused.
    pub status: SequenceStatus,
    /// Whether enrolments are being moved to its current version.
    pub moves_pending: Flag,
    /// The tenant's time zone, whose days are counted.
    pub timezone: String,
    is_sending: Flag,
    first_due_at: Option<Millis>,
    first_check_at: Option<Millis>,
}

impl Due {
    /// Whether anything of it may be planned and sent: it is active, and its tenant has not switched sending off.
    pub fn is_running(&self) -> bool {
        self.status == SequenceStatus::Active && self.is_sending.0
    }

    /// Whether a batch should be looked at.
    pub fn has_overdue_batches(&self, now: Millis) -> bool {
        self.first_check_at.is_some_and(|at| at <= now)
    }
}

/// Sequences with due enrolments, overdue batches or pending moves, those waiting longest first. One probe of an index
/// each, however many enrolments they have.
///
/// # Errors
/// The database's.
pub async fn sequences_with_work(db: &Db, now: Millis) -> Result<Vec<Due>, DbError> {
    let is_sending = feature_flags::is_on(&built_in::SENDING, "s.tenant_id");
    let mut sequences: Vec<Due> = db
        .fetch_all(Statement::assembled(format!(
            "SELECT s.tenant_id, s.id, s.status, t.timezone, {is_sending} AS is_sending,
               CASE WHEN EXISTS (SELECT 1 FROM campaign_sequence_versions v
                                 WHERE v.tenant_id = s.tenant_id AND v.sequence_id = s.id
                                   AND v.version = s.current_version AND v.moved_at IS NULL) THEN 1 ELSE 0 END AS moves_pending,
               (SELECT MIN(e.next_send_at) FROM enrolments e
                WHERE e.tenant_id = s.tenant_id AND e.sequence_id = s.id AND e.next_send_at IS NOT NULL) AS first_due_at,
               (SELECT MIN(b.check_at) FROM send_batches b
                WHERE b.tenant_id = s.tenant_id AND b.sequence_id = s.id) AS first_check_at
             FROM campaign_sequences s JOIN tenants t ON t.id = s.tenant_id WHERE s.status IN ('active', 'paused')",
        )))
        .await?;
    sequences.retain(|due| {
        let enrolments = due.is_running() && due.first_due_at.is_some_and(|at| at <= now);
        enrolments || due.moves_pending.0 || due.has_overdue_batches(now)
    });
    sequences.sort_by_key(|due| due.first_due_at);
    Ok(sequences)
}

/// An enrolment whose next step is due.
#[derive(Debug, Clone, Deserialize)]
pub struct DueEnrolment {
    /// Its id.
    pub id: EnrolmentId,
    /// Who.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: BusinessId,
    /// On which version.
    pub version: i64,
    /// The step that is due.
    pub sequence_step: i64,
    /// When it began.
    pub sequence_started_at: Millis,
    /// When a step was last sent on its way.
    pub last_planned_at: Option<Millis>,
    /// Since when the step is due.
    pub next_send_at: Millis,
    /// The recipient's zone.
    pub timezone: String,
}

/// The columns of a [`DueEnrolment`].
pub const ENROLMENT_COLUMNS: &str = "id, person_id, business_id, version, sequence_step, sequence_started_at, last_planned_at, next_send_at, timezone";

/// Due enrolments, those waiting longest first: a walk along one index that ends at `limit`.
///
/// # Errors
/// The database's.
pub async fn due_enrolments(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    now: Millis,
    limit: i64,
) -> Result<Vec<DueEnrolment>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {ENROLMENT_COLUMNS} FROM enrolments
             WHERE tenant_id = ?1 AND sequence_id = ?2 AND next_send_at IS NOT NULL AND next_send_at <= ?3
             ORDER BY next_send_at LIMIT ?4"
        ))
        .bind(tenant)
        .bind(sequence)
        .bind(now)
        .bind(limit),
    )
    .await
}

/// Loads what deciding asks about: versions and people always, tags and earlier sends only where a step asks.
///
/// # Errors
/// The database's.
pub async fn load_facts(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    due: &[DueEnrolment],
) -> Result<Input, DbError> {
    let wanted: BTreeSet<_> = due.iter().map(|enrolment| enrolment.version).collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let versions = sequences::load_versions(db, tenant, sequence, &wanted).await?;
    let people: Vec<_> = due.iter().map(|enrolment| &enrolment.person_id).collect();
    let people = recipients::load(db, tenant, &people).await?;
    let asks = |enrolment: &&DueEnrolment, question: fn(&Conditions) -> bool| {
        versions
            .get(&enrolment.version)
            .and_then(|loaded| loaded.step(enrolment.sequence_step))
            .and_then(|step| step.conditions.as_ref())
            .is_some_and(|conditions| question(&conditions.0))
    };
    let for_tags: Vec<_> = due
        .iter()
        .filter(|enrolment| asks(enrolment, Conditions::ask_for_tags))
        .map(|enrolment| &enrolment.business_id)
        .collect();
    let tags = recipients::tags(db, tenant, &for_tags).await?;
    let for_earlier: Vec<_> = due
        .iter()
        .filter(|enrolment| asks(enrolment, Conditions::ask_for_engagement))
        .collect();
    let earlier = load_earlier(db, tenant, &for_earlier, &versions).await?;
    Ok(Input {
        versions,
        people,
        tags,
        earlier,
    })
}

async fn load_earlier(
    db: &Db,
    tenant: &TenantId,
    enrolments: &[&DueEnrolment],
    versions: &BTreeMap<i64, sequences::Loaded>,
) -> Result<HashMap<EnrolmentId, BTreeMap<String, Engagement>>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        enrolment_id: EnrolmentId,
        campaign_step_id: String,
        opened: Flag,
        machine_opened: Flag,
        clicked: Flag,
        replied: Flag,
    }
    if enrolments.is_empty() {
        return Ok(HashMap::new());
    }
    // An enrolment's sends start with its first 24 characters: one range of the key, no index of their own.
    let ranges: Vec<_> = enrolments
        .iter()
        .map(|enrolment| {
            let prefix: String = enrolment.id.as_str().chars().take(24).collect();
            json!({"id": enrolment.id, "low": prefix, "high": format!("{prefix}g")})
        })
        .collect();
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT s.enrolment_id, s.campaign_step_id,
                   CASE WHEN s.opened_at IS NULL THEN 0 ELSE 1 END AS opened,
                   CASE WHEN s.machine_opened_at IS NULL THEN 0 ELSE 1 END AS machine_opened,
                   CASE WHEN s.clicked_at IS NULL THEN 0 ELSE 1 END AS clicked,
                   CASE WHEN s.replied_at IS NULL THEN 0 ELSE 1 END AS replied
                 FROM {rows ?2 AS r (id TEXT, low TEXT, high TEXT)}
                 CROSS JOIN send_log s
                 WHERE s.tenant_id = ?1 AND s.id >= r.low AND s.id < r.high AND s.enrolment_id = r.id",
            )
            .bind(tenant)
            .bind_json(&ranges),
        )
        .await?;
    // A step has one id through all versions, so any loaded version that has it names it.
    let campaigns: HashMap<&str, &str> = versions
        .values()
        .flat_map(|loaded| &loaded.steps)
        .map(|step| (step.id.as_str(), step.campaign_id.as_str()))
        .collect();
    let mut earlier: HashMap<EnrolmentId, BTreeMap<String, Engagement>> = HashMap::new();
    for row in rows {
        let engagement = Engagement {
            opened: row.opened.0,
            machine_opened: row.machine_opened.0,
            clicked: row.clicked.0,
            replied: row.replied.0,
        };
        if let Some(campaign) = campaigns.get(row.campaign_step_id.as_str()) {
            earlier
                .entry(row.enrolment_id)
                .or_default()
                .insert((*campaign).to_string(), engagement);
        }
    }
    Ok(earlier)
}

/// Writes a round: ledger rows, their batches, and where the enrolments go on. All of it holds or none. Returns the batches.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn write(
    platform: &Platform,
    tenant: &TenantId,
    sequence: &SequenceId,
    plans: &[Plan],
    days: &Days,
    now: Millis,
) -> Result<Vec<BatchId>, DbError> {
    let mut rows: Vec<LedgerRow> = plans
        .iter()
        .filter_map(|plan| plan.ledger.clone())
        .collect();
    let mut pending: Vec<_> = rows
        .iter_mut()
        .filter(|row| row.status == "pending")
        .collect();
    let mut new_batches = Vec::new();
    for chunk in pending.chunks_mut(platform.config.send_batch_size) {
        let ids = chunk.iter().map(|row| row.id.clone()).collect();
        let batch = NewBatch::now(sequence, ids, now);
        for row in chunk {
            row.batch_id = Some(batch.id.to_string());
        }
        new_batches.push(batch);
    }
    let due_day = |next: &Next| next.next_send_at.map_or(0, |at| days.day(at));
    let next: BTreeMap<_, _> = plans
        .iter()
        .map(|plan| {
            let next = &plan.enrolment;
            let due_day = due_day(next);
            (next.id.as_str(), Going { next, due_day })
        })
        .collect();
    let ids: Vec<_> = next.keys().collect();
    let going: Vec<_> = next
        .values()
        .map(|going| counts::enrolments::GoesOn {
            id: going.next.id.as_str(),
            expected: going.next.expected,
            status: going.next.status,
            due_day: going.due_day,
        })
        .collect();
    let mut statements = Vec::new();
    if !rows.is_empty() {
        let day = days.day(now);
        statements.push(count_rows(tenant, sequence, &rows, day, now));
        statements.push(insert_rows(tenant, sequence, &rows, day, now));
        let planned: Vec<_> = rows.iter().map(|row| &row.id).collect();
        statements.push(rounds::add(tenant, sequence, &planned, now));
    }
    if !new_batches.is_empty() {
        statements.push(batches::insert(tenant, &new_batches, now));
    }
    statements.push(counts::enrolments::gone_on(tenant, &going, now));
    statements.push(
        Statement::new(
            "UPDATE enrolments SET
               sequence_step = {field ?2 id 'sequence_step' BIGINT},
               next_send_at = {field ?2 id 'next_send_at' BIGINT},
               due_day = {field ?2 id 'due_day' BIGINT},
               last_planned_at = {field ?2 id 'last_planned_at' BIGINT},
               status = {field ?2 id 'status' TEXT},
               status_reason = {field ?2 id 'status_reason' TEXT},
               updated_at = ?4
             WHERE tenant_id = ?1 AND id {in ?3} AND status = 'active'
               AND next_send_at = {field ?2 id 'expected' BIGINT}",
        )
        .bind(tenant)
        .bind_json(&next)
        .bind_json(&ids)
        .bind(now),
    );
    platform.db.batch(statements).await?;
    Ok(new_batches.into_iter().map(|batch| batch.id).collect())
}

/// Where an enrolment goes on, and the day it does.
#[derive(Serialize)]
struct Going<'a> {
    #[serde(flatten)]
    next: &'a Next,
    due_day: i64,
}

/// Counts the rows that are about to be written.
fn count_rows(
    tenant: &TenantId,
    sequence: &SequenceId,
    rows: &[LedgerRow],
    day: i64,
    now: Millis,
) -> Statement {
    let kind = |row: &LedgerRow| match &row.failure_reason {
        Some(reason) => Kind::of_skip(reason),
        None => Kind::Pending,
    };
    let kinds: BTreeSet<_> = rows.iter().map(kind).collect();
    let planned: Vec<_> = rows
        .iter()
        .map(|row| counts::deltas::Planned {
            id: &row.id,
            step_id: &row.campaign_step_id,
            kind: kind(row).column(),
        })
        .collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    counts::deltas::planned(tenant, sequence, &planned, &kinds, day, now)
}

fn insert_rows(
    tenant: &TenantId,
    sequence: &SequenceId,
    rows: &[LedgerRow],
    day: i64,
    now: Millis,
) -> Statement {
    Statement::new(
        "INSERT INTO send_log (tenant_id, id, enrolment_id, sequence_id, version, person_id, business_id, campaign_step_id, step_number, day_offset, channel, status, failure_reason, batch_id, due_at, planned_at, updated_at, planned_day)
         SELECT ?1, r.id, r.enrolment_id, ?2, r.version, r.person_id, r.business_id, r.campaign_step_id, r.step_number, r.day_offset, r.channel, r.status, r.failure_reason, r.batch_id, r.due_at, CAST(?4 AS BIGINT), CAST(?4 AS BIGINT), CAST(?5 AS BIGINT)
         FROM {rows ?3 AS r (id TEXT, enrolment_id TEXT, version BIGINT, person_id TEXT, business_id TEXT, campaign_step_id TEXT, step_number BIGINT, day_offset BIGINT, channel TEXT, status TEXT, failure_reason TEXT, batch_id TEXT, due_at BIGINT)}
         WHERE true
         ON CONFLICT (tenant_id, id) DO NOTHING",
    )
    .bind(tenant)
    .bind(sequence)
    .bind_json(rows)
    .bind(now)
    .bind(day)
}
