//! What every request of the API goes through before its handler, in this order: is it too many, who is it, from where, may
//! they do this, and was it done already.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;

use super::audited::{self, Asked};
use super::idempotency::key_of;
use super::idempotency::store::{self as idempotency, Claim, Known};
use super::principals::{self, Principal};
use super::request::{address, has_hash, with_hash, writes};
use crate::audit;
use crate::edge::limiter::{Limit, Limiter};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::caller::Actor;
use crate::http::operation::Access;
use crate::http::{Caller, Operation, Routes};
use crate::identity::caller::credential;
use crate::live::{self, Topic};

/// What of an answer is kept for a repetition, in bytes.
const MOST_KEPT: usize = 200_000;

/// Which limit counts a request (draft-ietf-httpapi-ratelimit-headers). How much of it is left the runtime does not tell;
/// only that nothing is.
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// What the guard knows of a route.
struct Guarded {
    operation: Operation,
    path: &'static str,
}

/// The routes, each behind the guard.
pub fn guarded(routes: Routes) -> Router {
    routes
        .into_vec()
        .into_iter()
        .fold(Router::new(), |router, route| {
            let guarded = Arc::new(Guarded {
                operation: route.operation,
                path: route.path,
            });
            let handler = route.handler.layer(from_fn_with_state(guarded, guard));
            router.route(route.path, handler)
        })
}

async fn guard(
    State(guarded): State<Arc<Guarded>>,
    platform: Platform,
    request: Request,
    next: Next,
) -> Response {
    let limit = limit_of(&guarded.operation, request.method());
    let (mut response, is_used_up) = match pass(&guarded, &platform, limit, request, next).await {
        Ok(response) => (response, false),
        Err(error) => {
            let is_used_up = matches!(error, Error::TooMany { .. });
            (error.into_response(), is_used_up)
        }
    };
    let headers = response.headers_mut();
    let value = HeaderValue::from_static;
    headers.insert(RATE_LIMIT_POLICY, value(limit.policy()));
    if is_used_up {
        headers.insert(RATE_LIMIT, value(limit.used_up()));
    }
    response
}

async fn pass(
    guarded: &Guarded,
    platform: &Platform,
    limit: Limit,
    request: Request,
    next: Next,
) -> Result<Response> {
    let operation = &guarded.operation;
    let counted = Counted {
        limiter: &platform.limiter,
        limit,
    };
    if operation.access == Access::Public {
        counted.address(address(request.headers())).await?;
        return Ok(next.run(request).await);
    }
    let caller = counted_caller(&counted, platform, request.method(), request.headers()).await?;
    let actor = caller.actor.key();
    let asked = Asked::of(&request, guarded.path);
    let is_audited = asked.is_audited(operation);
    let (request, hash) = match is_audited || asked.changes() {
        true => with_hash(platform, operation, request).await?,
        false => (request, String::new()),
    };
    if !is_audited {
        return admit(operation, platform, &caller, &actor, request, &hash, next).await;
    }
    let answer = admit(operation, platform, &caller, &actor, request, &hash, next).await;
    let (response, made) = match answer {
        Ok(response) => id_of_made(response).await?,
        Err(error) => (error.into_response(), None),
    };
    let status = response.status().as_u16();
    let entry = asked.entry(operation, &caller, platform.now(), status, Some(hash), made);
    if asked.changes() {
        if response.status().is_success() {
            tell_pages(platform, &caller, &entry);
        }
        // A write is not done before it is on record.
        audit::record(platform, entry).await;
    } else {
        let after = platform.clone();
        platform
            .deferred
            .later(async move { audit::record_soon(&after, entry).await });
    }
    Ok(response)
}

/// Tells the pages that show it what has changed.
fn tell_pages(platform: &Platform, caller: &Caller, entry: &audit::Entry) {
    let topic = entry.record_type.as_deref().and_then(Topic::of_path);
    if let Some(topic) = topic {
        live::changed(platform, &caller.tenant, topic, entry.record_id.as_deref());
    }
}

/// Runs the handler, if the caller may, and unless the same was done already.
async fn admit(
    operation: &Operation,
    platform: &Platform,
    caller: &Caller,
    actor: &str,
    mut request: Request,
    hash: &str,
    next: Next,
) -> Result<Response> {
    if let Access::Needs(permission) = operation.access {
        caller.require(permission)?;
    }
    request.extensions_mut().insert(caller.clone());
    let key = match *request.method() {
        Method::POST => key_of(request.headers())?.map(str::to_string),
        _ => None,
    };
    let Some(key) = key else {
        return Ok(next.run(request).await);
    };
    let claim = Claim {
        tenant: &caller.tenant,
        actor,
        key: &key,
        request_hash: hash,
    };
    once(operation, platform, &claim, request, next).await
}

/// The answer, and the id of what it says was made.
async fn id_of_made(response: Response) -> Result<(Response, Option<String>)> {
    if response.status() != StatusCode::CREATED {
        return Ok((response, None));
    }
    let (parts, body) = response.into_parts();
    let bytes = bytes_of(body).await?;
    let made = audited::made(&bytes);
    Ok((Response::from_parts(parts, Body::from(bytes)), made))
}

