//! `/api/v1/feature-flags`.

use std::collections::BTreeMap;

use axum::extract::Path;

use super::built_in;
use super::model::{FeatureFlagIn, FeatureFlagOut, is_name};
use super::store;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, NoContent, Operation, Permission, Routes, data};

/// The routes of feature flags.
pub fn routes() -> Routes {
    Routes::new("Feature flags")
        .get(
            "/api/v1/feature-flags",
            list,
            Operation::new(
                "listFeatureFlags",
                Permission::FeatureFlagsRead,
                "List feature flags",
            )
            .description("The built-in ones first, also those that nobody ever set; they are on then."),
        )
        .get(
            "/api/v1/me/features",
            mine,
            Operation::signed_in("listMyFeatures", "Which features are on for me"),
        )
        .get(
            "/api/v1/feature-flags/{name}",
            read,
            Operation::new(
                "getFeatureFlag",
                Permission::FeatureFlagsRead,
                "Get a feature flag",
            ),
        )
        .put(
            "/api/v1/feature-flags/{name}",
            put,
            Operation::new(
                "putFeatureFlag",
                Permission::FeatureFlagsWrite,
                "Set a feature flag",
            )
            .description("Off takes effect at once, for everybody. `sending` is built in: off holds campaigns' emails back until it is on again.")
            .example(r#"{"is_on": true, "percentage": 10, "description": "The new editor"}"#),
        )
        .delete(
            "/api/v1/feature-flags/{name}",
            delete,
            Operation::new(
                "deleteFeatureFlag",
                Permission::FeatureFlagsWrite,
                "Remove a feature flag",
            )
            .description("A built-in one is as if nobody had ever set it: on."),
        )
}

async fn list(platform: Platform, caller: Caller) -> Result<Answer<Vec<FeatureFlagOut>>> {
    Ok(data(&all(&platform, &caller).await?))
}

async fn all(platform: &Platform, caller: &Caller) -> Result<Vec<FeatureFlagOut>> {
    let set = store::list(&platform.db, &caller.tenant).await?;
    let set: Vec<FeatureFlagOut> = set.into_iter().map(FeatureFlagOut::from).collect();
    let (mut flags, own): (Vec<_>, Vec<_>) = set.into_iter().partition(|flag| flag.is_built_in);
    for switch in &built_in::ALL {
        if !flags.iter().any(|flag| flag.name == switch.name) {
            flags.push(switch.into());
        }
    }
    flags.sort_by(|one, other| one.name.cmp(&other.name));
    flags.extend(own);
    Ok(flags)
}

async fn mine(platform: Platform, caller: Caller) -> Result<Answer<BTreeMap<String, bool>>> {
    let subject = caller.actor.key();
    let flags = all(&platform, &caller).await?;
    let mine = flags
        .into_iter()
        .map(|flag| (flag.name.clone(), flag.is_on_for(&subject)))
        .collect();
    Ok(data(&mine))
}

async fn read(
    platform: Platform,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<Answer<FeatureFlagOut>> {
    let set = store::find(&platform.db, &caller.tenant, &name).await?;
    let flag = set
        .map(FeatureFlagOut::from)
        .or_else(|| built_in::find(&name).map(FeatureFlagOut::from))
        .ok_or(Error::NotFound("feature flag"))?;
    Ok(data(&flag))
}

async fn put(
    platform: Platform,
    caller: Caller,
    Path(name): Path<String>,
    Body(input): Body<FeatureFlagIn>,
) -> Result<Answer<FeatureFlagOut>> {
    if !is_name(&name) {
        return Err(Error::field(
            "name",
            "must be 1 to 60 lower-case letters, digits, dots, hyphens and underscores",
        ));
    }
    let is_share = input.percentage.is_some_and(|share| share != 100);
    if is_share && built_in::find(&name).is_some() {
        return Err(Error::field(
            "percentage",
            "must be 100 or left out: this flag is on or off for everybody",
        ));
    }
    let flag = store::put(&platform.db, &caller.tenant, &name, &input, platform.now()).await?;
    Ok(data(&flag.into()))
}

async fn delete(platform: Platform, caller: Caller, Path(name): Path<String>) -> Result<NoContent> {
    let was_set = store::delete(&platform.db, &caller.tenant, &name).await?;
    match was_set || built_in::find(&name).is_some() {
        true => Ok(NoContent),
        false => Err(Error::NotFound("feature flag")),
    }
}
