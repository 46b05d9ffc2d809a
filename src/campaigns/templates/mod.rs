//! Email templates: what an operator writes, checked when it is saved, compiled once, rendered for each recipient.

pub mod compile;
mod html;
pub mod model;
pub mod render;
pub mod routes;
pub mod store;

pub use compile::Compiled;
pub use model::{Layout, Purpose, Template};
