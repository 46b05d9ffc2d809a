//! `/api/v1/people`, and the people of a business.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{PersonFilter, PersonIn, PersonOut, PersonPatch};
use super::store;
use crate::crm::businesses;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter;
use crate::http::input::Email;
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, NoContent, Operation, PageParams, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::{BusinessId, PersonId};

/// The routes of people.
pub fn routes() -> Routes {
    Routes::new("People")
        .get(
            "/api/v1/people",
            list,
            Operation::new("listPeople", Permission::PeopleRead, "List people")
                .personal_data(),
        )
        .post(
            "/api/v1/people",
            create,
            Operation::new("createPerson", Permission::PeopleWrite, "Create a person")
                .example(r#"{"business_id": "01900000-0000-7000-8000-000000000001", "first_name": "Maria", "last_name": "Lopez", "email": "maria@harborstreetbakery.example"}"#),
        )
        .get(
            "/api/v1/people/{id}",
            read,
            Operation::new("getPerson", Permission::PeopleRead, "Get a person")
                .personal_data(),
        )
        .patch(
            "/api/v1/people/{id}",
            update,
            Operation::new("updatePerson", Permission::PeopleWrite, "Change a person")
                .example(r#"{"title": "Owner"}"#),
        )
        .delete(
            "/api/v1/people/{id}",
            delete,
            Operation::new("deletePerson", Permission::PeopleDelete, "Delete a person"),
        )
        .get(
            "/api/v1/businesses/{id}/people",
            list_of_business,
            Operation::new(
                "listPeopleOfBusiness",
                Permission::PeopleRead,
                "List the people of a business",
            )
                .personal_data(),
        )
}

#[derive(Deserialize, JsonSchema)]
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
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<PersonOut>> {
    let page = query.page.page()?;
    let (people, next) = store::list(
        &platform.db,
        &caller.scope(Permission::PeopleRead),
        query.filter()?,
        &page,
    )
    .await?;
    Ok(listing(&people, page.limit, next))
}

async fn list_of_business(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<PageParams>,
) -> Result<Listing<PersonOut>> {
    let (db, page) = (&platform.db, query.page()?);
    let scope = caller.scope(Permission::PeopleRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let filter = PersonFilter {
        business_id: Some(id),
        email: None,
    };
    let (people, next) = store::list(db, &scope, filter, &page).await?;
    Ok(listing(&people, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<PersonIn>,
) -> Result<Created<PersonOut>> {
    let person = store::create(
        &platform.db,
        &caller.scope(Permission::PeopleWrite),
        input,
        platform.now(),
    )
    .await?;
    Ok(created(&person).version(person.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<Answer<PersonOut>> {
    let person = store::get(&platform.db, &caller.scope(Permission::PeopleRead), &id).await?;
    Ok(data(&person).version(person.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
    edit: Edit,
    Body(patch): Body<PersonPatch>,
) -> Result<Answer<PersonOut>> {
    let person = store::update(
        &platform.db,
        &caller.scope(Permission::PeopleWrite),
        &id,
        patch,
        edit,
    )
    .await?;
    Ok(data(&person).version(person.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<NoContent> {
    store::delete(
        &platform.db,
        &caller.scope(Permission::PeopleDelete),
        &id,
        platform.now(),
    )
    .await?;
    Ok(NoContent)
}
