//! Feature flags: what is on for a tenant, for how many of those who ask, and the switch that turns it off at once. Some are
//! [built in](built_in): the platform itself asks them.

pub mod built_in;
pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
pub use store::is_on;
