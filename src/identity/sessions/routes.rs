//! `/api/v1/sessions`: where somebody is signed in.

use super::model::SessionOut;
use super::{EndReason, store};
use crate::access::principals::forget;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Listing, NoContent, Operation, PageParams, PathId, Query, Routes, listing};
use crate::identity::caller::Me;
use crate::ids::SessionId;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Sessions")
        .get(
            "/api/v1/sessions",
            list,
            Operation::signed_in("listSessions", "List one's own sessions").error(
                403,
                "not_a_user",
                "a key calls",
            ),
        )
        .delete(
            "/api/v1/sessions/{id}",
            end,
            Operation::signed_in("endSession", "End one of one's own sessions").error(
                403,
                "not_a_user",
                "a key calls",
            ),
        )
}

async fn list(
    platform: Platform,
    me: Me,
    Query(params): Query<PageParams>,
) -> Result<Listing<SessionOut>> {
    let page = params.page()?;
    let now = platform.now();
    let mut rows = store::list(&platform.db, &me.user, &page.after, page.probe(), now).await?;
    let next = page.cut(&mut rows, |row| row.id.to_string());
    Ok(listing(&rows, page.limit, next))
}

async fn end(platform: Platform, me: Me, PathId(id): PathId<SessionId>) -> Result<NoContent> {
    let now = platform.now();
    match store::end(&platform.db, &me.user, &id, EndReason::Revoked, now).await? {
        true => {
            forget();
            Ok(NoContent)
        }
        false => Err(Error::NotFound("session")),
    }
}
