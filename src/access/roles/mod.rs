//! Roles: what the members of a team may do. Five are built in; a tenant makes others of its own.

pub mod built_in;
pub mod model;
mod routes;
pub mod store;

pub use routes::routes;
