//! Enrolments and their jobs in the database.

use serde::{Deserialize, Serialize};

use super::model::{Enrolment, EnrolmentStatus, Job};
use crate::campaigns::counts::enrolments as counts;
use crate::crm::reach;
use crate::crm::recipients::PeopleFilter;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::Error;
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{
    BusinessId, CommunityId, EnrolmentId, EnrolmentJobId, PersonId, SequenceId, TenantId,
};
use crate::tables::{Order, Table};

const ENROLMENTS: Table = Table {
    name: "enrolments",
    columns: "id, sequence_id, version, person_id, business_id, run, status, status_reason, timezone, sequence_step, \
              sequence_started_at, last_planned_at, next_send_at, created_at",
};
const JOB_COLUMNS: &str = "id, sequence_id, community_id, filter, status, cursor_person_id, matched, enrolled, already_enrolled, failure_reason, created_at, finished_at";

/// Somebody to be enrolled.
#[derive(Debug, Clone, Serialize)]
pub struct NewEnrolment {
    /// The id it gets.
    pub id: EnrolmentId,
    /// Who.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: BusinessId,
    /// Their time zone.
    pub timezone: String,
    /// When the first step is due.
    pub next_send_at: Millis,
    /// The tenant's day of that.
    pub due_day: i64,
}

/// Enrols those who are not under way, nor (unless `again` allows it) through already. Returns how many were enrolled.
///
/// `run >= 1` holds for every row: it makes SQLite take the unique index by person, not the primary key by tenant.
///
/// # Errors
/// The database's.
pub async fn enrol(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    version: i64,
    again: bool,
    people: &[NewEnrolment],
    now: Millis,
) -> Result<u64, DbError> {
    let ids: Vec<_> = people.iter().map(|person| &person.id).collect();
    let outcomes = db
        .batch(vec![
        Statement::new(
            "INSERT INTO enrolments (tenant_id, id, sequence_id, version, person_id, business_id, run, timezone, sequence_started_at, next_send_at, due_day, created_at, updated_at)
             SELECT ?1, r.id, ?2, CAST(?3 AS BIGINT), r.person_id, r.business_id,
               COALESCE((SELECT MAX(e.run) FROM enrolments e
                         WHERE e.tenant_id = ?1 AND e.sequence_id = ?2 AND e.person_id = r.person_id), 0) + 1,
               r.timezone, CAST(?6 AS BIGINT), r.next_send_at, r.due_day, CAST(?6 AS BIGINT), CAST(?6 AS BIGINT)
             FROM {rows ?4 AS r (id TEXT, person_id TEXT, business_id TEXT, timezone TEXT, next_send_at BIGINT, due_day BIGINT)}
             WHERE NOT EXISTS (
               SELECT 1 FROM enrolments e WHERE e.tenant_id = ?1 AND e.sequence_id = ?2 AND e.person_id = r.person_id
                 AND e.run >= 1 AND (?5 = 0 OR e.status = 'active'))
             ON CONFLICT (tenant_id, sequence_id, person_id, run) DO NOTHING",
        )
        .bind(tenant)
        .bind(sequence)
        .bind(version)
        .bind_json(people)
        .bind(again)
        .bind(now),
        // Their ids are new: those that are there now were enrolled by this.
        counts::added(tenant, &ids, now),
        ])
        .await?;
    Ok(outcomes.first().map_or(0, |outcome| outcome.changes))
}

/// One enrolment.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, scope: &Scope, id: &EnrolmentId) -> Result<Option<Enrolment>, DbError> {
    let one = reach::of_businesses(scope).and("id = ?", [id.into()]);
    db.fetch_optional(ENROLMENTS.select(one)).await
}

/// A page of a sequence's enrolments, with a status if one is given, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    sequence: &SequenceId,
    status: Option<EnrolmentStatus>,
    page: &Page,
) -> Result<(Vec<Enrolment>, Option<String>), Error> {
    let conditions = reach::of_businesses(scope)
        .and("sequence_id = ?", [sequence.into()])
        .and_if("status = ?", status.map(EnrolmentStatus::as_str));
    ENROLMENTS
        .page(
            db,
            conditions,
            page,
            Order::OldestFirst,
            |row: &Enrolment| row.id.as_str(),
        )
        .await
}

