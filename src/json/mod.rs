//! Reading JSON into types.
//!
//! serde compiles a type's reader once for each kind of deserializer it is read with, and those readers were a sixth of the
//! module. So every type is read with one kind, a [`Node`] of a document that is parsed first: bodies, queries, rows, JSON
//! columns, messages, the answers of providers. The same place then holds what we ask of all of them: each fault names its
//! field, and a struct is an object. (serde takes a list for one too, field by field in the source's order: `[]` would be an
//! empty change, and `{"filter": []}` would enrol everybody.)

mod fault;
mod node;
mod structure;

use serde::de::{Deserialize, DeserializeOwned};

pub use fault::{Fault, Unreadable};
pub use node::Node;

/// Reads a `T` from a JSON text.
///
/// # Errors
/// When the text is not JSON, or not the JSON of a `T`.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    Ok(shape(Node::parse(text)?)?)
}

/// Reads a `T` from the bytes of a JSON text.
///
/// # Errors
/// As [`read`].
pub fn read_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Unreadable> {
    Ok(shape(Node::parse_bytes(bytes)?)?)
}

/// Reads a `T` from a document.
///
/// # Errors
/// When it has another shape than a `T`.
pub fn shape<'de, T: Deserialize<'de>>(document: Node<'de>) -> Result<T, Fault> {
    T::deserialize(document)
}

#[cfg(test)]
mod tests;
