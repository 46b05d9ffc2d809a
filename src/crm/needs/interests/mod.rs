//! Product interests: how interested a business is in a product, once a business and product.

pub mod model;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
