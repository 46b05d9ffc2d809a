//! Dead letters as the API has them, on every engine.

use serde_json::{Value, json};

use super::model::Queue;
use super::store;
use crate::app;
use crate::edge::clock::{Clock, DAY};
use crate::edge::queue::{Disposition, QueueName};
use crate::ids::{SendId, TrackingEventId};
use crate::testing::{Api, NOW, apis, apis_alone, id};

fn open(api: &Api) -> String {
    json!({"type": "engagement", "id": TrackingEventId::new(NOW), "tenant_id": api.tenant, "send_id": SendId::from_bytes([7; 16]),
           "kind": "open", "occurred_at": NOW, "method": "GET", "user_agent": "Mozilla"})
    .to_string()
}

async fn die(api: &Api, queue: &str, messages: &[String]) {
    for disposition in app::consume(&api.platform, queue, messages).await {
        assert_eq!(disposition, Disposition::Acknowledge, "{}", api.name);
    }
}

async fn listed(api: &Api, filter: &str) -> Vec<Value> {
    let list = api.get(&format!("/dead-letters{filter}")).await.ok(200);
    list.as_array().unwrap().clone()
}

fn on_queue(api: &Api, queue: QueueName) -> Vec<String> {
    let sent = api.platform.queues.take().into_iter();
    sent.filter(|(name, _, _)| *name == queue)
        .map(|(_, text, _)| text)
        .collect()
}

#[tokio::test]
async fn what_died_is_kept_shown_and_replayed() {
    for (api, other) in apis().await {
        let message = open(&api);
        die(&api, "tracking-dead", &[message.clone(), message.clone()]).await;
        let all = listed(&api, "").await;
        assert_eq!(all.len(), 1, "{}: one message is one dead letter", api.name);
        let letter = &all[0];
        assert_eq!(letter["what"], "An open of an email");
        assert_eq!(
            (&letter["queue"], &letter["status"]),
            (&json!("tracking"), &json!("open"))
        );
        assert!(letter.get("message").is_none());
        assert!(listed(&other, "").await.is_empty());
        let path = format!("/dead-letters/{}", id(letter));
        assert_eq!(api.get(&path).await.ok(200)["message"], message.as_str());
        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(
            other
                .post(&format!("{path}/replay"), json!({}))
                .await
                .status,
            404
        );

        let replayed = api.post(&format!("{path}/replay"), json!({})).await.ok(200);
        assert_eq!(replayed["status"], "replayed");
        assert_eq!(
            on_queue(&api, QueueName::Tracking),
            std::slice::from_ref(&message)
        );
        assert_eq!(api.get(&path).await.ok(200)["message"], Value::Null);
        let again = api.post(&format!("{path}/replay"), json!({})).await;
        assert_eq!(again.status, 409, "{}", again.body);

        // It died again: the same dead letter is open again.
        die(&api, "tracking-dead", std::slice::from_ref(&message)).await;
        let back = api.get(&path).await.ok(200);
        assert_eq!(
            (&back["status"], &back["attempts"]),
            (&json!("open"), &json!(2))
        );
        let gone = api
            .post(&format!("{path}/discard"), json!({}))
            .await
            .ok(200);
        assert_eq!(gone["status"], "discarded");
        assert_eq!(api.get(&path).await.ok(200)["message"], Value::Null);
        assert_eq!(
            api.post(&format!("{path}/discard"), json!({})).await.status,
            409
        );
        assert!(on_queue(&api, QueueName::Tracking).is_empty());
    }
}

