//! `/health`: whether the Worker answers, and whether its database does.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;

use super::{Answer, data};
use crate::edge::platform::Platform;
use crate::error::Result;

/// The routes.
pub fn routes() -> Router<Platform> {
    Router::new().route("/health", get(health))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

async fn health(State(platform): State<Platform>) -> Result<Answer> {
    platform.db.ping().await?;
    Ok(data(&Health { status: "ok" }))
}
