use http::Method;
use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, assert_has, id};

#[tokio::test]
async fn are_businesses_under_another_name() {
    for (api, other) in apis().await {
        let community = api.community().await;
        let body = json!({"community_id": community, "name": "Joe's", "phone": "+17755550142", "lead_score": 7});
        let made = api.make("/customers", body).await;
        let business = api.get(&format!("/businesses/{}", id(&made))).await.ok(200);
        assert_eq!(made, business, "{}", api.name);
        let path = format!("/customers/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made);
        assert_eq!(api.get("/customers/slug/joes").await.ok(200), made);
        assert_eq!(
            api.get("/customers?sort=-lead_score").await.ok(200),
            json!([made])
        );
        for nobody in [
            "/customers/slug/joe",
            "/customers/slug/Joe%00",
            &format!("/customers/{NOBODY}"),
        ] {
            assert_eq!(api.get(nobody).await.status, 404, "{nobody}");
        }
        for reply in [
            other.get(&path).await,
            other.get("/customers/slug/joes").await,
        ] {
            assert_eq!(reply.status, 404);
        }

        let key = &api.platform.config.api_key;
        let put = async |path: &str, body: Value| {
            api.call_as(key, Method::PUT, path, Some(body), &[]).await
        };
        let replaced = put(
            &path,
            json!({"community_id": community, "name": "Joseph's"}),
        )
        .await
        .ok(200);
        assert_has(
            &replaced,
            &json!({"name": "Joseph's", "slug": "joes", "phone": null, "lead_score": 0, "lead_status": "prospect"}),
        );
        assert_eq!(
            put(&path, json!({"name": "X"})).await.wrong_fields(),
            ["community_id"]
        );
        let context = json!({"specialties": ["Eggs"]});
        let with = put(
            &format!("{path}/business-context"),
            json!({"business_context": context}),
        )
        .await;
        assert_has(
            &with.ok(200),
            &json!({"business_context": context, "name": "Joseph's"}),
        );
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.get(&path).await.status, 404);
        assert_eq!(api.get("/customers/slug/joes").await.status, 404);
    }
}

async fn filled(api: &Api) -> String {
    let business = api.business("A").await;
    let at = |more: Value| {
        let mut body = json!({"business_id": business});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    api.make("/people", at(json!({"email": "dana@example.com"})))
        .await;
    api.make("/notes", at(json!({"content": "Call early."})))
        .await;
    for (title, priority) in [("small", "low"), ("big", "urgent")] {
        api.make("/tasks", at(json!({"title": title, "priority": priority})))
            .await;
    }
    let done = id(&api.make("/tasks", at(json!({"title": "done"}))).await);
    api.post(&format!("/tasks/{done}/complete"), json!({}))
        .await
        .ok(200);
    api.make("/product-interests", at(json!({"product_id": "p"})))
        .await;
    api.make(
        "/pain-points",
        at(json!({"category": "c", "description": "d"})),
    )
    .await;
    api.make(
        "/objections",
        at(json!({"objection_type": "price", "objection_text": "t"})),
    )
    .await;
    business
}

#[tokio::test]
async fn an_ai_is_told_all_that_it_may_know() {
    for (api, other) in apis().await {
        let business = filled(&api).await;
        let path = format!("/customers/{business}/ai-context");
        let context = api.get(&path).await.ok(200);
        assert_eq!(context["business"]["name"], "A", "{}", api.name);
        assert_eq!(context["business"]["community"]["name"], "Ely");
        let tasks: Vec<_> = context["open_tasks"]
            .as_array()
            .unwrap()
            .iter()
            .map(|task| &task["title"])
            .collect();
        assert_eq!(tasks, ["big", "small"]);
        for (part, count) in [
            ("contacts", 1),
            ("notes", 1),
            ("product_interests", 1),
            ("pain_points", 1),
            ("objections", 1),
            ("recent_activities", 8),
        ] {
            assert_eq!(context[part].as_array().unwrap().len(), count, "{part}");
        }
        assert_eq!(other.get(&path).await.status, 404);

        let role = json!({"name": "Narrow", "permissions": ["businesses:read", "notes:read"]});
        let role = id(&api.make("/roles", role).await);
        let (_, token) = api.member(&role, &[]).await;
        let narrow = api
            .call_as(&token, Method::GET, &path, None, &[])
            .await
            .ok(200);
        assert_eq!(narrow["notes"].as_array().unwrap().len(), 1);
        for part in ["contacts", "open_tasks", "pain_points", "recent_activities"] {
            assert_eq!(narrow[part], Value::Null, "{part}");
        }
    }
}
