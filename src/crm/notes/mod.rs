//! Notes: what somebody wrote down about a business, or about a person there.

pub mod model;
pub(in crate::crm) mod routes;
pub mod searchable;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
