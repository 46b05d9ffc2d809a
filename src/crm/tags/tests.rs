use serde_json::json;

use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_created_read_changed_and_deleted() {
    for (api, other) in apis().await {
        let made = api.make("/tags", json!({"name": " hot "})).await;
        assert_has(
            &made,
            &json!({"name": "hot", "color": "#6B7280", "category": null}),
        );
        let path = format!("/tags/{}", id(&made));
        let changed = json!({"name": "warm", "color": "#ff0000", "category": "engagement"});
        assert_has(&api.patch(&path, changed.clone()).await.ok(200), &changed);
        assert_has(
            &api.patch(&path, json!({"category": null})).await.ok(200),
            &json!({"category": null, "name": "warm"}),
        );
        assert_eq!(
            api.get(&path).await.ok(200)["color"],
            "#ff0000",
            "{}",
            api.name
        );

        let second = api.make("/tags", json!({"name": "hot"})).await;
        assert_eq!(
            api.post("/tags", json!({"name": "hot"}))
                .await
                .wrong_fields(),
            ["name"]
        );
        let taken = api.patch(&path, json!({"name": "hot"})).await;
        assert_eq!(taken.wrong_fields(), ["name"]);
        assert_eq!(
            other.post("/tags", json!({"name": "hot"})).await.status,
            201
        );
        assert_eq!(api.walk("/tags", 1).await.1, 2);

        for status in [
            other.get(&path).await.status,
            other.delete(&path).await.status,
        ] {
            assert_eq!(status, 404);
        }
        assert_eq!(
            other.patch(&path, json!({"name": "mine"})).await.status,
            404
        );
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.delete(&path).await.status, 404);
        assert_eq!(api.get(&path).await.status, 404);
        assert_eq!(api.get("/tags").await.ok(200), json!([second]));
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, _) in apis().await {
        let wrong = json!({"name": "", "color": "red", "category": ""});
        assert_eq!(
            api.post("/tags", wrong.clone()).await.wrong_fields(),
            ["category", "color", "name"]
        );
        assert_eq!(
            api.patch(&format!("/tags/{NOBODY}"), wrong)
                .await
                .wrong_fields(),
            ["category", "color", "name"]
        );
    }
}
