//! What becomes of somebody's enrolments and sends when two people, or two businesses, turn out to be one. The CRM merges; what
//! is said here are statements for its transactions, and questions beforehand.
//!
//! An enrolment goes over with its person. Who would be in one sequence twice goes on with the enrolment that has come further.
//! A ledger row goes over too, so that what comes back for it later (an open, a bounce, an unsubscription) finds the person that
//! there is; what it says of the send itself stays as it is.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::counts::enrolments as counts;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement, Value};
use crate::ids::{EnrolmentId, PersonId, SendId, SequenceId, TenantId};

/// Why the enrolment that had come less far was stopped.
const REASON: &str = "merged";
/// Rows that one statement takes.
const MOST_PENDING: i64 = 500;

/// True when somebody of `?3` has an enrolment that is not among `?4`.
pub const NEW_ENROLMENT: &str = "EXISTS (SELECT 1 FROM enrolments e WHERE e.tenant_id = ?1 AND e.person_id {in ?3} AND NOT (e.id {in ?4}))";

/// Somebody's way through a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    /// Its id.
    pub id: EnrolmentId,
    /// Of which sequence.
    pub sequence_id: SequenceId,
    /// Who.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: String,
    /// How often they have begun it.
    pub run: i64,
    /// `active`, `completed` or `stopped`.
    pub status: String,
    /// The step that is next.
    pub sequence_step: i64,
    /// When that is due.
    pub next_send_at: Option<Millis>,
}

/// What becomes of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// As it was.
    pub was: Enrolled,
    /// Whose it is.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: String,
    /// How often that person has begun the sequence.
    pub run: i64,
    /// Whether it ends, because another goes on.
    pub stopped: bool,
}

/// What people are enrolled in.
///
/// # Errors
/// The database's.
pub async fn enrolled(
    db: &Db,
    tenant: &TenantId,
    people: &[&str],
) -> Result<Vec<Enrolled>, DbError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    db.fetch_all(
        Statement::new(
            // The ids come out of the index by person; else SQLite would walk the tenant's enrolments.
            "SELECT id, sequence_id, person_id, business_id, run, status, sequence_step, next_send_at FROM enrolments
             WHERE tenant_id = ?1 AND id IN (SELECT e.id FROM enrolments e WHERE e.tenant_id = ?1 AND e.person_id {in ?2})
             ORDER BY id",
        )
        .bind(tenant)
        .bind_json(people),
    )
    .await
}

/// What becomes of the enrolments of two people who are one, added to `changes`. `all` is what both are enrolled in, and is
/// brought to what they are enrolled in then.
pub fn unite(
    kept: &PersonId,
    kept_business: &str,
    other: &PersonId,
    all: &mut [Enrolled],
    changes: &mut Vec<Change>,
) {
    let of_other: Vec<_> = (0..all.len())
        .filter(|at| all.get(*at).is_some_and(|one| one.person_id == *other))
        .collect();
    for at in of_other {
        let Some(was) = all.get(at).cloned() else {
            continue;
        };
        let same =
            |one: &&mut Enrolled| one.person_id == *kept && one.sequence_id == was.sequence_id;
        let last_run = all
            .iter_mut()
            .filter(same)
            .map(|one| one.run)
            .max()
            .unwrap_or(0);
        let rival = all
            .iter_mut()
            .filter(same)
            .find(|one| one.status == "active")
            .filter(|_| was.status == "active");
        let mut stopped = false;
        if let Some(rival) = rival {
            stopped = was.sequence_step <= rival.sequence_step;
            if !stopped {
                stop(changes, rival);
            }
        }
        let change = Change {
            person_id: kept.clone(),
            business_id: kept_business.to_string(),
            run: last_run + 1,
            stopped,
            was: was.clone(),
        };
        if let Some(one) = all.get_mut(at) {
            one.person_id = kept.clone();
            one.business_id = kept_business.to_string();
            one.run = change.run;
            if stopped {
                one.status = "stopped".into();
            }
        }
        changes.push(change);
    }
}

