//! The CRM: the communities, businesses and people the platform knows, and what happened with them.
//!
//! Other domains meet it through this module: [`recipients`] (who somebody is, for writing to them), [`timeline`] (entries
//! to write together with one's own facts), [`engagement`] (a person's totals) and [`deployment`] (a community's status).
//! [`reach`] keeps a query to the records that a caller may
//! use, and [`timezone`] tells what time it is where somebody is.

pub mod activities;
pub mod businesses;
mod checks;
pub mod communities;
pub mod deployment;
pub mod engagement;
pub mod industries;
pub mod model;
pub mod people;
pub mod reach;
pub mod recipients;
pub mod search;
pub mod segments;
pub mod tags;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod timezone;

use crate::http::Routes;

/// All routes of the CRM.
pub fn routes() -> Routes {
    activities::routes()
        .merge(businesses::routes())
        .merge(communities::routes())
        .merge(industries::routes())
        .merge(people::routes())
        .merge(segments::routes())
        .merge(search::routes())
        .merge(tags::routes())
}
