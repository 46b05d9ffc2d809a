//! The CRM: the communities, businesses and people the platform knows, and what happened with them.
//!
//! Other domains meet it through this module: [`recipients`] (who somebody is, for writing to them), [`timeline`] (entries
//! to write together with one's own facts), [`engagement`] (a person's totals) and [`deployment`] (a community's status).
//! [`sync`] keeps communities and businesses in step with the content database.
//! [`reach`] keeps a query to the records that a caller may
//! use, and [`timezone`] tells what time it is where somebody is.

pub mod activities;
mod audited;
pub mod backfill;
mod bulk;
pub mod businesses;
mod checks;
pub mod communities;
mod customers;
pub mod deals;
pub mod deployment;
pub mod duplicates;
mod embed;
pub mod engagement;
pub mod exports;
pub mod figures;
pub mod imports;
pub mod industries;
mod keys;
pub mod merges;
pub mod model;
pub mod needs;
pub mod notes;
pub mod people;
pub mod pipelines;
pub mod reach;
pub mod recipients;
pub mod scores;
pub mod search;
pub mod segments;
pub mod sync;
pub mod tags;
pub mod tasks;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod timezone;
pub mod turn;
pub mod views;

use crate::http::Routes;

/// All routes of the CRM.
pub fn routes() -> Routes {
    activities::routes()
        .merge(businesses::routes())
        .merge(communities::routes())
        .merge(customers::routes())
        .merge(deals::routes())
        .merge(exports::routes())
        .merge(imports::routes())
        .merge(industries::routes())
        .merge(needs::routes())
        .merge(notes::routes())
        .merge(duplicates::routes())
        .merge(merges::routes())
        .merge(people::routes())
        .merge(segments::routes())
        .merge(scores::routes())
        .merge(search::routes())
        .merge(pipelines::routes())
        .merge(sync::routes())
        .merge(tags::routes())
        .merge(tasks::routes())
        .merge(views::routes())
}
