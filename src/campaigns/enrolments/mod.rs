//! Enrolments: one person's way through a sequence. Enrolling is idempotent; enrolling many is a job with progress.

pub mod enrol;
mod forecast;
pub mod jobs;
pub mod model;
pub mod routes;
pub mod store;
#[cfg(test)]
mod tests;
