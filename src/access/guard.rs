//! What every request of the API goes through before its handler, in this order: who calls, and may they do this.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::caller::Actor;
use crate::http::operation::Access;
use crate::http::{Caller, Operation, Permissions, Routes};

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
    mut request: Request,
    next: Next,
) -> Response {
    match admit(&operation, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

async fn admit(operation: &Operation, request: &mut Request) -> Result<()> {
    if operation.access == Access::Public {
        return Ok(());
    }
    let caller = authenticate(request)?;
    if let Access::Needs(permission) = operation.access {
        caller.require(permission)?;
    }
    request.extensions_mut().insert(caller);
    Ok(())
}

fn authenticate(request: &Request) -> Result<Caller> {
    let platform = request
        .extensions()
        .get::<Platform>()
        .ok_or_else(|| Error::Internal("a request without its platform".into()))?;
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or(Error::Unauthorized)?;
    // Digests have one length, so that the comparison tells nothing about the key's.
    let same = Sha256::digest(given).ct_eq(&Sha256::digest(&platform.config.api_key));
    if !bool::from(same) {
        return Err(Error::Unauthorized);
    }
    Ok(Caller {
        tenant: platform.config.api_key_tenant.clone(),
        actor: Actor::SetupKey,
        permissions: Permissions::all(),
    })
}
