//! `/api/v1/tags`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;

use super::model::{TagIn, TagPatch};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, data, listing};
use crate::ids::TagId;

/// The routes of tags.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/tags", get(list).post(create))
        .route("/api/v1/tags/{id}", get(read).patch(update).delete(delete))
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Answer> {
    let page = query.page()?;
    let (tags, next) = store::list(&platform.db, &caller.tenant, &page).await?;
    Ok(listing(&tags, page.limit, next))
}

async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<TagIn>,
) -> Result<Answer> {
    Ok(created(
        &store::create(&platform.db, &caller.tenant, input, platform.now()).await?,
    ))
}

async fn read(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<TagId>,
) -> Result<Answer> {
    Ok(data(&store::get(&platform.db, &caller.tenant, &id).await?))
}

async fn update(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<TagId>,
    Body(patch): Body<TagPatch>,
) -> Result<Answer> {
    Ok(data(
        &store::update(&platform.db, &caller.tenant, &id, patch, platform.now()).await?,
    ))
}

async fn delete(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<TagId>,
) -> Result<StatusCode> {
    store::delete(&platform.db, &caller.tenant, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
