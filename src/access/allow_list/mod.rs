//! From which addresses a tenant's data may be used. A tenant without any entry may be used from everywhere.

pub mod model;
mod routes;
pub mod store;

pub use routes::routes;
