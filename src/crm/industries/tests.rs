use serde_json::json;

use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_created_read_changed_and_emptied() {
    for (api, other) in apis().await {
        let full = json!({
            "name": "Coffee Shops & Bakeries", "slug": "coffee-bakeries", "icon": "croissant",
            "terminology": {"appointment": "preorder", "customer": "regular"},
            "common_pain_points": ["The line is out of the door"], "common_services": ["Bread", "Coffee"],
            "common_objections": [], "display_order": 3,
        });
        let made = api.make("/industries", full.clone()).await;
        assert_has(&made, &full);
        let path = format!("/industries/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);

        let nulls = json!({"icon": null, "terminology": null, "common_pain_points": null, "common_services": null,
            "common_objections": null});
        let emptied = api.patch(&path, nulls.clone()).await.ok(200);
        assert_has(&emptied, &nulls);
        assert_has(
            &emptied,
            &json!({"name": "Coffee Shops & Bakeries", "display_order": 3}),
        );
        let changed =
            json!({"name": "Bakeries", "terminology": {"staff": "team"}, "display_order": -1});
        assert_has(&api.patch(&path, changed.clone()).await.ok(200), &changed);
        assert_eq!(
            api.patch(&path, json!({})).await.ok(200)["name"],
            "Bakeries"
        );

        let second = api
            .make("/industries", json!({"name": "Coffee, Bakeries"}))
            .await;
        assert_has(
            &second,
            &json!({"slug": "coffee-bakeries-2", "display_order": 0}),
        );
        let other_path = format!("/industries/{}", id(&second));
        let taken = json!({"slug": "coffee-bakeries"});
        assert_eq!(api.patch(&other_path, taken).await.wrong_fields(), ["slug"]);
        assert_eq!(api.walk("/industries", 1).await.1, 2);

        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(
            other.patch(&path, json!({"name": "Mine"})).await.status,
            404
        );
        assert_eq!(other.get("/industries").await.ok(200), json!([]));
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, _) in apis().await {
        let wrong = json!({
            "name": "", "icon": "a\nb", "terminology": {"customer": ""}, "common_services": ["x", ""],
            "display_order": 5_000_000,
        });
        let fields = [
            "common_services",
            "display_order",
            "icon",
            "name",
            "terminology",
        ];
        assert_eq!(
            api.post("/industries", wrong.clone()).await.wrong_fields(),
            fields
        );
        assert_eq!(
            api.patch(&format!("/industries/{NOBODY}"), wrong)
                .await
                .wrong_fields(),
            fields
        );
        let list = json!({"name": "Bakeries", "terminology": []});
        assert_eq!(
            api.post("/industries", list).await.wrong_fields(),
            ["terminology"]
        );
    }
}
