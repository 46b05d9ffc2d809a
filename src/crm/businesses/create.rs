//! Creating a business.

use super::model::{BusinessIn, BusinessOut};
use super::store;
use crate::crm::communities;
use crate::crm::model::LeadStatus;
use crate::crm::search::{self, model::Kind};
use crate::crm::{scores, timezone};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::Result;
use crate::http::scope::{Reach, Scope};
use crate::identity::{locations, memberships};
use crate::ids::{LocationId, TenantId, UserId};
use crate::tables::{no_such, slug_error};

/// Creates a business, in the time zone of its address unless one is given.
///
/// # Errors
/// A community or industry that is not there; a slug that is taken; the database's.
pub async fn create(
    db: &Db,
    scope: &Scope,
    mut input: BusinessIn,
    now: Millis,
) -> Result<BusinessOut> {
    let tenant = &scope.tenant;
    assigned(&mut input, &scope.reach);
    let (location, owner) = (input.location_id.as_ref(), input.owner_id.as_ref());
    may_be_assigned(db, scope, location, owner).await?;
    let community_timezone = communities::store::timezone(db, tenant, &input.community_id)
        .await?
        .ok_or_else(|| no_such("community_id", "community"))?;
    let timezone = match input.timezone.as_deref() {
        Some(given) => given.to_string(),
        None => timezone_of(
            input.address_zip.as_deref(),
            input.address_state.as_deref(),
            community_timezone.as_deref(),
        ),
    };
    let slug = input.slug.clone();
    let is_scored = input.lead_status != LeadStatus::default()
        || input.lead_score.is_some()
        || input.health_score.is_some();
    let business = store::insert(db, tenant, input, &timezone, now)
        .await
        .map_err(|error| match error {
            DbError::ForeignKey => no_such("industry_id", "industry"),
            other => slug_error(other, slug.as_deref()),
        })?;
    search::after_write(db, tenant, Kind::Business, business.id.as_str(), now).await;
    match is_scored {
        true => Ok(scored(db, tenant, business, now).await),
        false => Ok(business),
    }
}

/// The business with the scores that follow from what was written.
pub(super) async fn scored(
    db: &Db,
    tenant: &TenantId,
    mut business: BusinessOut,
    now: Millis,
) -> BusinessOut {
    if let Some(values) = scores::after_write(db, tenant, &business.id, now).await {
        business.lead_score = values.lead_score;
        business.health_score = values.health_score;
        business.warmness = values.warmness;
    }
    business
}

/// Whoever reaches one place only puts it there.
pub(in crate::crm) fn assigned(input: &mut BusinessIn, reach: &Reach) {
    if input.location_id.is_none() {
        input.location_id = reach.only_location().and_then(LocationId::parse);
    }
    if input.owner_id.is_none() {
        input.owner_id = reach.owner.as_deref().and_then(UserId::parse);
    }
}

/// Checks that the location and the owner are the tenant's, and that the business is within reach there.
///
/// # Errors
/// A complaint about one of them; the database's.
pub(super) async fn may_be_assigned(
    db: &Db,
    scope: &Scope,
    location: Option<&LocationId>,
    owner: Option<&UserId>,
) -> Result<()> {
    scope
        .reach
        .allows_location(location.map(LocationId::as_str))?;
    scope.reach.allows_owner(owner.map(UserId::as_str))?;
    if let Some(location) = location
        && !locations::is_open(db, &scope.tenant, location).await?
    {
        return Err(no_such("location_id", "location"));
    }
    if let Some(owner) = owner
        && !memberships::is_member(db, &scope.tenant, owner).await?
    {
        return Err(no_such("owner_id", "member of the team"));
    }
    Ok(())
}

/// The address decides, then the community.
pub(in crate::crm) fn timezone_of(
    zip: Option<&str>,
    state: Option<&str>,
    community_timezone: Option<&str>,
) -> String {
    timezone::of_address(zip, state)
        .or(community_timezone)
        .unwrap_or(timezone::FALLBACK)
        .to_string()
}
