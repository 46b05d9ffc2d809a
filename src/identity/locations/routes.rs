//! `/api/v1/locations`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{LocationIn, LocationOut, LocationPatch};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::query::one_of;
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, NoContent, Operation, PageParams, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::LocationId;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Locations")
        .get(
            "/api/v1/locations",
            list,
            Operation::new("listLocations", Permission::LocationsRead, "List locations"),
        )
        .post(
            "/api/v1/locations",
            create,
            Operation::new("createLocation", Permission::LocationsWrite, "Make a location").example(
                r#"{"name": "Clearwater", "timezone": "America/New_York", "address_street": "200 Harbor Street", "address_city": "Clearwater", "address_state": "FL", "address_zip": "33755"}"#,
            ),
        )
        .get(
            "/api/v1/locations/{id}",
            read,
            Operation::new("getLocation", Permission::LocationsRead, "Get a location"),
        )
        .patch(
            "/api/v1/locations/{id}",
            update,
            Operation::new("updateLocation", Permission::LocationsWrite, "Change a location, archive it or bring it back")
                .example(r#"{"name": "Clearwater Beach", "archived": false}"#),
        )
        .delete(
            "/api/v1/locations/{id}",
            archive,
            Operation::new("archiveLocation", Permission::LocationsWrite, "Archive a location")
                .description("It is kept, because what happened there goes on naming it."),
        )
}

#[derive(Deserialize, JsonSchema)]
struct ListQuery {
    /// `true` for archived locations as well.
    archived: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Listing<LocationOut>> {
    let page = query.page.page()?;
    let word = |archived| if archived { "true" } else { "false" };
    let archived = match &query.archived {
        Some(text) => one_of("archived", text, &[true, false], word)?,
        None => false,
    };
    let (rows, next) = store::list(&platform.db, &caller.tenant, archived, &page).await?;
    Ok(listing(&rows, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<LocationIn>,
) -> Result<Created<LocationOut>> {
    let location = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&location).version(location.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<LocationId>,
) -> Result<Answer<LocationOut>> {
    let location = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&location).version(location.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<LocationId>,
    edit: Edit,
    Body(patch): Body<LocationPatch>,
) -> Result<Answer<LocationOut>> {
    let location = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&location).version(location.updated_at))
}

async fn archive(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<LocationId>,
) -> Result<NoContent> {
    store::archive(&platform.db, &caller.tenant, &id, platform.now()).await?;
    Ok(NoContent)
}
