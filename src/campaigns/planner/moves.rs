//! Moving enrolments to a new version that says so: a bounded walk through the sequence's enrolments, in the order of an
//! index that is there anyway, resumed by the next tick where this one ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::decide;
use super::store::DueEnrolment;
use crate::campaigns::counts::{self, Days};
use crate::campaigns::sequences::store::{self as sequences, Loaded};
use crate::edge::clock::Millis;
use crate::edge::db::{Json, Statement};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::ids::{SequenceId, TenantId};

/// Enrolments looked at in one step, and steps in one tick.
const STEP: i64 = 500;
const STEPS_A_TICK: u32 = 20;

#[derive(Debug, Deserialize)]
struct Row {
    status: String,
    run: i64,
    #[serde(flatten)]
    enrolment: MaybeDue,
}

/// A [`DueEnrolment`] that may have ended.
#[derive(Debug, Deserialize)]
struct MaybeDue {
    id: crate::ids::EnrolmentId,
    person_id: crate::ids::PersonId,
    business_id: crate::ids::BusinessId,
    version: i64,
    sequence_step: i64,
    sequence_started_at: Millis,
    last_planned_at: Option<Millis>,
    next_send_at: Option<Millis>,
    timezone: String,
}

#[derive(Debug, Deserialize)]
struct Target {
    version: i64,
    move_cursor: Option<Json<Cursor>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Cursor {
    person_id: String,
    run: i64,
}

/// Moves on with the move to the sequence's current version.
///
/// # Errors
/// The database's; the next tick goes on.
pub async fn advance(
    platform: &Platform,
    tenant: &TenantId,
    sequence: &SequenceId,
    days: &Days,
) -> Result<()> {
    for _ in 0..STEPS_A_TICK {
        if step(platform, tenant, sequence, days).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// One step. True when nobody is left.
async fn step(
    platform: &Platform,
    tenant: &TenantId,
    sequence: &SequenceId,
    days: &Days,
) -> Result<bool> {
    let (db, now) = (&platform.db, platform.now());
    let Some(target) = db
        .fetch_optional::<Target>(
            Statement::new(
                "SELECT v.version, v.move_cursor FROM campaign_sequences s
                 CROSS JOIN campaign_sequence_versions v
                 WHERE s.tenant_id = ?1 AND s.id = ?2 AND v.tenant_id = s.tenant_id AND v.sequence_id = s.id
                   AND v.version = s.current_version AND v.moved_at IS NULL",
            )
            .bind(tenant)
            .bind(sequence),
        )
        .await?
    else {
        return Ok(true);
    };
    let cursor = target
        .move_cursor
        .map(|cursor| cursor.0)
        .unwrap_or_default();
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::assembled(format!(
                "SELECT status, run, {} FROM enrolments
                 WHERE tenant_id = ?1 AND sequence_id = ?2
                   AND (person_id > ?3 OR (person_id = ?3 AND run > ?4))
                 ORDER BY person_id, run LIMIT ?5",
                super::store::ENROLMENT_COLUMNS
            ))
            .bind(tenant)
            .bind(sequence)
            .bind(&cursor.person_id)
            .bind(cursor.run)
            .bind(STEP),
        )
        .await?;
    let last = rows.last().map(|row| Cursor {
        person_id: row.enrolment.person_id.to_string(),
        run: row.run,
    });
    let finished = i64::try_from(rows.len()).unwrap_or(STEP) < STEP;
    let to_move: Vec<DueEnrolment> = rows
        .into_iter()
        .filter(|row| row.status == "active" && row.enrolment.version < target.version)
        .filter_map(|row| row.enrolment.due())
        .collect();
    let mut versions: Vec<i64> = to_move.iter().map(|enrolment| enrolment.version).collect();
    versions.push(target.version);
    versions.sort_unstable();
    versions.dedup();
    let loaded = sequences::load_versions(db, tenant, sequence, &versions).await?;
    let moved: BTreeMap<String, Place> = to_move
        .iter()
        .filter_map(|enrolment| {
            let change = place(
                enrolment,
                loaded.get(&enrolment.version)?,
                loaded.get(&target.version)?,
                now,
            )?;
            Some((enrolment.id.to_string(), change))
        })
        .collect();
    let moved: BTreeMap<_, _> = moved
        .into_iter()
        .map(|(id, mut place)| {
            place.due_day = place.next_send_at.map_or(0, |at| days.day(at));
            (id, place)
        })
        .collect();
    let ids: Vec<_> = moved.keys().collect();
    let going: Vec<_> = moved
        .iter()
        .map(|(id, place)| counts::enrolments::GoesOn {
            id,
            expected: place.expected,
            status: place.status,
            due_day: place.due_day,
        })
        .collect();
    db.batch(vec![
        counts::enrolments::gone_on(tenant, &going, now),
        Statement::new(
            "UPDATE enrolments SET version = ?5,
               sequence_step = {field ?2 id 'sequence_step' BIGINT},
               next_send_at = {field ?2 id 'next_send_at' BIGINT},
               due_day = {field ?2 id 'due_day' BIGINT},
               status = {field ?2 id 'status' TEXT}, updated_at = ?4
             WHERE tenant_id = ?1 AND id {in ?3} AND status = 'active'
               AND next_send_at = {field ?2 id 'expected' BIGINT}",
        )
        .bind(tenant)
        .bind_json(&moved)
        .bind_json(&ids)
        .bind(now)
        .bind(target.version),
        Statement::new(
            "UPDATE campaign_sequence_versions SET move_cursor = ?4, moved_at = ?5
             WHERE tenant_id = ?1 AND sequence_id = ?2 AND version = ?3",
        )
        .bind(tenant)
        .bind(sequence)
        .bind(target.version)
        .bind(serde_json::to_string(&last.unwrap_or(cursor)).unwrap_or_default())
        .bind(finished.then_some(now)),
    ])
    .await?;
    Ok(finished)
}

impl MaybeDue {
    fn due(self) -> Option<DueEnrolment> {
        Some(DueEnrolment {
            id: self.id,
            person_id: self.person_id,
            business_id: self.business_id,
            version: self.version,
            sequence_step: self.sequence_step,
            sequence_started_at: self.sequence_started_at,
            last_planned_at: self.last_planned_at,
            next_send_at: self.next_send_at?,
            timezone: self.timezone,
        })
    }
}

/// Where an enrolment goes on in the new version.
#[derive(Debug, Serialize)]
struct Place {
    /// Its `next_send_at` as read.
    expected: Millis,
    sequence_step: i64,
    next_send_at: Option<Millis>,
    /// The tenant's day of that.
    due_day: i64,
    status: &'static str,
}

/// Where an enrolment goes on in the new version: at the step that was next, if it is still there; else after the step that
/// was last; else at the first step of that day or later. Through, if there is none.
fn place(enrolment: &DueEnrolment, old: &Loaded, new: &Loaded, now: Millis) -> Option<Place> {
    let was_next = old.step(enrolment.sequence_step);
    let was_last = old.step(enrolment.sequence_step - 1);
    let number_of = |id: &crate::ids::StepId| {
        new.steps
            .iter()
            .find(|step| step.id == *id)
            .map(|step| step.step_number)
    };
    let same = was_next.and_then(|step| number_of(&step.id));
    let after_last = || {
        was_last
            .and_then(|step| number_of(&step.id))
            .map(|number| number + 1)
    };
    let same_day = || {
        let day = was_next?.day_offset;
        new.steps
            .iter()
            .find(|step| step.day_offset >= day)
            .map(|step| step.step_number)
    };
    let number = same
        .or_else(after_last)
        .or_else(same_day)
        .unwrap_or(i64::try_from(new.steps.len()).ok()? + 1);
    let next_send_at = match new.step(number) {
        Some(step) => {
            let apart = was_last.is_none_or(|last| step.day_offset > last.day_offset);
            let after = enrolment.last_planned_at.filter(|_| apart);
            Some(decide::due_at(enrolment, step, new, after, now)?)
        }
        None => None,
    };
    Some(Place {
        expected: enrolment.next_send_at,
        sequence_step: number,
        next_send_at,
        due_day: 0,
        status: match next_send_at {
            Some(_) => "active",
            None => "completed",
        },
    })
}
