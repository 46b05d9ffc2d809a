//! Who may do what. The [`guard`] stands before every route of the API: it finds out who calls, from where, how often and
//! with what permission, before a handler is reached.

pub mod guard;

pub use guard::guarded;
