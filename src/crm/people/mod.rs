//! People: the contacts at businesses.

mod bulk;
pub mod model;
pub(in crate::crm) mod routes;
pub mod searchable;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
pub use store::get as find;
pub(super) use store::{changes_of, columns_of};
