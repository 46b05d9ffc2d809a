//! Communities: the towns and neighbourhoods whose businesses we know.

pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
