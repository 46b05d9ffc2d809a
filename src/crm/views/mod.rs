//! Saved views: how somebody looks at a list, kept under a name, for themselves or for everybody in the tenant.

pub mod model;
mod routes;
mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
