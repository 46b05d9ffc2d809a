//! Who somebody is: users, how they sign in, which tenants they belong to, and whether they are still signed in.
//!
//! A person is one [`users`] row, whatever they sign in with: a password, a link by email, or somebody else's sign-in
//! ([`sign_in`], [`openid`]). A membership says what they are in a tenant; one begins with an invitation, and nobody makes
//! a tenant for themselves. Signing in starts a session ([`sessions`]): a short-lived signed access token, and a refresh
//! token that is used once. [`principal`] tells in one query whether a session still speaks for a member, and
//! [`csrf`] whether a request with a cookie is our own page's.

pub mod acting;
pub mod answer;
mod audited;
pub mod caller;
mod checks;
pub mod client;
pub mod csrf;
pub mod demo;
pub mod invitations;
mod letter;
pub mod locations;
mod lockout;
pub mod memberships;
pub mod openid;
pub mod pages;
mod passwords;
pub mod principal;
pub mod return_to;
pub mod role_holders;
mod secrets;
pub mod sessions;
pub mod sign_in;
pub mod tenants;
pub mod users;

use crate::http::Routes;

/// All routes of the API that are about who somebody is.
pub fn routes() -> Routes {
    Routes::new("")
        .merge(sign_in::routes::routes())
        .merge(openid::routes::routes())
        .merge(users::routes::routes())
        .merge(sessions::routes::routes())
        .merge(invitations::routes::routes())
        .merge(memberships::routes::routes())
        .merge(locations::routes::routes())
        .merge(tenants::routes::routes())
}

#[cfg(test)]
mod tests;
