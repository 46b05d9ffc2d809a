//! `/api/v1/pain-points`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{PainPointFilter, PainPointIn, PainPointOut, PainPointPatch, SORTS};
use super::store;
use crate::crm::model::Severity;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter;
use crate::http::{
    Answer, Body, Caller, Created, Edit, ListParams, Listing, NoContent, Operation, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::PainPointId;

/// The routes of pain points.
pub fn routes() -> Routes {
    Routes::new("Pain points")
        .get(
            "/api/v1/pain-points",
            list,
            Operation::new("listPainPoints", Permission::NeedsRead, "List pain points")
                .sorted_by(SORTS)
                .personal_data(),
        )
        .post(
            "/api/v1/pain-points",
            create,
            Operation::new("createPainPoint", Permission::NeedsWrite, "Record a pain point")
                .description("It gets its entry in the timeline.")
                .example(r#"{"business_id": "01900000-0000-7000-8000-000000000001", "category": "missed_calls", "description": "Nobody answers the phone while they bake.", "severity": "high"}"#),
        )
        .get(
            "/api/v1/pain-points/{id}",
            read,
            Operation::new("getPainPoint", Permission::NeedsRead, "Get a pain point").personal_data(),
        )
        .patch(
            "/api/v1/pain-points/{id}",
            update,
            Operation::new("updatePainPoint", Permission::NeedsWrite, "Change a pain point")
                .example(r#"{"severity": "low"}"#),
        )
        .delete(
            "/api/v1/pain-points/{id}",
            delete,
            Operation::new("deletePainPoint", Permission::NeedsWrite, "Remove a pain point"),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[category]", alias = "category")]
    category: Option<String>,
    #[serde(rename = "filter[severity]", alias = "severity")]
    severity: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<PainPointFilter> {
        filter::nothing_else(&self.rest)?;
        Ok(PainPointFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            category: filter::text("category", self.category.as_deref())?.map(str::to_string),
            severity: filter::word(
                "severity",
                self.severity.as_deref(),
                Severity::ALL,
                Severity::as_str,
            )?,
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<PainPointOut>> {
    let sorted = query.list.read(SORTS, "-created_at")?;
    let scope = caller.scope(Permission::NeedsRead);
    let (rows, next) = store::list(&platform.db, &scope, query.filter()?, &sorted).await?;
    Ok(listing(&rows, sorted.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<PainPointIn>,
) -> Result<Created<PainPointOut>> {
    let scope = caller.scope(Permission::NeedsWrite);
    let row = store::create(&platform.db, &scope, input, platform.now()).await?;
    Ok(created(&row).version(row.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PainPointId>,
) -> Result<Answer<PainPointOut>> {
    let row = store::get(&platform.db, &caller.scope(Permission::NeedsRead), &id).await?;
    Ok(data(&row).version(row.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PainPointId>,
    edit: Edit,
    Body(patch): Body<PainPointPatch>,
) -> Result<Answer<PainPointOut>> {
    let scope = caller.scope(Permission::NeedsWrite);
    let row = store::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&row).version(row.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PainPointId>,
) -> Result<NoContent> {
    let scope = caller.scope(Permission::NeedsWrite);
    store::delete(&platform.db, &scope, &id).await?;
    Ok(NoContent)
}
