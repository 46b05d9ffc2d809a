//! `/api/v1/people`, and the people of a business.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use super::model::{PersonFilter, PersonIn, PersonPatch};
use super::store;
use crate::crm::input::Email;
use crate::crm::{businesses, filter};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, created, data, listing};
use crate::ids::{BusinessId, PersonId};

/// The routes of people.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/people", get(list).post(create))
        .route(
            "/api/v1/people/{id}",
            get(read).patch(update).delete(delete),
        )
        .route("/api/v1/businesses/{id}/people", get(list_of_business))
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[email]", alias = "email")]
    email: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<PersonFilter> {
        filter::nothing_else(&self.rest)?;
        Ok(PersonFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            email: filter::text("email", self.email.as_deref())?.map(Email::from),
        })
    }
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Answer> {
    let page = query.page.page()?;
    let (people, next) = store::list(&platform.db, &caller.tenant, query.filter()?, &page).await?;
    Ok(listing(&people, page.limit, next))
}

async fn list_of_business(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<PageParams>,
) -> Result<Answer> {
    let (db, tenant, page) = (&platform.db, &caller.tenant, query.page()?);
    if !businesses::store::exists(db, tenant, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let filter = PersonFilter {
        business_id: Some(id),
        email: None,
    };
    let (people, next) = store::list(db, tenant, filter, &page).await?;
    Ok(listing(&people, page.limit, next))
}

async fn create(
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<PersonIn>,
) -> Result<Answer> {
    Ok(created(
        &store::create(&platform.db, &caller.tenant, input, platform.now()).await?,
    ))
}

async fn read(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<Answer> {
    Ok(data(&store::get(&platform.db, &caller.tenant, &id).await?))
}

async fn update(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<PersonId>,
    Body(patch): Body<PersonPatch>,
) -> Result<Answer> {
    Ok(data(
        &store::update(&platform.db, &caller.tenant, &id, patch, platform.now()).await?,
    ))
}

async fn delete(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<StatusCode> {
    store::delete(&platform.db, &caller.tenant, &id, platform.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
