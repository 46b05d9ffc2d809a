//! Objections: what a business says against an offer, and what was answered.

pub mod model;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
