//! Creating a business.

use super::model::{BusinessIn, BusinessOut};
use super::store;
use crate::crm::communities;
use crate::crm::timezone;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::Result;
use crate::ids::TenantId;
use crate::tables::{no_such, slug_error};

/// Creates a business, in the time zone of its address unless one is given.
///
/// # Errors
/// A community or industry that is not there; a slug that is taken; the database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: BusinessIn,
    now: Millis,
) -> Result<BusinessOut> {
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
    store::insert(db, tenant, input, &timezone, now)
        .await
        .map_err(|error| match error {
            DbError::ForeignKey => no_such("industry_id", "industry"),
            other => slug_error(other, slug.as_deref()),
        })
}

/// The address decides, then the community.
pub(super) fn timezone_of(
    zip: Option<&str>,
    state: Option<&str>,
    community_timezone: Option<&str>,
) -> String {
    timezone::of_address(zip, state)
        .or(community_timezone)
        .unwrap_or(timezone::FALLBACK)
        .to_string()
}
