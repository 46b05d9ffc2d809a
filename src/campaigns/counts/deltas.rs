//! What a change of the ledger changes in the counts, as statements for the change's own transaction. Each stands before the
//! change, because it asks for the rows as they were.

use std::collections::BTreeMap;

use super::kinds::Kind;
use crate::campaigns::ledger::SendStatus;
use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::ids::{CountDeltaId, SendId, SequenceId, TenantId};

/// The day a send of the table that a query calls `s` was planned on. What was planned before days were kept has that of UTC.
const PLANNED_DAY: &str = "COALESCE(s.planned_day, s.planned_at / 86400000)";

/// A change of status that many sends make at once.
pub struct Moved<'a> {
    /// From any of these; those with another status are left alone, as by the change.
    pub from: &'a [SendStatus],
    /// To what.
    pub to: Kind,
    /// The day it happens on; asked for only where [`Kind::Sent`] is what it comes to.
    pub on: i64,
}

/// Counts a change of status. `which` is the condition of the change in SQL over `send_log s`; it begins to bind at `?4`, and
/// may use `?1`, the tenant.
pub fn moved(tenant: &TenantId, change: &Moved<'_>, which: &str, now: Millis) -> Statement {
    let is_sent = change.to == Kind::Sent;
    let mut added: BTreeMap<&str, String> = BTreeMap::new();
    added.insert(change.to.column(), "COUNT(*)".into());
    if is_sent {
        added.insert(Kind::WentOut.column(), "COUNT(*)".into());
    }
    for status in change.from {
        // What was unknown and is again loses one and gains one.
        let word = status.as_str();
        let gains = added.entry(word).or_insert_with(|| "0".into());
        gains.push_str(&format!(
            " - CAST(SUM(CASE WHEN s.status = '{word}' THEN 1 ELSE 0 END) AS BIGINT)"
        ));
    }
    let columns: Vec<_> = added.keys().copied().collect();
    let values: Vec<_> = added.into_values().collect();
    let words: Vec<_> = change
        .from
        .iter()
        .map(|status| format!("'{}'", status.as_str()))
        .collect();
    Statement::assembled(format!(
        "INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, {})
         SELECT ?1, ?2, s.sequence_id, s.campaign_step_id, {PLANNED_DAY}, CAST(?3 AS BIGINT), {}
         FROM send_log s WHERE s.tenant_id = ?1 AND s.status IN ({}) AND {which}
         GROUP BY s.sequence_id, s.campaign_step_id, {PLANNED_DAY}",
        columns.join(", "),
        values.join(", "),
        words.join(", "),
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
    .bind(if is_sent { change.on } else { 0 })
}

/// A row that the planner writes.
#[derive(Debug, serde::Serialize)]
pub struct Planned<'a> {
    /// The send.
    pub id: &'a SendId,
    /// Its step.
    pub step_id: &'a str,
    /// What it counts as.
    pub kind: &'static str,
}

/// Counts rows that are about to be written, those that are there already left out. `kinds` are those that occur.
pub fn planned(
    tenant: &TenantId,
    sequence: &SequenceId,
    rows: &[Planned<'_>],
    kinds: &[Kind],
    day: i64,
    now: Millis,
) -> Statement {
    let columns: Vec<_> = kinds.iter().map(|kind| kind.column()).collect();
    let values: Vec<_> = columns
        .iter()
        .map(|column| {
            format!("CAST(SUM(CASE WHEN r.kind = '{column}' THEN 1 ELSE 0 END) AS BIGINT)")
        })
        .collect();
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    Statement::assembled(format!(
        "INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, {})
         SELECT ?1, ?2, ?3, r.step_id, CAST(?4 AS BIGINT), 0, {}
         FROM {{rows ?5 AS r (id TEXT, step_id TEXT, kind TEXT)}}
         WHERE r.id NOT IN (SELECT s.id FROM send_log s WHERE s.tenant_id = ?1 AND s.id {{in ?6}})
         GROUP BY r.step_id",
        columns.join(", "),
        values.join(", "),
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
    .bind(sequence)
    .bind(day)
    .bind_json(rows)
    .bind_json(&ids)
}

/// Counts a stamp that a send gets once: not when the column `stamp` has a value already. `which` is the change's condition
/// over `send_log s`; it begins to bind at `?4`.
pub fn stamped(
    tenant: &TenantId,
    kind: Kind,
    stamp: &str,
    on: i64,
    which: &str,
    now: Millis,
) -> Statement {
    Statement::assembled(format!(
        "INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, {})
         SELECT ?1, ?2, s.sequence_id, s.campaign_step_id, 0, CAST(?3 AS BIGINT), 1
         FROM send_log s WHERE s.tenant_id = ?1 AND s.{stamp} IS NULL AND {which}",
        kind.column()
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
    .bind(on)
}

/// What the same step's sends have in common for what happened to them: sequence, step and day.
pub type Happened = BTreeMap<(SequenceId, String, i64), BTreeMap<&'static str, i64>>;

/// The kinds that facts change.
pub const OF_FACTS: [Kind; 8] = [
    Kind::Opened,
    Kind::MachineOpened,
    Kind::Clicked,
    Kind::MachineClicked,
    Kind::HumanOpens,
    Kind::MachineOpens,
    Kind::HumanClicks,
    Kind::MachineClicks,
];

/// Counts what facts come to. `only_if` is the caller's condition in SQL; it may use `?1` (the tenant) and what the caller binds
/// as `?4`.
pub fn happened(tenant: &TenantId, happened: &Happened, only_if: &str, now: Millis) -> Statement {
    let columns: Vec<_> = OF_FACTS.iter().map(|kind| kind.column()).collect();
    let rows: Vec<_> = happened
        .iter()
        .map(|((sequence, step, day), counts)| {
            let mut row = serde_json::json!({"sequence_id": sequence, "step_id": step, "day": day});
            for column in &columns {
                let count = counts.get(column).copied().unwrap_or_default();
                if let Some(row) = row.as_object_mut() {
                    row.insert((*column).to_string(), count.into());
                }
            }
            row
        })
        .collect();
    let typed: Vec<_> = columns
        .iter()
        .map(|column| format!("{column} BIGINT"))
        .collect();
    let read: Vec<_> = columns.iter().map(|column| format!("r.{column}")).collect();
    Statement::assembled(format!(
        "INSERT INTO send_count_deltas (tenant_id, id, sequence_id, step_id, day, event_day, {})
         SELECT ?1, ?2, r.sequence_id, r.step_id, 0, r.day, {}
         FROM {{rows ?3 AS r (sequence_id TEXT, step_id TEXT, day BIGINT, {})}} WHERE {only_if}",
        columns.join(", "),
        read.join(", "),
        typed.join(", "),
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
    .bind_json(&rows)
}
