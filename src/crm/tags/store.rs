//! The SQL of tags.

use super::model::{DEFAULT_COLOR, TagIn, TagOut, TagPatch};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::{Edit, Sorted};
use crate::ids::{TagId, TenantId};
use crate::tables::{Columns, Conditions, Table};

const TAGS: Table = Table {
    name: "tags",
    columns: "id, name, color, category, created_at, updated_at",
};

/// Creates a tag.
///
/// # Errors
/// A name that is taken; the database's.
pub async fn create(db: &Db, tenant: &TenantId, input: TagIn, now: Millis) -> Result<TagOut> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", TagId::new(now))
        .set("name", &input.name)
        .set("color", input.color.as_deref().unwrap_or(DEFAULT_COLOR))
        .set("category", input.category)
        .set("created_at", now)
        .set("updated_at", now);
    db.fetch_one(TAGS.insert(columns)).await.map_err(name_error)
}

/// A tag.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &TagId) -> Result<TagOut> {
    db.fetch_optional(TAGS.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("tag"))
}

/// A page of tags and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    sorted: &Sorted<TagOut>,
) -> Result<(Vec<TagOut>, Option<String>)> {
    TAGS.list(db, Conditions::of(tenant), sorted, |row| row.id.as_str())
        .await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a name that is taken; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &TagId,
    patch: TagPatch,
    edit: Edit,
) -> Result<TagOut> {
    let columns = Columns::default()
        .change("name", patch.name)
        .change("color", patch.color)
        .change("category", patch.category);
    if columns.is_empty() {
        return get(db, tenant, id).await;
    }
    let row = Conditions::one(tenant, id);
    TAGS.edit(db, columns, row, edit, "tag", name_error).await
}

/// Deletes a tag and takes it off every business.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, tenant: &TenantId, id: &TagId) -> Result<()> {
    let off = Statement::new("DELETE FROM business_tag WHERE tenant_id = ?1 AND tag_id = ?2");
    let gone = Statement::new("DELETE FROM tags WHERE tenant_id = ?1 AND id = ?2");
    let outcomes = db
        .batch(vec![off.bind(tenant).bind(id), gone.bind(tenant).bind(id)])
        .await?;
    match outcomes.last() {
        Some(deleted) if deleted.changes > 0 => Ok(()),
        _ => Err(Error::NotFound("tag")),
    }
}

/// Whether the tenant has this tag.
///
/// # Errors
/// The database's.
pub async fn exists(db: &Db, tenant: &TenantId, id: &TagId) -> Result<bool, DbError> {
    TAGS.exists(db, Conditions::one(tenant, id)).await
}

fn name_error(error: DbError) -> Error {
    match error {
        DbError::Unique => Error::field("name", "is taken by another tag; choose another"),
        other => other.into(),
    }
}
