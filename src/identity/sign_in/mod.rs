//! Ways to sign in that need nobody else: a password, and a link sent to one's address.

pub mod links;
pub mod model;
pub mod password;
pub mod routes;
mod store;
