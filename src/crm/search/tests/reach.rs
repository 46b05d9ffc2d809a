//! Who finds what.

use http::Method;
use serde_json::{Value, json};

use super::encoded;
use crate::testing::{Api, apis, id};

async fn found(api: &Api, token: &str, text: &str) -> Vec<String> {
    let path = format!("/search?q={}", encoded(text));
    let hits = api
        .call_as(token, Method::GET, &path, None, &[])
        .await
        .ok(200);
    let title = |hit: &Value| hit["title"].as_str().unwrap().to_string();
    let mut titles: Vec<_> = hits.as_array().unwrap().iter().map(title).collect();
    titles.sort();
    titles
}

async fn business(api: &Api, name: &str, more: Value) -> String {
    let mut body = json!({"community_id": api.community().await, "name": name});
    body.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    let business = id(&api.make("/businesses", body).await);
    let person = json!({"business_id": business, "first_name": name, "last_name": "Harborman"});
    api.make("/people", person).await;
    business
}

#[tokio::test]
async fn one_finds_what_one_may_use() {
    for (api, _) in apis().await {
        let place = |name: &str| json!({"name": name, "timezone": "America/New_York"});
        let here = id(&api.make("/locations", place("Clearwater")).await);
        let there = id(&api.make("/locations", place("Ely")).await);
        let (me, token) = api.member("manager", &[&here]).await;
        let (_, of_both) = api.member("manager", &[&here, &there]).await;
        let mine = business(&api, "Harbor One", json!({"location_id": here})).await;
        business(&api, "Harbor Two", json!({"location_id": there})).await;
        business(&api, "Harbor Three", json!({})).await;
        assert_eq!(
            found(&api, &token, "harbor").await,
            ["Harbor One", "Harbor One Harborman"],
            "{}",
            api.name
        );
        assert_eq!(found(&api, &of_both, "harbor").await.len(), 4);
        assert!(found(&api, &token, "three").await.is_empty());

        // It moves, and what hangs on it with it.
        api.patch(
            &format!("/businesses/{mine}"),
            json!({"location_id": there}),
        )
        .await
        .ok(200);
        assert!(found(&api, &token, "harbor").await.is_empty());

        // One's own records only, of people; businesses are not for them at all.
        let role = json!({"name": "Caller", "permissions": ["search:read", "people:read"], "own_records": ["people:read"]});
        let role = id(&api.make("/roles", role).await);
        let (caller, token) = api.member(&role, &[]).await;
        assert!(found(&api, &token, "harbor").await.is_empty());
        business(&api, "Harbor Four", json!({"owner_id": caller})).await;
        assert_eq!(
            found(&api, &token, "harbor").await,
            ["Harbor Four Harborman"],
            "{}",
            api.name
        );
        assert_eq!(
            found(&api, &token, "harbr four").await,
            ["Harbor Four Harborman"]
        );
        let _ = me;

        // And who may not search does not.
        let role = id(&api
            .make(
                "/roles",
                json!({"name": "Reader", "permissions": ["people:read"]}),
            )
            .await);
        let (_, token) = api.member(&role, &[]).await;
        let refused = api
            .call_as(&token, Method::GET, "/search?q=harbor", None, &[])
            .await;
        assert_eq!(refused.status, 403);
    }
}
