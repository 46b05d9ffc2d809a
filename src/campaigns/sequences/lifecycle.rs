//! A sequence's life: draft, active, paused, archived; and its versions.

use std::collections::{BTreeMap, BTreeSet};

use super::checklist;
use super::model::{Sequence, SequenceIn, SequenceStatus, StepIn, UnderWay, VersionIn};
use super::store::{self, NewVersion};
use super::validate::check_steps;
use crate::campaigns::batches;
use crate::campaigns::send_window::SendWindow;
use crate::campaigns::templates;
use crate::edge::db::Flag;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{SequenceId, StepId, TenantId};

/// What can be done to a sequence as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Start a draft.
    Activate,
    /// Hold it.
    Pause,
    /// Go on.
    Resume,
    /// End it for good.
    Archive,
}

/// Creates a draft with its first version.
///
/// # Errors
/// Steps that do not hold together.
pub async fn create(platform: &Platform, tenant: &TenantId, input: SequenceIn) -> Result<Sequence> {
    check(platform, tenant, &input.steps).await?;
    let now = platform.now();
    let sequence = Sequence {
        id: SequenceId::new(now),
        name: input.name,
        description: input.description,
        status: SequenceStatus::Draft,
        current_version: None,
        latest_version: 1,
        allow_reenrolment: Flag(input.allow_reenrolment),
        created_at: now,
        updated_at: now,
    };
    let version = NewVersion {
        version: 1,
        send_window: &input.send_window.unwrap_or_else(SendWindow::office_hours),
        under_way: UnderWay::Finish,
        steps: &with_ids(input.steps, &BTreeMap::new(), now),
    };
    store::create(&platform.db, tenant, &sequence, &version).await?;
    Ok(sequence)
}

/// Adds a version to a sequence; it takes effect when it is published.
///
/// # Errors
/// Steps that do not hold together, an archived sequence, or a version added at the same moment by somebody else.
pub async fn add_version(
    platform: &Platform,
    tenant: &TenantId,
    id: &SequenceId,
    input: VersionIn,
) -> Result<Sequence> {
    let sequence = find(platform, tenant, id).await?;
    if sequence.status == SequenceStatus::Archived {
        return Err(not_allowed(&sequence, "get a new version"));
    }
    check(platform, tenant, &input.steps).await?;
    let now = platform.now();
    let known = store::step_ids(&platform.db, tenant, id).await?;
    let version = NewVersion {
        version: sequence.latest_version + 1,
        send_window: &input.send_window.unwrap_or_else(SendWindow::office_hours),
        under_way: input.enrolments_under_way,
        steps: &with_ids(input.steps, &known, now),
    };
    if !store::add_version(&platform.db, tenant, id, &version, now).await? {
        return Err(Error::conflict(
            "version_conflict",
            "Somebody added a version at the same moment. Read the sequence again and add yours after it.",
        ));
    }
    find(platform, tenant, id).await
}

/// Publishes a version.
///
/// # Errors
/// When there is no such version or it is not newer than the current one.
pub async fn publish(
    platform: &Platform,
    tenant: &TenantId,
    id: &SequenceId,
    version: i64,
) -> Result<Sequence> {
    let sequence = find(platform, tenant, id).await?;
    if !(1..=sequence.latest_version).contains(&version) {
        return Err(Error::NotFound("version"));
    }
    if !store::publish(&platform.db, tenant, id, version, platform.now()).await? {
        return Err(Error::conflict(
            "version_not_newer",
            format!(
                "Version {version} cannot be published: only one newer than the current version can, and not in an archived sequence."
            ),
        ));
    }
    find(platform, tenant, id).await
}

/// Does something to a sequence. Doing it twice is no error.
///
/// # Errors
/// When the sequence is in a state that does not allow it, or its checklist does not hold.
pub async fn act(
    platform: &Platform,
    tenant: &TenantId,
    id: &SequenceId,
    action: Action,
) -> Result<Sequence> {
    use SequenceStatus::{Active, Archived, Draft, Paused};
    let sequence = find(platform, tenant, id).await?;
    let (from, to, words): (&[SequenceStatus], _, _) = match action {
        Action::Activate => (&[Draft], Active, "be activated"),
        Action::Pause => (&[Active], Paused, "be paused"),
        Action::Resume => (&[Paused], Active, "be resumed"),
        Action::Archive => (&[Draft, Active, Paused], Archived, "be archived"),
    };
    if sequence.status == to {
        return Ok(sequence);
    }
    let (db, now) = (&platform.db, platform.now());
    if action == Action::Activate && sequence.status == Draft {
        checklist::of(platform, tenant, &sequence)
            .await?
            .must_hold()?;
    }
    if action == Action::Activate && sequence.current_version.is_none() {
        store::publish(db, tenant, id, sequence.latest_version, now).await?;
    }
    if !store::change_status(db, tenant, id, from, to, now).await? {
        return Err(not_allowed(&find(platform, tenant, id).await?, words));
    }
    if action == Action::Resume {
        batches::release_paused(db, tenant, id, now).await?;
    }
    find(platform, tenant, id).await
}

/// The sequence, or the error that there is none.
///
/// # Errors
/// When there is none.
pub async fn find(platform: &Platform, tenant: &TenantId, id: &SequenceId) -> Result<Sequence> {
    store::find(&platform.db, tenant, id)
        .await?
        .ok_or(Error::NotFound("sequence"))
}

fn not_allowed(sequence: &Sequence, words: &str) -> Error {
    Error::conflict(
        "sequence_status",
        format!(
            "The sequence is {} and cannot {words}.",
            sequence.status.as_str()
        ),
    )
}

async fn check(platform: &Platform, tenant: &TenantId, steps: &[StepIn]) -> Result<()> {
    let wanted: BTreeSet<_> = steps.iter().map(|step| step.template_id.as_str()).collect();
    let found = templates::store::find_many(&platform.db, tenant, &wanted).await?;
    let errors = check_steps(steps, &found);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(errors))
    }
}

/// A step that keeps its `campaign_id` keeps its id, so that nobody gets it twice when moved to a new version.
fn with_ids(
    steps: Vec<StepIn>,
    known: &BTreeMap<String, StepId>,
    now: i64,
) -> Vec<(StepId, StepIn)> {
    steps
        .into_iter()
        .map(|step| {
            let id = known
                .get(&step.campaign_id)
                .cloned()
                .unwrap_or_else(|| StepId::new(now));
            (id, step)
        })
        .collect()
}
