//! The SQL of communities.

use serde::Deserialize;

use super::model::{CommunityFilter, CommunityIn, CommunityOut, CommunityPatch};
use crate::crm::model::CommunityStatus;
use crate::crm::timezone;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::{Edit, Sorted};
use crate::ids::{CommunityId, TenantId};
use crate::tables::{Columns, Conditions, Table, slug_error};

const COMMUNITIES: Table = Table {
    name: "communities",
    columns: "id, name, slug, state, county, zip_codes, timezone, population, business_count, status, deployed_at, \
              content_db_id, synced_at, created_at, updated_at",
};

/// Creates a community.
///
/// # Errors
/// A slug that is taken; the database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: CommunityIn,
    now: Millis,
) -> Result<CommunityOut> {
    let first_zip = input.zip_codes.as_deref().and_then(|codes| codes.first());
    let zone = match &input.timezone {
        Some(zone) => Some(&**zone),
        None => timezone::of_address(first_zip.map(|zip| &**zip), Some(&input.state)),
    };
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", CommunityId::new(now))
        .set("name", &input.name)
        .set("state", &input.state)
        .set("county", input.county)
        .set_json("zip_codes", input.zip_codes.as_ref())
        .set("timezone", zone)
        .set("population", input.population)
        .set("business_count", input.business_count.unwrap_or(0))
        .set("status", input.status.as_str())
        .set(
            "deployed_at",
            (input.status == CommunityStatus::Active).then_some(now),
        )
        .set("content_db_id", input.content_db_id)
        .set("synced_at", input.synced_at)
        .set("created_at", now)
        .set("updated_at", now);
    let slug = input.slug.as_deref();
    COMMUNITIES
        .insert_with_slug(db, tenant, columns, slug, &input.name)
        .await
        .map_err(|error| slug_error(error, slug))
}

/// A community.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &CommunityId) -> Result<CommunityOut> {
    db.fetch_optional(COMMUNITIES.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("community"))
}

/// A page of communities and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    filter: CommunityFilter,
    sorted: &Sorted<CommunityOut>,
) -> Result<(Vec<CommunityOut>, Option<String>)> {
    let conditions = Conditions::of(tenant)
        .and_if("state = ?", filter.state)
        .and_if("status = ?", filter.status.map(CommunityStatus::as_str))
        .and_prefix("name", filter.name_prefix.as_deref());
    COMMUNITIES
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}

/// These communities.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    db: &Db,
    tenant: &TenantId,
    ids: &[&CommunityId],
) -> Result<Vec<CommunityOut>, DbError> {
    COMMUNITIES.by_ids(db, Conditions::of(tenant), ids).await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; a slug that is taken; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &CommunityId,
    patch: CommunityPatch,
    edit: Edit,
) -> Result<CommunityOut> {
    let slug = patch.slug.clone();
    let columns = Columns::default()
        .change("name", patch.name)
        .change("slug", patch.slug)
        .change("state", patch.state)
        .change("county", patch.county)
        .change_json("zip_codes", patch.zip_codes.as_ref())
        .change("timezone", patch.timezone)
        .change("population", patch.population)
        .change("business_count", patch.business_count)
        .change("status", patch.status.map(CommunityStatus::as_str))
        .change("content_db_id", patch.content_db_id)
        .change("synced_at", patch.synced_at);
    if columns.is_empty() {
        return get(db, tenant, id).await;
    }
    let columns = match patch.status {
        Some(CommunityStatus::Active) => {
            columns.set_to("deployed_at", "COALESCE(deployed_at, ?)", edit.now)
        }
        _ => columns,
    };
    let row = Conditions::one(tenant, id);
    let explain = |error| slug_error(error, slug.as_deref());
    COMMUNITIES
        .edit(db, columns, row, edit, "community", explain)
        .await
}

/// A community's time zone; `None` when there is no such community, `Some(None)` when its zone is not known.
///
/// # Errors
/// The database's.
pub async fn timezone(
    db: &Db,
    tenant: &TenantId,
    id: &CommunityId,
) -> Result<Option<Option<String>>, DbError> {
    #[derive(Deserialize)]
    struct Zone {
        timezone: Option<String>,
    }
    let statement =
        Statement::new("SELECT timezone FROM communities WHERE tenant_id = ?1 AND id = ?2");
    let zone: Option<Zone> = db.fetch_optional(statement.bind(tenant).bind(id)).await?;
    Ok(zone.map(|zone| zone.timezone))
}
