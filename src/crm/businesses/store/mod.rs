//! The SQL of businesses.

pub mod deletion;
pub mod many;
pub mod tags;

use serde::Deserialize;
use serde_json::json;

use super::model::{BusinessFilter, BusinessIn, BusinessOut, BusinessPatch, Derived, Place};
use crate::crm::keys;
use crate::crm::model::{ActivityType, LeadStatus};
use crate::crm::reach;
use crate::crm::timeline::{self, Done};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement, Value};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Sorted};
use crate::ids::{BusinessId, LocationId, TenantId, UserId};
use crate::tables::{Columns, Conditions, Table};

const BUSINESSES: Table = Table {
    name: "businesses",
    columns: "id, community_id, industry_id, name, slug, legal_name, description, address_street, address_city, \
              address_state, address_zip, address_lat, address_lng, timezone, phone, email, website, hours_of_operation, \
              employee_count_range, year_established, annual_revenue_range, google_business_id, facebook_url, \
              instagram_handle, yelp_url, lead_status, lead_score, health_score, warmness, source, source_detail, external_id, \
              content_db_id, synced_at, location_id, owner_id, business_context, metadata, created_at, updated_at, deleted_at",
};

fn one(scope: &Scope, id: &BusinessId) -> Conditions {
    reach::businesses(scope)
        .and("id = ?", [id.into()])
        .and_not_deleted()
}

/// The columns of a new business in this time zone, but for its id, slug and times.
pub(in crate::crm) fn columns_of(input: BusinessIn, timezone: &str) -> Columns {
    let name = keys::Name {
        name: &input.name,
        street: input.address_street.as_deref(),
        city: input.address_city.as_deref(),
        state: input.address_state.as_deref(),
        zip: input.address_zip.as_deref(),
        community: input.community_id.as_str(),
    };
    Columns::default()
        .set("name_key", name.key())
        .set("community_id", input.community_id)
        .set("industry_id", input.industry_id)
        .set("name", input.name)
        .set("legal_name", input.legal_name)
        .set("description", input.description)
        .set("address_street", input.address_street)
        .set("address_city", input.address_city)
        .set("address_state", input.address_state)
        .set("address_zip", input.address_zip)
        .set("address_lat", input.address_lat)
        .set("address_lng", input.address_lng)
        .set("phone_key", input.phone.as_deref().and_then(keys::phone))
        .set("phone", input.phone)
        .set("email", input.email)
        .set(
            "website_key",
            input.website.as_deref().and_then(keys::website),
        )
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
        .set("external_id", input.external_id)
        .set("content_db_id", input.content_db_id)
        .set("synced_at", input.synced_at)
        .set("location_id", input.location_id)
        .set("owner_id", input.owner_id)
        .set_json("business_context", input.business_context.as_ref())
        .set_json("metadata", input.metadata.as_ref())
        .set("timezone", timezone)
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
    let (slug, name) = (input.slug.clone(), input.name.clone());
    let columns = columns_of(input, timezone)
        .set("tenant_id", tenant)
        .set("id", BusinessId::new(now))
        .set("created_at", now)
        .set("updated_at", now);
    BUSINESSES
        .insert_with_slug(db, tenant, columns, slug.as_deref(), &name)
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

/// The businesses within reach that a filter matches.
pub(super) fn matching(scope: &Scope, filter: &BusinessFilter) -> Conditions {
    let tenant = &scope.tenant;
    let conditions = reach::businesses(scope)
        .and_deleted(filter.deleted)
        .and_if("location_id = ?", filter.location_id.as_ref())
        .and_if("owner_id = ?", filter.owner_id.as_ref())
        .and_if("community_id = ?", filter.community_id.as_ref())
        .and_if("industry_id = ?", filter.industry_id.as_ref())
        .and_if(
            "lead_status = ?",
            filter.lead_status.map(LeadStatus::as_str),
        )
        .and_if("lead_score >= ?", filter.min_lead_score)
        .and_if("address_state = ?", filter.address_state.as_ref())
        .and_if("source = ?", filter.source.as_ref())
        .and_prefix("name", filter.q.as_deref());
    match filter.tag.as_deref() {
        Some(tag) => conditions.and(
            "id IN (SELECT x.business_id FROM business_tag x WHERE x.tenant_id = ? AND x.tag_id IN \
             (SELECT t.id FROM tags t WHERE t.tenant_id = ? AND (t.id = ? OR t.name = ?)))",
            [tenant.into(), tenant.into(), tag.into(), tag.into()],
        ),
        None => conditions,
    }
}

/// A page of businesses with their tags, and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &BusinessFilter,
    sorted: &Sorted<BusinessOut>,
) -> Result<(Vec<BusinessOut>, Option<String>)> {
    let (mut businesses, next) = BUSINESSES
        .list(db, matching(scope, filter), sorted, |row| row.id.as_str())
        .await?;
    tags::add_tags_to(db, &scope.tenant, &mut businesses).await?;
    Ok((businesses, next))
}

