//! API keys: how programs sign in. A key is shown once; what is kept is a digest, what may be seen is its beginning.

pub mod model;
mod routes;
pub mod secret;
pub mod store;

pub use routes::routes;
