//! Locations: the places a tenant works at. Members can be kept to some of them.

pub mod model;
pub mod routes;
pub mod store;

pub use store::{check, check_all, is_open};
