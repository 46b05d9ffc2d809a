//! `/api/v1/sequences`.

use axum::extract::Path;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changes::{self, VersionChanges};
use super::checklist::{self, Checklist};
use super::lifecycle::{self, Action};
use super::model::{Sequence, SequenceIn, SequencePatch, SequenceStatus, Step, Version, VersionIn};
use super::store;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::query::one_of;
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, Operation, PageParams, PathId, Permission, Query,
    Routes, created, data, listing,
};
use crate::ids::SequenceId;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Sequences")
        .get(
            "/api/v1/sequences",
            list,
            Operation::new("listSequences", Permission::SequencesRead, "List sequences"),
        )
        .post(
            "/api/v1/sequences",
            create,
            Operation::new("createSequence", Permission::SequencesWrite, "Create a sequence")
                .description("With the steps of its first version. It sends nothing until it is activated.")
                .example(r#"{"name": "Ninety days", "send_window": {"start": "09:00", "end": "17:00"}, "steps": [{"step_number": 1, "day_offset": 1, "campaign_id": "HOOK-001", "template_id": "hello", "landing_page": "hello"}]}"#),
        )
        .get(
            "/api/v1/sequences/{id}",
            show,
            Operation::new("getSequence", Permission::SequencesRead, "Get a sequence")
                .description("With the steps of its current version, or of the latest while none is published."),
        )
        .patch(
            "/api/v1/sequences/{id}",
            patch,
            Operation::new("updateSequence", Permission::SequencesWrite, "Change a sequence")
                .description("Its name and what it allows; steps change by a new version.")
                .example(r#"{"description": "For bakeries and cafes."}"#),
        )
        .get(
            "/api/v1/sequences/{id}/versions",
            list_versions,
            Operation::new(
                "listSequenceVersions",
                Permission::SequencesRead,
                "List a sequence's versions",
            ),
        )
        .post(
            "/api/v1/sequences/{id}/versions",
            add_version,
            Operation::new("addSequenceVersion", Permission::SequencesWrite, "Add a version")
                .description("It takes effect when it is published, and says what that means for those under way.")
                .conflict("sequence_status", "the sequence is archived")
                .conflict("version_conflict", "somebody else added a version at this moment")
                .example(r#"{"enrolments_under_way": "finish", "steps": [{"step_number": 1, "day_offset": 1, "campaign_id": "HOOK-001", "template_id": "hello", "landing_page": "hello"}, {"step_number": 2, "day_offset": 4, "campaign_id": "EDU-001", "template_id": "hello", "landing_page": "hello", "conditions": {"skip_if_clicked": "HOOK-001"}}]}"#),
        )
        .get(
            "/api/v1/sequences/{id}/versions/{version}",
            show_version,
            Operation::new(
                "getSequenceVersion",
                Permission::SequencesRead,
                "Get a version with its steps",
            ),
        )
        .post(
            "/api/v1/sequences/{id}/versions/{version}/publish",
            publish,
            Operation::new(
                "publishSequenceVersion",
                Permission::SequencesLaunch,
                "Publish a version",
            )
                .conflict("version_not_newer", "a newer version is published")
                .conflict("sequence_status", "the sequence is archived"),
        )
        .get(
            "/api/v1/sequences/{id}/versions/{version}/changes",
            show_changes,
            Operation::new(
                "getSequenceVersionChanges",
                Permission::SequencesRead,
                "Get what a version does otherwise than another",
            )
                .description("Than the version before it, unless `since` names another. The first one is compared with nothing: all its steps are added."),
        )
        .get(
            "/api/v1/sequences/{id}/checklist",
            show_checklist,
            Operation::new(
                "getSequenceChecklist",
                Permission::SequencesRead,
                "Get what stands in the way of activating a sequence",
            )
                .description("Of the version that runs, or that would run. Activating asks the same: it is refused while an item that is `required` is not `ok`."),
        )
        .post(
            "/api/v1/sequences/{id}/activate",
            activate,
            Operation::new("activateSequence", Permission::SequencesLaunch, "Activate a sequence")
                .description("From now on who is enrolled gets its steps. Its checklist says beforehand what stands in the way.")
                .conflict("sequence_not_ready", "something on its checklist that is required is not there; the message says what")
                .conflict("sequence_status", "it is not in a state that allows this"),
        )
        .post(
            "/api/v1/sequences/{id}/pause",
            pause,
            Operation::new("pauseSequence", Permission::SequencesLaunch, "Pause a sequence")
                .description("At once: also what is queued waits.")
                .conflict("sequence_status", "it is not in a state that allows this"),
        )
        .post(
            "/api/v1/sequences/{id}/resume",
            resume,
            Operation::new("resumeSequence", Permission::SequencesLaunch, "Resume a sequence")
                .conflict("sequence_status", "it is not in a state that allows this"),
        )
        .post(
            "/api/v1/sequences/{id}/archive",
            archive,
            Operation::new("archiveSequence", Permission::SequencesLaunch, "Archive a sequence")
                .description("Those under way are stopped. It cannot be activated again.")
                .conflict("sequence_status", "it is not in a state that allows this"),
        )
}

#[derive(Deserialize, JsonSchema)]
struct ListQuery {
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Listing<Sequence>> {
    let page = query.page.page()?;
    let status = query
        .status
        .as_deref()
        .map(|text| one_of("status", text, &SequenceStatus::ALL, SequenceStatus::as_str))
        .transpose()?;
    let mut sequences = store::list(
        &platform.db,
        &caller.tenant,
        status,
        &page.after,
        page.probe(),
    )
    .await?;
    let next = page.cut(&mut sequences, |sequence| sequence.id.to_string());
    Ok(listing(&sequences, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<SequenceIn>,
) -> Result<Created<Sequence>> {
    let sequence = lifecycle::create(&platform, &caller.tenant, input).await?;
    Ok(created(&sequence).version(sequence.updated_at))
}

/// A sequence with the steps of its current version, or of the latest while none is published.
#[derive(Serialize, JsonSchema)]
struct SequenceWithSteps {
    #[serde(flatten)]
    sequence: Sequence,
    steps: Vec<Step>,
}

async fn show(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer<SequenceWithSteps>> {
    let sequence = lifecycle::find(&platform, &caller.tenant, &id).await?;
    let version = sequence.current_version.unwrap_or(sequence.latest_version);
    let steps = store::load_versions(&platform.db, &caller.tenant, &id, &[version])
        .await?
        .remove(&version)
        .map(|loaded| loaded.steps)
        .unwrap_or_default();
    let updated_at = sequence.updated_at;
    Ok(data(&SequenceWithSteps { sequence, steps }).version(updated_at))
}

async fn patch(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    edit: Edit,
    Body(patch): Body<SequencePatch>,
) -> Result<Answer<Sequence>> {
    let sequence = store::patch(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&sequence).version(sequence.updated_at))
}

async fn list_versions(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer<Vec<Version>>> {
    lifecycle::find(&platform, &caller.tenant, &id).await?;
    Ok(data(
        &store::versions(&platform.db, &caller.tenant, &id).await?,
    ))
}

async fn add_version(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(input): Body<VersionIn>,
) -> Result<Created<Sequence>> {
    let sequence = lifecycle::add_version(&platform, &caller.tenant, &id, input).await?;
    Ok(created(&sequence))
}

/// A version with its steps.
#[derive(Serialize, JsonSchema)]
struct VersionWithSteps {
    #[serde(flatten)]
    version: Version,
    steps: Vec<Step>,
}

async fn show_version(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    path: Path<(String, String)>,
) -> Result<Answer<VersionWithSteps>> {
    let number = version_in(&path)?;
    let loaded = store::load_versions(&platform.db, &caller.tenant, &id, &[number])
        .await?
        .remove(&number)
        .ok_or(Error::NotFound("version"))?;
    Ok(data(&VersionWithSteps {
        version: loaded.version,
        steps: loaded.steps,
    }))
}

#[derive(Deserialize, JsonSchema)]
struct ChangesQuery {
    /// A version's number; the one before unless said.
    since: Option<String>,
}

async fn show_changes(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    path: Path<(String, String)>,
    Query(query): Query<ChangesQuery>,
) -> Result<Answer<VersionChanges>> {
    let number = version_in(&path)?;
    let since = match query.since.as_deref() {
        Some(text) => Some(
            text.parse()
                .map_err(|_| Error::field("since", "must be a version's number"))?,
        ),
        None => number.checked_sub(1).filter(|before| *before > 0),
    };
    let wanted: Vec<i64> = since.into_iter().chain([number]).collect();
    let loaded = store::load_versions(&platform.db, &caller.tenant, &id, &wanted).await?;
    let version = loaded.get(&number).ok_or(Error::NotFound("version"))?;
    let before = match since {
        Some(since) => Some(
            loaded
                .get(&since)
                .ok_or_else(|| Error::field("since", "must be a version of this sequence"))?,
        ),
        None => None,
    };
    let before = before.map(|before| (&before.version, before.steps.as_slice()));
    Ok(data(&changes::between(
        before,
        (&version.version, &version.steps),
    )))
}

async fn show_checklist(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer<Checklist>> {
    let sequence = lifecycle::find(&platform, &caller.tenant, &id).await?;
    Ok(data(
        &checklist::of(&platform, &caller.tenant, &sequence).await?,
    ))
}

async fn publish(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    path: Path<(String, String)>,
) -> Result<Answer<Sequence>> {
    let sequence = lifecycle::publish(&platform, &caller.tenant, &id, version_in(&path)?).await?;
    Ok(data(&sequence))
}

fn version_in(Path((_, version)): &Path<(String, String)>) -> Result<i64> {
    version
        .parse()
        .map_err(|_| Error::field("version", "must be a version's number"))
}

async fn activate(
    platform: Platform,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer<Sequence>> {
    act(platform, caller, id, Action::Activate).await
}

async fn pause(
    platform: Platform,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer<Sequence>> {
    act(platform, caller, id, Action::Pause).await
}

async fn resume(
    platform: Platform,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer<Sequence>> {
    act(platform, caller, id, Action::Resume).await
}

async fn archive(
    platform: Platform,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer<Sequence>> {
    act(platform, caller, id, Action::Archive).await
}

async fn act(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    action: Action,
) -> Result<Answer<Sequence>> {
    Ok(data(
        &lifecycle::act(&platform, &caller.tenant, &id, action).await?,
    ))
}
