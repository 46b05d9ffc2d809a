//! Tests of this domain's rules with their stores, on every engine.

mod invitations;
mod links;
mod memberships;
mod openid;
mod places;
mod schema;
mod sessions;
mod support;
