//! Enrolments: one person's way through a sequence. Enrolling is idempotent; enrolling many is a job with progress.

pub mod enrol;
pub mod jobs;
pub mod model;
pub mod routes;
pub mod store;
