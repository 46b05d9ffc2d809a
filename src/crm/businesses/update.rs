//! Changing a business.

use super::create::{may_be_assigned, scored, timezone_of};
use super::model::{BusinessOut, BusinessPatch, Derived, Place};
use super::store;
use crate::crm::search::{self, model::Kind};
use crate::crm::{communities, keys};
use crate::edge::db::{Db, DbError};
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::http::scope::{Reach, Scope};
use crate::ids::{BusinessId, CommunityId, TenantId};
use crate::tables::{no_such, slug_error};

/// How often the time zone is worked out anew when somebody else moved the business in the meantime.
const ATTEMPTS: u32 = 5;

/// Changes what the patch names. The time zone follows the address unless one is given.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a community or industry that is not there; a slug that is taken; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &BusinessId,
    patch: BusinessPatch,
    edit: Edit,
) -> Result<BusinessOut> {
    let is_scored =
        patch.lead_status.is_some() || patch.lead_score.is_some() || patch.health_score.is_some();
    let business = change(db, scope, id, patch, edit).await?;
    search::after_write(db, &scope.tenant, Kind::Business, id.as_str(), edit.now).await;
    match is_scored {
        true => Ok(scored(db, &scope.tenant, business, edit.now).await),
        false => Ok(business),
    }
}

async fn change(
    db: &Db,
    scope: &Scope,
    id: &BusinessId,
    patch: BusinessPatch,
    edit: Edit,
) -> Result<BusinessOut> {
    store::must_be_within(db, scope, id).await?;
    may_be_reassigned(db, scope, &patch).await?;
    if !patch.needs_place() {
        let derived = Derived {
            timezone: given_timezone(&patch),
            name_key: None,
        };
        let written = write(db, scope, id, &patch, &derived, None, edit).await?;
        return match written {
            Some(business) => Ok(business),
            None => Err(refusal(db, scope, id, edit).await?),
        };
    }
    for _ in 0..ATTEMPTS {
        let place = store::place(db, &scope.tenant, id)
            .await?
            .ok_or(Error::NotFound("business"))?;
        let timezone = match patch.needs_timezone() {
            true => Some(timezone_after(db, &scope.tenant, &place, &patch).await?),
            false => given_timezone(&patch),
        };
        let derived = Derived {
            timezone,
            name_key: Some(name_key_after(&place, &patch)),
        };
        if let Some(business) = write(db, scope, id, &patch, &derived, Some(&place), edit).await? {
            return Ok(business);
        }
        if edit.expected.is_some() {
            // Whoever moved it in the meantime made another version of it.
            return Err(refusal(db, scope, id, edit).await?);
        }
    }
    Err(Error::conflict(
        "business_is_changing",
        "Others are changing this business's address; try again.",
    ))
}

/// Whoever moves a business may not move it out of their own reach.
async fn may_be_reassigned(db: &Db, scope: &Scope, patch: &BusinessPatch) -> Result<()> {
    // What is not named stays, and stays within reach.
    let kept = Reach {
        locations: patch
            .location_id
            .as_ref()
            .and(scope.reach.locations.clone()),
        owner: patch.owner_id.as_ref().and(scope.reach.owner.clone()),
    };
    let changed = Scope {
        tenant: scope.tenant.clone(),
        reach: kept,
    };
    let location = patch.location_id.as_ref().and_then(Option::as_ref);
    let owner = patch.owner_id.as_ref().and_then(Option::as_ref);
    may_be_assigned(db, &changed, location, owner).await
}

/// Why a business was not changed.
async fn refusal(db: &Db, scope: &Scope, id: &BusinessId, edit: Edit) -> Result<Error> {
    let changed_meanwhile = edit.expected.is_some() && store::exists(db, scope, id).await?;
    Ok(match changed_meanwhile {
        true => Error::PreconditionFailed,
        false => Error::NotFound("business"),
    })
}

fn given_timezone(patch: &BusinessPatch) -> Option<String> {
    let given = patch.timezone.as_ref()?.as_deref()?;
    Some(given.to_string())
}

fn name_key_after(place: &Place, patch: &BusinessPatch) -> String {
    fn after<'a, T: std::ops::Deref<Target = str>>(
        named: &'a Option<Option<T>>,
        before: &'a Option<String>,
    ) -> Option<&'a str> {
        match named {
            Some(value) => value.as_deref(),
            None => before.as_deref(),
        }
    }
    let community = patch.community_id.as_ref().unwrap_or(&place.community_id);
    keys::Name {
        name: patch.name.as_deref().unwrap_or(&place.name),
        street: after(&patch.address_street, &place.address_street),
        city: after(&patch.address_city, &place.address_city),
        state: after(&patch.address_state, &place.address_state),
        zip: after(&patch.address_zip, &place.address_zip),
        community: community.as_str(),
    }
    .key()
}

async fn timezone_after(
    db: &Db,
    tenant: &TenantId,
    place: &Place,
    patch: &BusinessPatch,
) -> Result<String> {
    let moved_to = patch
        .community_id
        .as_ref()
        .filter(|id| **id != place.community_id);
    let community_timezone = match moved_to {
        Some(id) => communities::store::timezone(db, tenant, id)
            .await?
            .ok_or_else(|| no_such("community_id", "community"))?,
        None => place.community_timezone.clone(),
    };
    let zip = patch
        .address_zip
        .as_ref()
        .map_or(place.address_zip.as_deref(), |zip| zip.as_deref());
    let state = patch
        .address_state
        .as_ref()
        .map_or(place.address_state.as_deref(), |state| state.as_deref());
    Ok(timezone_of(zip, state, community_timezone.as_deref()))
}

async fn write(
    db: &Db,
    scope: &Scope,
    id: &BusinessId,
    patch: &BusinessPatch,
    derived: &Derived,
    place: Option<&Place>,
    edit: Edit,
) -> Result<Option<BusinessOut>> {
    match store::update(db, scope, id, patch.clone(), derived, place, edit).await {
        Ok(business) => Ok(business),
        Err(DbError::ForeignKey) => {
            Err(missing_reference(db, &scope.tenant, patch.community_id.as_ref()).await?)
        }
        Err(error) => Err(slug_error(error, patch.slug.as_deref())),
    }
}

/// The database says only that one of them is not there.
async fn missing_reference(
    db: &Db,
    tenant: &TenantId,
    community: Option<&CommunityId>,
) -> Result<Error> {
    if let Some(id) = community
        && communities::store::timezone(db, tenant, id)
            .await?
            .is_none()
    {
        return Ok(no_such("community_id", "community"));
    }
    Ok(no_such("industry_id", "industry"))
}
