//! The SQL of businesses.

use std::collections::HashMap;

use serde::Deserialize;

use super::model::{BusinessFilter, BusinessIn, BusinessOut, BusinessPatch, Place, TagOnBusiness};
use crate::crm::model::LeadStatus;
use crate::crm::{reach, search};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Page};
use crate::ids::{BusinessId, TagId, TenantId};
use crate::tables::{Columns, Conditions, Order, Table};

const BUSINESSES: Table = Table {
    name: "businesses",
    columns: "id, community_id, industry_id, name, slug, legal_name, description, address_street, address_city, \
              address_state, address_zip, address_lat, address_lng, timezone, phone, email, website, hours_of_operation, \
              employee_count_range, year_established, annual_revenue_range, google_business_id, facebook_url, \
              instagram_handle, yelp_url, lead_status, lead_score, health_score, source, source_detail, content_db_id, \
              synced_at, location_id, owner_id, created_at, updated_at",
};

fn one(scope: &Scope, id: &BusinessId) -> Conditions {
    reach::businesses(scope)
        .and("id = ?", [id.into()])
        .and_not_deleted()
}

/// Adds a business in this time zone.
///
/// # Errors
/// The database's; the caller knows which references are in question.
pub async fn insert(
    db: &Db,
    tenant: &TenantId,
    input: BusinessIn,
    timezone: &str,
    now: Millis,
) -> Result<BusinessOut, DbError> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", BusinessId::new(now))
        .set("community_id", input.community_id)
        .set("industry_id", input.industry_id)
        .set("name", &input.name)
        .set("legal_name", input.legal_name)
        .set("description", input.description)
        .set("address_street", input.address_street)
        .set("address_city", input.address_city)
        .set("address_state", input.address_state)
        .set("address_zip", input.address_zip)
        .set("address_lat", input.address_lat)
        .set("address_lng", input.address_lng)
        .set("phone", input.phone)
        .set("email", input.email)
        .set("website", input.website)
        .set_json("hours_of_operation", input.hours_of_operation.as_ref())
        .set("employee_count_range", input.employee_count_range)
        .set("year_established", input.year_established)
        .set("annual_revenue_range", input.annual_revenue_range)
        .set("google_business_id", input.google_business_id)
        .set("facebook_url", input.facebook_url)
        .set("instagram_handle", input.instagram_handle)
        .set("yelp_url", input.yelp_url)
        .set("lead_status", input.lead_status.as_str())
        .set("lead_score", input.lead_score.unwrap_or(0))
        .set("health_score", input.health_score)
        .set("source", input.source)
        .set("source_detail", input.source_detail)
        .set("content_db_id", input.content_db_id)
        .set("synced_at", input.synced_at)
        .set("location_id", input.location_id)
        .set("owner_id", input.owner_id)
        .set("timezone", timezone)
        .set("created_at", now)
        .set("updated_at", now);
    BUSINESSES
        .insert_with_slug(db, tenant, columns, input.slug.as_deref(), &input.name)
        .await
}

/// A business with its tags.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &BusinessId) -> Result<BusinessOut> {
    let business = db
        .fetch_optional(BUSINESSES.select(one(scope, id)))
        .await?
        .ok_or(Error::NotFound("business"))?;
    Ok(with_tags(db, &scope.tenant, business).await?)
}