fn stop(changes: &mut Vec<Change>, rival: &mut Enrolled) {
    match changes.iter_mut().find(|change| change.was.id == rival.id) {
        Some(change) => change.stopped = true,
        None => changes.push(Change {
            was: rival.clone(),
            person_id: rival.person_id.clone(),
            business_id: rival.business_id.clone(),
            run: rival.run,
            stopped: true,
        }),
    }
    rival.status = "stopped".into();
}

/// Makes the changes. `only_if` is the caller's condition: SQL over `?1` (the tenant) whose values are bound from `?5` on.
pub fn apply(
    tenant: &TenantId,
    changes: &[Change],
    now: Millis,
    only_if: &Condition,
) -> Vec<Statement> {
    let after: BTreeMap<_, _> = changes
        .iter()
        .map(|change| {
            let row = json!({
                "person_id": change.person_id, "business_id": change.business_id, "run": change.run,
                "stopped": i64::from(change.stopped),
            });
            (change.was.id.as_str(), row)
        })
        .collect();
    let ids: Vec<_> = after.keys().collect();
    let stopped = of_stopped(changes);
    let (bound, only_if) = (&only_if.values, only_if.sql);
    let counted = counts::stopped(
        tenant,
        &format!("e.id {{in ?3}} AND ?4 = ?4 AND {only_if}"),
        now,
    )
    .bind_json(&stopped)
    .bind(now);
    let change = Statement::assembled(format!(
        "UPDATE enrolments SET
           person_id = {{field ?2 id 'person_id' TEXT}}, business_id = {{field ?2 id 'business_id' TEXT}},
           run = {{field ?2 id 'run' BIGINT}},
           next_send_at = CASE WHEN {{field ?2 id 'stopped' BIGINT}} = 1 AND status = 'active' THEN NULL ELSE next_send_at END,
           status_reason = CASE WHEN {{field ?2 id 'stopped' BIGINT}} = 1 AND status = 'active' THEN '{REASON}' ELSE status_reason END,
           status = CASE WHEN {{field ?2 id 'stopped' BIGINT}} = 1 AND status = 'active' THEN 'stopped' ELSE status END,
           updated_at = ?4
         WHERE tenant_id = ?1 AND id {{in ?3}} AND {only_if}"
    ))
    .bind(tenant)
    .bind_json(&after)
    .bind_json(&ids)
    .bind(now);
    vec![
        hold(tenant, &stopped),
        bind_all(counted, bound),
        bind_all(change, bound),
    ]
}

/// The condition of somebody else's transaction.
pub struct Condition<'a> {
    /// Its text.
    pub sql: &'a str,
    /// Its values, from `?5` on.
    pub values: Vec<Value>,
}

fn bind_all(statement: Statement, values: &[Value]) -> Statement {
    values.iter().cloned().fold(statement, Statement::bind)
}

/// Those that end with the merge.
fn of_stopped(changes: &[Change]) -> Vec<&EnrolmentId> {
    changes
        .iter()
        .filter(|change| change.stopped)
        .map(|change| &change.was.id)
        .collect()
}

/// Keeps the planner and whoever stops an enrolment from changing these between their being counted and their being changed:
/// a merge's transaction sees what others commit meanwhile.
fn hold(tenant: &TenantId, ids: &[&EnrolmentId]) -> Statement {
    Statement::new(
        "SELECT id FROM enrolments WHERE tenant_id = ?1 AND id {in ?2} ORDER BY id {hold rows}",
    )
    .bind(tenant)
    .bind_json(ids)
}