/// Those of these businesses that are there and within reach, with their tags.
///
/// # Errors
/// The database's.
pub async fn by_ids(
    db: &Db,
    scope: &Scope,
    ids: &[&BusinessId],
) -> Result<Vec<BusinessOut>, DbError> {
    let conditions = reach::businesses(scope).and_not_deleted();
    let mut businesses = BUSINESSES.by_ids(db, conditions, ids).await?;
    tags::add_tags_to(db, &scope.tenant, &mut businesses).await?;
    Ok(businesses)
}

/// The id of the business with this slug.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn by_slug(db: &Db, scope: &Scope, slug: &str) -> Result<BusinessId> {
    #[derive(Deserialize)]
    struct Found {
        id: BusinessId,
    }
    let ids = Table {
        name: "businesses",
        columns: "id",
    };
    let conditions = reach::businesses(scope)
        .and("slug = ?", [slug.into()])
        .and_not_deleted();
    let found: Option<Found> = db.fetch_optional(ids.select(conditions)).await?;
    found.map(|row| row.id).ok_or(Error::NotFound("business"))
}

/// What is worked out of a business's place depends on this; `None` when there is no such business.
///
/// # Errors
/// The database's.
pub async fn place(db: &Db, tenant: &TenantId, id: &BusinessId) -> Result<Option<Place>, DbError> {
    let statement = Statement::new(
        "SELECT b.name, b.community_id, b.address_street, b.address_city, b.address_zip, b.address_state, c.timezone AS community_timezone
         FROM businesses b LEFT JOIN communities c ON c.tenant_id = b.tenant_id AND c.id = b.community_id
         WHERE b.tenant_id = ?1 AND b.id = ?2 AND b.deleted_at IS NULL",
    );
    db.fetch_optional(statement.bind(tenant).bind(id)).await
}

/// The columns that a patch changes.
pub(in crate::crm) fn changes_of(patch: BusinessPatch) -> Columns {
    Columns::default()
        .change("slug", patch.slug)
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
        .change(
            "phone_key",
            patch
                .phone
                .as_ref()
                .map(|phone| phone.as_deref().and_then(keys::phone)),
        )
        .change("phone", patch.phone)
        .change("email", patch.email)
        .change(
            "website_key",
            patch
                .website
                .as_ref()
                .map(|website| website.as_deref().and_then(keys::website)),
        )
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
        .change("external_id", patch.external_id)
        .change("content_db_id", patch.content_db_id)
        .change("synced_at", patch.synced_at)
        .change("location_id", patch.location_id)
        .change("owner_id", patch.owner_id)
        .change_json("business_context", patch.business_context.as_ref())
        .change_json("metadata", patch.metadata.as_ref())
}