async fn bytes_of(body: Body) -> Result<Bytes> {
    body.collect()
        .await
        .map(|collected| collected.to_bytes())
        .map_err(|error| Error::Internal(format!("an answer that cannot be read: {error}")))
}

/// The limit that counts a request; signing in is counted by address above all.
fn limit_of(operation: &Operation, method: &Method) -> Limit {
    operation.limit.unwrap_or(match writes(method) {
        true => Limit::Write,
        false => Limit::Read,
    })
}

/// What a request counts against.
struct Counted<'a> {
    limiter: &'a Limiter,
    limit: Limit,
}

impl Counted<'_> {
    async fn address(&self, from: Option<&str>) -> Result<()> {
        match from {
            Some(from) => self.within(format!("address:{from}")).await,
            None => Ok(()),
        }
    }

    async fn actor(&self, actor: &Actor) -> Result<()> {
        self.within(format!("actor:{}", actor.key())).await
    }

    async fn within(&self, key: String) -> Result<()> {
        match self.limiter.allows(self.limit, key).await {
            true => Ok(()),
            false => Err(Error::TooMany {
                code: "rate_limited",
                retry_after_seconds: Limit::PERIOD_SECONDS,
            }),
        }
    }
}

/// Who calls, counted by address and by who it is. An address is counted before anybody looks for its credential in the
/// database; whoever is remembered costs no look, and both are counted at once.
async fn counted_caller(
    counted: &Counted<'_>,
    platform: &Platform,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Caller> {
    let from = address(headers);
    let credential = credential(platform, method, headers)?;
    let remembered = credential
        .as_deref()
        .and_then(|credential| principals::remembered(platform, credential));
    if let Some(principal) = remembered {
        let both =
            futures_util::future::join(counted.address(from), counted.actor(&principal.actor));
        let (by_address, by_actor) = both.await;
        by_address.and(by_actor)?;
        return admitted(&principal, from);
    }
    counted.address(from).await?;
    let credential = credential.ok_or(Error::Unauthorized)?;
    let principal = principals::of_credential(platform, &credential)
        .await?
        .ok_or(Error::Unauthorized)?;
    let caller = admitted(&principal, from)?;
    counted.actor(&caller.actor).await?;
    Ok(caller)
}

/// The caller, if the tenant is used from there.
fn admitted(principal: &Principal, address: Option<&str>) -> Result<Caller> {
    if !principal.allowed.lets_in(address) {
        return Err(Error::Refused {
            code: "address_not_allowed",
            message: "This organization may not be used from your address.".into(),
        });
    }
    Ok(Caller {
        tenant: principal.tenant.clone(),
        actor: principal.actor.clone(),
        permissions: principal.permissions,
        own_records: principal.own_records,
        locations: principal.locations.clone(),
        address: address.map(Arc::from),
    })
}

/// Runs the handler unless the same was done already.
async fn once(
    operation: &Operation,
    platform: &Platform,
    claim: &Claim<'_>,
    request: Request,
    next: Next,
) -> Result<Response> {
    if let Some(known) = idempotency::take(&platform.db, claim, platform.now()).await? {
        let is_same = known.request_hash == claim.request_hash
            || has_hash(platform, operation, request, &known.request_hash).await?;
        return repeat(is_same, known);
    }
    let response = next.run(request).await;
    let (parts, body) = response.into_parts();
    let status = parts.status;
    let bytes = bytes_of(body).await?;
    let kept = if status.is_success() {
        let body = std::str::from_utf8(&bytes)
            .ok()
            .filter(|body| body.len() <= MOST_KEPT && !operation.answer_is_secret);
        idempotency::keep(&platform.db, claim, status.as_u16(), body).await
    } else {
        idempotency::give_back(&platform.db, claim).await
    };
    if let Err(error) = kept {
        // The thing is done, and the answer must say so. A repetition is told that it is under way.
        log::error("idempotency key not kept", &[("error", &error.to_string())]);
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn repeat(is_same: bool, known: Known) -> Result<Response> {
    if !is_same {
        return Err(Error::Unprocessable {
            code: "idempotency_key_reused",
            message: "This Idempotency-Key was used for another request. Use a new one.".into(),
        });
    }
    let Some(status) = known
        .status
        .and_then(|status| StatusCode::from_u16(status).ok())
    else {
        return Err(Error::conflict(
            "idempotency_key_in_use",
            "The first request with this Idempotency-Key is under way.",
        ));
    };
    let Some(body) = known.body else {
        return Err(Error::conflict(
            "answer_not_kept",
            "It was done already; its answer is not kept.",
        ));
    };
    let mut response = crate::http::envelope::json(status, body.into_bytes());
    response.headers_mut().insert(
        HeaderName::from_static("idempotent-replayed"),
        HeaderValue::from_static("true"),
    );
    Ok(response)
}
