//! `/api/v1/people`, and the people of a business.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{INCLUDES, PersonFilter, PersonIn, PersonOut, PersonPatch, SORTS};
use super::{bulk, store};
use crate::crm::duplicates::evidence::What;
use crate::crm::merges;
use crate::crm::model::PersonRole;
use crate::crm::{businesses, embed};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter;
use crate::http::input::Email;
use crate::http::{
    Answer, Body, Caller, Created, Edit, IncludeParams, ListParams, Listing, NoContent, Operation,
    PathId, Permission, Query, Routes, created, data, listing,
};
use crate::ids::{BusinessId, PersonId};

/// The routes of people.
pub fn routes() -> Routes {
    Routes::new("People")
        .get(
            "/api/v1/people",
            list,
            Operation::new("listPeople", Permission::PeopleRead, "List people")
                .sorted_by(SORTS)
                .including(INCLUDES)
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
                .including(INCLUDES)
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`")
                .personal_data(),
        )
        .patch(
            "/api/v1/people/{id}",
            update,
            Operation::new("updatePerson", Permission::PeopleWrite, "Change a person")
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`")
                .example(r#"{"title": "Owner"}"#),
        )
        .delete(
            "/api/v1/people/{id}",
            delete,
            Operation::new("deletePerson", Permission::PeopleDelete, "Delete a person")
                .error(404, "merged", "it has become part of another; `details` names that as `merged_into`"),
        )
        .post(
            "/api/v1/people/{id}/restore",
            restore,
            Operation::new("restorePerson", Permission::PeopleDelete, "Bring a deleted person back")
                .shows_version()
                .conflict("business_is_deleted", "their business is deleted: restore that, and they come back with it"),
        )
        .post(
            "/api/v1/people/bulk",
            bulk::change,
            Operation::new("bulkChangePeople", Permission::PeopleDelete, "Delete or restore many people at once")
                .description("Up to 1,000. Who is deleted or there already stays as they are and is not counted.")
                .example(r#"{"ids": ["01900000-0000-7000-8000-000000000001"], "action": "delete"}"#),
        )
        .get(
            "/api/v1/businesses/{id}/people",
            list_of_business,
            Operation::new(
                "listPeopleOfBusiness",
                Permission::PeopleRead,
                "List the people of a business",
            )
                .sorted_by(SORTS)
                .personal_data(),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[email]", alias = "email")]
    email: Option<String>,
    #[serde(rename = "filter[role]", alias = "role")]
    role: Option<String>,
    #[serde(rename = "filter[is_primary_contact]", alias = "is_primary_contact")]
    is_primary_contact: Option<String>,
    #[serde(rename = "filter[is_decision_maker]", alias = "is_decision_maker")]
    is_decision_maker: Option<String>,
    /// How a first or last name, or an email address, starts.
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
    fn filter(&self) -> Result<PersonFilter> {
        filter::nothing_else(&self.rest)?;
        Ok(PersonFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            email: filter::text("email", self.email.as_deref())?.map(Email::from),
            role: filter::word(
                "role",
                self.role.as_deref(),
                PersonRole::ALL,
                PersonRole::as_str,
            )?,
            is_primary_contact: filter::flag(
                "is_primary_contact",
                self.is_primary_contact.as_deref(),
            )?,
            is_decision_maker: filter::flag(
                "is_decision_maker",
                self.is_decision_maker.as_deref(),
            )?,
            prefix: filter::text("q", self.q.as_deref())?.map(str::to_string),
            deleted: filter::deleted(self.deleted.as_deref())?,
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<PersonOut>> {
    let (db, sorted) = (&platform.db, query.list.read(SORTS, "created_at")?);
    let included = query.include.read(INCLUDES)?;
    let scope = caller.scope(Permission::PeopleRead);
    let (mut people, next) = store::list(db, &scope, query.filter()?, &sorted).await?;
    embed::into_people(db, &caller, &included, &mut people).await?;
    Ok(listing(&people, sorted.limit, next))
}

async fn list_of_business(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<ListParams>,
) -> Result<Listing<PersonOut>> {
    let (db, sorted) = (&platform.db, query.read(SORTS, "created_at")?);
    let scope = caller.scope(Permission::PeopleRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let filter = PersonFilter {
        business_id: Some(id),
        ..PersonFilter::default()
    };
    let (people, next) = store::list(db, &scope, filter, &sorted).await?;
    Ok(listing(&people, sorted.limit, next))
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
    Query(query): Query<IncludeParams>,
) -> Result<Answer<PersonOut>> {
    let included = query.read(INCLUDES)?;
    let (db, scope) = (&platform.db, caller.scope(Permission::PeopleRead));
    let found = store::get(db, &scope, &id).await;
    let person = merges::explained(db, &scope, What::People, id.as_str(), found).await?;
    let version = person.updated_at;
    let mut person = [person];
    embed::into_people(db, &caller, &included, &mut person).await?;
    let [person] = person;
    Ok(data(&person).version(version))
}

async fn restore(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<Answer<PersonOut>> {
    let (db, scope) = (&platform.db, caller.scope(Permission::PeopleDelete));
    let found = store::restore(db, &scope, &id, platform.now()).await;
    let person = merges::explained(db, &scope, What::People, id.as_str(), found).await?;
    Ok(data(&person).version(person.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
    edit: Edit,
    Body(patch): Body<PersonPatch>,
) -> Result<Answer<PersonOut>> {
    let (db, scope) = (&platform.db, caller.scope(Permission::PeopleWrite));
    let changed = store::update(db, &scope, &id, patch, edit).await;
    let person = merges::explained(db, &scope, What::People, id.as_str(), changed).await?;
    Ok(data(&person).version(person.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<NoContent> {
    let (db, scope) = (&platform.db, caller.scope(Permission::PeopleDelete));
    let deleted = store::delete(db, &scope, &id, platform.now()).await;
    merges::explained(db, &scope, What::People, id.as_str(), deleted).await?;
    Ok(NoContent)
}
