//! Enrolling people into a running sequence.

use super::store::{self, NewEnrolment};
use crate::campaigns::counts::Days;
use crate::campaigns::schedule::{self, StepTime};
use crate::campaigns::sequences::store as sequences;
use crate::campaigns::sequences::store::Loaded;
use crate::campaigns::sequences::{Sequence, SequenceStatus};
use crate::campaigns::tenants;
use crate::crm::recipients::Match;
use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{EnrolmentId, SequenceId, TenantId};

/// A sequence that takes people, with its current version.
pub struct Open {
    /// The sequence.
    pub sequence: Sequence,
    /// The version new enrolments run on.
    pub loaded: Loaded,
    /// The zone of those whose own is unknown.
    pub fallback_zone: String,
    /// The tenant's days.
    pub days: Days,
}

/// Loads a sequence for enrolling.
///
/// # Errors
/// When it is not there, or not active or paused.
pub async fn open(platform: &Platform, tenant: &TenantId, id: &SequenceId) -> Result<Open> {
    let sequence = crate::campaigns::sequences::lifecycle::find(platform, tenant, id).await?;
    let version = match (sequence.status, sequence.current_version) {
        (SequenceStatus::Active | SequenceStatus::Paused, Some(version)) => version,
        (status, _) => {
            return Err(Error::conflict(
                "sequence_status",
                format!(
                    "The sequence is {}; activate it before enrolling people.",
                    status.as_str()
                ),
            ));
        }
    };
    let loaded = sequences::load_versions(&platform.db, tenant, id, &[version])
        .await?
        .remove(&version)
        .ok_or(Error::NotFound("version"))?;
    let fallback_zone = tenants::find(&platform.db, tenant)
        .await?
        .ok_or(Error::NotFound("tenant"))?
        .timezone;
    Ok(Open {
        sequence,
        loaded,
        days: Days::of(&fallback_zone),
        fallback_zone,
    })
}

/// Enrols people; those who are in already are left as they are. Returns how many were enrolled.
///
/// # Errors
/// The database's.
pub async fn enrol(
    platform: &Platform,
    tenant: &TenantId,
    open: &Open,
    people: &[Match],
) -> Result<u64> {
    let now = platform.now();
    let rows: Vec<_> = people
        .iter()
        .filter_map(|person| row(open, person, now))
        .collect();
    Ok(store::enrol(
        &platform.db,
        tenant,
        &open.sequence.id,
        open.loaded.version.version,
        open.sequence.allow_reenrolment.0,
        &rows,
        now,
    )
    .await?)
}

fn row(open: &Open, person: &Match, now: Millis) -> Option<NewEnrolment> {
    let names = [person.timezone.as_deref(), Some(&open.fallback_zone)];
    let (timezone, zone) = names
        .into_iter()
        .flatten()
        .find_map(|name| schedule::time_zone(name).map(|zone| (name, zone)))?;
    let first = open.loaded.steps.first()?;
    let id = EnrolmentId::new(now);
    let next_send_at = schedule::due_at(&StepTime {
        started_at: now,
        day_offset: first.day_offset,
        not_before: now,
        after_date_of: None,
        window: first.window(&open.loaded.version),
        zone: &zone,
        spread: id.as_str(),
    })?;
    Some(NewEnrolment {
        id,
        person_id: person.person_id.clone(),
        business_id: person.business_id.clone(),
        timezone: timezone.to_string(),
        next_send_at,
        due_day: open.days.day(next_send_at),
    })
}
