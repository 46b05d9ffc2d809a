//! Imports: businesses and people from a file. The file goes into the bucket as it comes; its rows are taken in piece by piece
//! in the background. What a row means is what the API would be told (`rows.rs`), which record it is about is decided by what
//! is known of it (`book.rs`), and each piece is one transaction with how far the import has come (`store/chunk.rs`): so it
//! can be killed anywhere, and the same file does nothing the second time.

pub mod book;
pub mod chunk;
pub mod consumer;
mod convert;
pub mod encoding;
pub mod entry;
pub mod fields;
mod files;
pub mod look;
mod looked;
mod map;
pub mod model;
mod people;
mod pieces;
mod records;
mod refused;
mod routes;
pub mod rows;
mod run;
pub mod store;
#[cfg(test)]
mod tests;
mod upload;
mod xlsx;

pub use routes::routes;
