//! Recording what happened elsewhere.

use super::model::{Activity, ActivityIn};
use super::store;
use crate::crm::businesses;
use crate::crm::model::ActivityType;
use crate::edge::clock::{MINUTE, Millis};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::http::scope::Scope;
use crate::ids::{BusinessId, TenantId};
use crate::tables::no_such;

/// How far another's clock may be ahead of ours.
const CLOCKS_DIFFER: Millis = 5 * MINUTE;
/// Ids, and so the timeline's order, begin here.
const BEGINNING: Millis = 0;

/// Enters an activity into a business's timeline and moves the person's facts on with it, as one write.
///
/// # Errors
/// [`Error::NotFound`] without such a business; a person who is not there; a time to come; the database's.
pub async fn record(
    platform: &Platform,
    scope: &Scope,
    business: &BusinessId,
    input: ActivityIn,
) -> Result<Activity> {
    let (db, now) = (&platform.db, platform.now());
    let tenant = &scope.tenant;
    businesses::store::must_be_within(db, scope, business).await?;
    let occurred_at = input.occurred_at.map_or(now, |moment| moment.0);
    if !(BEGINNING..=now.saturating_add(CLOCKS_DIFFER)).contains(&occurred_at) {
        return Err(Error::field(
            "occurred_at",
            "must be a time that has come, since 1970",
        ));
    }
    match store::insert(db, tenant, business, input, occurred_at, now).await? {
        Some(activity) => {
            // The activity is written: that the others could not be told must not look as if it were not.
            if let Err(error) = announce(platform, tenant, &activity, occurred_at).await {
                log::error("event not published", &[("error", &error.to_string())]);
            }
            Ok(activity)
        }
        None if businesses::store::exists(db, scope, business).await? => {
            Err(no_such("person_id", "person at this business"))
        }
        None => Err(Error::NotFound("business")),
    }
}

/// Tells the other domains what they may want to know.
async fn announce(
    platform: &Platform,
    tenant: &TenantId,
    activity: &Activity,
    occurred_at: Millis,
) -> Result<()> {
    if let (Some(person), ActivityType::EmailReplied) = (&activity.person_id, activity.kind) {
        let event = Event::EmailReplied {
            tenant_id: tenant.clone(),
            person_id: person.clone(),
            occurred_at,
        };
        events::publish(platform, event).await?;
    }
    let event = Event::ActivityRecorded {
        tenant_id: tenant.clone(),
        business_id: activity.business_id.clone(),
        activity_id: activity.id.clone(),
        occurred_at,
    };
    events::publish(platform, event).await
}
