//! Applying what the webhook brought.

use super::apply;
use super::model::{DeliveryOutcome, Resource};
use super::remote;
use super::store::{self, Commit};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{DeliveryId, TenantId};

/// The kind of record that an event is about; `None` for events that mean nothing here.
pub fn resource_of(kind: &str) -> Option<Resource> {
    let (noun, verb) = kind.split_once('.')?;
    let resource = Resource::ALL.iter().copied();
    let resource = resource.into_iter().find(|one| one.as_str() == noun)?;
    matches!(verb, "created" | "updated" | "deleted").then_some(resource)
}

/// Applies a delivery, if that was not done yet.
///
/// # Errors
/// The database's, and when the same records were changed all the time: then it is to be tried again.
pub async fn apply(platform: &Platform, tenant: &TenantId, id: &DeliveryId) -> Result<()> {
    let (db, now) = (&platform.db, platform.now());
    let Some(delivery) = store::delivery(db, tenant, id).await? else {
        return Ok(());
    };
    let Some(resource) = resource_of(&delivery.kind) else {
        let reason = format!("{} means nothing here", delivery.kind);
        let outcome = DeliveryOutcome::Ignored;
        store::settle_delivery(db, tenant, id, outcome, &reason, now).await?;
        return Ok(());
    };
    let body = delivery.body.map(|body| body.0).unwrap_or_default();
    let mut record = remote::read(resource, &body);
    if delivery.kind.ends_with(".deleted")
        && let Ok(remote) = &mut record
    {
        remote.is_deleted = true;
    }
    let commit = Commit::Delivery(id);
    match apply::apply(db, tenant, resource, &[record], &commit, now).await? {
        Some(_) => Ok(()),
        // Applied by somebody else in between, or to be tried again.
        None if store::delivery(db, tenant, id).await?.is_none() => Ok(()),
        None => Err(Error::Internal(
            "the record is being changed all the time".into(),
        )),
    }
}
