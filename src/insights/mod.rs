//! How things are: what the platform leans on, told to whoever runs it.

pub mod providers;

use crate::http::Routes;

/// All routes of what is told.
pub fn routes() -> Routes {
    providers::routes()
}
