//! `/api/v1/communities`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Deserialize;

use super::model::{CommunityFilter, CommunityIn, CommunityPatch};
use super::store;
use crate::crm::model::CommunityStatus;
use crate::crm::{checks, filter, input};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, data, listing};
use crate::ids::CommunityId;

/// The routes of communities.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/communities", get(list).post(create))
        .route("/api/v1/communities/{id}", get(read).patch(update))
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(rename = "filter[state]", alias = "state")]
    state: Option<String>,
    #[serde(rename = "filter[status]", alias = "status")]
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<CommunityFilter> {
        filter::nothing_else(&self.rest)?;
        let state = self.state.as_deref().map(input::State::from);
        if let Some(state) = &state {
            checks::state(state, &())
                .map_err(|complaint| Error::field("state", complaint.message()))?;
        }
        let status = self.status.as_deref();
        Ok(CommunityFilter {
            state,
            status: filter::word(
                "status",
                status,
                CommunityStatus::ALL,
                CommunityStatus::as_str,
            )?,
        })
    }
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Answer> {
    let page = query.page.page()?;
    let (communities, next) =
        store::list(&platform.db, &caller.tenant, query.filter()?, &page).await?;
    Ok(listing(&communities, page.limit, next))
}

async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<CommunityIn>,
) -> Result<Answer> {
    let community = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&community))
}

async fn read(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
) -> Result<Answer> {
    Ok(data(&store::get(&platform.db, &caller.tenant, &id).await?))
}

async fn update(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
    Body(patch): Body<CommunityPatch>,
) -> Result<Answer> {
    let community = store::update(&platform.db, &caller.tenant, &id, patch, platform.now()).await?;
    Ok(data(&community))
}
