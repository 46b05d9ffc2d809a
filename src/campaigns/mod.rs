//! x
pub mod backoff;
pub mod conditions;
pub mod gate;
pub mod schedule;
pub mod send_window;
pub mod templates;
pub mod tracking;
