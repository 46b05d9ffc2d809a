//! `/api/v1/businesses`.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{BusinessFilter, BusinessIn, BusinessOut, BusinessPatch};
use super::store;
use crate::crm::model::LeadStatus;
use crate::crm::tags;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::description::Input;
use crate::http::filter;
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, NoContent, Operation, PageParams, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::{BusinessId, TagId};

/// The routes of businesses and of the tags on them.
pub fn routes() -> Routes {
    Routes::new("Businesses")
        .get(
            "/api/v1/businesses",
            list,
            Operation::new("listBusinesses", Permission::BusinessesRead, "List businesses")
                .personal_data(),
        )
        .post(
            "/api/v1/businesses",
            create,
            Operation::new("createBusiness", Permission::BusinessesWrite, "Create a business")
                .example(r#"{"community_id": "01900000-0000-7000-8000-000000000001", "name": "Harbor Street Bakery", "phone": "+17275550142", "website": "https://harborstreetbakery.example", "address_city": "Clearwater", "address_state": "FL", "address_zip": "33755"}"#),
        )
        .get(
            "/api/v1/businesses/{id}",
            read,
            Operation::new("getBusiness", Permission::BusinessesRead, "Get a business")
                .personal_data(),
        )
        .patch(
            "/api/v1/businesses/{id}",
            update,
            Operation::new("updateBusiness", Permission::BusinessesWrite, "Change a business")
                .conflict("business_is_changing", "somebody else changes the same business at this moment")
                .example(r#"{"lead_status": "lead"}"#),
        )
        .delete(
            "/api/v1/businesses/{id}",
            delete,
            Operation::new("deleteBusiness", Permission::BusinessesDelete, "Delete a business")
                .description("It disappears from every list; what was sent stays in the ledger."),
        )
        .put(
            "/api/v1/businesses/{id}/tags/{tag_id}",
            add_tag,
            Operation::new(
                "addTagToBusiness",
                Permission::BusinessesWrite,
                "Put a tag on a business",
            ),
        )
        .delete(
            "/api/v1/businesses/{id}/tags/{tag_id}",
            remove_tag,
            Operation::new(
                "removeTagFromBusiness",
                Permission::BusinessesWrite,
                "Take a tag off a business",
            ),
        )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    #[serde(rename = "filter[community_id]", alias = "community_id")]
    community_id: Option<String>,
    #[serde(rename = "filter[industry_id]", alias = "industry_id")]
    industry_id: Option<String>,
    #[serde(rename = "filter[lead_status]", alias = "lead_status")]
    lead_status: Option<String>,
    #[serde(rename = "filter[location_id]", alias = "location_id")]
    location_id: Option<String>,
    #[serde(rename = "filter[owner_id]", alias = "owner_id")]
    owner_id: Option<String>,
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
            location_id: filter::id("location_id", self.location_id.as_deref())?,
            owner_id: filter::id("owner_id", self.owner_id.as_deref())?,
            tag: filter::text("tag", self.tag.as_deref())?.map(str::to_string),
            name_prefix: filter::text("q", self.q.as_deref())?.map(str::to_string),
        })
    }
}

/// A business's and a tag's id in a path.
struct BusinessTag(BusinessId, TagId);

impl Input for BusinessTag {}

impl<S: Send + Sync> FromRequestParts<S> for BusinessTag {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let PathId(business) = PathId::from_request_parts(parts, state).await?;
        let tag = Path::<(String, String)>::from_request_parts(parts, state)
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
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<BusinessOut>> {
    let page = query.page.page()?;
    let (businesses, next) = store::list(
        &platform.db,
        &caller.scope(Permission::BusinessesRead),
        query.filter()?,
        &page,
    )
    .await?;
    Ok(listing(&businesses, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<BusinessIn>,
) -> Result<Created<BusinessOut>> {
    let business = super::create(
        &platform.db,
        &caller.scope(Permission::BusinessesWrite),
        input,
        platform.now(),
    )
    .await?;
    Ok(created(&business).version(business.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<Answer<BusinessOut>> {
    let business = store::get(&platform.db, &caller.scope(Permission::BusinessesRead), &id).await?;
    Ok(data(&business).version(business.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    edit: Edit,
    Body(patch): Body<BusinessPatch>,
) -> Result<Answer<BusinessOut>> {
    let business = super::update(
        &platform.db,
        &caller.scope(Permission::BusinessesWrite),
        &id,
        patch,
        edit,
    )
    .await?;
    Ok(data(&business).version(business.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<NoContent> {
    store::delete(
        &platform.db,
        &caller.scope(Permission::BusinessesDelete),
        &id,
        platform.now(),
    )
    .await?;
    Ok(NoContent)
}

async fn add_tag(
    platform: Platform,
    caller: Caller,
    BusinessTag(business, tag): BusinessTag,
) -> Result<NoContent> {
    let (db, tenant) = (&platform.db, &caller.tenant);
    let scope = caller.scope(Permission::BusinessesWrite);
    store::must_be_within(db, &scope, &business).await?;
    if !store::add_tag(db, tenant, &business, &tag, platform.now()).await? {
        if !store::exists(db, &scope, &business).await? {
            return Err(Error::NotFound("business"));
        }
        if !tags::store::exists(db, tenant, &tag).await? {
            return Err(Error::NotFound("tag"));
        }
    }
    Ok(NoContent)
}

async fn remove_tag(
    platform: Platform,
    caller: Caller,
    BusinessTag(business, tag): BusinessTag,
) -> Result<NoContent> {
    let scope = caller.scope(Permission::BusinessesWrite);
    store::must_be_within(&platform.db, &scope, &business).await?;
    store::remove_tag(&platform.db, &caller.tenant, &business, &tag).await?;
    Ok(NoContent)
}
