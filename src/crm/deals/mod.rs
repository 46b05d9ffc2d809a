//! Deals: a business on its way through a pipeline. Who may use the business may use its deals.
//!
//! [`moving`] brings a deal to another stage, with its entry in the history and on the business's timeline as one write;
//! [`board`] shows a pipeline's stages with what is in them, and [`conversion`] says from the history how deals fare there.

mod add;
mod board;
mod closing;
mod conversion;
pub mod model;
mod moving;
mod place;
mod rank;
pub(in crate::crm) mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
