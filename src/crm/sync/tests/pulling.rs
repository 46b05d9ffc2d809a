use serde_json::json;

use super::support::{at, business, businesses, community, later, listing, run, settle, synced};
use crate::app;
use crate::edge::clock::{DAY, HOUR, MINUTE};
use crate::testing::{assert_has, id};

#[tokio::test]
async fn a_full_run_brings_everything_over_and_another_changes_nothing() {
    for (mut api, service, other) in synced().await {
        {
            let mut service = service.lock().unwrap();
            service.page = 2;
            service.communities = vec![
                community(1, "Clearwater", &at(-HOUR)),
                community(2, "Dunedin", &at(-HOUR)),
                community(3, "Largo", &at(-HOUR)),
            ];
            service.listings = (1..=5)
                .map(|n| listing(n, "Harbor Street Bakery", &at(-HOUR)))
                .collect();
        }
        let done = run(&api, "full").await;
        assert_has(
            &done,
            &json!({"status": "done", "kind": "full", "seen": 8, "created": 8, "updated": 0, "unchanged": 0, "refused": 0, "vanished": 0,
                "pages": 6, "failure": null, "updated_since": null, "requested_by": "setup_key"}),
        );
        let made = business(&api, 3).await;
        assert_has(
            &made,
            &json!({"name": "Harbor Street Bakery", "slug": "harbor-street-bakery-3", "phone": "+17275550142", "address_lat": 27.965, "timezone": "America/New_York",
                "hours_of_operation": {"mon": [["08:00", "17:00"]]}, "source": "content", "lead_status": "prospect", "synced_at": "2026-03-04T16:00:00Z"}),
        );
        let town = api
            .get(&format!(
                "/communities/{}",
                made["community_id"].as_str().unwrap()
            ))
            .await
            .ok(200);
        assert_has(
            &town,
            &json!({"name": "Clearwater", "state": "FL", "zip_codes": ["33755"], "population": 117_292, "business_count": 0, "content_db_id": 1}),
        );
        assert_eq!(businesses(&other).await.len(), 0, "{}", api.name);

        later(&mut api, 10 * MINUTE);
        let before = businesses(&api).await;
        let again = run(&api, "full").await;
        assert_has(
            &again,
            &json!({"status": "done", "seen": 8, "created": 0, "updated": 0, "unchanged": 8}),
        );
        assert_eq!(businesses(&api).await, before);
        let runs = api.get("/sync/runs").await.ok(200);
        assert_eq!(
            (runs.as_array().unwrap().len(), id(&runs[0])),
            (2, id(&again))
        );
        assert_eq!(other.get("/sync/runs").await.ok(200), json!([]));
        assert_eq!(
            other
                .get(&format!("/sync/runs/{}", id(&again)))
                .await
                .status,
            404
        );
        let records = api
            .get("/sync/records?filter[resource]=business")
            .await
            .ok(200);
        assert_eq!(records.as_array().unwrap().len(), 5);
        assert_has(
            &records[0],
            &json!({"kept": [], "vanished_at": null, "remote_updated_at": "2026-03-04T15:00:00Z"}),
        );
    }
}

#[tokio::test]
async fn an_incremental_run_asks_for_what_changed_since() {
    for (mut api, service, _) in synced().await {
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-2 * DAY))];
        service.lock().unwrap().listings = vec![
            listing(1, "A", &at(-2 * DAY)),
            listing(2, "B", &at(-2 * HOUR)),
        ];
        assert_has(
            &run(&api, "incremental").await,
            &json!({"created": 3, "updated_since": null}),
        );
        later(&mut api, HOUR);
        service.lock().unwrap().listings[0] = listing(1, "A & Sons", &at(HOUR - MINUTE));
        service.lock().unwrap().asked.clear();
        let second = run(&api, "incremental").await;
        assert_has(
            &second,
            &json!({"updated_since": at(-2 * HOUR - 5 * MINUTE), "seen": 2, "updated": 1, "unchanged": 1, "vanished": 0}),
        );
        assert!(
            service
                .lock()
                .unwrap()
                .asked
                .iter()
                .all(|url| url.contains("updated_since=2026-03-04T13%3A55%3A00Z")),
            "{}",
            api.name
        );
        assert_eq!(business(&api, 1).await["name"], json!("A & Sons"));
        // What it did not ask for is still there.
        let records = api.get("/sync/records?filter[vanished]=true").await.ok(200);
        assert_eq!(records, json!([]));

        // A clock that is ahead over there does not make us pass over what comes meanwhile.
        service
            .lock()
            .unwrap()
            .listings
            .push(listing(3, "From tomorrow", &at(30 * DAY)));
        run(&api, "incremental").await;
        later(&mut api, HOUR);
        service
            .lock()
            .unwrap()
            .listings
            .push(listing(4, "Meanwhile", &at(HOUR + MINUTE)));
        assert_has(&run(&api, "incremental").await, &json!({"created": 1}));
    }
}

