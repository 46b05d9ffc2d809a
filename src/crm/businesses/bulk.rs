//! Changing many businesses at once.

use std::collections::BTreeSet;

use super::create::may_be_assigned;
use super::model::{BusinessesBulk, Change, Which};
use super::store::{deletion, many, tags};
use crate::crm::audited;
use crate::crm::bulk::{self, BulkOut, MOST};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter::Deleted;
use crate::http::scope::{Reach, Scope};
use crate::http::{Caller, Permission};
use crate::ids::{BusinessId, TagId};

/// Changes all that are meant and are within reach. Each one that changes gets its entry in the timeline, written with the
/// change, and its entry in the audit log.
///
/// # Errors
/// A permission that is missing; an id that is nobody's; a tag, member or location that is not there; the database's.
pub async fn change(
    platform: &Platform,
    caller: &Caller,
    input: BusinessesBulk,
) -> Result<BulkOut> {
    let (which, change) = input.read()?;
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let (permission, deleted) = match change {
        Change::Delete => (Permission::BusinessesDelete, Deleted::Without),
        Change::Restore => (Permission::BusinessesDelete, Deleted::Only),
        _ => (Permission::BusinessesWrite, Deleted::Without),
    };
    caller.require(permission)?;
    let scope = caller.scope(permission);
    if let Change::Assign(owner, location) = &change {
        let (owner, location) = (owner.as_ref(), location.as_ref());
        // What is not named stays, and stays within reach.
        let named = Scope {
            tenant: tenant.clone(),
            reach: Reach {
                locations: location.and(scope.reach.locations.clone()),
                owner: owner.and(scope.reach.owner.clone()),
            },
        };
        let owner = owner.and_then(Option::as_ref);
        may_be_assigned(db, &named, location.and_then(Option::as_ref), owner).await?;
    }
    let mut found = many::which(db, &scope, &which, deleted).await?;
    if let Which::These(asked) = &which {
        let known: BTreeSet<&BusinessId> = found.iter().collect();
        bulk::all_found("ids", "business", asked, &known)?;
    }
    let is_more = found.len() > MOST;
    found.truncate(MOST);
    let (changed, action) = match &change {
        Change::AddTags(wanted) => {
            let named = known_tags(platform, caller, wanted).await?;
            let changed = tags::add(db, tenant, &found, &named, now).await?;
            (changed, "addTagToBusiness")
        }
        Change::RemoveTags(wanted) => {
            let named = known_tags(platform, caller, wanted).await?;
            let changed = tags::remove(db, tenant, &found, &named, now).await?;
            (changed, "removeTagFromBusiness")
        }
        Change::Assign(owner, location) => {
            let (owner, location) = (owner.as_ref(), location.as_ref());
            let changed = many::assign(db, tenant, &found, owner, location, now).await?;
            (changed, "updateBusiness")
        }
        Change::LeadStatus(status) => {
            let changed = many::change_status(db, tenant, &found, *status, now).await?;
            (changed, "updateBusiness")
        }
        Change::Delete => {
            let changed = deletion::delete(db, tenant, &found, now).await?;
            (changed, "deleteBusiness")
        }
        Change::Restore => {
            let changed = deletion::restore(db, tenant, &found, now).await?;
            (changed, "restoreBusiness")
        }
    };
    let ids = changed.iter().map(BusinessId::as_str);
    audited::changed(platform, caller, action, "businesses", ids).await;
    Ok(BulkOut {
        matched: found.len(),
        changed: changed.len(),
        next_cursor: found.last().filter(|_| is_more).map(ToString::to_string),
    })
}

async fn known_tags(
    platform: &Platform,
    caller: &Caller,
    wanted: &[TagId],
) -> Result<Vec<tags::Named>> {
    let named = tags::named(&platform.db, &caller.tenant, wanted).await?;
    let known: BTreeSet<&TagId> = named.iter().map(|tag| &tag.id).collect();
    bulk::all_found("tag_ids", "tag", wanted, &known)?;
    Ok(named)
}
