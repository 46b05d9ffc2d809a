//! The tenant itself, as those see it who run it.

pub mod model;
pub mod routes;
pub mod store;
