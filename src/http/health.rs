//! `/health`: whether the Worker answers, and whether its database does.

use axum::Router;
use axum::routing::get;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Answer, data};
use crate::edge::platform::Platform;
use crate::error::Result;

/// The routes.
pub fn routes() -> Router {
    Router::new().route("/health", get(health))
}

#[derive(Serialize, JsonSchema)]
struct Health {
    status: &'static str,
}

async fn health(platform: Platform) -> Result<Answer<Health>> {
    platform.db.ping().await?;
    Ok(data(&Health { status: "ok" }))
}
