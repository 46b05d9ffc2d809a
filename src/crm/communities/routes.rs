//! `/api/v1/communities`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{CommunityFilter, CommunityIn, CommunityOut, CommunityPatch, SORTS};
use super::store;
use crate::crm::checks;
use crate::crm::model::CommunityStatus;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, Edit, ListParams, Listing, Operation, PathId, Permission, Query,
    Routes, created, data, listing,
};
use crate::http::{filter, input};
use crate::ids::CommunityId;

/// The routes of communities.
pub fn routes() -> Routes {
    Routes::new("Communities")
        .get(
            "/api/v1/communities",
            list,
            Operation::new("listCommunities", Permission::CommunitiesRead, "List communities")
                .sorted_by(SORTS),
        )
        .post(
            "/api/v1/communities",
            create,
            Operation::new("createCommunity", Permission::CommunitiesWrite, "Create a community")
                .example(r#"{"name": "Clearwater", "state": "FL", "county": "Pinellas", "zip_codes": ["33755", "33756"]}"#),
        )
        .get(
            "/api/v1/communities/{id}",
            read,
            Operation::new("getCommunity", Permission::CommunitiesRead, "Get a community"),
        )
        .patch(
            "/api/v1/communities/{id}",
            update,
            Operation::new("updateCommunity", Permission::CommunitiesWrite, "Change a community")
                .example(r#"{"population": 117292}"#),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[state]", alias = "state")]
    state: Option<String>,
    #[serde(rename = "filter[status]", alias = "status")]
    status: Option<String>,
    #[serde(rename = "filter[q]", alias = "q")]
    q: Option<String>,
    #[serde(flatten)]
    list: ListParams,
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
            name_prefix: filter::text("q", self.q.as_deref())?.map(str::to_string),
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<CommunityOut>> {
    let sorted = query.list.read(SORTS, "created_at")?;
    let (communities, next) =
        store::list(&platform.db, &caller.tenant, query.filter()?, &sorted).await?;
    Ok(listing(&communities, sorted.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<CommunityIn>,
) -> Result<Created<CommunityOut>> {
    let community = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&community).version(community.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
) -> Result<Answer<CommunityOut>> {
    let community = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&community).version(community.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
    edit: Edit,
    Body(patch): Body<CommunityPatch>,
) -> Result<Answer<CommunityOut>> {
    let community = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&community).version(community.updated_at))
}
