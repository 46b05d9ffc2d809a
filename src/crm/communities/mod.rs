//! Communities: the towns and neighborhoods whose businesses we know.

pub mod model;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
