//! Email templates: what an operator writes, checked when it is saved, compiled once, rendered for each recipient.

pub mod compile;
mod html;
pub mod model;
mod preview;
pub mod problems;
pub mod render;
pub mod routes;
mod shown;
pub mod store;
mod test_send;
#[cfg(test)]
mod tests;
pub mod variables;

pub use compile::Compiled;
pub use model::{Layout, Purpose, Template};
