//! Exports: a list as a CSV file, written in the background into the bucket and taken away from there.

mod file;
mod link;
mod lists;
pub mod model;
mod routes;
mod run;
pub mod source;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::{public_routes, routes};
pub use run::{remove_old, work};
pub use store::{give_up, lost};
