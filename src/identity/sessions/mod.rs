//! Sessions: one signing-in and what follows from it.
//!
//! Whoever signs in gets two tokens. The **access token** is signed, says whose it is, and lives ten minutes: reading it
//! costs no query, but [`super::principal`] asks whether its session still stands. The **refresh token** is random, kept
//! hashed, and used once: its use gives the next pair. A token that is used a second time was stolen or kept by mistake, and
//! ends its session, except in the first seconds ([`refresh`] says why).

pub mod access_token;
pub mod cookies;
pub mod model;
pub mod refresh;
pub mod routes;
pub mod start;
pub mod store;

pub use access_token::{AccessClaims, verify_access_token};
pub use model::{EndReason, Method, SessionOut};
pub use start::{SignedIn, start};

use crate::edge::clock::{DAY, MINUTE, Millis};

/// How long an access token is good.
pub const ACCESS_LIFETIME: Millis = 10 * MINUTE;
/// How long a refresh token waits for its use: a session that is not used so long is over.
pub const REFRESH_LIFETIME: Millis = 14 * DAY;
/// How long a session lasts at most, however much it is used.
pub const SESSION_LIFETIME: Millis = 30 * DAY;
