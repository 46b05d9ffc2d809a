//! Pipelines: the ways that deals take, stage by stage. Four are built in; a tenant changes them and makes others of its own.

pub mod built_in;
pub mod model;
mod routes;
mod stages;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
