//! What is learnt of a business in talking to it: what it is interested in, what troubles it, what it says against an offer.

pub mod interests;
pub mod objections;
pub mod pain_points;

use crate::http::Routes;

/// The routes of all three.
pub fn routes() -> Routes {
    interests::routes()
        .merge(pain_points::routes())
        .merge(objections::routes())
}
