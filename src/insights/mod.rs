//! How things are, told to whoever runs it: the dashboard, and what the platform leans on. It has no tables of its own; each domain
//! offers its figures, from counts and indexes, so that looking costs the same whatever there is.

mod attention;
mod dashboard;
pub mod model;
pub mod providers;
mod routes;
#[cfg(test)]
mod tests;

use crate::http::Routes;

/// All routes of what is told.
pub fn routes() -> Routes {
    routes::routes().merge(providers::routes())
}
