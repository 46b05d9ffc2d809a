use http::Method;
use serde_json::json;

use crate::testing::{apis, id};

#[tokio::test]
async fn a_change_of_an_older_version_is_refused() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let business = api.business("Ely Bakery").await;
        let person = api.person(&business).await;
        let tag = id(&api.make("/tags", json!({"name": "a"})).await);
        let industry = id(&api.make("/industries", json!({"name": "Bakery"})).await);
        let role = id(&api
            .make("/roles", json!({"name": "r", "permissions": []}))
            .await);
        let location = json!({"name": "Ely", "timezone": "America/Boise"});
        let location = id(&api.make("/locations", location).await);
        let (member, _) = api.member("agent", &[]).await;
        for (path, patch) in [
            (format!("/tags/{tag}"), json!({"name": "b"})),
            (
                format!("/industries/{industry}"),
                json!({"display_order": 2}),
            ),
            (
                format!("/communities/{community}"),
                json!({"population": 3}),
            ),
            (
                format!("/businesses/{business}"),
                json!({"phone": "+15555550100"}),
            ),
            (
                format!("/businesses/{business}"),
                json!({"address_zip": "89301"}),
            ),
            (format!("/people/{person}"), json!({"title": "Owner"})),
            (format!("/roles/{role}"), json!({"description": "d"})),
            (
                format!("/locations/{location}"),
                json!({"address_city": "Ely"}),
            ),
            (format!("/members/{member}"), json!({"role": "viewer"})),
            ("/tenant".into(), json!({"daily_send_limit": 5})),
        ] {
            let setup = api.platform.config.api_key.clone();
            let edit = async |tag: &str| {
                let headers = [("if-match", tag)];
                api.call_as(&setup, Method::PATCH, &path, Some(patch.clone()), &headers)
                    .await
            };
            let read = api.get(&path).await.tag.unwrap();
            let first = edit(&read).await;
            assert_eq!(first.status, 200, "{path}: {}", first.body);
            // The clock stands still, and yet it is another version.
            assert_ne!(first.tag.as_ref(), Some(&read), "{path}");
            let stale = edit(&read).await;
            assert_eq!(
                (stale.status, &stale.body["error"]["code"]),
                (412, &json!("changed_meanwhile")),
                "{path}"
            );
            assert_eq!(edit("\"x\"").await.status, 412, "{path}");
            assert_eq!(edit(&first.tag.unwrap()).await.status, 200, "{path}");
            assert_eq!(edit("*").await.status, 200, "{path}");
        }
    }
}
