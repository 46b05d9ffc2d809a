//! `/api/v1/industries`.

use super::model::{IndustryIn, IndustryOut, IndustryPatch, SORTS};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{
    Answer, Body, Caller, Created, Edit, ListParams, Listing, Operation, PathId, Permission, Query,
    Routes, created, data, listing,
};
use crate::ids::IndustryId;

/// The routes of industries.
pub fn routes() -> Routes {
    Routes::new("Industries")
        .get(
            "/api/v1/industries",
            list,
            Operation::new(
                "listIndustries",
                Permission::IndustriesRead,
                "List industries",
            )
            .sorted_by(SORTS),
        )
        .post(
            "/api/v1/industries",
            create,
            Operation::new(
                "createIndustry",
                Permission::IndustriesWrite,
                "Create an industry",
            )
            .example(
                r#"{"name": "Bakery", "icon": "croissant", "common_services": ["Wedding cakes"]}"#,
            ),
        )
        .get(
            "/api/v1/industries/{id}",
            read,
            Operation::new("getIndustry", Permission::IndustriesRead, "Get an industry"),
        )
        .patch(
            "/api/v1/industries/{id}",
            update,
            Operation::new(
                "updateIndustry",
                Permission::IndustriesWrite,
                "Change an industry",
            )
            .example(r#"{"display_order": 3}"#),
        )
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<ListParams>,
) -> Result<Listing<IndustryOut>> {
    let sorted = query.read(SORTS, "created_at")?;
    let (industries, next) = store::list(&platform.db, &caller.tenant, &sorted).await?;
    Ok(listing(&industries, sorted.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<IndustryIn>,
) -> Result<Created<IndustryOut>> {
    let industry = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&industry).version(industry.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<IndustryId>,
) -> Result<Answer<IndustryOut>> {
    let industry = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&industry).version(industry.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<IndustryId>,
    edit: Edit,
    Body(patch): Body<IndustryPatch>,
) -> Result<Answer<IndustryOut>> {
    let industry = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&industry).version(industry.updated_at))
}
