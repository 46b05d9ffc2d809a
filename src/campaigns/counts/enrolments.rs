//! What a change of enrolments changes in their counts, as statements for the change's own transaction. Those about enrolments
//! that are there stand before the change, because they ask for the rows as they were.

use serde::Serialize;

use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::ids::{CountDeltaId, EnrolmentId, TenantId};

/// The day an enrolment of the table that a query calls `e` is counted on.
const DAY: &str = "CASE WHEN e.status = 'active' THEN COALESCE(e.due_day, 0) ELSE 0 END";

/// Counts enrolments that have just been written: it stands after that.
pub fn added(tenant: &TenantId, ids: &[&EnrolmentId], now: Millis) -> Statement {
    Statement::assembled(format!(
        "INSERT INTO enrolment_count_deltas (tenant_id, id, sequence_id, from_status, from_day, to_status, to_day, number)
         SELECT ?1, ?2, e.sequence_id, '', 0, e.status, {DAY}, COUNT(*)
         FROM enrolments e WHERE e.tenant_id = ?1 AND e.id {{in ?3}}
         GROUP BY e.sequence_id, e.status, {DAY}"
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
    .bind_json(ids)
}

/// Counts enrolments under way that are stopped. `which` is the change's condition over `enrolments e`; it begins to bind at
/// `?3`.
pub fn stopped(tenant: &TenantId, which: &str, now: Millis) -> Statement {
    Statement::assembled(format!(
        "INSERT INTO enrolment_count_deltas (tenant_id, id, sequence_id, from_status, from_day, to_status, to_day, number)
         SELECT ?1, ?2, e.sequence_id, e.status, {DAY}, 'stopped', 0, COUNT(*)
         FROM enrolments e WHERE e.tenant_id = ?1 AND e.status = 'active' AND {which}
         GROUP BY e.sequence_id, e.status, {DAY}"
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
}

/// Counts enrolments that were stopped and go on where they were. `which` as for [`stopped`].
pub fn taken_up(tenant: &TenantId, which: &str, now: Millis) -> Statement {
    Statement::assembled(format!(
        "INSERT INTO enrolment_count_deltas (tenant_id, id, sequence_id, from_status, from_day, to_status, to_day, number)
         SELECT ?1, ?2, e.sequence_id, e.status, 0, 'active', COALESCE(e.due_day, 0), COUNT(*)
         FROM enrolments e WHERE e.tenant_id = ?1 AND e.status = 'stopped' AND {which}
         GROUP BY e.sequence_id, e.status, COALESCE(e.due_day, 0)"
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
}

/// Where an enrolment under way goes on, if it is still where it was read.
#[derive(Debug, Serialize)]
pub struct GoesOn<'a> {
    /// Which.
    pub id: &'a str,
    /// Its `next_send_at` as read.
    pub expected: Millis,
    /// What it is then.
    pub status: &'a str,
    /// The day its next step is due; 0 when there is none.
    pub due_day: i64,
}

/// Counts enrolments that go on.
pub fn gone_on(tenant: &TenantId, rows: &[GoesOn<'_>], now: Millis) -> Statement {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    Statement::assembled(format!(
        "INSERT INTO enrolment_count_deltas (tenant_id, id, sequence_id, from_status, from_day, to_status, to_day, number)
         SELECT ?1, ?2, e.sequence_id, e.status, {DAY}, r.status, CASE WHEN r.status = 'active' THEN r.due_day ELSE 0 END, COUNT(*)
         FROM {{rows ?3 AS r (id TEXT, expected BIGINT, status TEXT, due_day BIGINT)}} CROSS JOIN enrolments e
         WHERE e.tenant_id = ?1 AND e.id = r.id AND e.id {{in ?4}} AND e.status = 'active' AND e.next_send_at = r.expected
         GROUP BY e.sequence_id, e.status, {DAY}, r.status, CASE WHEN r.status = 'active' THEN r.due_day ELSE 0 END"
    ))
    .bind(tenant)
    .bind(CountDeltaId::new(now))
    .bind_json(rows)
    .bind_json(&ids)
}