/// Takes the changes back: each enrolment is whose it was, and one that was stopped goes on, unless it was stopped for another
/// reason since. `only_if` as for [`apply`].
pub fn revert(
    tenant: &TenantId,
    changes: &[Change],
    now: Millis,
    only_if: &Condition,
) -> Vec<Statement> {
    let before: BTreeMap<_, _> = changes
        .iter()
        .map(|change| {
            let row = json!({
                "person_id": change.was.person_id, "business_id": change.was.business_id, "run": change.was.run,
                "stopped": i64::from(change.stopped), "next_send_at": change.was.next_send_at,
            });
            (change.was.id.as_str(), row)
        })
        .collect();
    let ids: Vec<_> = before.keys().collect();
    let stopped = of_stopped(changes);
    let (bound, only_if) = (&only_if.values, only_if.sql);
    let which =
        format!("e.id {{in ?3}} AND e.status_reason = '{REASON}' AND ?4 = ?4 AND {only_if}");
    let counted = counts::taken_up(tenant, &which, now)
        .bind_json(&stopped)
        .bind(now);
    let goes_on = format!(
        "{{field ?2 id 'stopped' BIGINT}} = 1 AND status = 'stopped' AND status_reason = '{REASON}'"
    );
    let change = Statement::assembled(format!(
        "UPDATE enrolments SET
           person_id = {{field ?2 id 'person_id' TEXT}}, business_id = {{field ?2 id 'business_id' TEXT}},
           run = {{field ?2 id 'run' BIGINT}},
           next_send_at = CASE WHEN {goes_on} THEN {{field ?2 id 'next_send_at' BIGINT}} ELSE next_send_at END,
           status = CASE WHEN {goes_on} THEN 'active' ELSE status END,
           status_reason = CASE WHEN {goes_on} THEN NULL ELSE status_reason END,
           updated_at = ?4
         WHERE tenant_id = ?1 AND id {{in ?3}} AND {only_if}"
    ))
    .bind(tenant)
    .bind_json(&before)
    .bind_json(&ids)
    .bind(now);
    vec![
        hold(tenant, &stopped),
        bind_all(counted, bound),
        bind_all(change, bound),
    ]
}

/// The sends of these enrolments that are under way: they must find the person that there is when the gate is asked.
///
/// # Errors
/// The database's.
pub async fn under_way(
    db: &Db,
    tenant: &TenantId,
    person: &str,
    enrolments: &[&EnrolmentId],
) -> Result<Vec<SendId>, DbError> {
    #[derive(Deserialize, JsonSchema)]
    struct Row {
        id: SendId,
    }
    if enrolments.is_empty() {
        return Ok(Vec::new());
    }
    // An enrolment's sends start with its first 24 characters: a range of the key.
    let ranges: Vec<_> = enrolments
        .iter()
        .map(|id| {
            let low: String = id.as_str().chars().take(24).collect();
            json!({"high": format!("{low}g"), "low": low})
        })
        .collect();
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT s.id FROM {rows ?2 AS r (low TEXT, high TEXT)} CROSS JOIN send_log s
                 WHERE s.tenant_id = ?1 AND s.id >= r.low AND s.id < r.high AND s.person_id = ?3
                   AND s.status IN ('pending', 'unknown') LIMIT ?4",
            )
            .bind(tenant)
            .bind_json(&ranges)
            .bind(person)
            .bind(MOST_PENDING),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Up to `limit` enrolments of a business's people that name another business.
pub fn of_another_business(
    tenant: &TenantId,
    business: &str,
    other: &str,
    limit: i64,
) -> Statement {
    Statement::new(
        "SELECT e.id AS id FROM people p CROSS JOIN enrolments i CROSS JOIN enrolments e
         WHERE p.tenant_id = ?1 AND p.business_id = ?2 AND i.tenant_id = ?1 AND i.person_id = p.id
           AND e.tenant_id = ?1 AND e.id = i.id AND e.business_id = ?3
         LIMIT ?4",
    )
    .bind(tenant)
    .bind(business)
    .bind(other)
    .bind(limit)
}

/// Up to `limit` sends of a business's people that name another business.
pub fn sends_of_another_business(
    tenant: &TenantId,
    business: &str,
    other: &str,
    limit: i64,
) -> Statement {
    Statement::new(
        "SELECT s.id AS id FROM people p CROSS JOIN enrolments e CROSS JOIN send_log s
         WHERE p.tenant_id = ?1 AND p.business_id = ?2 AND e.tenant_id = ?1 AND e.person_id = p.id
           AND s.tenant_id = ?1 AND s.id >= substr(e.id, 1, 24) AND s.id < substr(e.id, 1, 24) || 'g'
           AND s.enrolment_id = e.id AND s.business_id = ?3
         LIMIT ?4",
    )
    .bind(tenant)
    .bind(business)
    .bind(other)
    .bind(limit)
}

