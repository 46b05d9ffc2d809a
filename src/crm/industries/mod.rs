//! Industries: lines of business, with the words and worries each has.

pub mod model;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
