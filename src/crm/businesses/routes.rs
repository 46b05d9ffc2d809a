//! `/api/v1/businesses`.

use axum::extract::{FromRequestParts, Path};
use http::request::Parts;
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{
    BusinessFilter, BusinessIn, BusinessOut, BusinessPatch, BusinessesBulk, INCLUDES, SORTS, Which,
};
use super::store;
use super::store::{deletion, many, tags};
use crate::crm::bulk::BulkOut;
use crate::crm::duplicates::evidence::What;
use crate::crm::merges;
use crate::crm::model::LeadStatus;
use crate::crm::{checks, embed};
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::description::Input;
use crate::http::filter;
use crate::http::input::{State, Text};
use crate::http::scope::Scope;
use crate::http::{
    Answer, Body, Caller, Created, Edit, IncludeParams, Included, ListParams, Listing, NoContent,
    Operation, PathId, Permission, Query, Routes, created, data, listing,
};
use crate::ids::{BusinessId, TagId};

/// The routes of businesses and of the tags on them.
pub fn routes() -> Routes {
    Routes::new("Businesses")
        .get(
            "/api/v1/businesses",
            list,
            Operation::new("listBusinesses", Permission::BusinessesRead, "List businesses")
                .sorted_by(SORTS)
                .including(INCLUDES)
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
                .including(INCLUDES)
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`")
                .personal_data(),
        )
        .patch(
            "/api/v1/businesses/{id}",
            update,
            Operation::new("updateBusiness", Permission::BusinessesWrite, "Change a business")
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`")
                .conflict("business_is_changing", "somebody else changes the same business at this moment")
                .example(r#"{"lead_status": "lead"}"#),
        )
        .delete(
            "/api/v1/businesses/{id}",
            delete,
            Operation::new("deleteBusiness", Permission::BusinessesDelete, "Delete a business")
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`")
                .description("It disappears from every list, and its people and all that hangs on it with it; what was sent stays in the ledger."),
        )
        .post(
            "/api/v1/businesses/{id}/restore",
            restore,
            Operation::new("restoreBusiness", Permission::BusinessesDelete, "Bring a deleted business back")
                .shows_version()
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`: undo the merge")
                .description("Its people who went with it come back, and no others. One that is there stays as it is."),
        )
        .post(
            "/api/v1/businesses/bulk",
            bulk,
            Operation::new("bulkChangeBusinesses", Permission::BusinessesWrite, "Change many businesses at once")
                .description("Up to 1,000 by their ids, or all that a filter matches, 1,000 a call. Those that are so already are not counted. To delete and to restore needs `businesses:delete`.")
                .example(r#"{"ids": ["01900000-0000-7000-8000-000000000001"], "action": "change_lead_status", "lead_status": "qualified"}"#),
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
pub(in crate::crm) struct Parameters {
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
    #[serde(rename = "filter[min_lead_score]", alias = "min_lead_score")]
    min_lead_score: Option<String>,
    #[serde(rename = "filter[address_state]", alias = "address_state")]
    address_state: Option<String>,
    #[serde(rename = "filter[source]", alias = "source")]
    source: Option<String>,
    /// How a name starts.
    #[serde(rename = "filter[q]", alias = "q")]
    q: Option<String>,
    /// `only` or `with` the deleted.
    #[serde(rename = "filter[deleted]", alias = "deleted")]
    deleted: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    include: IncludeParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<BusinessFilter> {
        filter::nothing_else(&self.rest)?;
        let lead_status = self.lead_status.as_deref();
        let address_state = self.address_state.as_deref().map(State::from);
        if let Some(state) = &address_state {
            checks::state(state, &())
                .map_err(|complaint| Error::field("address_state", complaint.message()))?;
        }
        let score = self.min_lead_score.as_deref();
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
            min_lead_score: filter::number("min_lead_score", score, 0, 100)?,
            address_state,
            source: filter::text("source", self.source.as_deref())?.map(Text::from),
            tag: filter::text("tag", self.tag.as_deref())?.map(Text::from),
            q: filter::text("q", self.q.as_deref())?.map(Text::from),
            deleted: filter::deleted(self.deleted.as_deref())?,
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

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<BusinessOut>> {
    let (db, sorted) = (&platform.db, query.list.read(SORTS, "created_at")?);
    let included = query.include.read(INCLUDES)?;
    let scope = caller.scope(Permission::BusinessesRead);
    let (mut businesses, next) = store::list(db, &scope, &query.filter()?, &sorted).await?;
    embed::into_businesses(db, &caller, &included, &mut businesses).await?;
    Ok(listing(&businesses, sorted.limit, next))
}

pub(in crate::crm) async fn create(
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
    Query(query): Query<IncludeParams>,
) -> Result<Answer<BusinessOut>> {
    let included = query.read(INCLUDES)?;
    show(&platform, &caller, &id, &included).await
}

pub(in crate::crm) async fn show(
    platform: &Platform,
    caller: &Caller,
    id: &BusinessId,
    included: &Included,
) -> Result<Answer<BusinessOut>> {
    let (db, scope) = (&platform.db, caller.scope(Permission::BusinessesRead));
    let found = store::get(db, &scope, id).await;
    let business = merges::explained(db, &scope, What::Businesses, id.as_str(), found).await?;
    let version = business.updated_at;
    let mut business = [business];
    embed::into_businesses(db, caller, included, &mut business).await?;
    let [business] = business;
    Ok(data(&business).version(version))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    edit: Edit,
    Body(patch): Body<BusinessPatch>,
) -> Result<Answer<BusinessOut>> {
    let (db, scope) = (&platform.db, caller.scope(Permission::BusinessesWrite));
    let changed = super::update(db, &scope, &id, patch, edit).await;
    let business = merges::explained(db, &scope, What::Businesses, id.as_str(), changed).await?;
    Ok(data(&business).version(business.updated_at))
}

pub(in crate::crm) async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<NoContent> {
    let (db, now) = (&platform.db, platform.now());
    let scope = caller.scope(Permission::BusinessesDelete);
    let deleted = delete_within(db, &scope, &id, now).await;
    merges::explained(db, &scope, What::Businesses, id.as_str(), deleted).await?;
    Ok(NoContent)
}

async fn delete_within(db: &Db, scope: &Scope, id: &BusinessId, now: Millis) -> Result<()> {
    store::must_be_within(db, scope, id).await?;
    let which = std::slice::from_ref(id);
    match deletion::delete(db, &scope.tenant, which, now).await?.len() {
        0 => Err(Error::NotFound("business")),
        _ => Ok(()),
    }
}

async fn restore(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<Answer<BusinessOut>> {
    let (db, now) = (&platform.db, platform.now());
    let scope = caller.scope(Permission::BusinessesDelete);
    let which = Which::These(vec![id.clone()]);
    let known = many::which(db, &scope, &which, filter::Deleted::With).await?;
    deletion::restore(db, &scope.tenant, &known, now).await?;
    let found = store::get(db, &scope, &id).await;
    let business = merges::explained(db, &scope, What::Businesses, id.as_str(), found).await?;
    Ok(data(&business).version(business.updated_at))
}

async fn bulk(
    platform: Platform,
    caller: Caller,
    Body(input): Body<BusinessesBulk>,
) -> Result<Answer<BulkOut>> {
    Ok(data(&super::bulk::change(&platform, &caller, input).await?))
}

async fn add_tag(
    platform: Platform,
    caller: Caller,
    BusinessTag(business, tag): BusinessTag,
) -> Result<NoContent> {
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let tags = on_business(&platform, &caller, &business, tag).await?;
    tags::add(db, tenant, &[business], &tags, now).await?;
    Ok(NoContent)
}

async fn remove_tag(
    platform: Platform,
    caller: Caller,
    BusinessTag(business, tag): BusinessTag,
) -> Result<NoContent> {
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let tags = on_business(&platform, &caller, &business, tag).await?;
    match tags::remove(db, tenant, &[business], &tags, now)
        .await?
        .len()
    {
        0 => Err(Error::NotFound("tag on this business")),
        _ => Ok(NoContent),
    }
}

/// The tag, when both it and the business are there.
async fn on_business(
    platform: &Platform,
    caller: &Caller,
    business: &BusinessId,
    tag: TagId,
) -> Result<Vec<tags::Named>> {
    let scope = caller.scope(Permission::BusinessesWrite);
    if !store::exists(&platform.db, &scope, business).await? {
        return Err(Error::NotFound("business"));
    }
    let tags = tags::named(&platform.db, &caller.tenant, &[tag]).await?;
    match tags.is_empty() {
        true => Err(Error::NotFound("tag")),
        false => Ok(tags),
    }
}
