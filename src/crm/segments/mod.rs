//! Segments: businesses or people of whom some rules hold, worked out whenever somebody asks. A rule can be about fields, tags,
//! what happened, and what became of campaigns; a segment can be looked at, counted, and enrolled in a sequence.

pub mod condition;
pub mod fields;
pub mod model;
mod routes;
pub mod rule;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
