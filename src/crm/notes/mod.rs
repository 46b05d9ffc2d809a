//! Notes: what somebody wrote down about a business, or about a person there.

pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
