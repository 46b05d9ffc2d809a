//! The SQL of industries.

use super::model::{IndustryIn, IndustryOut, IndustryPatch};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::{Error, Result};
use crate::http::{Edit, Sorted};
use crate::ids::{IndustryId, TenantId};
use crate::tables::{Columns, Conditions, Table, slug_error};

const INDUSTRIES: Table = Table {
    name: "industries",
    columns: "id, name, slug, icon, terminology, common_pain_points, common_services, common_objections, display_order, \
              created_at, updated_at",
};

/// Creates an industry.
///
/// # Errors
/// A slug that is taken; the database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: IndustryIn,
    now: Millis,
) -> Result<IndustryOut> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", IndustryId::new(now))
        .set("name", &input.name)
        .set("icon", input.icon)
        .set_json("terminology", input.terminology.as_ref())
        .set_json("common_pain_points", input.common_pain_points.as_ref())
        .set_json("common_services", input.common_services.as_ref())
        .set_json("common_objections", input.common_objections.as_ref())
        .set("display_order", input.display_order.unwrap_or(0))
        .set("created_at", now)
        .set("updated_at", now);
    let slug = input.slug.as_deref();
    INDUSTRIES
        .insert_with_slug(db, tenant, columns, slug, &input.name)
        .await
        .map_err(|error| slug_error(error, slug))
}

/// An industry.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &IndustryId) -> Result<IndustryOut> {
    db.fetch_optional(INDUSTRIES.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("industry"))
}

/// A page of industries and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    sorted: &Sorted<IndustryOut>,
) -> Result<(Vec<IndustryOut>, Option<String>)> {
    INDUSTRIES
        .list(db, Conditions::of(tenant), sorted, |row| row.id.as_str())
        .await
}

/// These industries.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    db: &Db,
    tenant: &TenantId,
    ids: &[&IndustryId],
) -> Result<Vec<IndustryOut>, DbError> {
    INDUSTRIES.by_ids(db, Conditions::of(tenant), ids).await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; a slug that is taken; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &IndustryId,
    patch: IndustryPatch,
    edit: Edit,
) -> Result<IndustryOut> {
    let slug = patch.slug.clone();
    let columns = Columns::default()
        .change("name", patch.name)
        .change("slug", patch.slug)
        .change("icon", patch.icon)
        .change_json("terminology", patch.terminology.as_ref())
        .change_json("common_pain_points", patch.common_pain_points.as_ref())
        .change_json("common_services", patch.common_services.as_ref())
        .change_json("common_objections", patch.common_objections.as_ref())
        .change("display_order", patch.display_order);
    if columns.is_empty() {
        return get(db, tenant, id).await;
    }
    let row = Conditions::one(tenant, id);
    let explain = |error| slug_error(error, slug.as_deref());
    INDUSTRIES
        .edit(db, columns, row, edit, "industry", explain)
        .await
}

/// Whether the tenant has this industry.
///
/// # Errors
/// The database's.
pub async fn exists(db: &Db, tenant: &TenantId, id: &IndustryId) -> Result<bool, DbError> {
    INDUSTRIES.exists(db, Conditions::one(tenant, id)).await
}
