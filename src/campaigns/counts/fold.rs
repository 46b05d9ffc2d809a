//! The tick's part: deltas are added to the counts and taken away, in one transaction.

use serde::Deserialize;

use super::kinds::{Counted, Kind};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// Deltas that one step takes, steps that a tenant gets of a tick, and tenants that do. A minute of 2.7 million sends a day
/// leaves a few thousand deltas.
const STEP: i64 = 5_000;
const STEPS_A_TENANT: u32 = 4;
const TENANTS_A_TICK: i64 = 50;

/// Adds what there is to the counts, those first who wait the longest. Returns how many steps that took.
///
/// # Errors
/// The database's; the next tick goes on.
pub async fn fold(db: &Db) -> Result<u32, DbError> {
    let mut steps = 0;
    for table in [SENDS, ENROLMENTS] {
        for tenant in tenants(db, table).await? {
            for _ in 0..STEPS_A_TENANT {
                if !step(db, table, &tenant).await? {
                    break;
                }
                steps += 1;
            }
        }
    }
    Ok(steps)
}

/// The deltas of one kind and how they are added.
#[derive(Clone, Copy)]
struct Folded {
    deltas: &'static str,
    counts: fn(&TenantId, &str) -> Vec<Statement>,
}

const SENDS: Folded = Folded {
    deltas: "send_count_deltas",
    counts: sends,
};
const ENROLMENTS: Folded = Folded {
    deltas: "enrolment_count_deltas",
    counts: enrolments,
};

/// Whose deltas there are, by the oldest of them: one probe of the key for each tenant.
async fn tenants(db: &Db, table: Folded) -> Result<Vec<TenantId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: TenantId,
    }
    let rows: Vec<Row> = db
        .fetch_all(Statement::assembled(format!(
            "SELECT w.id FROM (SELECT t.id, (SELECT MIN(d.id) FROM {} d WHERE d.tenant_id = t.id) AS first FROM tenants t) AS w
             WHERE w.first IS NOT NULL ORDER BY w.first LIMIT {TENANTS_A_TICK}",
            table.deltas
        )))
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// One step of a tenant. False when there is nothing left.
async fn step(db: &Db, table: Folded, tenant: &TenantId) -> Result<bool, DbError> {
    #[derive(Deserialize)]
    struct Row {
        last: Option<String>,
    }
    let row: Row = db
        .fetch_one(
            Statement::assembled(format!(
                "SELECT MAX(d.id) AS last FROM (SELECT id FROM {} WHERE tenant_id = ?1 ORDER BY id LIMIT ?2) AS d",
                table.deltas
            ))
            .bind(tenant)
            .bind(STEP),
        )
        .await?;
    let Some(last) = row.last else {
        return Ok(false);
    };
    // What comes in meanwhile with an older id is another moment's, and stays: all statements see the same deltas.
    let mut statements = (table.counts)(tenant, &last);
    statements.push(
        Statement::assembled(format!(
            "DELETE FROM {} WHERE tenant_id = ?1 AND id <= ?2",
            table.deltas
        ))
        .bind(tenant)
        .bind(&last),
    );
    db.batch(statements).await?;
    Ok(true)
}

/// A step's day, a step's whole time, and the tenant's day.
fn sends(tenant: &TenantId, last: &str) -> Vec<Statement> {
    let levels = [
        ("sequence_id", "step_id", "day"),
        ("sequence_id", "step_id", "0"),
        ("''", "''", "day"),
    ];
    let columns: Vec<_> = Kind::ALL.iter().map(|kind| kind.column()).collect();
    let sums: Vec<_> = columns.iter().map(|column| sum(column)).collect();
    let added: Vec<_> = columns
        .iter()
        .map(|column| format!("{column} = send_counts.{column} + excluded.{column}"))
        .collect();
    levels
        .into_iter()
        .map(|(sequence, step, day)| {
            Statement::assembled(format!(
                "INSERT INTO send_counts (tenant_id, sequence_id, step_id, day, {})
                 SELECT ?1, d.sequence_id, d.step_id, d.day, {}
                 FROM (SELECT {sequence} AS sequence_id, {step} AS step_id, {day} AS day, {columns} FROM ({both}) AS b) AS d
                 WHERE true GROUP BY d.sequence_id, d.step_id, d.day
                 ON CONFLICT (tenant_id, sequence_id, day, step_id) DO UPDATE SET {}",
                columns.join(", "),
                sums.join(", "),
                added.join(", "),
                columns = columns.join(", "),
                both = by_day("tenant_id = ?1 AND id <= ?2", "tenant_id = ?1 AND id <= ?2"),
            ))
            .bind(tenant)
            .bind(last)
        })
        .collect()
}

/// A query for deltas by the day that they count on: each of those that have both days is two rows.
pub(super) fn by_day(of_plan: &str, of_event: &str) -> String {
    let part = |counted: Counted, day: &str, which: &str| {
        let values: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| match kind.counted() == counted {
                true => kind.column().to_string(),
                false => format!("0 AS {}", kind.column()),
            })
            .collect();
        format!(
            "SELECT sequence_id, step_id, {day} AS day, {} FROM send_count_deltas WHERE {which} AND {day} <> 0",
            values.join(", ")
        )
    };
    format!(
        "{} UNION ALL {}",
        part(Counted::WhenPlanned, "day", of_plan),
        part(Counted::WhenItHappened, "event_day", of_event)
    )
}

/// The sum of a column.
pub(super) fn sum(column: &str) -> String {
    format!("CAST(SUM(d.{column}) AS BIGINT) AS {column}")
}

fn enrolments(tenant: &TenantId, last: &str) -> Vec<Statement> {
    let side = |status: &str, day: &str, sign: &str| {
        format!(
            "SELECT sequence_id, {status} AS status, {day} AS due_day, {sign}number AS number FROM enrolment_count_deltas
             WHERE tenant_id = ?1 AND id <= ?2 AND {status} <> ''"
        )
    };
    vec![
        Statement::assembled(format!(
            "INSERT INTO enrolment_counts (tenant_id, sequence_id, status, due_day, number)
             SELECT ?1, d.sequence_id, d.status, d.due_day, {}
             FROM ({} UNION ALL {}) AS d
             WHERE true GROUP BY d.sequence_id, d.status, d.due_day
             ON CONFLICT (tenant_id, sequence_id, status, due_day) DO UPDATE SET number = enrolment_counts.number + excluded.number",
            sum("number"),
            side("from_status", "from_day", "-"),
            side("to_status", "to_day", ""),
        ))
        .bind(tenant)
        .bind(last),
        // A day that is over has nobody any more: else there would be a row for each day there was.
        Statement::new("DELETE FROM enrolment_counts WHERE tenant_id = ?1 AND number = 0")
            .bind(tenant),
    ]
}
