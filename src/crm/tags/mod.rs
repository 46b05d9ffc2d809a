//! Tags: labels that people put on businesses.

pub mod model;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
