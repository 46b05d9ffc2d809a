//! Reading the counts: what is kept and what was not added to it yet, in one statement, so that both are of one moment.

use serde::Deserialize;

use super::fold::{by_day, sum};
use super::kinds::{Counts, Kind};
use crate::access::feature_flags::{self, built_in};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{SequenceId, TenantId};

/// A tenant's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct OfDay {
    /// Days since 1970.
    pub day: i64,
    /// How many.
    #[serde(flatten)]
    pub counts: Counts,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OfStep {
    /// Which.
    pub step_id: String,
    /// How many.
    #[serde(flatten)]
    pub counts: Counts,
}

/// Which days are asked for, the first and the last.
pub type Range = (i64, i64);

/// A tenant's days that have anything, the earliest first.
///
/// # Errors
/// The database's.
pub async fn days(db: &Db, tenant: &TenantId, (first, last): Range) -> Result<Vec<OfDay>, DbError> {
    let kept = "tenant_id = ?1 AND sequence_id = '' AND step_id = '' AND day BETWEEN ?2 AND ?3";
    let of_plan = "tenant_id = ?1 AND day BETWEEN ?2 AND ?3";
    let of_event = "tenant_id = ?1 AND event_day BETWEEN ?2 AND ?3";
    let statement = Statement::assembled(summed("day", kept, of_plan, of_event))
        .bind(tenant)
        .bind(first)
        .bind(last);
    db.fetch_all(statement).await
}

/// A sequence's days that have anything, the earliest first.
///
/// # Errors
/// The database's.
pub async fn days_of(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    (first, last): Range,
) -> Result<Vec<OfDay>, DbError> {
    db.fetch_all(of_sequence("day", tenant, sequence, first, last))
        .await
}

/// A sequence's steps that have anything on these days, or ever.
///
/// # Errors
/// The database's.
pub async fn steps(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    range: Option<Range>,
) -> Result<Vec<OfStep>, DbError> {
    if let Some((first, last)) = range {
        return db
            .fetch_all(of_sequence("step_id", tenant, sequence, first, last))
            .await;
    }
    let kept = "tenant_id = ?1 AND sequence_id = ?2 AND day = 0";
    let delta = "tenant_id = ?1 AND sequence_id = ?2";
    let statement = Statement::assembled(summed("step_id", kept, delta, delta))
        .bind(tenant)
        .bind(sequence);
    db.fetch_all(statement).await
}

fn of_sequence(
    by: &str,
    tenant: &TenantId,
    sequence: &SequenceId,
    first: i64,
    last: i64,
) -> Statement {
    // 0 is no day, and all of them together are kept under it.
    let kept = "tenant_id = ?1 AND sequence_id = ?4 AND day BETWEEN ?2 AND ?3 AND day <> 0";
    let of_plan = "tenant_id = ?1 AND sequence_id = ?4 AND day BETWEEN ?2 AND ?3";
    let of_event = "tenant_id = ?1 AND sequence_id = ?4 AND event_day BETWEEN ?2 AND ?3";
    Statement::assembled(summed(by, kept, of_plan, of_event))
        .bind(tenant)
        .bind(first)
        .bind(last)
        .bind(sequence)
}

fn summed(by: &str, kept: &str, of_plan: &str, of_event: &str) -> String {
    let columns: Vec<_> = Kind::ALL.iter().map(|kind| kind.column()).collect();
    let sums: Vec<_> = columns.iter().map(|column| sum(column)).collect();
    format!(
        "SELECT d.{by} AS {by}, {} FROM (
           SELECT sequence_id, step_id, day, {} FROM send_counts WHERE {kept} UNION ALL {}
         ) AS d GROUP BY d.{by} ORDER BY d.{by}",
        sums.join(", "),
        columns.join(", "),
        by_day(of_plan, of_event)
    )
}

/// Enrolments with a status.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Enrolled {
    /// `active`, `completed` or `stopped`.
    pub status: String,
    /// How many.
    pub number: i64,
    /// How many of them have their next step on a day or before.
    pub due: i64,
}

/// A sequence's enrolments by status; `due` is by the end of `day`.
///
/// # Errors
/// The database's.
pub async fn enrolments(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    day: i64,
) -> Result<Vec<Enrolled>, DbError> {
    let of = "tenant_id = ?1 AND sequence_id = ?2";
    let statement = Statement::assembled(format!(
        "SELECT d.status, {}, CAST(SUM(CASE WHEN d.status = 'active' AND d.due_day <= ?3 THEN d.number ELSE 0 END) AS BIGINT) AS due
         FROM ({}) AS d GROUP BY d.status ORDER BY d.status",
        sum("number"),
        enrolled(of)
    ));
    db.fetch_all(statement.bind(tenant).bind(sequence).bind(day))
        .await
}

/// How many of a tenant's enrolments have their next step on `day` or before, in sequences that run.
///
/// # Errors
/// The database's.
pub async fn due(db: &Db, tenant: &TenantId, day: i64) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        number: i64,
    }
    let is_sending = feature_flags::is_on(&built_in::SENDING, "s.tenant_id");
    let statement = Statement::assembled(format!(
        "SELECT CAST(COALESCE(SUM(d.number), 0) AS BIGINT) AS number FROM ({}) AS d
         WHERE d.status = 'active' AND d.due_day <= ?2
           AND d.sequence_id IN (SELECT s.id FROM campaign_sequences s WHERE s.tenant_id = ?1 AND s.status = 'active' AND {is_sending} = 1)",
        enrolled("tenant_id = ?1")
    ));
    let row: Row = db.fetch_one(statement.bind(tenant).bind(day)).await?;
    Ok(row.number)
}

fn enrolled(which: &str) -> String {
    format!(
        "SELECT sequence_id, status, due_day, number FROM enrolment_counts WHERE {which}
         UNION ALL SELECT sequence_id, from_status, from_day, -number FROM enrolment_count_deltas WHERE {which} AND from_status <> ''
         UNION ALL SELECT sequence_id, to_status, to_day, number FROM enrolment_count_deltas WHERE {which}"
    )
}
