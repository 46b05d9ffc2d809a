//! Memberships: what somebody is in a tenant. A tenant always keeps an owner.

pub mod change;
pub mod model;
pub mod routes;
pub mod store;

pub use model::{MembershipOut, Place};
pub use store::{is_member, places};
