use serde_json::{Value, json};

use super::support::{at, business, businesses, community, later, listing, run, settle, synced};
use crate::app;
use crate::edge::clock::{DAY, HOUR, MINUTE, SECOND};
use crate::edge::db::Statement;
use crate::edge::queue::{Disposition, QueueName};
use crate::testing::{Api, assert_has, id};

/// What is on the queue.
fn queued(api: &Api) -> Vec<String> {
    let sent = api.platform.queues.take().into_iter();
    let content = sent.filter(|(queue, _, _)| *queue == QueueName::Content);
    content.map(|(_, text, _)| text).collect()
}

async fn last(api: &Api) -> Value {
    api.get("/sync").await.ok(200)["last_run"].clone()
}

fn fill(service: &super::support::Shared) {
    let mut service = service.lock().unwrap();
    service.page = 2;
    service.communities = vec![community(1, "Clearwater", &at(-HOUR))];
    service.listings = (1..=5)
        .map(|n| listing(n, &format!("Business {n}"), &at(-HOUR)))
        .collect();
}

#[tokio::test]
async fn what_may_pass_is_waited_out_and_what_was_done_stays() {
    for (mut api, service, _) in synced().await {
        fill(&service);
        let half = r#"{"data": [{"id": 1, "updated_at": "2026-03-0"#;
        for (trouble, words) in [
            (Some((500, "oops")), "answered 500"),
            (Some((200, half)), "cannot be read"),
            (Some((200, "<html>")), "cannot be read"),
            (Some((200, r#"{"data": []}"#)), "cannot be read"),
            (None, "gave no answer"),
        ] {
            let trouble = trouble.map(|(status, body)| (status, Vec::new(), body.to_string()));
            service.lock().unwrap().troubles.push_back(trouble);
            let waiting = match words {
                "answered 500" => run(&api, "full").await,
                _ => {
                    app::tick(&api.platform).await;
                    settle(&api).await;
                    last(&api).await
                }
            };
            assert_eq!(waiting["status"], json!("running"), "{}", api.name);
            assert!(
                waiting["waiting_for"].as_str().unwrap().contains(words),
                "{waiting}"
            );
            assert_eq!(businesses(&api).await.len(), 0);
            // Before its time nothing is asked.
            let asked = service.lock().unwrap().asked.len();
            app::tick(&api.platform).await;
            settle(&api).await;
            assert_eq!(service.lock().unwrap().asked.len(), asked);
            later(&mut api, HOUR);
        }
        assert_eq!(last(&api).await["attempts"], json!(5));
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_has(
            &last(&api).await,
            &json!({"status": "done", "created": 6, "seen": 6, "attempts": 0, "waiting_for": null}),
        );
    }
}

#[tokio::test]
async fn a_service_that_wants_to_be_left_alone_is() {
    for (mut api, service, _) in synced().await {
        fill(&service);
        service
            .lock()
            .unwrap()
            .fail(429, &[("Retry-After", "90")], "");
        let waiting = run(&api, "full").await;
        assert_has(
            &waiting,
            &json!({"status": "running", "attempts": 0, "next_step_at": at(90 * SECOND)}),
        );
        assert!(
            waiting["waiting_for"].as_str().unwrap().contains("429"),
            "{}",
            api.name
        );
        later(&mut api, 89 * SECOND);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_eq!(service.lock().unwrap().asked.len(), 1);
        later(&mut api, SECOND);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_has(&last(&api).await, &json!({"status": "done", "created": 6}));
    }
}

#[tokio::test]
async fn what_will_not_pass_ends_the_run_with_its_reason() {
    for (mut api, service, _) in synced().await {
        fill(&service);
        for (status, body, code) in [
            (401, "", "content_api_refused_key"),
            (403, "", "content_api_refused_key"),
            (404, "", "content_api_refused"),
            (302, "", "content_api_refused"),
        ] {
            service.lock().unwrap().fail(status, &[], body);
            let failed = run(&api, "full").await;
            assert_has(
                &failed,
                &json!({"status": "failed", "failure_code": code, "seen": 0, "finished_at": at(0)}),
            );
            assert!(
                failed["failure"]
                    .as_str()
                    .unwrap()
                    .contains(&status.to_string()),
                "{}",
                api.name
            );
        }
        for _ in 0..6 {
            service.lock().unwrap().fail(503, &[], "");
        }
        run(&api, "full").await;
        for _ in 0..6 {
            later(&mut api, HOUR);
            app::tick(&api.platform).await;
            settle(&api).await;
        }
        let runs = api.get("/sync/runs").await.ok(200);
        let given_up = runs
            .as_array()
            .unwrap()
            .iter()
            .find(|run| run["failure_code"] == "content_api_unavailable")
            .unwrap();
        assert_eq!(given_up["failure"], json!("the Content API answered 503"));
        // The next one is not held up by it.
        assert_has(&last(&api).await, &json!({"status": "done", "created": 6}));

        later(&mut api, MINUTE);
        service
            .lock()
            .unwrap()
            .fail(200, &[], r#"{"data": [], "meta": {"next_cursor": "2"}}"#);
        service
            .lock()
            .unwrap()
            .fail(200, &[], r#"{"data": [], "meta": {"next_cursor": "2"}}"#);
        assert_has(
            &run(&api, "full").await,
            &json!({"status": "failed", "failure_code": "content_api_goes_in_circles", "pages": 1}),
        );

        service.lock().unwrap().fail(429, &[], "");
        run(&api, "full").await;
        later(&mut api, 2 * DAY + HOUR);
        app::tick(&api.platform).await;
        settle(&api).await;
        let runs = api.get("/sync/runs").await.ok(200);
        assert!(
            runs.as_array()
                .unwrap()
                .iter()
                .any(|run| run["failure_code"] == "took_too_long")
        );
    }
}

#[tokio::test]
async fn two_at_the_same_page_do_it_once() {
    for (mut api, service, _) in synced().await {
        fill(&service);
        run(&api, "full").await;
        later(&mut api, MINUTE);
        for record in &mut service.lock().unwrap().listings {
            record["name"] = json!(format!("{} anew", record["name"].as_str().unwrap()));
            record["updated_at"] = json!(at(0));
        }
        service
            .lock()
            .unwrap()
            .listings
            .push(listing(6, "Six", &at(0)));
        api.post("/sync/runs", json!({"kind": "full"}))
            .await
            .ok(202);
        let texts = queued(&api);
        tokio::join!(
            app::consume(&api.platform, "content", &texts),
            app::consume(&api.platform, "content", &texts)
        );
        settle(&api).await;
        assert_has(
            &last(&api).await,
            &json!({"status": "done", "seen": 7, "created": 1, "updated": 5, "unchanged": 1}),
        );
        assert_eq!(businesses(&api).await.len(), 6, "{}", api.name);
    }
}

/// A page's batch dies at its last statement. (On SQLite alone: the other engine's database is shared by all tests.)
#[tokio::test]
async fn a_page_that_dies_half_written_leaves_nothing_and_is_done_again() {
    for (mut api, service, _) in synced().await {
        if api.name != "sqlite" {
            continue;
        }
        fill(&service);
        service.lock().unwrap().listings[3]["name"] = json!("");
        for sql in [
            "CREATE TRIGGER dies BEFORE INSERT ON sync_refusals BEGIN SELECT RAISE(ABORT, 'dead'); END",
            "DROP TRIGGER dies",
        ] {
            api.platform.db.execute(Statement::new(sql)).await.unwrap();
            if sql.starts_with("DROP") {
                break;
            }
            api.post("/sync/runs", json!({"kind": "full"}))
                .await
                .ok(202);
            let died = app::consume(&api.platform, "content", &queued(&api)).await;
            assert_eq!(died, [Disposition::Retry]);
            assert_has(
                &last(&api).await,
                &json!({"status": "running", "pages": 2, "seen": 3, "created": 3, "refused": 0}),
            );
            assert_eq!(businesses(&api).await.len(), 2);
        }
        later(&mut api, 3 * MINUTE);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_has(
            &last(&api).await,
            &json!({"status": "done", "seen": 6, "created": 5, "refused": 1}),
        );
        assert_eq!(businesses(&api).await.len(), 4);
    }
}

#[tokio::test]
async fn an_edit_while_a_page_is_on_its_way_is_not_lost() {
    for (mut api, service, _) in synced().await {
        fill(&service);
        run(&api, "full").await;
        later(&mut api, MINUTE);
        let mut changed = listing(1, "Theirs", &at(0));
        changed["phone"] = json!("+17275550100");
        service.lock().unwrap().listings[0] = changed;
        let path = format!("/businesses/{}", id(&business(&api, 1).await));
        api.post("/sync/runs", json!({"kind": "full"}))
            .await
            .ok(202);
        let texts = queued(&api);
        let (_, edited) = tokio::join!(
            app::consume(&api.platform, "content", &texts),
            api.patch(&path, json!({"phone": "+17275550199"}))
        );
        edited.ok(200);
        settle(&api).await;
        assert_has(
            &business(&api, 1).await,
            &json!({"name": "Theirs", "phone": "+17275550199"}),
        );
        assert_eq!(last(&api).await["status"], json!("done"), "{}", api.name);
    }
}

#[tokio::test]
async fn a_run_whose_holder_died_goes_on_where_it_was() {
    for (mut api, service, _) in synced().await {
        fill(&service);
        let started = api
            .post("/sync/runs", json!({"kind": "full"}))
            .await
            .ok(202);
        let _ = api.platform.queues.take();
        // Somebody holds it and did two pages, and is heard of no more.
        let hold = Statement::new(
            "UPDATE sync_runs SET lease_token = 'dead', lease_until = ?2 WHERE tenant_id = ?1",
        );
        api.platform
            .db
            .execute(hold.bind(&api.tenant).bind(api.platform.now() + 2 * MINUTE))
            .await
            .unwrap();
        later(&mut api, MINUTE);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_has(&last(&api).await, &json!({"status": "running", "pages": 0}));
        later(&mut api, MINUTE);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_has(
            &last(&api).await,
            &json!({"id": id(&started), "status": "done", "created": 6, "seen": 6}),
        );
        assert_eq!(businesses(&api).await.len(), 5, "{}", api.name);
    }
}

#[tokio::test]
async fn what_somebody_else_holds_is_left_alone() {
    for (api, service, _) in synced().await {
        fill(&service);
        let started = api
            .post("/sync/runs", json!({"kind": "full"}))
            .await
            .ok(202);
        let texts = queued(&api);
        let take = Statement::new("UPDATE sync_runs SET lease_token = 'other', lease_until = ?3 WHERE tenant_id = ?1 AND id = ?2")
            .bind(&api.tenant)
            .bind(id(&started))
            .bind(api.platform.now() + HOUR);
        api.platform.db.execute(take).await.unwrap();
        app::consume(&api.platform, "content", &texts).await;
        assert_has(
            &last(&api).await,
            &json!({"pages": 0, "seen": 0, "status": "running"}),
        );
        let asked = service.lock().unwrap().asked.len();
        assert_eq!(
            (asked, businesses(&api).await.len()),
            (0, 0),
            "{}",
            api.name
        );
    }
}
