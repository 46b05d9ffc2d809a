//! `/api/v1/industries`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::model::{IndustryIn, IndustryPatch};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, data, listing};
use crate::ids::IndustryId;

/// The routes of industries.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/industries", get(list).post(create))
        .route("/api/v1/industries/{id}", get(read).patch(update))
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Answer> {
    let page = query.page()?;
    let (industries, next) = store::list(&platform.db, &caller.tenant, &page).await?;
    Ok(listing(&industries, page.limit, next))
}

async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<IndustryIn>,
) -> Result<Answer> {
    let industry = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&industry))
}

async fn read(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<IndustryId>,
) -> Result<Answer> {
    Ok(data(&store::get(&platform.db, &caller.tenant, &id).await?))
}

async fn update(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<IndustryId>,
    Body(patch): Body<IndustryPatch>,
) -> Result<Answer> {
    let industry = store::update(&platform.db, &caller.tenant, &id, patch, platform.now()).await?;
    Ok(data(&industry))
}
