//! The campaign engine: drip sequences to many businesses, each send accounted for, nobody written to twice.
//!
//! One email's way: [`planner`] decides the due step of an enrolment and writes it into the [`ledger`]; a queue message
//! stands for a batch of such rows ([`batches`]); [`dispatcher`] leases it, asks the [`gate`], renders the template, hands
//! over to the provider and saves the outcomes; [`tracking`] and [`receipts`] hear what became of it; the planner goes on
//! with the enrolment's next step. `docs/architecture.md` tells it at length.

pub mod audience;
pub mod backoff;
pub mod batches;
pub mod conditions;
pub mod counts;
pub mod dispatcher;
pub mod enrolments;
pub mod gate;
pub mod ledger;
pub mod merging;
pub mod planner;
pub mod quota;
pub mod receipts;
pub mod replies;
pub mod schedule;
pub mod send_window;
pub mod sequences;
pub mod suppressions;
pub mod templates;
pub mod tenants;
pub mod tracking;
pub mod webhooks;

use crate::http::Routes;

/// All routes of the engine.
pub fn routes() -> Routes {
    sequences::routes::routes()
        .merge(enrolments::routes::routes())
        .merge(ledger::routes::routes())
        .merge(counts::routes::routes())
        .merge(suppressions::routes::routes())
        .merge(templates::routes::routes())
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::enrolments::model::{EnrolmentStatus, JobStatus};
    use super::ledger::SendStatus;
    use super::sequences::model::{Channel, SequenceStatus, UnderWay};
    use super::suppressions::store::Reason;
    use super::templates::{Layout, Purpose};
    use super::tracking::verdict::{Kind, Verdict};

    /// The words that a table's column may hold, from its CHECK.
    fn allowed(migration: &str, table: &str, column: &str) -> Vec<String> {
        let after = |text: &str, mark: &str| text.split_once(mark).unwrap().1.to_string();
        let table = after(migration, &format!("CREATE TABLE {table} ("));
        let list = after(&table, &format!("CHECK ({column} IN ("));
        let list = list.split_once("))").unwrap().0;
        list.split(", ")
            .map(|word| word.trim_matches('\'').to_string())
            .collect()
    }

    fn words(all: &[impl Serialize]) -> Vec<String> {
        all.iter()
            .map(|word| {
                serde_json::to_value(word)
                    .unwrap()
                    .as_str()
                    .unwrap()
                    .to_string()
            })
            .collect()
    }

    #[test]
    fn every_word_stands_in_its_check_and_none_besides() {
        for migration in [
            include_str!("../../d1/0002_campaigns.sql"),
            include_str!("../../migrations/0002_campaigns.sql"),
        ] {
            for (table, column, words) in [
                ("campaign_sequences", "status", words(&SequenceStatus::ALL)),
                (
                    "campaign_sequence_versions",
                    "enrolments_under_way",
                    words(&[UnderWay::Finish, UnderWay::Move]),
                ),
                (
                    "email_templates",
                    "layout",
                    words(&[Layout::Base, Layout::None]),
                ),
                (
                    "email_templates",
                    "purpose",
                    words(&[Purpose::Marketing, Purpose::Transactional]),
                ),
                ("campaign_steps", "channel", words(&Channel::ALL)),
                ("enrolments", "status", words(&EnrolmentStatus::ALL)),
                (
                    "enrolment_jobs",
                    "status",
                    words(&[JobStatus::Running, JobStatus::Done, JobStatus::Failed]),
                ),
                ("send_log", "channel", words(&Channel::ALL)),
                ("send_log", "status", words(&SendStatus::ALL)),
                ("suppressions", "channel", words(&Channel::ALL)),
                ("suppressions", "reason", words(&Reason::ALL)),
                ("tracking_events", "kind", words(&[Kind::Open, Kind::Click])),
                (
                    "tracking_events",
                    "verdict",
                    words(&[Verdict::Human, Verdict::PrivacyProxy, Verdict::Scanner]),
                ),
            ] {
                assert_eq!(allowed(migration, table, column), words, "{table}.{column}");
            }
        }
    }
}
