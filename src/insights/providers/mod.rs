//! The outside services that the platform leans on: which are set up, and how they are. Never a secret of theirs.

mod email;
pub mod model;
mod others;
mod routes;
#[cfg(test)]
mod tests;

pub use routes::routes;
