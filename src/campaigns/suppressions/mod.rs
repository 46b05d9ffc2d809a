//! Suppressions: addresses that must not be written to, whoever they belong to.

pub mod routes;
pub mod store;
pub mod unsubscribe;
