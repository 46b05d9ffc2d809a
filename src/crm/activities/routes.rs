//! `/api/v1/businesses/{id}/activities`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Activity, ActivityFilter, ActivityIn, SORTS};
use super::store;
use crate::crm::businesses;
use crate::crm::model::ActivityType;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter;
use crate::http::{
    Body, Caller, Created, ListParams, Listing, Operation, PathId, Permission, Query, Routes,
    created, listing,
};
use crate::ids::BusinessId;

/// The routes of activities.
pub fn routes() -> Routes {
    Routes::new("Activities")
        .get(
            "/api/v1/businesses/{id}/activities",
            list,
            Operation::new("listActivities", Permission::ActivitiesRead, "A business's timeline")
                .sorted_by(SORTS)
                .personal_data(),
        )
        .post(
            "/api/v1/businesses/{id}/activities",
            record,
            Operation::new(
                "recordActivity",
                Permission::ActivitiesWrite,
                "Record what happened elsewhere",
            )
                .description("A reply, a booking or an order moves the person on and is what a sequence's conditions ask about.")
                .example(r#"{"type": "note_added", "subject": "Called back", "detail": "Wants to hear from us in spring."}"#),
        )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    #[serde(rename = "filter[type]", alias = "type")]
    kind: Option<String>,
    #[serde(rename = "filter[person_id]", alias = "person_id")]
    person_id: Option<String>,
    #[serde(rename = "filter[occurred_after]", alias = "occurred_after")]
    occurred_after: Option<String>,
    #[serde(rename = "filter[occurred_before]", alias = "occurred_before")]
    occurred_before: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<ActivityFilter> {
        filter::nothing_else(&self.rest)?;
        let (kind, after) = (self.kind.as_deref(), self.occurred_after.as_deref());
        let before = self.occurred_before.as_deref();
        Ok(ActivityFilter {
            kind: filter::word("type", kind, ActivityType::ALL, ActivityType::as_str)?,
            person_id: filter::id("person_id", self.person_id.as_deref())?,
            occurred_after: filter::moment("occurred_after", after)?,
            occurred_before: filter::moment("occurred_before", before)?,
        })
    }
}

async fn list(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<Parameters>,
) -> Result<Listing<Activity>> {
    let (db, tenant) = (&platform.db, &caller.tenant);
    let sorted = query.list.read(SORTS, "-occurred_at")?;
    let filter = query.filter()?;
    let scope = caller.scope(Permission::ActivitiesRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let (activities, next) = store::list(db, tenant, &id, filter, &sorted).await?;
    Ok(listing(&activities, sorted.limit, next))
}

async fn record(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Body(input): Body<ActivityIn>,
) -> Result<Created<Activity>> {
    Ok(created(
        &super::record(
            &platform,
            &caller.scope(Permission::ActivitiesWrite),
            &id,
            input,
        )
        .await?,
    ))
}
