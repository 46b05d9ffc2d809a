//! `/api/v1/suppressions`.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{delete, get};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::store::{self, Reason};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::checks;
use crate::http::{Answer, Body, Caller, PageParams, Query, created, data, listing};

/// The routes.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/suppressions", get(list).post(add))
        .route("/api/v1/suppressions/{address}", delete(remove))
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(params): Query<PageParams>,
) -> Result<Answer> {
    let page = params.page()?;
    let mut rows = store::list(&platform.db, &caller.tenant, &page.after, page.probe()).await?;
    let next = page.cut(&mut rows, |row| row.address.clone());
    Ok(listing(&rows, page.limit, next))
}

/// An address somebody enters.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct SuppressionIn {
    #[garde(custom(checks::email))]
    address: String,
    #[garde(inner(length(chars, max = 500)))]
    note: Option<String>,
}

#[derive(Serialize)]
struct Added {
    address: String,
}

async fn add(
    State(platform): State<Platform>,
    caller: Caller,
    Body(input): Body<SuppressionIn>,
) -> Result<Answer> {
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
    State(platform): State<Platform>,
    caller: Caller,
    Path(address): Path<String>,
) -> Result<Answer> {
    if !store::remove_manual(&platform.db, &caller.tenant, &address).await? {
        return Err(Error::conflict(
            "not_a_manual_suppression",
            "Only an address that somebody entered by hand can be taken off the list; what a recipient decided stays.",
        ));
    }
    Ok(data(&Added { address }))
}
