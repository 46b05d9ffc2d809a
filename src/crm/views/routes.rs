//! `/api/v1/views`. A view is somebody's: keys have none.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{View, ViewIn, ViewOut, ViewPatch, page_name};
use super::store;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, Edit, NoContent, Operation, PathId, Permission, Query, Routes,
    created, data, filter,
};
use crate::identity::caller::Me;
use crate::ids::ViewId;

const NOT_A_USER: &str = "a key calls";
const NOT_YOURS: &str = "somebody else made it, and you may not change what others share";
const FULL: &str = "you have 100 views already, or the organization shares 500";

/// The routes of saved views.
pub fn routes() -> Routes {
    Routes::new("Views")
        .get(
            "/api/v1/views",
            list,
            Operation::signed_in("listViews", "List one's saved views and those that others share")
                .description("All of them, by page and position. There is no next page: a person has 100 at most, an organization shares 500 at most.")
                .error(403, "not_a_user", NOT_A_USER),
        )
        .post(
            "/api/v1/views",
            create,
            Operation::signed_in("createView", "Save a view")
                .conflict("too_many_views", FULL)
                .error(403, "not_a_user", NOT_A_USER)
                .example(r#"{"name": "Bakeries to call", "page": "businesses", "query": {"filter[lead_status]": "prospect", "sort": "-lead_score", "columns": "name,phone"}, "is_shared": true}"#),
        )
        .get(
            "/api/v1/views/{id}",
            read,
            Operation::signed_in("getView", "Get a saved view")
                .error(403, "not_a_user", NOT_A_USER),
        )
        .patch(
            "/api/v1/views/{id}",
            update,
            Operation::signed_in("updateView", "Change a saved view")
                .description("One that is shared is changed by who made it, and by who has the permission `views:write`. Only who made it shares it, or takes it back.")
                .conflict("too_many_views", FULL)
                .error(403, "not_a_user", NOT_A_USER)
                .error(403, "not_your_view", NOT_YOURS)
                .example(r#"{"name": "Bakeries to write to", "position": 3}"#),
        )
        .delete(
            "/api/v1/views/{id}",
            delete,
            Operation::signed_in("deleteView", "Delete a saved view")
                .error(403, "not_a_user", NOT_A_USER)
                .error(403, "not_your_view", NOT_YOURS),
        )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    #[serde(rename = "filter[page]", alias = "page")]
    page: Option<String>,
    #[serde(flatten)]
    rest: filter::Rest,
}

/// Whether somebody may change what others share.
fn may_change_shared(caller: &Caller) -> bool {
    caller.permissions.has(Permission::ViewsWrite)
}

fn shown(view: View, me: &Me, caller: &Caller) -> ViewOut {
    view.shown(&me.user, may_change_shared(caller))
}

async fn list(
    platform: Platform,
    caller: Caller,
    me: Me,
    Query(query): Query<Parameters>,
) -> Result<Answer<Vec<ViewOut>>> {
    filter::nothing_else(&query.rest)?;
    let of_page = query.page.as_deref();
    if let Some(text) = of_page {
        page_name(text, &()).map_err(|complaint| Error::field("page", complaint.message()))?;
    }
    let views = store::list(&platform.db, &me.tenant, &me.user, of_page).await?;
    let shown: Vec<_> = views
        .into_iter()
        .map(|view| shown(view, &me, &caller))
        .collect();
    Ok(data(&shown))
}

async fn create(
    platform: Platform,
    caller: Caller,
    me: Me,
    Body(input): Body<ViewIn>,
) -> Result<Created<ViewOut>> {
    let view = store::create(&platform.db, &me.tenant, &me.user, input, platform.now())
        .await?
        .ok_or_else(too_many)?;
    let view = shown(view, &me, &caller);
    Ok(created(&view).version(view.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    me: Me,
    PathId(id): PathId<ViewId>,
) -> Result<Answer<ViewOut>> {
    let view = store::get(&platform.db, &me.tenant, &me.user, &id).await?;
    let view = shown(view, &me, &caller);
    Ok(data(&view).version(view.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    me: Me,
    PathId(id): PathId<ViewId>,
    edit: Edit,
    Body(patch): Body<ViewPatch>,
) -> Result<Answer<ViewOut>> {
    let view = to_change(&platform, &caller, &me, &id).await?;
    // Taken back by somebody else it would be gone from where they see it.
    let shares = patch.is_shared.is_some_and(|is| is != view.is_shared.0);
    if shares && view.owner_id != me.user {
        return Err(not_yours());
    }
    let view = store::update(&platform.db, &me.tenant, &me.user, &view, patch, edit)
        .await?
        .ok_or_else(too_many)?;
    let view = shown(view, &me, &caller);
    Ok(data(&view).version(view.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    me: Me,
    PathId(id): PathId<ViewId>,
) -> Result<NoContent> {
    let view = to_change(&platform, &caller, &me, &id).await?;
    store::delete(&platform.db, &me.tenant, &me.user, &view.id).await?;
    Ok(NoContent)
}

/// A view that the caller sees and may change.
async fn to_change(platform: &Platform, caller: &Caller, me: &Me, id: &ViewId) -> Result<View> {
    let view = store::get(&platform.db, &me.tenant, &me.user, id).await?;
    match view.owner_id == me.user || may_change_shared(caller) {
        true => Ok(view),
        false => Err(not_yours()),
    }
}

fn not_yours() -> Error {
    Error::refused(
        "not_your_view",
        "Somebody else made this view. Save one of your own, or ask an administrator.",
    )
}

fn too_many() -> Error {
    Error::conflict(
        "too_many_views",
        "You have 100 views already, or the organization shares 500. Delete some first.",
    )
}
