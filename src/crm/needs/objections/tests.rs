use serde_json::json;

use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_recorded_resolved_once_and_removed() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let person = api.person(&business).await;
        let full = json!({"business_id": business, "person_id": person, "objection_type": "price",
            "objection_text": "Too much.", "response_given": null, "source": "call", "captured_at": "2026-03-01T00:00:00Z"});
        let made = api.make("/objections", full.clone()).await;
        assert_has(&made, &full);
        assert_has(&made, &json!({"resolved": false, "resolved_at": null}));
        let path = format!("/objections/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);

        let resolve = json!({"resolved": true, "response_given": "It pays."});
        let resolved = api.patch(&path, resolve.clone()).await.ok(200);
        assert_has(&resolved, &resolve);
        assert_eq!(resolved["resolved_at"], "2026-03-04T16:00:00Z");
        api.patch(&path, json!({"resolved": true})).await.ok(200);
        let timeline = format!("/businesses/{business}/activities");
        let entries = api.get(&timeline).await.ok(200);
        let mut kinds: Vec<_> = entries
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["type"].as_str().unwrap())
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["objection_raised", "objection_resolved"]);
        assert_eq!(entries[0]["person_id"], json!(person));
        let count = async |query: &str| {
            let found = api.get(&format!("/objections?{query}")).await.ok(200);
            found.as_array().unwrap().len()
        };
        assert_eq!(count("resolved=true&objection_type=price").await, 1);
        assert_eq!(
            count(&format!("resolved=false&person_id={person}")).await,
            0
        );
        let again = api.patch(&path, json!({"resolved": false})).await.ok(200);
        assert_has(
            &again,
            &json!({"resolved": false, "resolved_at": null, "response_given": "It pays."}),
        );

        for status in [
            other.get(&path).await.status,
            other.patch(&path, resolve).await.status,
            other.delete(&path).await.status,
        ] {
            assert_eq!(status, 404);
        }
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.get(&path).await.status, 404);
        let elsewhere = api.person(&api.business("B").await).await;
        for (business, person, field) in [
            (NOBODY, json!(null), "business_id"),
            (business.as_str(), json!(elsewhere), "person_id"),
        ] {
            let body = json!({"business_id": business, "person_id": person, "objection_type": "x", "objection_text": "x"});
            assert_eq!(api.post("/objections", body).await.wrong_fields(), [field]);
        }
    }
}
