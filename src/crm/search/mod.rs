//! Search: one box over everything that is known.
//!
//! The index is a table of words (`search_terms`) that is walked in short stretches of fixed length, the same on every engine,
//! so that a search reads as many rows in a large tenant as in a small one. What it proposes is read (`search_documents`) and
//! judged by code of our own ([`matching`]). `docs/search.md` tells it at length.

mod candidates;
pub mod document;
mod edits;
mod excerpt;
mod find;
mod fold;
mod matching;
pub mod model;
mod query;
mod routes;
mod settle;
mod store;
#[cfg(test)]
mod tests;
mod words;

pub use routes::routes;
pub use settle::{after_write, tick};
