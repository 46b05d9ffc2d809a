//! `/health`: whether the Worker answers; `/health/ready`: whether everything it needs does, and how long each takes.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use serde::Serialize;

use super::{Answer, data};
use crate::edge::log;
use crate::edge::platform::Platform;

/// The routes.
pub fn routes() -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/health/ready", get(ready))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

async fn health() -> Answer<Health> {
    data(&Health { status: "ok" })
}

/// What the platform needs, and how it is.
#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Dependency {
    name: &'static str,
    status: &'static str,
    milliseconds: i64,
}

async fn ready(platform: Platform) -> Response {
    let started = platform.now();
    let answered = platform.db.ping().await;
    let milliseconds = platform.now() - started;
    if let Err(error) = &answered {
        log::error("not ready", &[("error", &error.to_string())]);
    }
    let (status, code) = match answered {
        Ok(()) => ("ok", StatusCode::OK),
        Err(_) => ("failing", StatusCode::SERVICE_UNAVAILABLE),
    };
    let database = Dependency {
        name: "database",
        status,
        milliseconds,
    };
    let readiness = Readiness {
        status,
        dependencies: vec![database],
    };
    (code, data(&readiness)).into_response()
}
