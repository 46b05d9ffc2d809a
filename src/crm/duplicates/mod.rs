//! Records that may be the same: found by the keys that tell a record again (`crm/keys.rs`), kept as pairs, and looked at by
//! people, who merge them (`crm/merges`) or say that they are not the same.

mod advance;
pub mod evidence;
mod find;
pub mod model;
mod routes;
mod store;
#[cfg(test)]
mod tests;

pub use advance::advance;
pub use routes::routes;