/// A page of businesses with their tags, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: BusinessFilter,
    page: &Page,
) -> Result<(Vec<BusinessOut>, Option<String>)> {
    let tenant = &scope.tenant;
    let mut conditions = reach::businesses(scope)
        .and_not_deleted()
        .and_if("location_id = ?", filter.location_id)
        .and_if("owner_id = ?", filter.owner_id)
        .and_if("community_id = ?", filter.community_id)
        .and_if("industry_id = ?", filter.industry_id)
        .and_if(
            "lead_status = ?",
            filter.lead_status.map(LeadStatus::as_str),
        );
    if let Some(tag) = filter.tag {
        conditions = conditions.and(
            "id IN (SELECT x.business_id FROM business_tag x WHERE x.tenant_id = ? AND x.tag_id IN \
             (SELECT t.id FROM tags t WHERE t.tenant_id = ? AND (t.id = ? OR t.name = ?)))",
            [
                tenant.into(),
                tenant.into(),
                tag.as_str().into(),
                tag.as_str().into(),
            ],
        );
    }
    if let Some(prefix) = filter.name_prefix {
        // Not LIKE: D1 takes patterns of fifty bytes at most, and the engines differ in what case means there.
        conditions = conditions.and(
            "substr(lower(name), 1, length(?)) = lower(?)",
            [prefix.as_str().into(), prefix.as_str().into()],
        );
    }
    let (mut businesses, next) = BUSINESSES
        .page(
            db,
            conditions,
            page,
            Order::OldestFirst,
            |row: &BusinessOut| row.id.as_str(),
        )
        .await?;
    add_tags(db, tenant, &mut businesses).await?;
    Ok((businesses, next))
}

/// What a business's time zone depends on; `None` when there is no such business.
///
/// # Errors
/// The database's.
pub async fn place(db: &Db, tenant: &TenantId, id: &BusinessId) -> Result<Option<Place>, DbError> {
    let statement = Statement::new(
        "SELECT b.community_id, b.address_zip, b.address_state, c.timezone AS community_timezone
         FROM businesses b LEFT JOIN communities c ON c.tenant_id = b.tenant_id AND c.id = b.community_id
         WHERE b.tenant_id = ?1 AND b.id = ?2 AND b.deleted_at IS NULL",
    );
    db.fetch_optional(statement.bind(tenant).bind(id)).await
}

/// Changes what the patch names, and the time zone when one is given. With a `place`, only if the business is still there.
///
/// # Errors
/// The database's; the caller knows which references are in question.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &BusinessId,
    patch: BusinessPatch,
    timezone: Option<&str>,
    place: Option<&Place>,
    edit: Edit,
) -> Result<Option<BusinessOut>, DbError> {
    let columns = Columns::default()
        .change("slug", patch.slug)
        .change("timezone", timezone)
        .change("community_id", patch.community_id)
        .change("industry_id", patch.industry_id)
        .change("name", patch.name)
        .change("legal_name", patch.legal_name)
        .change("description", patch.description)
        .change("address_street", patch.address_street)
        .change("address_city", patch.address_city)
        .change("address_state", patch.address_state)
        .change("address_zip", patch.address_zip)
        .change("address_lat", patch.address_lat)
        .change("address_lng", patch.address_lng)
        .change("phone", patch.phone)
        .change("email", patch.email)
        .change("website", patch.website)
        .change_json("hours_of_operation", patch.hours_of_operation.as_ref())
        .change("employee_count_range", patch.employee_count_range)
        .change("year_established", patch.year_established)
        .change("annual_revenue_range", patch.annual_revenue_range)
        .change("google_business_id", patch.google_business_id)
        .change("facebook_url", patch.facebook_url)
        .change("instagram_handle", patch.instagram_handle)
        .change("yelp_url", patch.yelp_url)
        .change("lead_status", patch.lead_status.map(LeadStatus::as_str))
        .change("lead_score", patch.lead_score)
        .change("health_score", patch.health_score)
        .change("source", patch.source)
        .change("source_detail", patch.source_detail)
        .change("content_db_id", patch.content_db_id)
        .change("synced_at", patch.synced_at)
        .change("location_id", patch.location_id)
        .change("owner_id", patch.owner_id);
    let mut conditions = one(scope, id);
    if let Some(place) = place {
        conditions = conditions
            .and("community_id = ?", [(&place.community_id).into()])
            .and(
                "address_zip IS NOT DISTINCT FROM ?",
                [place.address_zip.as_deref().into()],
            )
            .and(
                "address_state IS NOT DISTINCT FROM ?",
                [place.address_state.as_deref().into()],
            );
    }
    let statement = if columns.is_empty() {
        BUSINESSES.select(conditions)
    } else {
        BUSINESSES.update(
            columns.touched(edit.now),
            conditions.and_if("updated_at = ?", edit.expected),
        )
    };
    match db.fetch_optional(statement).await? {
        Some(business) => Ok(Some(with_tags(db, &scope.tenant, business).await?)),
        None => Ok(None),
    }
}

