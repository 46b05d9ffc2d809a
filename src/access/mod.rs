//! Who may do what. The [`guard`] stands before every route of the API: it finds out who calls, from where, how often and
//! with what permission, before a handler is reached.

pub mod allow_list;
pub mod api_keys;
mod audited;
pub mod feature_flags;
pub mod guard;
pub mod idempotency;
pub mod principals;
mod request;
pub mod roles;
#[cfg(test)]
mod tests;

pub use guard::guarded;

use crate::http::Routes;

/// All routes of this domain.
pub fn routes() -> Routes {
    api_keys::routes()
        .merge(roles::routes())
        .merge(allow_list::routes())
        .merge(feature_flags::routes())
}
