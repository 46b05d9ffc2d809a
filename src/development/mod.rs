//! `/dev/*`: what helps on somebody's machine and under test. Does not exist in production.

mod bare;
mod clock;
mod metrics;
mod outbox;
mod sign_in;
#[cfg(test)]
mod tests;

use axum::Router;

/// The routes.
pub fn routes() -> Router {
    Router::new()
        .merge(bare::routes())
        .merge(clock::routes())
        .merge(metrics::routes())
        .merge(outbox::routes())
        .merge(sign_in::routes())
}
