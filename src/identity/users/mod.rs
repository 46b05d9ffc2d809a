//! Users: people who sign in. They belong to no tenant; memberships say where they may work.

pub mod model;
pub mod routes;
pub mod store;

pub use model::{User, UserOut};
