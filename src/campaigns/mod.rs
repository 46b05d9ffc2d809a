//! The campaign engine: drip sequences to many businesses, each send accounted for, nobody written to twice.
//!
//! One email's way: [`planner`] decides the due step of an enrolment and writes it into the [`ledger`]; a queue message
//! stands for a batch of such rows ([`batches`]); [`dispatcher`] leases it, asks the [`gate`], renders the template, hands
//! over to the provider and saves the outcomes; [`tracking`] and [`receipts`] hear what became of it; the planner goes on
//! with the enrolment's next step. `docs/architecture.md` tells it at length.

pub mod backoff;
pub mod batches;
pub mod conditions;
pub mod dispatcher;
pub mod enrolments;
pub mod gate;
pub mod ledger;
pub mod planner;
pub mod quota;
pub mod receipts;
pub mod replies;
pub mod schedule;
pub mod send_window;
pub mod sequences;
pub mod suppressions;
pub mod templates;
pub mod tenants;
pub mod tracking;
pub mod webhooks;

use axum::Router;

use crate::edge::platform::Platform;

/// All routes of the engine.
pub fn routes() -> Router<Platform> {
    Router::new()
        .merge(sequences::routes::routes())
        .merge(enrolments::routes::routes())
        .merge(ledger::routes::routes())
        .merge(suppressions::routes::routes())
        .merge(templates::routes::routes())
}
