//! The audit log: every write, every sign-in event, every read or export of personal data. Who, what, which record, when, from
//! where, and how it ended; never the data itself.
//!
//! Whatever serves a request calls [`record`], which costs it one message on a queue. The consumer gives each entry its place in
//! its tenant's chain: an entry's hash covers the one before it, under a key that is not in the database (`chain.rs`). So an
//! entry that was changed, taken away or moved is found again ([`verify`]). The database refuses changes by itself (the triggers
//! of `0005_audit.sql`); the chain is for whoever gets around them. An older state of the whole log, put back, is a chain too:
//! against that its end is written to the platform's log once a day (`anchor.rs`), and [`verify`] can be asked for it. Entries are kept for six years (`retention.rs`).

mod anchor;
mod append;
mod chain;
pub mod consumer;
mod csv;
mod judge;
mod message;
pub mod model;
mod recording;
mod retention;
mod routes;
mod store;
mod verify;

#[cfg(test)]
mod tests;

pub use anchor::anchor;
pub use chain::{is_request_hash, request_hash};
pub use model::{ActorKind, Entry, Outcome};
pub use recording::{record, record_all, record_soon};
pub use retention::remove_old;
pub use routes::routes;
pub use verify::verify;
