//! Sequences: what is sent, in which order and when. Enrolments run on a published version, which never changes.

pub mod changes;
mod checklist;
pub mod lifecycle;
pub mod model;
pub mod routes;
pub mod store;
#[cfg(test)]
mod tests;
mod validate;

pub use model::{Channel, Sequence, SequenceStatus, Step, Version};
pub use store::paused_count;
