//! Tasks: what is to be done for a business, by somebody of the team or by an AI.

mod bulk;
mod change;
pub mod model;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
