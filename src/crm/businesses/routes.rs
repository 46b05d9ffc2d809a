//! `/api/v1/businesses`.

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::routing::{get, put};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;

use super::model::{BusinessFilter, BusinessIn, BusinessPatch};
use super::store;
use crate::crm::model::LeadStatus;
use crate::crm::{filter, tags};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, data, listing};
use crate::ids::{BusinessId, TagId};

/// The routes of businesses and of the tags on them.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/businesses", get(list).post(create))
        .route(
            "/api/v1/businesses/{id}",
            get(read).patch(update).delete(delete),
        )
        .route(
            "/api/v1/businesses/{id}/tags/{tag_id}",
            put(add_tag).delete(remove_tag),
        )
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(rename = "filter[community_id]", alias = "community_id")]
    community_id: Option<String>,
    #[serde(rename = "filter[industry_id]", alias = "industry_id")]
    industry_id: Option<String>,
    #[serde(rename = "filter[lead_status]", alias = "lead_status")]
    lead_status: Option<String>,
    #[serde(rename = "filter[tag]", alias = "tag")]
    tag: Option<String>,
    #[serde(rename = "filter[q]", alias = "q")]
    q: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<BusinessFilter> {
        filter::nothing_else(&self.rest)?;
        let lead_status = self.lead_status.as_deref();
        Ok(BusinessFilter {
            community_id: filter::id("community_id", self.community_id.as_deref())?,
            industry_id: filter::id("industry_id", self.industry_id.as_deref())?,
            lead_status: filter::word(
                "lead_status",
                lead_status,
                LeadStatus::ALL,
                LeadStatus::as_str,
            )?,
            tag: filter::text("tag", self.tag.as_deref())?.map(str::to_string),
            name_prefix: filter::text("q", self.q.as_deref())?.map(str::to_string),
        })
    }
}

/// A business's and a tag's id in a path.
struct BusinessTag(BusinessId, TagId);

impl FromRequestParts<Platform> for BusinessTag {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self> {
        let PathId(business) = PathId::from_request_parts(parts, platform).await?;
        let tag = Path::<(String, String)>::from_request_parts(parts, platform)
            .await
            .ok()
            .and_then(|Path((_, tag))| TagId::parse(&tag))
            .ok_or_else(|| {
                Error::field(
                    "tag_id",
                    "must be an id such as 01900000-0000-7000-8000-000000000001",
                )
            })?;
        Ok(BusinessTag(business, tag))
    }
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Answer> {
    let page = query.page.page()?;
    let (businesses, next) =
        store::list(&platform.db, &caller.tenant, query.filter()?, &page).await?;
    Ok(listing(&businesses, page.limit, next))
}

async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<BusinessIn>,
) -> Result<Answer> {
    Ok(created(
        &super::create(&platform.db, &caller.tenant, input, platform.now()).await?,
    ))
}

async fn read(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<Answer> {
    Ok(data(&store::get(&platform.db, &caller.tenant, &id).await?))
}

async fn update(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Body(patch): Body<BusinessPatch>,
) -> Result<Answer> {
    Ok(data(
        &super::update(&platform.db, &caller.tenant, &id, patch, platform.now()).await?,
    ))
}

async fn delete(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<StatusCode> {
    store::delete(&platform.db, &caller.tenant, &id, platform.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn add_tag(
    State(platform): State<Platform>,
    caller: Caller,
    BusinessTag(business, tag): BusinessTag,
) -> Result<StatusCode> {
    let (db, tenant) = (&platform.db, &caller.tenant);
    if !store::add_tag(db, tenant, &business, &tag, platform.now()).await? {
        if !store::exists(db, tenant, &business).await? {
            return Err(Error::NotFound("business"));
        }
        if !tags::store::exists(db, tenant, &tag).await? {
            return Err(Error::NotFound("tag"));
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_tag(
    State(platform): State<Platform>,
    caller: Caller,
    BusinessTag(business, tag): BusinessTag,
) -> Result<StatusCode> {
    store::remove_tag(&platform.db, &caller.tenant, &business, &tag).await?;
    Ok(StatusCode::NO_CONTENT)
}