/// Up to `limit` sends of a person's enrolments that name another person.
pub fn sends_of_another_person(
    tenant: &TenantId,
    person: &str,
    other: &str,
    limit: i64,
) -> Statement {
    Statement::new(
        "SELECT s.id AS id FROM enrolments e CROSS JOIN send_log s
         WHERE e.tenant_id = ?1 AND e.person_id = ?2
           AND s.tenant_id = ?1 AND s.id >= substr(e.id, 1, 24) AND s.id < substr(e.id, 1, 24) || 'g'
           AND s.enrolment_id = e.id AND s.person_id = ?3
         LIMIT ?4",
    )
    .bind(tenant)
    .bind(person)
    .bind(other)
    .bind(limit)
}

/// Which of these email addresses somebody wanted no email at: not those that merely took none.
///
/// # Errors
/// The database's.
pub async fn unwanted_at(
    db: &Db,
    tenant: &TenantId,
    addresses: &[&str],
) -> Result<Vec<String>, DbError> {
    let suppressed = super::suppressions::store::among(db, tenant, addresses).await?;
    Ok(suppressed
        .into_iter()
        .filter(|(_, reason)| reason != "bounced")
        .map(|(address, _)| address)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enrolled(
        person: &PersonId,
        sequence: &SequenceId,
        run: i64,
        status: &str,
        step: i64,
    ) -> Enrolled {
        Enrolled {
            id: EnrolmentId::new(step),
            sequence_id: sequence.clone(),
            person_id: person.clone(),
            business_id: "theirs".into(),
            run,
            status: status.into(),
            sequence_step: step,
            next_send_at: Some(7),
        }
    }

    #[test]
    fn of_two_under_way_the_one_further_on_goes_on() {
        let (kept, other, sequence) = (PersonId::new(1), PersonId::new(2), SequenceId::new(3));
        for (ours, theirs, ours_stops) in [(1, 5, true), (5, 1, false), (3, 3, false)] {
            let mut all = vec![
                enrolled(&kept, &sequence, 1, "completed", 9),
                enrolled(&kept, &sequence, 2, "active", ours),
                enrolled(&other, &sequence, 1, "active", theirs),
            ];
            let mut changes = Vec::new();
            unite(&kept, "ours", &other, &mut all, &mut changes);
            let stopped: Vec<_> = changes
                .iter()
                .filter(|change| change.stopped)
                .map(|change| change.was.person_id == kept)
                .collect();
            assert_eq!(stopped, [ours_stops], "{ours} {theirs}");
            let moved = changes
                .iter()
                .find(|change| change.was.person_id == other)
                .unwrap();
            assert_eq!((moved.run, moved.business_id.as_str()), (3, "ours"));
            let active = all.iter().filter(|one| one.status == "active").count();
            assert!(active == 1 && all.iter().all(|one| one.person_id == kept));
        }
    }

    #[test]
    fn a_third_one_is_weighed_against_what_the_second_left() {
        let (kept, sequence) = (PersonId::new(1), SequenceId::new(3));
        let (second, third) = (PersonId::new(2), PersonId::new(4));
        let mut all = vec![
            enrolled(&kept, &sequence, 1, "active", 1),
            enrolled(&second, &sequence, 1, "active", 2),
            enrolled(&third, &sequence, 1, "active", 3),
        ];
        let mut changes = Vec::new();
        for other in [&second, &third] {
            unite(&kept, "ours", other, &mut all, &mut changes);
        }
        assert_eq!(changes.len(), 3);
        assert!(
            changes
                .iter()
                .any(|change| change.stopped && change.was.person_id == second)
        );
        let active: Vec<_> = all.iter().filter(|one| one.status == "active").collect();
        assert_eq!((active.len(), active[0].sequence_step), (1, 3));
        let runs: Vec<_> = all.iter().map(|one| one.run).collect();
        assert_eq!(runs, [1, 2, 3]);
    }

    #[test]
    fn other_sequences_go_over_as_they_are() {
        let (kept, other) = (PersonId::new(1), PersonId::new(2));
        let mut all = vec![
            enrolled(&kept, &SequenceId::new(3), 1, "active", 1),
            enrolled(&other, &SequenceId::new(4), 1, "active", 2),
        ];
        let mut changes = Vec::new();
        unite(&kept, "ours", &other, &mut all, &mut changes);
        assert_eq!(
            (changes.len(), changes[0].run, changes[0].stopped),
            (1, 1, false)
        );
    }
}
