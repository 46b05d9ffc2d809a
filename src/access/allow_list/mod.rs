//! From which addresses a tenant's data may be used. A tenant without any entry may be used from everywhere. With one, from
//! there alone: an entry is for anybody, or for those who work at its location.

pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
