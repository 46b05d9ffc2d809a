//! `/api/v1/objections`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{ObjectionFilter, ObjectionIn, ObjectionOut, ObjectionPatch, SORTS};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter;
use crate::http::{
    Answer, Body, Caller, Created, Edit, ListParams, Listing, NoContent, Operation, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::ObjectionId;

/// The routes of objections.
pub fn routes() -> Routes {
    Routes::new("Objections")
        .get(
            "/api/v1/objections",
            list,
            Operation::new("listObjections", Permission::NeedsRead, "List objections")
                .sorted_by(SORTS)
                .personal_data(),
        )
        .post(
            "/api/v1/objections",
            create,
            Operation::new("createObjection", Permission::NeedsWrite, "Record an objection")
                .description("It gets its entry in the timeline.")
                .example(r#"{"business_id": "01900000-0000-7000-8000-000000000001", "objection_type": "price", "objection_text": "Too much for a small bakery."}"#),
        )
        .get(
            "/api/v1/objections/{id}",
            read,
            Operation::new("getObjection", Permission::NeedsRead, "Get an objection").personal_data(),
        )
        .patch(
            "/api/v1/objections/{id}",
            update,
            Operation::new("updateObjection", Permission::NeedsWrite, "Change an objection")
                .example(r#"{"resolved": true, "response_given": "It pays for itself with two cakes a month."}"#),
        )
        .delete(
            "/api/v1/objections/{id}",
            delete,
            Operation::new("deleteObjection", Permission::NeedsWrite, "Remove an objection"),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[person_id]", alias = "person_id")]
    person_id: Option<String>,
    #[serde(rename = "filter[objection_type]", alias = "objection_type")]
    objection_type: Option<String>,
    #[serde(rename = "filter[resolved]", alias = "resolved")]
    resolved: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<ObjectionFilter> {
        filter::nothing_else(&self.rest)?;
        Ok(ObjectionFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            person_id: filter::id("person_id", self.person_id.as_deref())?,
            objection_type: filter::text("objection_type", self.objection_type.as_deref())?
                .map(str::to_string),
            resolved: filter::flag("resolved", self.resolved.as_deref())?,
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<ObjectionOut>> {
    let sorted = query.list.read(SORTS, "-created_at")?;
    let scope = caller.scope(Permission::NeedsRead);
    let (rows, next) = store::list(&platform.db, &scope, query.filter()?, &sorted).await?;
    Ok(listing(&rows, sorted.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<ObjectionIn>,
) -> Result<Created<ObjectionOut>> {
    let scope = caller.scope(Permission::NeedsWrite);
    let row = store::create(&platform.db, &scope, input, platform.now()).await?;
    Ok(created(&row).version(row.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ObjectionId>,
) -> Result<Answer<ObjectionOut>> {
    let row = store::get(&platform.db, &caller.scope(Permission::NeedsRead), &id).await?;
    Ok(data(&row).version(row.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ObjectionId>,
    edit: Edit,
    Body(patch): Body<ObjectionPatch>,
) -> Result<Answer<ObjectionOut>> {
    let scope = caller.scope(Permission::NeedsWrite);
    let row = store::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&row).version(row.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ObjectionId>,
) -> Result<NoContent> {
    let scope = caller.scope(Permission::NeedsWrite);
    store::delete(&platform.db, &scope, &id).await?;
    Ok(NoContent)
}
