//! `/api/v1/sequences`.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};

use super::lifecycle::{self, Action};
use super::model::{Sequence, SequenceIn, SequencePatch, SequenceStatus, Step, Version, VersionIn};
use super::store;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::query::one_of;
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, data, listing};
use crate::ids::SequenceId;

/// The routes.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/sequences", get(list).post(create))
        .route("/api/v1/sequences/{id}", get(show).patch(patch))
        .route(
            "/api/v1/sequences/{id}/versions",
            get(list_versions).post(add_version),
        )
        .route(
            "/api/v1/sequences/{id}/versions/{version}",
            get(show_version),
        )
        .route(
            "/api/v1/sequences/{id}/versions/{version}/publish",
            post(publish),
        )
        .route("/api/v1/sequences/{id}/activate", post(activate))
        .route("/api/v1/sequences/{id}/pause", post(pause))
        .route("/api/v1/sequences/{id}/resume", post(resume))
        .route("/api/v1/sequences/{id}/archive", post(archive))
}

#[derive(Deserialize)]
struct ListQuery {
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Answer> {
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
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<SequenceIn>,
) -> Result<Answer> {
    let sequence = lifecycle::create(&platform, &caller.tenant, input).await?;
    Ok(created(&sequence))
}

/// A sequence with the steps of its current version, or of the latest while none is published.
#[derive(Serialize)]
struct SequenceWithSteps {
    #[serde(flatten)]
    sequence: Sequence,
    steps: Vec<Step>,
}

async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer> {
    let sequence = lifecycle::find(&platform, &caller.tenant, &id).await?;
    let version = sequence.current_version.unwrap_or(sequence.latest_version);
    let steps = store::load_versions(&platform.db, &caller.tenant, &id, &[version])
        .await?
        .remove(&version)
        .map(|loaded| loaded.steps)
        .unwrap_or_default();
    Ok(data(&SequenceWithSteps { sequence, steps }))
}

async fn patch(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(change): Body<SequencePatch>,
) -> Result<Answer> {
    if !store::patch(&platform.db, &caller.tenant, &id, &change, platform.now()).await? {
        return Err(Error::NotFound("sequence"));
    }
    Ok(data(
        &lifecycle::find(&platform, &caller.tenant, &id).await?,
    ))
}

async fn list_versions(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer> {
    lifecycle::find(&platform, &caller.tenant, &id).await?;
    Ok(data(
        &store::versions(&platform.db, &caller.tenant, &id).await?,
    ))
}

async fn add_version(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(input): Body<VersionIn>,
) -> Result<Answer> {
    let sequence = lifecycle::add_version(&platform, &caller.tenant, &id, input).await?;
    Ok(created(&sequence))
}

/// A version with its steps.
#[derive(Serialize)]
struct VersionWithSteps {
    #[serde(flatten)]
    version: Version,
    steps: Vec<Step>,
}

async fn show_version(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    path: Path<(String, String)>,
) -> Result<Answer> {
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

async fn publish(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    path: Path<(String, String)>,
) -> Result<Answer> {
    let sequence = lifecycle::publish(&platform, &caller.tenant, &id, version_in(&path)?).await?;
    Ok(data(&sequence))
}

fn version_in(Path((_, version)): &Path<(String, String)>) -> Result<i64> {
    version
        .parse()
        .map_err(|_| Error::field("version", "must be a version's number"))
}

async fn activate(
    platform: State<Platform>,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer> {
    act(platform, caller, id, Action::Activate).await
}

async fn pause(
    platform: State<Platform>,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer> {
    act(platform, caller, id, Action::Pause).await
}

async fn resume(
    platform: State<Platform>,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer> {
    act(platform, caller, id, Action::Resume).await
}

async fn archive(
    platform: State<Platform>,
    caller: Caller,
    id: PathId<SequenceId>,
) -> Result<Answer> {
    act(platform, caller, id, Action::Archive).await
}

async fn act(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    action: Action,
) -> Result<Answer> {
    Ok(data(
        &lifecycle::act(&platform, &caller.tenant, &id, action).await?,
    ))
}
