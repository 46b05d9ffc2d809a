//! Invitations: how somebody comes to belong to a tenant. There is one open invitation for an address at a time.

pub mod accept;
pub mod invite;
pub mod model;
pub mod routes;
pub mod store;

use crate::edge::clock::{DAY, Millis};

/// What an invitation's token begins with.
const KIND: &str = "invitation";
/// How long an invitation waits.
const LIFETIME: Millis = 7 * DAY;
