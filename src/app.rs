//! The route table: which domain answers which path, which consumer takes which queue's messages, and what a tick does.

use axum::Router;
use axum::middleware;

use crate::campaigns::batches::BatchMessage;
use crate::campaigns::dispatcher;
use crate::campaigns::tracking::consumer;
use crate::campaigns::{self, planner};
use crate::dead_letters::Queue;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::edge::queue::Disposition;
use crate::error::Error;
use crate::http::Routes;
use crate::http::frame::frame;
use crate::json;
use crate::{access, audit, crm, dead_letters, development, identity, insights, live};

/// The routes of the API. What is not here is not in the contract.
pub fn api() -> Routes {
    Routes::new("")
        .merge(campaigns::routes())
        .merge(crm::routes())
        .merge(access::routes())
        .merge(identity::routes())
        .merge(audit::routes())
        .merge(live::routes())
        .merge(insights::routes())
        .merge(dead_letters::routes())
}

/// All routes. Built once; what a request needs comes with the request.
pub fn router(is_production: bool) -> Router {
    let mut router = access::guarded(api())
        .merge(campaigns::webhooks::routes())
        .merge(campaigns::tracking::routes::routes())
        .merge(crm::sync::webhook::routes())
        .merge(identity::pages::routes())
        .merge(crm::exports::public_routes())
        .merge(crate::http::health::routes())
        .merge(crate::http::contract::routes());
    if !is_production {
        router = router.merge(development::routes());
    }
    router
        .fallback(|| async { Error::NotFound("page") })
        .method_not_allowed_fallback(|| async { Error::MethodNotAllowed })
        .layer(middleware::from_fn(frame))
}

/// Handles the messages (JSON texts) of one queue delivery. Every one of them gets a disposition, in order.
pub async fn consume(platform: &Platform, queue: &str, messages: &[String]) -> Vec<Disposition> {
    match queue {
        "sends" => {
            let (read, positions) = parse::<BatchMessage>(queue, messages);
            let mut dispositions = vec![Disposition::Acknowledge; messages.len()];
            for (position, disposition) in positions
                .into_iter()
                .zip(dispatcher::dispatch(platform, &read).await)
            {
                if let Some(slot) = dispositions.get_mut(position) {
                    *slot = disposition;
                }
            }
            dispositions
        }
        "tracking" => consumer::consume(platform, messages).await,
        "content" => crm::sync::consumer::consume(platform, messages).await,
        "audit" => audit::consumer::consume(platform, queue, messages).await,
        // Dead entries of the audit log are entries still: what kept them out of the log may have passed.
        "audit-dead" => {
            let chained = audit::consumer::consume(platform, queue, messages).await;
            dead_letters::still_tried(platform, Queue::Audit, messages, &chained).await;
            chained
        }
        "imports" => crm::imports::consumer::consume(platform, messages).await,
        "imports-dead" => {
            let given_up = crm::imports::consumer::give_up(platform, messages).await;
            dead_letters::given_up(platform, Queue::Imports, messages, given_up).await
        }
        "sends-dead" => {
            let (read, positions) = parse::<BatchMessage>(queue, messages);
            let mut dispositions = vec![Disposition::Acknowledge; messages.len()];
            for (position, disposition) in positions
                .into_iter()
                .zip(dead_letters::of_sends(platform, &read).await)
            {
                if let Some(slot) = dispositions.get_mut(position) {
                    *slot = disposition;
                }
            }
            dispositions
        }
        "tracking-dead" => dead_letters::all(platform, Queue::Tracking, messages).await,
        "content-dead" => dead_letters::all(platform, Queue::Content, messages).await,
        other => {
            let count = messages.len().to_string();
            log::error("unknown queue", &[("queue", other), ("count", &count)]);
            vec![Disposition::Acknowledge; messages.len()]
        }
    }
}

/// The messages that can be read, with their positions. One that cannot will never be: it is logged and done with.
fn parse<T: serde::de::DeserializeOwned>(queue: &str, messages: &[String]) -> (Vec<T>, Vec<usize>) {
    messages
        .iter()
        .enumerate()
        .filter_map(|(position, text)| match json::read(text) {
            Ok(message) => Some((message, position)),
            Err(error) => {
                log::error(
                    "unreadable message",
                    &[("queue", queue), ("error", &error.to_string())],
                );
                None
            }
        })
        .unzip()
}

/// What happens every minute.
pub async fn tick(platform: &Platform) {
    match planner::tick(platform).await {
        Ok(tick) => {
            let text = serde_json::to_string(&tick).unwrap_or_default();
            log::info("tick", &[("planner", &text)]);
        }
        Err(error) => log::error("tick", &[("error", &error.to_string())]),
    }
    let (db, now) = (&platform.db, platform.now());
    // First what only sets something going.
    report("imports", crm::imports::consumer::sweep(platform).await);
    report("counts", campaigns::counts::fold(db).await);
    report("content sync", crm::sync::tick(platform).await);
    report("merges", crm::merges::tick(platform).await);
    report("keys", crm::backfill::some(db).await);
    match crm::turn::of_a_tick(db).await {
        Ok(turn) => {
            report("search", crm::search::tick(db, turn, now).await);
            report("scores", crm::scores::tick(platform, turn).await);
            report("duplicates", crm::duplicates::advance(platform, turn).await);
        }
        Err(error) => report("catching up", Err::<(), _>(error)),
    }
    let month: String = crate::time::format(platform.now())
        .chars()
        .take(7)
        .collect();
    report(
        "maintenance",
        maintain_daily(platform, &format!("{month}-01")).await,
    );
}

