//! The SQL of the tags on businesses.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;

use super::super::model::{BusinessOut, TagOnBusiness};
use super::many::{Id, ids};
use crate::crm::model::ActivityType;
use crate::crm::timeline;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{BusinessId, TagId, TenantId};

/// The longest list of tags' names in a timeline's entry, in characters.
const SUBJECT: usize = 255;

/// A tag with its name.
#[derive(Debug, Clone, Deserialize)]
pub struct Named {
    /// Its id.
    pub id: TagId,
    /// For people.
    pub name: String,
}

/// Those of these tags that there are, by name.
///
/// # Errors
/// The database's.
pub async fn named(db: &Db, tenant: &TenantId, tags: &[TagId]) -> Result<Vec<Named>, DbError> {
    let statement = Statement::new(
        "SELECT id, name FROM tags WHERE tenant_id = ?1 AND id {in ?2} ORDER BY name",
    );
    db.fetch_all(statement.bind(tenant).bind_json(tags)).await
}

/// Puts tags on businesses that are there, and says on which at least one is new.
///
/// # Errors
/// The database's.
pub async fn add(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    tags: &[Named],
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    let tag_ids: Vec<_> = tags.iter().map(|tag| &tag.id).collect();
    let entries = timeline::for_each(
        tenant,
        businesses,
        ActivityType::TagAdded,
        &json!({"tag_ids": tag_ids}),
        now,
        "?6",
        "b.deleted_at IS NULL AND EXISTS (
           SELECT 1 FROM tags t WHERE t.tenant_id = ?1 AND t.id {in ?7} AND NOT EXISTS (
             SELECT 1 FROM business_tag x WHERE x.tenant_id = ?1 AND x.business_id = b.id AND x.tag_id = t.id))",
    );
    let put = Statement::new(
        "INSERT INTO business_tag (tenant_id, business_id, tag_id, added_at)
         SELECT b.tenant_id, b.id, t.id, ?4
         FROM businesses b LEFT JOIN tags t ON t.tenant_id = b.tenant_id AND t.id {in ?3}
         WHERE b.tenant_id = ?1 AND b.id {in ?2} AND b.deleted_at IS NULL AND t.id IS NOT NULL
         ON CONFLICT (tenant_id, business_id, tag_id) DO NOTHING",
    )
    .bind(tenant)
    .bind_json(businesses)
    .bind_json(&tag_ids)
    .bind(now);
    let entries = entries.bind(subject(tags)).bind_json(&tag_ids);
    changed(db, vec![entries, put]).await
}

/// Takes tags off businesses that are there, and says off which at least one was taken.
///
/// # Errors
/// The database's.
pub async fn remove(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    tags: &[Named],
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    let tag_ids: Vec<_> = tags.iter().map(|tag| &tag.id).collect();
    let entries = timeline::for_each(
        tenant,
        businesses,
        ActivityType::TagRemoved,
        &json!({"tag_ids": tag_ids}),
        now,
        "?6",
        "b.deleted_at IS NULL AND EXISTS (
           SELECT 1 FROM business_tag x WHERE x.tenant_id = ?1 AND x.business_id = b.id AND x.tag_id {in ?7})",
    );
    let taken = Statement::new(
        "DELETE FROM business_tag WHERE tenant_id = ?1 AND business_id {in ?2} AND tag_id {in ?3}
         AND EXISTS (SELECT 1 FROM businesses b WHERE b.tenant_id = ?1 AND b.id = business_tag.business_id AND b.deleted_at IS NULL)",
    )
    .bind(tenant)
    .bind_json(businesses)
    .bind_json(&tag_ids);
    let entries = entries.bind(subject(tags)).bind_json(&tag_ids);
    changed(db, vec![entries, taken]).await
}

/// The businesses that the first statement, which writes the timeline, names.
async fn changed(db: &Db, statements: Vec<Statement>) -> Result<Vec<BusinessId>, DbError> {
    let outcomes = db.batch(statements).await?;
    let entries = outcomes.into_iter().next().unwrap_or_default();
    Ok(ids(entries.rows.decode::<Id>()?))
}

fn subject(tags: &[Named]) -> String {
    let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
    names.join(", ").chars().take(SUBJECT).collect()
}

/// Puts the tags that businesses carry into them.
///
/// # Errors
/// The database's.
pub(super) async fn add_tags_to(
    db: &Db,
    tenant: &TenantId,
    businesses: &mut [BusinessOut],
) -> Result<(), DbError> {
    #[derive(Deserialize)]
    struct Row {
        business_id: BusinessId,
        #[serde(flatten)]
        tag: TagOnBusiness,
    }
    if businesses.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = businesses.iter().map(|business| &business.id).collect();
    let statement = Statement::new(
        "SELECT x.business_id, t.id, t.name, t.color
         FROM business_tag x LEFT JOIN tags t ON t.tenant_id = x.tenant_id AND t.id = x.tag_id
         WHERE x.tenant_id = ?1 AND x.business_id {in ?2} ORDER BY t.name",
    );
    let rows: Vec<Row> = db.fetch_all(statement.bind(tenant).bind_json(&ids)).await?;
    let mut tags: HashMap<BusinessId, Vec<TagOnBusiness>> = HashMap::new();
    for row in rows {
        tags.entry(row.business_id).or_default().push(row.tag);
    }
    for business in businesses {
        business.tags = tags.remove(&business.id).unwrap_or_default();
    }
    Ok(())
}