#[tokio::test]
async fn many_are_found_and_replayed_by_queue() {
    for (api, _) in apis().await {
        let messages: Vec<_> = (0..5).map(|_| open(&api)).collect();
        die(&api, "tracking-dead", &messages).await;
        let content = json!({"type": "run", "tenant_id": api.tenant, "run_id": id(&json!({"id": crate::testing::NOBODY}))});
        die(&api, "content-dead", &[content.to_string()]).await;
        assert_eq!(
            listed(&api, "?filter[queue]=tracking&status=open")
                .await
                .len(),
            5
        );
        assert_eq!(listed(&api, "?queue=content").await.len(), 1);
        let (walked, pages) = api.walk("/dead-letters", 4).await;
        assert_eq!((walked.len(), pages), (6, 2));
        assert_eq!(
            api.get("/dead-letters?queue=letters").await.wrong_fields(),
            ["queue"]
        );
        let of_tracking = |letter: &&Value| letter["queue"] == "tracking";
        let two: Vec<_> = walked.iter().filter(of_tracking).take(2).map(id).collect();
        let done = api
            .post("/dead-letters/replay", json!({"ids": two}))
            .await
            .ok(200);
        assert_eq!(done, json!({"replayed": 2, "more": false}), "{}", api.name);
        let done = api
            .post("/dead-letters/replay", json!({"queue": "tracking"}))
            .await
            .ok(200);
        assert_eq!(done, json!({"replayed": 3, "more": false}));
        assert_eq!(on_queue(&api, QueueName::Tracking).len(), 5);
        assert_eq!(listed(&api, "?status=open").await.len(), 1);
    }
}

#[tokio::test]
async fn what_names_nobody_is_the_settings_tenants_and_old_ones_go() {
    for (mut api, _) in apis_alone().await {
        let nobody = json!({"type": "engagement", "tenant_id": crate::testing::NOBODY});
        die(
            &api,
            "tracking-dead",
            &[nobody.to_string(), "no message".into()],
        )
        .await;
        assert_eq!(listed(&api, "").await.len(), 2);
        store::forget_old(&api.platform.db, NOW + 30 * DAY)
            .await
            .unwrap();
        assert_eq!(listed(&api, "").await.len(), 2);
        api.platform.clock = Clock::fixed(NOW + 31 * DAY);
        store::forget_old(&api.platform.db, api.platform.now())
            .await
            .unwrap();
        assert!(listed(&api, "").await.is_empty());
    }
}

#[tokio::test]
async fn who_may_use_some_records_only_sees_none() {
    for (api, _) in apis().await {
        let location = id(&api
            .make(
                "/locations",
                json!({"name": "North", "timezone": "America/Boise"}),
            )
            .await);
        let (_, token) = api.member("admin", &[&location]).await;
        let list = api
            .call_as(&token, http::Method::GET, "/dead-letters", None, &[])
            .await;
        assert_eq!(list.status, 403, "{}", list.body);
        let (_, token) = api.member("viewer", &[]).await;
        let list = api
            .call_as(&token, http::Method::GET, "/dead-letters", None, &[])
            .await;
        assert_eq!(list.status, 403, "{}", list.body);
    }
}

#[tokio::test]
async fn a_message_is_read_by_who_may_see_what_it_says() {
    for (api, _) in apis().await {
        let messages = [json!([{"tenant_id": api.tenant, "action": "read"}]).to_string()];
        let fails = async || {
            let failed = [Disposition::Retry];
            super::still_tried(&api.platform, Queue::Audit, &messages, &failed).await;
        };
        fails().await;
        let letters = listed(&api, "?queue=audit").await;
        let path = format!("/dead-letters/{}", id(&letters[0]));
        let (_, manager) = api.member("manager", &[]).await;
        let get = async |path: &str| {
            let method = http::Method::GET;
            api.call_as(&manager, method, path, None, &[]).await
        };
        assert_eq!(get("/dead-letters").await.status, 200, "{}", api.name);
        assert_eq!(get(&path).await.status, 403, "{}", api.name);
        api.get(&path).await.ok(200);

        // Its queue goes on trying it; who has let it go does not hear of it any more.
        api.post(&format!("{path}/discard"), json!({}))
            .await
            .ok(200);
        fails().await;
        assert_eq!(api.get(&path).await.ok(200)["status"], "discarded");
    }
}
