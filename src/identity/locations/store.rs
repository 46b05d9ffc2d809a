//! The SQL of locations.

use serde::Deserialize;

use super::model::{LocationIn, LocationOut, LocationPatch};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::{Edit, Page};
use crate::ids::{LocationId, TenantId};
use crate::tables::{Columns, Conditions, Order, Table};

const LOCATIONS: Table = Table {
    name: "locations",
    columns: "id, name, timezone, address_street, address_city, address_state, address_zip, archived_at, created_at, updated_at",
};

/// Makes a location.
///
/// # Errors
/// The database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: LocationIn,
    now: Millis,
) -> Result<LocationOut> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", LocationId::new(now))
        .set("name", input.name)
        .set("timezone", input.timezone)
        .set("address_street", input.address_street)
        .set("address_city", input.address_city)
        .set("address_state", input.address_state)
        .set("address_zip", input.address_zip)
        .set("created_at", now)
        .set("updated_at", now);
    Ok(db.fetch_one(LOCATIONS.insert(columns)).await?)
}

/// A location.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &LocationId) -> Result<LocationOut> {
    db.fetch_optional(LOCATIONS.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("location"))
}

/// A page of locations and the cursor to the next; archived ones as well when asked for.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    archived: bool,
    page: &Page,
) -> Result<(Vec<LocationOut>, Option<String>)> {
    let all = Conditions::of(tenant);
    let conditions = match archived {
        true => all,
        false => all.and("archived_at IS NULL", []),
    };
    LOCATIONS
        .page(
            db,
            conditions,
            page,
            Order::OldestFirst,
            |row: &LocationOut| row.id.as_str(),
        )
        .await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &LocationId,
    patch: LocationPatch,
    edit: Edit,
) -> Result<LocationOut> {
    let columns = Columns::default()
        .change("name", patch.name)
        .change("timezone", patch.timezone)
        .change("address_street", patch.address_street)
        .change("address_city", patch.address_city)
        .change("address_state", patch.address_state)
        .change("address_zip", patch.address_zip);
    let columns = match patch.archived {
        None => columns,
        Some(false) => columns.set("archived_at", None::<Millis>),
        Some(true) => columns.set_to("archived_at", "COALESCE(archived_at, ?)", edit.now),
    };
    let row = Conditions::one(tenant, id);
    LOCATIONS
        .edit(db, columns, row, edit, "location", Error::from)
        .await
}

/// Archives a location: who is kept to it stays so, and what happened there keeps its name.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn archive(db: &Db, tenant: &TenantId, id: &LocationId, now: Millis) -> Result<()> {
    let patch = LocationPatch {
        archived: Some(true),
        ..LocationPatch::default()
    };
    update(db, tenant, id, patch, Edit::of_any(now))
        .await
        .map(drop)
}

/// Whether the tenant has this location, and has not archived it.
///
/// # Errors
/// The database's.
pub async fn is_open(db: &Db, tenant: &TenantId, id: &LocationId) -> Result<bool, DbError> {
    #[derive(Deserialize)]
    struct Found {}
    let statement = Statement::new(
        "SELECT 1 AS found FROM locations WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL",
    );
    let found: Option<Found> = db.fetch_optional(statement.bind(tenant).bind(id)).await?;
    Ok(found.is_some())
}

/// Checks that the tenant has all of these locations.
///
/// # Errors
/// A complaint about `location_ids`; the database's.
pub async fn check_all(db: &Db, tenant: &TenantId, ids: &[LocationId]) -> Result<()> {
    match first_unknown(db, tenant, ids).await? {
        None => Ok(()),
        Some(index) => Err(no_location(format!("location_ids[{index}]"))),
    }
}

/// Checks that the tenant has this location.
///
/// # Errors
/// A complaint about the field; the database's.
pub async fn check(field: &str, db: &Db, tenant: &TenantId, id: &LocationId) -> Result<()> {
    match first_unknown(db, tenant, std::slice::from_ref(id)).await? {
        None => Ok(()),
        Some(_) => Err(no_location(field)),
    }
}

fn no_location(field: impl Into<String>) -> Error {
    Error::field(field, "must be the id of a location that is not archived")
}

/// Which of these is none of the tenant's, or archived.
async fn first_unknown(
    db: &Db,
    tenant: &TenantId,
    ids: &[LocationId],
) -> Result<Option<usize>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: LocationId,
    }
    if ids.is_empty() {
        return Ok(None);
    }
    let known: Vec<Row> = db
        .fetch_all(
            Statement::new("SELECT id FROM locations WHERE tenant_id = ?1 AND id {in ?2} AND archived_at IS NULL")
                .bind(tenant)
                .bind_json(ids),
        )
        .await?;
    Ok(ids
        .iter()
        .position(|id| known.iter().all(|row| row.id != *id)))
}
