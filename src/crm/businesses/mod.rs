//! Businesses: whom the platform finds, contacts, serves and bills.

mod create;
pub mod model;
mod routes;
pub mod searchable;
pub mod store;
#[cfg(test)]
mod tests;
mod update;

pub use create::create;
pub use routes::routes;
pub use update::update;
