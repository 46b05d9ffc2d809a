//! `/api/v1/product-interests`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{InterestFilter, InterestIn, InterestOut, InterestPatch, SORTS};
use super::store;
use crate::crm::model::InterestLevel;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter;
use crate::http::{
    Answer, Body, Caller, Created, Edit, ListParams, Listing, NoContent, Operation, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::ProductInterestId;

/// The routes of product interests.
pub fn routes() -> Routes {
    Routes::new("Product interests")
        .get(
            "/api/v1/product-interests",
            list,
            Operation::new("listProductInterests", Permission::NeedsRead, "List product interests")
                .sorted_by(SORTS)
                .personal_data(),
        )
        .post(
            "/api/v1/product-interests",
            create,
            Operation::new("recordProductInterest", Permission::NeedsWrite, "Record a product interest")
                .description("Of a product that the business was interested in already it is the same row, seen once more: its level goes up, and down only to `declined`.")
                .example(r#"{"business_id": "01900000-0000-7000-8000-000000000001", "product_id": "online-ordering", "interest_level": "inquired", "source": "learning_center"}"#),
        )
        .get(
            "/api/v1/product-interests/{id}",
            read,
            Operation::new("getProductInterest", Permission::NeedsRead, "Get a product interest").personal_data(),
        )
        .patch(
            "/api/v1/product-interests/{id}",
            update,
            Operation::new("updateProductInterest", Permission::NeedsWrite, "Change a product interest")
                .example(r#"{"interest_level": "quoted"}"#),
        )
        .delete(
            "/api/v1/product-interests/{id}",
            delete,
            Operation::new("deleteProductInterest", Permission::NeedsWrite, "Remove a product interest"),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[product_id]", alias = "product_id")]
    product_id: Option<String>,
    #[serde(rename = "filter[interest_level]", alias = "interest_level")]
    interest_level: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<InterestFilter> {
        filter::nothing_else(&self.rest)?;
        Ok(InterestFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            product_id: filter::text("product_id", self.product_id.as_deref())?.map(str::to_string),
            interest_level: filter::word(
                "interest_level",
                self.interest_level.as_deref(),
                InterestLevel::ALL,
                InterestLevel::as_str,
            )?,
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<InterestOut>> {
    let sorted = query.list.read(SORTS, "-created_at")?;
    let scope = caller.scope(Permission::NeedsRead);
    let (rows, next) = store::list(&platform.db, &scope, query.filter()?, &sorted).await?;
    Ok(listing(&rows, sorted.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<InterestIn>,
) -> Result<Created<InterestOut>> {
    let scope = caller.scope(Permission::NeedsWrite);
    let row = store::record(&platform.db, &scope, input, platform.now()).await?;
    Ok(created(&row).version(row.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ProductInterestId>,
) -> Result<Answer<InterestOut>> {
    let row = store::get(&platform.db, &caller.scope(Permission::NeedsRead), &id).await?;
    Ok(data(&row).version(row.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ProductInterestId>,
    edit: Edit,
    Body(patch): Body<InterestPatch>,
) -> Result<Answer<InterestOut>> {
    let scope = caller.scope(Permission::NeedsWrite);
    let row = store::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&row).version(row.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ProductInterestId>,
) -> Result<NoContent> {
    let scope = caller.scope(Permission::NeedsWrite);
    store::delete(&platform.db, &scope, &id).await?;
    Ok(NoContent)
}
