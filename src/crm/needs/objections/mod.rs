//! Objections: what a business says against an offer, and what was answered.

pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
