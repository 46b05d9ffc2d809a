//! `/dev/metrics`: what the database engine reported, and what memory was taken, since this instance started.

use axum::Router;
use axum::routing::get;
use serde::Serialize;

use crate::edge::db::{Usage, usage};
use crate::edge::memory;
use crate::http::{Answer, data};

/// Counts since this instance started.
#[derive(Serialize)]
struct Metrics {
    #[serde(flatten)]
    usage: Usage,
    wasm_memory_bytes: u64,
}

pub(super) fn routes() -> Router {
    Router::new().route("/dev/metrics", get(metrics))
}

async fn metrics() -> Answer<Metrics> {
    data(&Metrics {
        usage: usage(),
        wasm_memory_bytes: memory::taken(),
    })
}