/// One part's failure is for the log, and stands in no other's way.
fn report<T, E: std::fmt::Display>(part: &str, outcome: std::result::Result<T, E>) {
    if let Err(error) = outcome {
        log::error("tick", &[("part", part), ("error", &error.to_string())]);
    }
}

/// Upkeep, in the first minute of each day: the engine's own, and what is kept no longer.
async fn maintain_daily(platform: &Platform, first_of_month: &str) -> Result<(), Error> {
    use crate::edge::clock::{DAY, MINUTE, machine_now};
    if platform.now().rem_euclid(DAY) < MINUTE {
        platform.db.maintain(first_of_month).await?;
        // A moved clock makes no entry old: the database asks its own.
        let now = platform.now().min(machine_now());
        access::idempotency::store::forget_old(&platform.db, platform.now()).await?;
        dead_letters::forget_old(&platform.db, platform.now()).await?;
        crm::sync::schedule::forget_old(platform).await?;
        audit::anchor(&platform.db).await?;
        audit::remove_old(&platform.db, &platform.config.audit_keys, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::http::openapi;
    use crate::http::operation::Access;

    const CONTRACT: &str = "pages/api/openapi.json";

    /// `UPDATE_CONTRACT=1 cargo test contract` (which `make contract` does) writes it anew.
    #[test]
    fn the_contract_is_what_the_code_says() {
        let document = openapi::document(&super::api().into_vec());
        let written = serde_json::to_string_pretty(&document).unwrap() + "\n";
        if std::env::var_os("UPDATE_CONTRACT").is_some() {
            std::fs::write(CONTRACT, &written).unwrap();
        }
        let kept = std::fs::read_to_string(CONTRACT).unwrap();
        assert!(
            kept == written,
            "{CONTRACT} is not up to date: run `make contract`"
        );
    }

    /// Two types of one name would be told apart by a number, which says nothing and changes when a third one comes.
    #[test]
    fn every_shape_has_a_name_of_its_own() {
        let document = openapi::document(&super::api().into_vec());
        let shapes = document["components"]["schemas"].as_object().unwrap();
        let numbered: Vec<_> = shapes
            .keys()
            .filter(|name| {
                let other = name.trim_end_matches(|last: char| last.is_ascii_digit());
                other != name.as_str() && shapes.contains_key(other)
            })
            .collect();
        assert!(numbered.is_empty(), "`#[schemars(rename)]`: {numbered:?}");
    }

    #[test]
    fn every_operation_has_one_name_a_text_and_an_answer() {
        let mut names = BTreeSet::new();
        for route in super::api().into_vec() {
            let (id, texts) = (route.operation.id, &route.operation.texts);
            assert!(names.insert(id), "{id} is there twice");
            assert!(route.path.starts_with("/api/v1/"), "{}", route.path);
            assert!(!texts.summary.is_empty() && !route.tag.is_empty(), "{id}");
            assert!(!route.description.answers.is_empty(), "{id}");
            if let Some(example) = texts.example {
                serde_json::from_str::<serde_json::Value>(example).expect(id);
            }
            let writes = route.method != http::Method::GET;
            let has_body = route.description.body.is_some();
            assert!(
                !(writes && has_body) || texts.example.is_some(),
                "{id} has no example"
            );
            let public = route.operation.access == Access::Public;
            assert!(
                !public || route.path.starts_with("/api/v1/auth/") || !writes,
                "{id} is open to all"
            );
        }
    }

    /// A route of the API that is not declared as an operation would be in no contract and behind no guard. The contract
    /// itself is the one that need not be.
    #[test]
    fn no_route_of_the_api_goes_past_the_guard() {
        fn look(folder: &std::path::Path) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    look(&path);
                } else if !path.ends_with("app.rs") && !path.ends_with("http/contract.rs") {
                    let text: String = std::fs::read_to_string(&path).unwrap();
                    let text: String = text.split_whitespace().collect();
                    assert!(!text.contains(".route(\"/api"), "{}", path.display());
                }
            }
        }
        look(std::path::Path::new("src"));
    }

    #[test]
    fn every_code_of_a_conflict_is_in_the_contract() {
        let contract = openapi::document(&super::api().into_vec()).to_string();
        fn look(folder: &std::path::Path, contract: &str) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    look(&path, contract);
                    continue;
                }
                let text: String = std::fs::read_to_string(&path).unwrap();
                let text: String = text.split_whitespace().collect();
                for rest in text.split("Error::conflict(\"").skip(1) {
                    let code = rest.split('"').next().unwrap();
                    assert!(
                        contract.contains(&format!("\"{code}\"")),
                        "{code} in {}",
                        path.display()
                    );
                }
            }
        }
        look(std::path::Path::new("src"), &contract);
    }
}
