use serde_json::json;

use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_recorded_listed_changed_and_removed() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let full = json!({"business_id": business, "category": "missed_calls", "description": "Nobody answers.",
            "severity": "high", "source": "chat", "captured_at": "2026-03-01T00:00:00Z"});
        let made = api.make("/pain-points", full.clone()).await;
        assert_has(&made, &full);
        let path = format!("/pain-points/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);
        let timeline = api
            .get(&format!("/businesses/{business}/activities"))
            .await
            .ok(200);
        assert_has(
            &timeline[0],
            &json!({"type": "pain_point_noted", "subject": "missed_calls", "detail": "Nobody answers."}),
        );
        let later =
            json!({"business_id": business, "category": "no_time_marketing", "description": "X"});
        assert_has(
            &api.make("/pain-points", later).await,
            &json!({"severity": "medium"}),
        );
        let newest = api.get("/pain-points?sort=-captured_at").await.ok(200);
        assert_eq!(newest[0]["category"], "no_time_marketing");
        let count = async |query: &str| {
            let found = api.get(&format!("/pain-points?{query}")).await.ok(200);
            found.as_array().unwrap().len()
        };
        assert_eq!(count("severity=high&category=missed_calls").await, 1);
        assert_eq!(count(&format!("business_id={NOBODY}")).await, 0);

        let change = json!({"severity": "critical", "description": "Still.", "category": "calls", "source": null});
        assert_has(&api.patch(&path, change.clone()).await.ok(200), &change);
        for status in [
            other.get(&path).await.status,
            other.patch(&path, change).await.status,
            other.delete(&path).await.status,
        ] {
            assert_eq!(status, 404);
        }
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.get(&path).await.status, 404);
        for (body, field) in [
            (
                json!({"business_id": NOBODY, "category": "x", "description": "x"}),
                "business_id",
            ),
            (
                json!({"business_id": business, "category": "", "description": "x"}),
                "category",
            ),
            (
                json!({"business_id": business, "category": "x", "description": "x", "severity": "x"}),
                "severity",
            ),
        ] {
            assert_eq!(api.post("/pain-points", body).await.wrong_fields(), [field]);
        }
    }
}
