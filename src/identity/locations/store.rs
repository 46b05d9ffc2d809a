//! The SQL of locations.

use serde::Deserialize;

use super::model::{LocationIn, LocationOut, LocationPatch};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::ids::{LocationId, TenantId};

const COLUMNS: &str = "id, name, timezone, address_street, address_city, address_state, address_zip, archived_at, created_at, updated_at";

/// Makes a location.
///
/// # Errors
/// The database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: &LocationIn,
    now: Millis,
) -> Result<LocationOut> {
    let sql = format!(
        "INSERT INTO locations (tenant_id, id, name, timezone, address_street, address_city, address_state, address_zip, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9) RETURNING {COLUMNS}"
    );
    let statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(LocationId::new(now))
        .bind(&input.name)
        .bind(&input.timezone)
        .bind(input.address_street.as_deref())
        .bind(input.address_city.as_deref())
        .bind(input.address_state.as_deref())
        .bind(input.address_zip.as_deref())
        .bind(now);
    Ok(db.fetch_one(statement).await?)
}

/// A location.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &LocationId) -> Result<LocationOut> {
    let sql = format!("SELECT {COLUMNS} FROM locations WHERE tenant_id = ?1 AND id = ?2");
    db.fetch_optional(Statement::assembled(sql).bind(tenant).bind(id))
        .await?
        .ok_or(Error::NotFound("location"))
}

/// Locations in the order of their ids after `after`; archived ones as well when asked for.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    archived: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<LocationOut>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM locations
         WHERE tenant_id = ?1 AND id > ?2 AND (archived_at IS NULL OR ?3 = 1) ORDER BY id LIMIT ?4"
    );
    let statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(after)
        .bind(archived)
        .bind(limit);
    db.fetch_all(statement).await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &LocationId,
    patch: &LocationPatch,
    now: Millis,
) -> Result<LocationOut> {
    let sql = format!(
        "UPDATE locations SET name = COALESCE(?3, name), timezone = COALESCE(?4, timezone),
           address_street = CASE WHEN ?5 = 1 THEN ?6 ELSE address_street END,
           address_city = CASE WHEN ?7 = 1 THEN ?8 ELSE address_city END,
           address_state = CASE WHEN ?9 = 1 THEN ?10 ELSE address_state END,
           address_zip = CASE WHEN ?11 = 1 THEN ?12 ELSE address_zip END,
           archived_at = CASE WHEN ?13 = 0 THEN archived_at WHEN ?14 = 0 THEN NULL ELSE COALESCE(archived_at, ?15) END,
           updated_at = ?15
         WHERE tenant_id = ?1 AND id = ?2 RETURNING {COLUMNS}"
    );
    let mut statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(id)
        .bind(patch.name.as_deref())
        .bind(patch.timezone.as_deref());
    for field in [
        &patch.address_street,
        &patch.address_city,
        &patch.address_state,
        &patch.address_zip,
    ] {
        let value = field.as_ref().and_then(|value| value.as_deref());
        statement = statement.bind(field.is_some()).bind(value);
    }
    let statement = statement
        .bind(patch.archived.is_some())
        .bind(patch.archived.unwrap_or(false))
        .bind(now);
    db.fetch_optional(statement)
        .await?
        .ok_or(Error::NotFound("location"))
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
    update(db, tenant, id, &patch, now).await.map(drop)
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
