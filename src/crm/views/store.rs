//! The SQL of saved views.

use serde::Deserialize;

use super::model::{LAST_PLACE, View, ViewIn, ViewPatch};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::ids::{TenantId, UserId, ViewId};
use crate::tables::{Columns, Conditions, Table};

const VIEWS: Table = Table {
    name: "saved_views",
    columns: "id, owner_id, name, page, query, is_shared, position, created_at, updated_at",
};

/// The most views of a person.
pub const MOST: i64 = 100;
/// The most views that a tenant shares.
pub const MOST_SHARED: i64 = 500;

/// The views that somebody sees, of one page if it is named: their own and those that others share. They are bounded, and
/// read whole.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    me: &UserId,
    page: Option<&str>,
) -> Result<Vec<View>, DbError> {
    let own = Conditions::of(tenant)
        .and("owner_id = ?", [me.into()])
        .and_if("page = ?", page);
    let shared = Conditions::of(tenant)
        .and("is_shared = 1", [])
        .and("owner_id <> ?", [me.into()])
        .and_if("page = ?", page);
    let mut views: Vec<View> = db.fetch_all(VIEWS.first(own, MOST)).await?;
    views.extend(
        db.fetch_all::<View>(VIEWS.first(shared, MOST_SHARED))
            .await?,
    );
    views.sort_by(|one, other| {
        let place = |view: &View| (view.page.clone(), view.position, view.id.clone());
        place(one).cmp(&place(other))
    });
    Ok(views)
}

/// A view that somebody sees.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, me: &UserId, id: &ViewId) -> Result<View> {
    db.fetch_optional(VIEWS.select(seen(tenant, me, id)))
        .await?
        .ok_or(Error::NotFound("view"))
}

fn seen(tenant: &TenantId, me: &UserId, id: &ViewId) -> Conditions {
    Conditions::one(tenant, id).and("(owner_id = ? OR is_shared = 1)", [me.into()])
}

/// Keeps a view. `None` when somebody has too many, or the tenant shares too many.
///
/// # Errors
/// The database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    me: &UserId,
    input: ViewIn,
    now: Millis,
) -> Result<Option<View>, DbError> {
    let position = match input.position {
        Some(position) => position,
        None => next_position(db, tenant, me, &input.page).await?,
    };
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", ViewId::new(now))
        .set("owner_id", me)
        .set("name", &input.name)
        .set("page", &input.page)
        .set_json("query", Some(&input.query))
        .set("is_shared", input.is_shared)
        .set("position", position)
        .set("created_at", now)
        .set("updated_at", now);
    let room = Conditions::default().and(
        "(SELECT COUNT(*) FROM saved_views v WHERE v.tenant_id = ? AND v.owner_id = ?) < ?",
        [tenant.into(), me.into(), MOST.into()],
    );
    let room = match input.is_shared {
        true => room_to_share(room, tenant),
        false => room,
    };
    db.fetch_optional(VIEWS.insert_if(columns, room)).await
}

fn room_to_share(conditions: Conditions, tenant: &TenantId) -> Conditions {
    conditions.and(
        "(SELECT COUNT(*) FROM saved_views v WHERE v.tenant_id = ? AND v.is_shared = 1) < ?",
        [tenant.into(), MOST_SHARED.into()],
    )
}

#[derive(Deserialize)]
struct Place {
    position: i64,
}

/// The place behind somebody's views of a page.
async fn next_position(
    db: &Db,
    tenant: &TenantId,
    me: &UserId,
    page: &str,
) -> Result<i64, DbError> {
    let own = Conditions::of(tenant)
        .and("owner_id = ?", [me.into()])
        .and("page = ?", [page.into()]);
    let behind = VIEWS.select_as("COALESCE(MAX(position), -1) + 1 AS position", own, "");
    let found: Place = db.fetch_one(behind).await?;
    Ok(found.position.min(LAST_PLACE))
}

/// Changes what the patch names. `None` when the tenant shares too many already.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    me: &UserId,
    view: &View,
    patch: ViewPatch,
    edit: Edit,
) -> Result<Option<View>> {
    let shares = patch.is_shared == Some(true) && !view.is_shared.0;
    let query = patch.query.map(Some);
    let columns = Columns::default()
        .change("name", patch.name)
        .change_json("query", query.as_ref())
        .change("is_shared", patch.is_shared)
        .change("position", patch.position);
    if columns.is_empty() {
        return Ok(Some(view.clone()));
    }
    // Whoever made it may have taken it back since it was read.
    let row = seen(tenant, me, &view.id);
    if !shares {
        let changed = VIEWS
            .edit(db, columns, row, edit, "view", Error::from)
            .await;
        return changed.map(Some);
    }
    let room = room_to_share(row.clone(), tenant);
    match VIEWS
        .edit(db, columns, room, edit, "view", Error::from)
        .await
    {
        Err(Error::NotFound(_)) if VIEWS.exists(db, row).await? => Ok(None),
        other => other.map(Some),
    }
}

/// Deletes a view that somebody sees.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, tenant: &TenantId, me: &UserId, id: &ViewId) -> Result<()> {
    VIEWS.remove(db, seen(tenant, me, id), "view").await
}
