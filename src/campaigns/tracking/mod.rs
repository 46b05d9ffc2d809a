//! Tracking: the pixel, the links and the unsubscribe page of our emails.
//!
//! At the edge a token is verified, the request answered and the fact queued ([`fact`]); the consumer judges who it was
//! ([`verdict`]) and brings ledger, person and timeline up to date ([`apply`]).

pub mod apply;
pub mod consumer;
pub mod fact;
#[cfg(target_arch = "wasm32")]
pub mod hot_routes;
pub mod routes;
pub mod token;
pub mod verdict;
