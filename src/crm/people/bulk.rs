//! Deleting and restoring many people at once.

use std::collections::BTreeSet;

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::store;
use crate::crm::audited;
use crate::crm::bulk::{self, BulkOut};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Answer, Body, Caller, Permission, data};
use crate::ids::PersonId;

/// What is done to many people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeopleAction {
    /// Deletes them.
    Delete,
    /// Brings them back; those whose business is deleted come back with that.
    Restore,
}

/// What a client sends to change many people.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleBulk {
    /// These, up to 1,000.
    #[garde(custom(bulk::ids))]
    pub ids: Vec<PersonId>,
    /// What is done.
    #[garde(skip)]
    pub action: PeopleAction,
}

pub(super) async fn change(
    platform: Platform,
    caller: Caller,
    Body(input): Body<PeopleBulk>,
) -> Result<Answer<BulkOut>> {
    let (db, now) = (&platform.db, platform.now());
    let scope = caller.scope(Permission::PeopleDelete);
    let found = store::known(db, &scope, &input.ids).await?;
    bulk::all_found(
        "ids",
        "person",
        &input.ids,
        &found.iter().collect::<BTreeSet<_>>(),
    )?;
    let (changed, action) = match input.action {
        PeopleAction::Delete => (
            store::delete_all(db, &scope, &found, now).await?,
            "deletePerson",
        ),
        PeopleAction::Restore => (
            store::restore_all(db, &scope, &found, now).await?,
            "restorePerson",
        ),
    };
    let ids = changed.iter().map(PersonId::as_str);
    audited::changed(&platform, &caller, action, "people", ids).await;
    Ok(data(&BulkOut {
        matched: found.len(),
        changed: changed.len(),
        next_cursor: None,
    }))
}
