//! Activities: a business's timeline. The platform enters what it did itself (`timeline`); here others report what happened
//! elsewhere, and a person's facts move with it.

pub mod model;
mod record;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use record::record;
pub use routes::routes;