#[tokio::test]
async fn a_full_run_marks_what_is_no_more_and_deletes_nothing() {
    for (mut api, service, _) in synced().await {
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-HOUR))];
        service.lock().unwrap().listings = (1..=12)
            .map(|n| listing(n, &format!("Business {n}"), &at(-HOUR)))
            .collect();
        run(&api, "full").await;
        later(&mut api, MINUTE);
        service.lock().unwrap().listings.remove(0);
        let mut deleted = listing(2, "Business 2", &at(0));
        deleted["deleted_at"] = json!(at(0));
        service.lock().unwrap().listings[0] = deleted;
        let done = run(&api, "full").await;
        assert_has(
            &done,
            &json!({"status": "done", "vanished": 2, "unchanged": 12, "seen": 12}),
        );
        let gone = api.get("/sync/records?filter[vanished]=true").await.ok(200);
        let mut numbers: Vec<_> = gone
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["remote_id"].as_i64().unwrap())
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2], "{}", api.name);
        assert_eq!(businesses(&api).await.len(), 12);
        later(&mut api, MINUTE);
        assert_has(&run(&api, "full").await, &json!({"vanished": 0}));
        // It is there again.
        later(&mut api, MINUTE);
        service
            .lock()
            .unwrap()
            .listings
            .push(listing(1, "Business 1", &at(-HOUR)));
        run(&api, "full").await;
        let gone = api.get("/sync/records?filter[vanished]=true").await.ok(200);
        assert_eq!(gone.as_array().unwrap().len(), 1);

        // That nearly everything is gone is more likely a fault.
        later(&mut api, MINUTE);
        service.lock().unwrap().listings.clear();
        let failed = run(&api, "full").await;
        assert_has(
            &failed,
            &json!({"status": "failed", "failure_code": "too_much_vanished", "vanished": 0}),
        );
        assert_eq!(
            api.get("/sync/records?filter[vanished]=true").await.ok(200),
            gone
        );
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_by_itself_and_with_its_reason() {
    for (mut api, service, _) in synced().await {
        service.lock().unwrap().communities = vec![
            community(1, "Clearwater", &at(-HOUR)),
            json!({"id": 2, "updated_at": at(-HOUR), "name": "Nowhere"}),
        ];
        let mut lost = listing(11, "Lost", &at(-HOUR));
        lost["community_id"] = json!(99);
        let mut homeless = listing(12, "Homeless", &at(-HOUR));
        homeless.as_object_mut().unwrap().remove("community_id");
        let mut nameless = listing(13, "", &at(-HOUR));
        nameless.as_object_mut().unwrap().remove("name");
        let mut odd = listing(14, "Odd", &at(-HOUR));
        odd["phone"] = json!("call me");
        odd["address_zip"] = json!("x");
        service.lock().unwrap().listings = vec![
            listing(1, "Fine", &at(-HOUR)),
            lost,
            homeless,
            nameless,
            odd,
            json!("garbage"),
            json!({"name": "No number"}),
            listing(2, "Fine too", &at(-HOUR)),
        ];
        let done = run(&api, "full").await;
        assert_has(
            &done,
            &json!({"status": "done", "seen": 10, "created": 3, "refused": 7}),
        );
        let refusals = api
            .get(&format!("/sync/runs/{}/refusals", id(&done)))
            .await
            .ok(200);
        let mut reasons: Vec<_> = refusals
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (one["remote_id"].as_i64(), one["reason"].as_str().unwrap()))
            .collect();
        reasons.sort_unstable();
        let expected = [
            (None, "id: is missing"),
            (None, "invalid type"),
            (Some(2), "state: is missing"),
            (Some(11), "community_id: community 99 is not known here"),
            (Some(12), "community_id: is missing"),
            (Some(13), "name: is missing"),
            (Some(14), "address_zip: must be a ZIP code"),
        ];
        for ((number, reason), (expected_number, start)) in reasons.iter().zip(expected) {
            assert!(
                *number == expected_number && reason.starts_with(start),
                "{number:?} {reason} {}",
                api.name
            );
        }
        assert!(reasons[6].1.contains("phone: must be"));
        assert_eq!(businesses(&api).await.len(), 2);

        // One that is known and cannot be taken any more stays as it was, and is not taken for gone.
        later(&mut api, MINUTE);
        service.lock().unwrap().listings[0]["name"] = json!("");
        assert_has(
            &run(&api, "full").await,
            &json!({"vanished": 0, "refused": 8}),
        );
        assert_eq!(business(&api, 1).await["name"], json!("Fine"));
    }
}

