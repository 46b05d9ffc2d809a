//! `/api/v1/businesses/{id}/activities`.

use super::model::{Activity, ActivityIn};
use super::store;
use crate::crm::businesses;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Body, Caller, Created, Listing, Operation, PageParams, PathId, Permission, Query, Routes,
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

async fn list(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<PageParams>,
) -> Result<Listing<Activity>> {
    let (db, tenant, page) = (&platform.db, &caller.tenant, query.page()?);
    let scope = caller.scope(Permission::ActivitiesRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let (activities, next) = store::list(db, tenant, &id, &page).await?;
    Ok(listing(&activities, page.limit, next))
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
