//! `/dev/metrics`: what the database engine reported since this instance started.

use axum::Router;
use axum::routing::get;

use crate::edge::db::{Usage, usage};
use crate::http::{Answer, data};

pub(super) fn routes() -> Router {
    Router::new().route("/dev/metrics", get(metrics))
}

async fn metrics() -> Answer<Usage> {
    data(&usage())
}
