//! Scores: how promising a business is, how well it does with us, how close in touch we are; each explained by what happened.
//!
//! What happens leaves a contribution with its points and half-life (`score_contributions`); a score is what is left of all of
//! them ([`calculate`]). `docs/scoring.md` tells it at length.

mod calculate;
mod decay;
mod explain;
pub mod model;
mod routes;
pub mod rules;
mod settle;
mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
pub use settle::{after_events, after_write, tick};
pub use store::again;
