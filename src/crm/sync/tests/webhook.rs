use axum::body::Body;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::Sha256;
use tower_service::Service;

use super::support::{
    SECRET, at, business, businesses, community, later, listing, run, settle, synced,
};
use crate::app;
use crate::edge::clock::{HOUR, MINUTE, SECOND};
use crate::testing::{Api, assert_has};

async fn post(api: &Api, body: &str, timestamp: i64, secret: &str) -> u16 {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let mut request = Request::builder()
        .method("POST")
        .uri("/webhooks/content")
        .header("x-content-timestamp", timestamp.to_string())
        .header("x-content-signature", format!("sha256={signature}"))
        .body(Body::from(body.to_string()))
        .unwrap();
    request.extensions_mut().insert(api.platform.clone());
    let response = app::router(false).call(request).await.unwrap();
    let status = response.status().as_u16();
    let _ = response.into_body().collect().await.unwrap();
    status
}

async fn tell(api: &Api, delivery: &str, kind: &str, data: Value) -> u16 {
    let body = json!({"id": delivery, "type": kind, "data": data}).to_string();
    post(api, &body, api.platform.now() / SECOND, SECRET).await
}

async fn deliveries(api: &Api) -> Vec<Value> {
    api.get("/sync/deliveries")
        .await
        .ok(200)
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn a_delivery_is_stored_once_and_applied_once() {
    for (mut api, _, other) in synced().await {
        assert_eq!(
            tell(
                &api,
                "evt_1",
                "community.created",
                community(1, "Clearwater", &at(-HOUR))
            )
            .await,
            200
        );
        assert_eq!(
            deliveries(&api).await[0]["outcome"],
            json!(null),
            "the work is the queue's"
        );
        settle(&api).await;
        later(&mut api, SECOND);
        for _ in 0..2 {
            assert_eq!(
                tell(
                    &api,
                    "evt_2",
                    "business.created",
                    listing(5, "Bakery", &at(-HOUR))
                )
                .await,
                200
            );
        }
        settle(&api).await;
        assert_eq!(
            tell(
                &api,
                "evt_2",
                "business.created",
                listing(5, "Bakery", &at(-HOUR))
            )
            .await,
            200
        );
        settle(&api).await;
        assert_eq!(businesses(&api).await.len(), 1, "{}", api.name);
        let stored = deliveries(&api).await;
        assert_eq!(stored.len(), 2);
        assert_has(
            &stored[0],
            &json!({"delivery_key": "evt_2", "type": "business.created", "outcome": "created", "reason": null}),
        );
        assert_eq!(deliveries(&other).await.len(), 0);
        for (key, kind, data, outcome) in [
            (
                "evt_3",
                "business.updated",
                listing(5, "Bakery & Co", &at(-MINUTE)),
                "updated",
            ),
            (
                "evt_4",
                "business.updated",
                listing(5, "Bakery & Co", &at(-MINUTE)),
                "unchanged",
            ),
            // Late, and of no account any more.
            (
                "evt_5",
                "business.updated",
                listing(5, "Bakery", &at(-HOUR)),
                "unchanged",
            ),
            (
                "evt_6",
                "business.updated",
                json!({"id": 5, "updated_at": at(0), "name": ""}),
                "refused",
            ),
            ("evt_7", "article.published", json!({"id": 1}), "ignored"),
            (
                "evt_8",
                "business.deleted",
                json!({"id": 5, "updated_at": at(0)}),
                "updated",
            ),
        ] {
            assert_eq!(tell(&api, key, kind, data).await, 200);
            settle(&api).await;
            let stored = deliveries(&api).await;
            let found = stored
                .iter()
                .find(|one| one["delivery_key"] == key)
                .unwrap();
            assert_eq!(found["outcome"], json!(outcome), "{found}");
            assert_eq!(
                found["reason"].is_string(),
                matches!(outcome, "refused" | "ignored"),
                "{found}"
            );
        }
        assert_eq!(business(&api, 5).await["name"], json!("Bakery & Co"));
        let gone = api.get("/sync/records?filter[vanished]=true").await.ok(200);
        assert_eq!(gone.as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_is_not_genuine_is_refused_and_nothing_is_stored() {
    for (api, _, other) in synced().await {
        let now = api.platform.now() / SECOND;
        let body = json!({"id": "evt_1", "type": "business.created", "data": listing(5, "Bakery", &at(0))}).to_string();
        assert_eq!(
            post(&api, &body, now, "another-secret-of-somebody-else").await,
            401,
            "{}",
            api.name
        );
        assert_eq!(
            post(&api, &body, now - 301, SECRET).await,
            401,
            "said again too late"
        );
        assert_eq!(post(&api, &body, now + 301, SECRET).await, 401);
        assert_eq!(
            post(&other, &body, now, SECRET).await,
            401,
            "no secret is set there"
        );
        for (wrong, status) in [
            ("nothing", 400),
            ("{}", 422),
            (r#"{"id": "", "type": "x.y", "data": 1}"#, 422),
            (r#"{"id": "a", "type": "x.y"}"#, 422),
        ] {
            assert_eq!(post(&api, wrong, now, SECRET).await, status, "{wrong}");
        }
        assert_eq!(deliveries(&api).await.len(), 0);
        assert_eq!(post(&api, &body, now - 299, SECRET).await, 200);
    }
}

#[tokio::test]
async fn a_delivery_whose_message_was_lost_is_found_by_the_tick() {
    for (mut api, _, _) in synced().await {
        tell(
            &api,
            "evt_1",
            "community.created",
            community(1, "Clearwater", &at(-HOUR)),
        )
        .await;
        let _ = api.platform.queues.take();
        later(&mut api, 9 * MINUTE);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_eq!(deliveries(&api).await[0]["applied_at"], json!(null));
        later(&mut api, MINUTE);
        app::tick(&api.platform).await;
        settle(&api).await;
        assert_eq!(
            deliveries(&api).await[0]["outcome"],
            json!("created"),
            "{}",
            api.name
        );
    }
}

#[tokio::test]
async fn the_webhook_and_a_run_make_one_record_of_one() {
    for (api, service, _) in synced().await {
        service.lock().unwrap().communities = vec![community(1, "Clearwater", &at(-HOUR))];
        run(&api, "full").await;
        service.lock().unwrap().listings =
            (1..=6).map(|n| listing(n, "Bakery", &at(-HOUR))).collect();
        for number in 1..=6 {
            tell(
                &api,
                &format!("evt_{number}"),
                "business.created",
                listing(number, "Bakery", &at(-HOUR)),
            )
            .await;
        }
        let told = api.platform.queues.take();
        api.post("/sync/runs", json!({"kind": "full"}))
            .await
            .ok(202);
        let (told, pulled): (Vec<String>, Vec<String>) = (
            told.into_iter()
                .map(|(_, text, _)| text)
                .filter(|text| text.contains("delivery_id"))
                .collect(),
            api.platform
                .queues
                .take()
                .into_iter()
                .map(|(_, text, _)| text)
                .filter(|text| text.contains("run_id"))
                .collect(),
        );
        tokio::join!(
            app::consume(&api.platform, "content", &told),
            app::consume(&api.platform, "content", &pulled)
        );
        settle(&api).await;
        assert_eq!(businesses(&api).await.len(), 6, "{}", api.name);
        let records = api
            .get("/sync/records?filter[resource]=business")
            .await
            .ok(200);
        assert_eq!(records.as_array().unwrap().len(), 6);
        assert!(
            deliveries(&api)
                .await
                .iter()
                .all(|one| matches!(one["outcome"].as_str(), Some("created" | "unchanged")))
        );
    }
}
