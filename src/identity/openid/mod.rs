//! Signing in with an account elsewhere: Google, or any OpenID provider of the settings.
//!
//! The browser goes to the provider with a `state` and a `nonce` and comes back with a code, which we exchange for an ID
//! token over a connection of our own ([`flow`]). A signed cookie binds the way back to the browser that left ([`carried`]).
//! Where the provider's addresses and keys are, it says itself ([`discovery`]). The token is believed when its signature
//! and each of its claims hold ([`id_token`], [`claims`]); whose account it is, [`account`] tells.

pub mod account;
mod carried;
pub mod claims;
mod discovery;
pub mod flow;
mod id_token;
pub mod routes;

/// Why somebody could not be signed in: a word for programs, and what happened for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For programs and tests.
    pub code: &'static str,
    /// For the log.
    pub detail: String,
}

impl Refusal {
    fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Refusal {
            code,
            detail: detail.into(),
        }
    }
}