/// Stops an active enrolment. False when it was not active.
///
/// # Errors
/// The database's.
pub async fn stop(
    db: &Db,
    tenant: &TenantId,
    id: &EnrolmentId,
    reason: &str,
    now: Millis,
) -> Result<bool, DbError> {
    let outcomes = db
        .batch(vec![
            counts::stopped(tenant, "e.id = ?3", now).bind(id),
            Statement::new(
                "UPDATE enrolments SET status = 'stopped', status_reason = ?3, next_send_at = NULL, updated_at = ?4
                 WHERE tenant_id = ?1 AND id = ?2 AND status = 'active'",
            )
            .bind(tenant)
            .bind(id)
            .bind(reason)
            .bind(now),
        ])
        .await?;
    Ok(outcomes.last().is_some_and(|outcome| outcome.changes == 1))
}

/// Ends all that a person is enrolled in, for a reason that holds for every sequence.
pub fn stop_all_of_person(
    tenant: &TenantId,
    person: &PersonId,
    reason: &str,
    now: Millis,
) -> [Statement; 2] {
    [
        counts::stopped(tenant, "e.person_id = ?3", now).bind(person),
        Statement::new(
            "UPDATE enrolments SET status = 'stopped', status_reason = ?3, next_send_at = NULL, updated_at = ?4
             WHERE tenant_id = ?1 AND person_id = ?2 AND status = 'active'",
        )
        .bind(tenant)
        .bind(person)
        .bind(reason)
        .bind(now),
    ]
}

/// The outcome of people who would be enrolled and written to.
pub const WRITTEN_TO: &str = "written_to";

/// How many people of a community share an outcome and a time zone.
#[derive(Debug, Clone, Deserialize)]
pub struct Tally {
    /// The business's time zone, or the community's; IANA name.
    pub timezone: Option<String>,
    /// [`WRITTEN_TO`], or why not: `no_address`, `already_enrolled`, `do_not_email`, or `suppressed:` with the reason.
    pub outcome: String,
    /// How many.
    pub people: i64,
    /// At how many businesses.
    pub businesses: i64,
}

/// What would become of a community's people in a sequence: how many businesses there are, and the people by outcome. `None`
/// when there is no such community.
///
/// The ids come out of the indexes alone, and the rows by their keys: `i` and `q` are read for nothing else.
///
/// # Errors
/// The database's.
pub async fn tally(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    again: bool,
    community: &CommunityId,
) -> Result<Option<(i64, Vec<Tally>)>, DbError> {
    #[derive(Deserialize)]
    struct Businesses {
        businesses: i64,
    }
    let businesses = Statement::new(
        "SELECT (SELECT COUNT(*) FROM businesses i JOIN businesses b ON b.tenant_id = i.tenant_id AND b.id = i.id
                 WHERE i.tenant_id = ?1 AND i.community_id = ?2 AND b.deleted_at IS NULL) AS businesses
         FROM communities c WHERE c.tenant_id = ?1 AND c.id = ?2",
    );
    let people = Statement::new(
        "SELECT w.timezone, w.outcome, COUNT(*) AS people, COUNT(DISTINCT w.business_id) AS businesses
         FROM (SELECT b.id AS business_id, COALESCE(b.timezone, c.timezone) AS timezone,
                 CASE WHEN p.email IS NULL THEN 'no_address'
                   WHEN EXISTS (SELECT 1 FROM enrolments e
                     WHERE e.tenant_id = ?1 AND e.sequence_id = ?3 AND e.person_id = p.id
                       AND e.run >= 1 AND (?4 = 0 OR e.status = 'active')) THEN 'already_enrolled'
                   WHEN s.reason IS NOT NULL THEN 'suppressed:' || s.reason
                   WHEN p.do_not_email = 1 THEN 'do_not_email'
                   ELSE 'written_to' END AS outcome
               FROM businesses i
               LEFT JOIN businesses b ON b.tenant_id = ?1 AND b.id = i.id
               LEFT JOIN communities c ON c.tenant_id = ?1 AND c.id = i.community_id
               LEFT JOIN people q ON q.tenant_id = ?1 AND q.business_id = i.id
               LEFT JOIN people p ON p.tenant_id = ?1 AND p.id = q.id
               LEFT JOIN suppressions s ON s.tenant_id = ?1 AND s.channel = 'email' AND s.address = p.email
               WHERE i.tenant_id = ?1 AND i.community_id = ?2
                 AND b.deleted_at IS NULL AND p.deleted_at IS NULL AND p.id IS NOT NULL) AS w
         GROUP BY w.timezone, w.outcome ORDER BY w.outcome, w.timezone",
    );
    let found: Option<Businesses> = db
        .fetch_optional(businesses.bind(tenant).bind(community))
        .await?;
    let Some(Businesses { businesses }) = found else {
        return Ok(None);
    };
    let people = people
        .bind(tenant)
        .bind(community)
        .bind(sequence)
        .bind(again);
    Ok(Some((businesses, db.fetch_all(people).await?)))
}

