//! Dead letters: messages that a queue's consumer failed on again and again. They are kept until somebody replays or discards
//! them, at most 30 days, because what they say may be personal.
//!
//! A replay goes through the queue again, so that nothing is done here that the consumer does not do; every consumer takes a
//! message that it has had before for what it is. Only a batch of sends is gone by then: its sends have failed, and are replayed
//! as such.

pub mod keep;
pub mod model;
mod read;
mod replay;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use keep::{all, given_up, of_sends, still_tried};
pub use model::Queue;
pub use routes::routes;
pub use store::{forget_old, open_count};
