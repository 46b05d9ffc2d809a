//! `/api/v1/businesses/{id}/activities`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::model::ActivityIn;
use super::store;
use crate::crm::businesses;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, listing};
use crate::ids::BusinessId;

/// The routes of activities.
pub fn routes() -> Router<Platform> {
    Router::new().route("/api/v1/businesses/{id}/activities", get(list).post(record))
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<PageParams>,
) -> Result<Answer> {
    let (db, tenant, page) = (&platform.db, &caller.tenant, query.page()?);
    if !businesses::store::exists(db, tenant, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let (activities, next) = store::list(db, tenant, &id, &page).await?;
    Ok(listing(&activities, page.limit, next))
}

async fn record(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Body(input): Body<ActivityIn>,
) -> Result<Answer> {
    Ok(created(
        &super::record(&platform, &caller.tenant, &id, input).await?,
    ))
}
