//! `/api/v1/feature-flags`.

use std::collections::BTreeMap;

use axum::extract::Path;

use super::model::{FeatureFlag, FeatureFlagIn, is_name};
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
            ),
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
            .description("Off takes effect at once, for everybody.")
            .example(r#"{"is_on": true, "percentage": 10, "description": "The new editor"}"#),
        )
        .delete(
            "/api/v1/feature-flags/{name}",
            delete,
            Operation::new(
                "deleteFeatureFlag",
                Permission::FeatureFlagsWrite,
                "Remove a feature flag",
            ),
        )
}

async fn list(platform: Platform, caller: Caller) -> Result<Answer<Vec<FeatureFlag>>> {
    Ok(data(&store::list(&platform.db, &caller.tenant).await?))
}

async fn mine(platform: Platform, caller: Caller) -> Result<Answer<BTreeMap<String, bool>>> {
    let subject = caller.actor.key();
    let flags = store::list(&platform.db, &caller.tenant).await?;
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
) -> Result<Answer<FeatureFlag>> {
    let flag = store::find(&platform.db, &caller.tenant, &name)
        .await?
        .ok_or(Error::NotFound("feature flag"))?;
    Ok(data(&flag).version(flag.updated_at))
}

async fn put(
    platform: Platform,
    caller: Caller,
    Path(name): Path<String>,
    Body(input): Body<FeatureFlagIn>,
) -> Result<Answer<FeatureFlag>> {
    if !is_name(&name) {
        return Err(Error::field(
            "name",
            "must be 1 to 60 lower-case letters, digits, dots, hyphens and underscores",
        ));
    }
    let flag = store::put(&platform.db, &caller.tenant, &name, &input, platform.now()).await?;
    Ok(data(&flag).version(flag.updated_at))
}

async fn delete(platform: Platform, caller: Caller, Path(name): Path<String>) -> Result<NoContent> {
    match store::delete(&platform.db, &caller.tenant, &name).await? {
        true => Ok(NoContent),
        false => Err(Error::NotFound("feature flag")),
    }
}
