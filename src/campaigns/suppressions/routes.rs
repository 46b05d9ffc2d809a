//! `/api/v1/suppressions`.

use axum::extract::Path;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store::{self, Reason, Suppression};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::checks;
use crate::http::{
    Answer, Body, Caller, Created, Listing, Operation, PageParams, Permission, Query, Routes,
    created, data, listing,
};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Suppressions")
        .get(
            "/api/v1/suppressions",
            list,
            Operation::new(
                "listSuppressions",
                Permission::SuppressionsRead,
                "List who is never written to",
            )
            .personal_data(),
        )
        .post(
            "/api/v1/suppressions",
            add,
            Operation::new(
                "addSuppression",
                Permission::SuppressionsWrite,
                "Never write to an address",
            )
            .example(r#"{"address": "no-more@bakery.example", "note": "Asked on the phone."}"#),
        )
        .delete(
            "/api/v1/suppressions/{address}",
            remove,
            Operation::new(
                "removeSuppression",
                Permission::SuppressionsWrite,
                "Take an address off the list",
            )
            .conflict(
                "not_a_manual_suppression",
                "the recipient decided it, or it is not there",
            ),
        )
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(params): Query<PageParams>,
) -> Result<Listing<Suppression>> {
    let page = params.page()?;
    let mut rows = store::list(&platform.db, &caller.tenant, &page.after, page.probe()).await?;
    let next = page.cut(&mut rows, |row| row.address.clone());
    Ok(listing(&rows, page.limit, next))
}

/// An address somebody enters.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SuppressionIn {
    #[garde(custom(checks::email))]
    address: String,
    #[garde(inner(length(chars, max = 500)))]
    note: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Added {
    address: String,
}

async fn add(
    platform: Platform,
    caller: Caller,
    Body(input): Body<SuppressionIn>,
) -> Result<Created<Added>> {
    let (address, note, now) = (
        input.address.trim().to_lowercase(),
        input.note.as_deref(),
        platform.now(),
    );
    platform
        .db
        .execute(store::add(
            &caller.tenant,
            &address,
            Reason::Manual,
            None,
            None,
            note,
            now,
        ))
        .await?;
    Ok(created(&Added { address }))
}

async fn remove(
    platform: Platform,
    caller: Caller,
    Path(address): Path<String>,
) -> Result<Answer<Added>> {
    if !store::remove_manual(&platform.db, &caller.tenant, &address).await? {
        if !store::holds(&platform.db, &caller.tenant, &address).await? {
            return Err(Error::NotFound("suppression"));
        }
        return Err(Error::conflict(
            "not_a_manual_suppression",
            "Only an address that somebody entered by hand can be taken off the list; what a recipient decided stays.",
        ));
    }
    Ok(data(&Added { address }))
}
