//! What every request of the API goes through before its handler, in this order: is it too many, who is it, from where, may
//! they do this, and was it done already.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use http_body_util::BodyExt;

use super::allow_list::model::lets_in;
use super::idempotency::key_of;
use super::idempotency::store::{self as idempotency, Claim, Known};
use super::principals;
use super::request::{address, bearer, with_digest, writes};
use crate::edge::limiter::{Limit, Limiter};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::operation::Access;
use crate::http::{Caller, Operation, Routes};

/// What of an answer is kept for a repetition, in bytes.
const MOST_KEPT: usize = 200_000;

/// The routes, each behind the guard.
pub fn guarded(routes: Routes) -> Router {
    routes
        .into_vec()
        .into_iter()
        .fold(Router::new(), |router, route| {
            let operation = Arc::new(route.operation);
            let handler = route.handler.layer(from_fn_with_state(operation, guard));
            router.route(route.path, handler)
        })
}

async fn guard(
    State(operation): State<Arc<Operation>>,
    platform: Platform,
    request: Request,
    next: Next,
) -> Response {
    match pass(&operation, &platform, request, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn pass(
    operation: &Operation,
    platform: &Platform,
    mut request: Request,
    next: Next,
) -> Result<Response> {
    let limit = limit_of(operation, request.method());
    within(
        &platform.limiter,
        limit,
        "address",
        address(request.headers()),
    )
    .await?;
    if operation.access == Access::Public {
        return Ok(next.run(request).await);
    }
    let caller = caller(platform, request.headers()).await?;
    let actor = caller.actor.key();
    within(&platform.limiter, limit, "actor", Some(&actor)).await?;
    if let Access::Needs(permission) = operation.access {
        caller.require(permission)?;
    }
    let (given, digest) = with_digest(request).await?;
    request = given;
    let tenant = caller.tenant.clone();
    request.extensions_mut().insert(caller);
    let key = match *request.method() {
        Method::POST => key_of(request.headers())?.map(str::to_string),
        _ => None,
    };
    let Some(key) = key else {
        return Ok(next.run(request).await);
    };
    let claim = Claim {
        tenant: &tenant,
        actor: &actor,
        key: &key,
        request_hash: &digest,
    };
    once(operation, platform, &claim, request, next).await
}

/// The limit that counts a request; signing in is counted by address above all.
fn limit_of(operation: &Operation, method: &Method) -> Limit {
    operation.limit.unwrap_or(match writes(method) {
        true => Limit::Write,
        false => Limit::Read,
    })
}

async fn within(limiter: &Limiter, limit: Limit, what: &str, who: Option<&str>) -> Result<()> {
    let Some(who) = who else {
        return Ok(());
    };
    match limiter.allows(limit, format!("{what}:{who}")).await {
        true => Ok(()),
        false => Err(Error::TooMany {
            code: "rate_limited",
            retry_after_seconds: Limit::PERIOD_SECONDS,
        }),
    }
}

async fn caller(platform: &Platform, headers: &HeaderMap) -> Result<Caller> {
    let credential = bearer(headers).ok_or(Error::Unauthorized)?;
    let principal = principals::of_credential(platform, credential)
        .await?
        .ok_or(Error::Unauthorized)?;
    let address = address(headers);
    if !lets_in(&principal.allowed, address) {
        return Err(Error::Refused {
            code: "address_not_allowed",
            message: "This organisation may not be used from your address.".into(),
        });
    }
    Ok(Caller {
        tenant: principal.tenant.clone(),
        actor: principal.actor.clone(),
        permissions: principal.permissions,
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
        return repeat(claim, known);
    }
    let response = next.run(request).await;
    let (parts, body) = response.into_parts();
    let status = parts.status;
    let bytes = body
        .collect()
        .await
        .map(|collected| collected.to_bytes())
        .map_err(|error| Error::Internal(format!("an answer that cannot be read: {error}")))?;
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
    Ok(Response::from_parts(parts, axum::body::Body::from(bytes)))
}

fn repeat(claim: &Claim<'_>, known: Known) -> Result<Response> {
    if known.request_hash != claim.request_hash {
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