#[tokio::test]
async fn the_cron_begins_a_run_when_it_is_time_and_goes_on_with_what_is_left() {
    for (mut api, service, _) in synced().await {
        service.lock().unwrap().page = 1;
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-HOUR))];
        service.lock().unwrap().listings = (1..=30)
            .map(|n| listing(n, &format!("Business {n}"), &at(-HOUR)))
            .collect();
        app::tick(&api.platform).await;
        let started = api.get("/sync").await.ok(200);
        assert_has(
            &started["last_run"],
            &json!({"status": "running", "kind": "incremental", "requested_by": null, "pages": 0}),
        );
        assert_has(
            &started,
            &json!({"every_minutes": 15, "pull": {"is_on": true, "missing": []}, "webhook": {"is_on": true, "missing": []}}),
        );
        // A turn is ten pages. That the next one was lost the next tick makes good.
        let first = api
            .platform
            .queues
            .take()
            .into_iter()
            .find(|(queue, _, _)| *queue == crate::edge::queue::QueueName::Content)
            .unwrap()
            .1;
        app::consume(&api.platform, "content", std::slice::from_ref(&first)).await;
        assert_has(
            &api.get("/sync").await.ok(200)["last_run"],
            &json!({"pages": 10, "status": "running", "created": 10}),
        );
        let lost = api.platform.queues.take();
        assert_eq!(
            lost.iter()
                .filter(|(queue, _, _)| *queue == crate::edge::queue::QueueName::Content)
                .count(),
            1,
            "{}",
            api.name
        );
        let busy = api.post("/sync/runs", json!({"kind": "full"})).await;
        assert_eq!(
            (busy.status, &busy.body["error"]["code"]),
            (409, &json!("sync_is_running"))
        );
        later(&mut api, MINUTE);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_has(
            &api.get("/sync").await.ok(200)["last_run"],
            &json!({"status": "done", "created": 31, "seen": 31, "next_step_at": null}),
        );
        let rate = api.get("/sync").await.ok(200)["last_run"]["records_per_second"]
            .as_f64()
            .unwrap();
        assert!((rate - 31.0 / 60.0).abs() < 1e-9, "{rate}");

        for (wait, runs) in [(13 * MINUTE, 1), (MINUTE, 2)] {
            later(&mut api, wait);
            app::tick(&api.platform).await;
            settle(&api).await;
            assert_eq!(
                api.get("/sync/runs")
                    .await
                    .ok(200)
                    .as_array()
                    .unwrap()
                    .len(),
                runs
            );
        }
        // A message that comes again does nothing.
        let before = api.get("/sync").await.ok(200);
        app::consume(&api.platform, "content", &[first]).await;
        assert_eq!(api.get("/sync").await.ok(200), before);
    }
}

#[tokio::test]
async fn without_its_settings_it_is_off_and_says_so() {
    for (_, _, other) in synced().await {
        let off = other.get("/sync").await.ok(200);
        assert_has(
            &off,
            &json!({"pull": {"is_on": false, "missing": ["CONTENT_TENANT_ID"]}, "webhook": {"is_on": false, "missing": ["CONTENT_TENANT_ID"]},
                "every_minutes": null, "last_run": null}),
        );
        let refused = other.post("/sync/runs", json!({"kind": "full"})).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (409, &json!("sync_is_off")),
            "{}",
            other.name
        );
        assert!(
            refused.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains("CONTENT_API_URL and CONTENT_API_KEY")
        );
        assert_eq!(
            other
                .post("/sync/runs", json!({"kind": "half"}))
                .await
                .wrong_fields(),
            ["kind"]
        );
        app::tick(&other.platform).await;
        assert_eq!(other.get("/sync/runs").await.ok(200), json!([]));
    }
}

#[tokio::test]
async fn who_may_use_some_records_only_has_no_part_in_it() {
    for (api, _, _) in synced().await {
        let here = id(&api
            .make(
                "/locations",
                json!({"name": "Clearwater", "timezone": "America/New_York"}),
            )
            .await);
        let (_, token) = api.member("admin", &[&here]).await;
        for (method, path, body) in [
            (http::Method::GET, "/sync", None),
            (http::Method::GET, "/sync/runs", None),
            (http::Method::GET, "/sync/records", None),
            (http::Method::GET, "/sync/deliveries", None),
            (
                http::Method::POST,
                "/sync/runs",
                Some(json!({"kind": "full"})),
            ),
        ] {
            let reply = api.call_as(&token, method, path, body, &[]).await;
            assert_eq!(
                (reply.status, &reply.body["error"]["code"]),
                (403, &json!("limited_reach")),
                "{path} {}",
                api.name
            );
        }
    }
}
