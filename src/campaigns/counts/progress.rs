//! How far a sequence has come.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::days::{self, Days};
use super::figures::Outcomes;
use super::kinds::Counts;
use super::store;
use crate::campaigns::ledger::rounds;
use crate::campaigns::sequences::store as sequences;
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{SequenceId, TenantId};

/// How many of those whose next step is the farthest off are asked when they will be through.
const ASKED: i64 = 100;

/// How far a sequence has come.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SequenceProgress")]
pub struct Progress {
    /// Who is in it.
    pub enrolments: Enrolments,
    /// What is with today, as the tenant's time zone has it.
    pub today: Today,
    /// When the first email of it went out, as its first 2,500 sends say; null when none of those went out.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub first_sent_at: Option<Millis>,
    /// When the last one went out so far, as its newest 2,500 sends say; null when none of those has gone out yet.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub last_sent_at: Option<Millis>,
    /// About when those who are in it now will be through, if nothing holds it up; null when nobody is under way.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub estimated_end_at: Option<Millis>,
}

/// Enrolments by status.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
#[schemars(rename = "EnrolmentCounts")]
pub struct Enrolments {
    /// All of them.
    pub total: i64,
    /// Under way.
    pub active: i64,
    /// Through.
    pub completed: i64,
    /// Ended before that.
    pub stopped: i64,
}

/// What is with today.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "SequenceToday")]
pub struct Today {
    /// The day, as in `2026-03-04`.
    pub day: String,
    /// Enrolments whose next step is still to be decided today, or was to be before.
    pub due: i64,
    /// Emails that went out today, whenever they were planned.
    pub went_out: i64,
    /// What was decided today.
    #[serde(flatten)]
    pub outcomes: Outcomes,
}

/// How far a sequence has come.
///
/// # Errors
/// The database's.
pub async fn of(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    days: &Days,
    now: Millis,
) -> Result<Progress, DbError> {
    let today = days.day(now);
    let mut enrolments = Enrolments::default();
    let mut due = 0;
    for of in store::enrolments(db, tenant, sequence, today).await? {
        enrolments.total += of.number;
        match of.status.as_str() {
            "active" => {
                enrolments.active = of.number;
                due = of.due;
            }
            "completed" => enrolments.completed = of.number,
            _ => enrolments.stopped += of.number,
        }
    }
    let mut counts = Counts::default();
    for of in store::days_of(db, tenant, sequence, (today, today)).await? {
        counts.add(&of.counts);
    }
    let (first_sent_at, last_sent_at) = rounds::first_and_last_sent(db, tenant, sequence).await?;
    let estimated_end_at = match enrolments.active {
        0 => None,
        _ => estimated_end(db, tenant, sequence).await?,
    };
    Ok(Progress {
        enrolments,
        today: Today {
            day: days::written(today),
            due,
            went_out: counts.went_out,
            outcomes: Outcomes::from(&counts),
        },
        first_sent_at,
        last_sent_at,
        estimated_end_at,
    })
}

/// When the last of those will be through whose next step is the farthest off: then come the days that their version has left.
async fn estimated_end(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
) -> Result<Option<Millis>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        version: i64,
        sequence_step: i64,
        next_send_at: Millis,
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT version, sequence_step, next_send_at FROM enrolments
                 WHERE tenant_id = ?1 AND sequence_id = ?2 AND next_send_at IS NOT NULL ORDER BY next_send_at DESC LIMIT ?3",
            )
            .bind(tenant)
            .bind(sequence)
            .bind(ASKED),
        )
        .await?;
    let mut wanted: Vec<_> = rows.iter().map(|row| row.version).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let versions = sequences::load_versions(db, tenant, sequence, &wanted).await?;
    let ends = rows.iter().filter_map(|row| {
        let loaded = versions.get(&row.version)?;
        let next = loaded.step(row.sequence_step)?;
        let last = loaded.steps.last()?;
        Some(row.next_send_at + (last.day_offset - next.day_offset) * DAY)
    });
    Ok(ends.max())
}
