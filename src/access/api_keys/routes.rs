//! `/api/v1/api-keys`.

use super::model::{ApiKeyIn, ApiKeyOut, ApiKeyPatch, ApiKeyShown, RotateIn};
use super::secret::{Secret, digest};
use super::store::{self, NewKey};
use crate::access::principals;
use crate::edge::clock::{HOUR, SECOND};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::caller::Actor;
use crate::http::{
    Answer, Body, Caller, Created, Listing, NoContent, Operation, PageParams, PathId, Permission,
    Permissions, Query, Routes, created, data, listing,
};
use crate::ids::ApiKeyId;
use crate::tables::Columns;

/// The routes of API keys.
pub fn routes() -> Routes {
    Routes::new("API keys")
        .get(
            "/api/v1/api-keys",
            list,
            Operation::new("listApiKeys", Permission::ApiKeysRead, "List API keys")
                .description("Their secrets are not kept and so not shown."),
        )
        .post(
            "/api/v1/api-keys",
            create,
            Operation::new("createApiKey", Permission::ApiKeysWrite, "Make an API key")
                .description("The answer shows the key, once.")
                .secret_answer()
                .example(r#"{"name": "Website", "scopes": ["people:read", "people:write"]}"#),
        )
        .get(
            "/api/v1/api-keys/{id}",
            read,
            Operation::new("getApiKey", Permission::ApiKeysRead, "Get an API key"),
        )
        .patch(
            "/api/v1/api-keys/{id}",
            update,
            Operation::new("updateApiKey", Permission::ApiKeysWrite, "Change an API key")
                .example(r#"{"scopes": ["people:read"]}"#),
        )
        .post(
            "/api/v1/api-keys/{id}/rotate",
            rotate,
            Operation::new("rotateApiKey", Permission::ApiKeysWrite, "Replace an API key")
                .description("The new key may do the same. The old one goes on working for the overlap, so that the new one can be put everywhere first.")
                .conflict("api_key_ended", "it is replaced already, revoked or over")
                .secret_answer()
                .example(r#"{"overlap_seconds": 3600}"#),
        )
        .delete(
            "/api/v1/api-keys/{id}",
            revoke,
            Operation::new("revokeApiKey", Permission::ApiKeysWrite, "Revoke an API key")
                .description("It stops working within seconds."),
        )
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<ApiKeyOut>> {
    let page = query.page()?;
    let (keys, next) = store::list(&platform.db, &caller.tenant, &page).await?;
    Ok(listing(&keys, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<ApiKeyIn>,
) -> Result<Created<ApiKeyShown>> {
    may_grant(&caller, &input.scopes)?;
    let now = platform.now();
    let expires_at = input.expires_at.map(|moment| moment.0);
    if expires_at.is_some_and(|moment| moment <= now) {
        return Err(Error::field("expires_at", "must be a time to come"));
    }
    let secret = Secret::new();
    let key = NewKey {
        id: &ApiKeyId::new(now),
        name: &input.name,
        prefix: secret.prefix(),
        digest: &digest(secret.reveal()),
        scopes: &input.scopes,
        created_by: author(&caller),
        expires_at,
    };
    let kept = platform
        .db
        .fetch_one(key.insert(&caller.tenant, now))
        .await?;
    Ok(created(&ApiKeyShown {
        key: secret.reveal().to_string(),
        kept,
    }))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ApiKeyId>,
) -> Result<Answer<ApiKeyOut>> {
    Ok(data(&store::get(&platform.db, &caller.tenant, &id).await?))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ApiKeyId>,
    Body(patch): Body<ApiKeyPatch>,
) -> Result<Answer<ApiKeyOut>> {
    let now = platform.now();
    may_grant(&caller, patch.scopes.as_deref().unwrap_or_default())?;
    let columns = Columns::default()
        .change("name", patch.name)
        .change_json("scopes", patch.scopes.map(Some).as_ref())
        .change(
            "expires_at",
            patch.expires_at.map(|moment| moment.map(|moment| moment.0)),
        )
        .set("updated_at", now);
    let key = store::update(&platform.db, &caller.tenant, &id, columns).await?;
    principals::forget();
    Ok(data(&key))
}

async fn rotate(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ApiKeyId>,
    Body(input): Body<RotateIn>,
) -> Result<Created<ApiKeyShown>> {
    let now = platform.now();
    let old = store::get(&platform.db, &caller.tenant, &id).await?;
    may_grant(&caller, &old.scopes.0)?;
    let secret = Secret::new();
    let new = NewKey {
        id: &ApiKeyId::new(now),
        name: &old.name,
        prefix: secret.prefix(),
        digest: &digest(secret.reveal()),
        scopes: &old.scopes.0,
        created_by: author(&caller),
        expires_at: None,
    };
    let overlap = input
        .overlap_seconds
        .map_or(HOUR, |seconds| seconds * SECOND);
    let kept = store::replace(&platform.db, &caller.tenant, &id, &new, now + overlap, now)
        .await?
        .ok_or_else(|| {
            Error::conflict(
                "api_key_ended",
                "This key is replaced already, revoked or over. Make a new one.",
            )
        })?;
    principals::forget();
    Ok(created(&ApiKeyShown {
        key: secret.reveal().to_string(),
        kept,
    }))
}

async fn revoke(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ApiKeyId>,
) -> Result<NoContent> {
    let now = platform.now();
    let columns = Columns::default()
        .set("revoked_at", now)
        .set("updated_at", now);
    store::update(&platform.db, &caller.tenant, &id, columns).await?;
    principals::forget();
    Ok(NoContent)
}

/// Nobody hands on what they do not have.
fn may_grant(caller: &Caller, scopes: &[Permission]) -> Result<()> {
    let wanted: Permissions = scopes.iter().copied().collect();
    caller.may_grant("scopes", wanted)
}

fn author(caller: &Caller) -> Option<&str> {
    match &caller.actor {
        Actor::User { id, .. } => Some(id),
        Actor::ApiKey { .. } | Actor::SetupKey => None,
    }
}
