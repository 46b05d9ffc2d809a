//! What is told of changes, natively, where nobody listens and what was told stays.

use http::Method;
use serde_json::json;

use crate::edge::live::LiveEvent;
use crate::testing::{Api, apis, id};

async fn told(api: &Api) -> Vec<LiveEvent> {
    api.platform.live.flush().await;
    let told = api.platform.live.take().into_iter();
    told.map(|(tenant, event)| {
        assert_eq!(tenant, api.tenant.as_str());
        event
    })
    .collect()
}

#[tokio::test]
async fn whatever_is_written_is_told_and_nothing_else_is() {
    for (api, other) in apis().await {
        let tag = id(&api.make("/tags", json!({"name": "Family owned"})).await);
        assert_eq!(told(&api).await, [LiveEvent::new("tags", tag.as_str())]);
        let path = format!("/tags/{tag}");
        api.get(&path).await.ok(200);
        api.post("/tags", json!({"name": ""})).await.wrong_fields();
        assert_eq!(other.delete(&path).await.status, 404);
        assert_eq!(told(&api).await, []);
        api.patch(&path, json!({"name": "Family"})).await.ok(200);
        api.delete(&path).await;
        assert_eq!(told(&api).await, [LiveEvent::new("tags", tag.as_str())]);
        assert_eq!(told(&other).await, []);
    }
}

#[tokio::test]
async fn several_at_once_are_not_named() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        told(&api).await;
        let body =
            json!({"ids": [business], "action": "change_lead_status", "lead_status": "lead"});
        api.post("/businesses/bulk", body).await.ok(200);
        assert_eq!(told(&api).await, [LiveEvent::new("businesses", "")]);
    }
}

#[tokio::test]
async fn since_is_a_number() {
    for (api, _) in apis().await {
        let now = api.get("/live").await.ok(200);
        assert_eq!(now, json!({"last": 0, "is_complete": true, "events": []}));
        for wrong in ["-1", "x", "1.5"] {
            let reply = api.get(&format!("/live?since={wrong}")).await;
            assert_eq!(reply.wrong_fields(), ["since"]);
        }
    }
}

#[tokio::test]
async fn another_sites_page_opens_no_socket() {
    for (api, _) in apis().await {
        let (_, token) = api.member("viewer", &[]).await;
        let cookie = format!("__Host-session={token}");
        let socket = |from: &'static str| {
            http::Request::builder()
                .method(Method::GET)
                .uri("/api/v1/live")
                .header("cookie", cookie.clone())
                .header("upgrade", "websocket")
                .header("origin", from)
                .body(axum::body::Body::empty())
                .unwrap()
        };
        let refused = api.send(socket("https://elsewhere.example")).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (403, &json!("cross_site_request"))
        );
    }
}