/// Changes what the patch names, and what was worked out. With a `place`, only if the business is still there.
///
/// # Errors
/// The database's; the caller knows which references are in question.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &BusinessId,
    patch: BusinessPatch,
    derived: &Derived,
    place: Option<&Place>,
    edit: Edit,
) -> Result<Option<BusinessOut>, DbError> {
    let (status, owner, location) = (
        patch.lead_status,
        patch.owner_id.clone(),
        patch.location_id.clone(),
    );
    let columns = changes_of(patch)
        .change("timezone", derived.timezone.as_deref())
        .change("name_key", derived.name_key.as_deref());
    let mut conditions = one(scope, id);
    if let Some(place) = place {
        conditions = conditions
            .and("community_id = ?", [(&place.community_id).into()])
            .and("name = ?", [place.name.as_str().into()])
            .and(
                "address_street IS NOT DISTINCT FROM ?",
                [place.address_street.as_deref().into()],
            )
            .and(
                "address_city IS NOT DISTINCT FROM ?",
                [place.address_city.as_deref().into()],
            )
            .and(
                "address_zip IS NOT DISTINCT FROM ?",
                [place.address_zip.as_deref().into()],
            )
            .and(
                "address_state IS NOT DISTINCT FROM ?",
                [place.address_state.as_deref().into()],
            );
    }
    let mut statements = Vec::new();
    if columns.is_empty() {
        statements.push(BUSINESSES.select(conditions));
    } else {
        let known = conditions.and_if("updated_at = ?", edit.expected);
        statements.extend(status.map(|status| moved(scope, id, status, known.clone(), edit)));
        if owner.is_some() || location.is_some() {
            let given = handed_over(owner.as_ref(), location.as_ref(), known.clone());
            let entry = entry(id, ActivityType::AssignmentChanged, edit);
            statements.push(timeline::done(&scope.tenant, &entry, "businesses", given));
        }
        statements.push(BUSINESSES.update(columns.touched(edit.now), known));
    }
    // One statement needs no transaction, which Postgres would be asked for in calls of their own.
    let changed = match <[Statement; 1]>::try_from(statements) {
        Ok([only]) => db.run(only).await?,
        Err(all) => db.batch(all).await?.pop().unwrap_or_default(),
    };
    match changed.rows.decode()?.into_iter().next() {
        Some(business) => Ok(Some(with_tags(db, &scope.tenant, business).await?)),
        None => Ok(None),
    }
}

/// The timeline's entry when the status is going to be another one.
fn moved(
    scope: &Scope,
    id: &BusinessId,
    status: LeadStatus,
    business: Conditions,
    edit: Edit,
) -> Statement {
    let status = status.as_str();
    let mut entry = entry(id, ActivityType::StatusChanged, edit);
    entry.metadata = json!({"lead_status": status});
    let business = business.and("lead_status <> ?", [status.into()]);
    let subject = "'From ' || lead_status || ' to ' || ?";
    timeline::changing(&scope.tenant, &entry, subject, status, business)
}

fn entry(id: &BusinessId, kind: ActivityType, edit: Edit) -> Done<'_> {
    Done {
        business_id: id,
        person_id: None,
        kind,
        subject: None,
        detail: None,
        metadata: json!({}),
        at: edit.now,
    }
}

/// That somebody else is going to look after the business.
fn handed_over(
    owner: Option<&Option<UserId>>,
    location: Option<&Option<LocationId>>,
    business: Conditions,
) -> Conditions {
    let owner = owner.map(|owner| Value::from(owner.as_ref()));
    let location = location.map(|location| Value::from(location.as_ref()));
    match (owner, location) {
        (Some(owner), Some(location)) => business.and(
            "(owner_id IS DISTINCT FROM ? OR location_id IS DISTINCT FROM ?)",
            [owner, location],
        ),
        (owner, location) => business
            .and_if("owner_id IS DISTINCT FROM ?", owner)
            .and_if("location_id IS DISTINCT FROM ?", location),
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

async fn with_tags(
    db: &Db,
    tenant: &TenantId,
    business: BusinessOut,
) -> Result<BusinessOut, DbError> {
    let mut business = [business];
    tags::add_tags_to(db, tenant, &mut business).await?;
    let [business] = business;
    Ok(business)
}
