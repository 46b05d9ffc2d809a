//! Industries: lines of business, with the words and worries each has.

pub mod model;
mod routes;
pub mod store;
#[cfg(test)]
mod tests;

pub use routes::routes;
