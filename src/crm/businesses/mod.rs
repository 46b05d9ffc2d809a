//! Businesses: whom the platform finds, contacts, serves and bills.

mod bulk;
mod create;
pub mod model;
pub(in crate::crm) mod routes;
pub mod searchable;
pub mod store;
#[cfg(test)]
mod tests;
mod update;

pub(in crate::crm) use create::assigned;
pub use create::create;
pub(super) use create::timezone_of;
pub use routes::routes;
pub(super) use store::{changes_of, columns_of};
pub use update::update;