/// Starts a job.
///
/// # Errors
/// The database's.
pub async fn create_job(
    db: &Db,
    tenant: &TenantId,
    id: &EnrolmentJobId,
    sequence: &SequenceId,
    community: Option<&CommunityId>,
    filter: &PeopleFilter,
    now: Millis,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "INSERT INTO enrolment_jobs (tenant_id, id, sequence_id, community_id, filter, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )
        .bind(tenant)
        .bind(id)
        .bind(sequence)
        .bind(community)
        .bind_json(filter)
        .bind(now),
    )
    .await
    .map(drop)
}

/// One job.
///
/// # Errors
/// The database's.
pub async fn find_job(
    db: &Db,
    tenant: &TenantId,
    id: &EnrolmentJobId,
) -> Result<Option<Job>, DbError> {
    db.fetch_optional(
        Statement::assembled(format!(
            "SELECT {JOB_COLUMNS} FROM enrolment_jobs WHERE tenant_id = ?1 AND id = ?2"
        ))
        .bind(tenant)
        .bind(id),
    )
    .await
}

/// Jobs that are running, with their tenants.
///
/// # Errors
/// The database's.
pub async fn running_jobs(db: &Db, limit: i64) -> Result<Vec<(TenantId, EnrolmentJobId)>, DbError> {
    #[derive(serde::Deserialize)]
    struct Row {
        tenant_id: TenantId,
        id: EnrolmentJobId,
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT tenant_id, id FROM enrolment_jobs WHERE status = 'running' ORDER BY tenant_id, id LIMIT ?1",
            )
            .bind(limit),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.tenant_id, row.id))
        .collect())
}

/// What one step of a job has done.
pub struct JobStep<'a> {
    /// Where the job was before; if it is elsewhere now, somebody else did this step.
    pub from: Option<&'a str>,
    /// The last person looked at.
    pub to: Option<&'a str>,
    /// People matched.
    pub matched: i64,
    /// People enrolled.
    pub enrolled: i64,
    /// Whether nobody is left.
    pub finished: bool,
}

/// Records a job's step.
///
/// # Errors
/// The database's.
pub async fn advance_job(
    db: &Db,
    tenant: &TenantId,
    id: &EnrolmentJobId,
    step: &JobStep<'_>,
    now: Millis,
) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "UPDATE enrolment_jobs SET cursor_person_id = COALESCE(?3, cursor_person_id), matched = matched + CAST(?4 AS BIGINT),
                   enrolled = enrolled + CAST(?5 AS BIGINT), already_enrolled = already_enrolled + CAST(?4 AS BIGINT) - CAST(?5 AS BIGINT),
                   status = CASE WHEN ?6 = 1 THEN 'done' ELSE status END,
                   finished_at = CASE WHEN ?6 = 1 THEN CAST(?7 AS BIGINT) ELSE finished_at END, updated_at = ?7
                 WHERE tenant_id = ?1 AND id = ?2 AND status = 'running' AND COALESCE(cursor_person_id, '') = ?8",
            )
            .bind(tenant)
            .bind(id)
            .bind(step.to)
            .bind(step.matched)
            .bind(step.enrolled)
            .bind(step.finished)
            .bind(now)
            .bind(step.from.unwrap_or_default()),
        )
        .await?;
    Ok(changed == 1)
}

/// Gives a job up.
///
/// # Errors
/// The database's.
pub async fn fail_job(
    db: &Db,
    tenant: &TenantId,
    id: &EnrolmentJobId,
    reason: &str,
    now: Millis,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "UPDATE enrolment_jobs SET status = 'failed', failure_reason = ?3, finished_at = ?4, updated_at = ?4
             WHERE tenant_id = ?1 AND id = ?2 AND status = 'running'",
        )
        .bind(tenant)
        .bind(id)
        .bind(reason)
        .bind(now),
    )
    .await
    .map(drop)
}
