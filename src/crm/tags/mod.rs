//! Tags: labels that people put on businesses.

pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