/// Deletes a business and its people: their rows stay for what refers to them.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &BusinessId, now: Millis) -> Result<()> {
    must_be_within(db, scope, id).await?;
    let tenant = &scope.tenant;
    let people = Statement::new(
        "UPDATE people SET deleted_at = ?3, updated_at = ?3 WHERE tenant_id = ?1 AND business_id = ?2 AND deleted_at IS NULL",
    );
    let business = Statement::new(
        "UPDATE businesses SET deleted_at = ?3, updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
    );
    let outcomes = db
        .batch(vec![
            people.bind(tenant).bind(id).bind(now),
            business.bind(tenant).bind(id).bind(now),
        ])
        .await?;
    match outcomes.last() {
        Some(deleted) if deleted.changes > 0 => {
            search::after_write(db, tenant, now).await;
            Ok(())
        }
        _ => Err(Error::NotFound("business")),
    }
}

/// Whether there is this business within reach.
///
/// # Errors
/// The database's.
pub async fn exists(db: &Db, scope: &Scope, id: &BusinessId) -> Result<bool, DbError> {
    BUSINESSES.exists(db, one(scope, id)).await
}

/// Checks a limited reach before a statement that knows the tenant only.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn must_be_within(db: &Db, scope: &Scope, id: &BusinessId) -> Result<()> {
    match scope.reach.is_whole() || exists(db, scope, id).await? {
        true => Ok(()),
        false => Err(Error::NotFound("business")),
    }
}

/// Puts a tag on a business, and says whether it is new there. It is not when either does not exist.
///
/// # Errors
/// The database's.
pub async fn add_tag(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    tag: &TagId,
    now: Millis,
) -> Result<bool, DbError> {
    let statement = Statement::new(
        "INSERT INTO business_tag (tenant_id, business_id, tag_id, added_at)
         SELECT b.tenant_id, b.id, t.id, ?4
         FROM businesses b LEFT JOIN tags t ON t.tenant_id = b.tenant_id AND t.id = ?3
         WHERE b.tenant_id = ?1 AND b.id = ?2 AND b.deleted_at IS NULL AND t.id IS NOT NULL
         ON CONFLICT (tenant_id, business_id, tag_id) DO NOTHING",
    );
    Ok(db
        .execute(statement.bind(tenant).bind(business).bind(tag).bind(now))
        .await?
        > 0)
}

/// Takes a tag off a business.
///
/// # Errors
/// [`Error::NotFound`] when it is not on it; the database's.
pub async fn remove_tag(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    tag: &TagId,
) -> Result<()> {
    let statement = Statement::new(
        "DELETE FROM business_tag WHERE tenant_id = ?1 AND business_id = ?2 AND tag_id = ?3
         AND EXISTS (SELECT 1 FROM businesses b WHERE b.tenant_id = ?1 AND b.id = ?2 AND b.deleted_at IS NULL)",
    );
    match db
        .execute(statement.bind(tenant).bind(business).bind(tag))
        .await?
    {
        0 => Err(Error::NotFound("tag on this business")),
        _ => Ok(()),
    }
}

async fn with_tags(
    db: &Db,
    tenant: &TenantId,
    business: BusinessOut,
) -> Result<BusinessOut, DbError> {
    let mut business = [business];
    add_tags(db, tenant, &mut business).await?;
    let [business] = business;
    Ok(business)
}

async fn add_tags(
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
