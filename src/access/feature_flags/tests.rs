use serde_json::json;

use crate::testing::{apis, assert_has};

#[tokio::test]
async fn a_built_in_flag_is_on_until_it_is_switched_off() {
    for (api, other) in apis().await {
        let path = "/feature-flags/sending";
        let on = json!({"name": "sending", "is_on": true, "percentage": 100, "is_built_in": true});
        let never_set = api.get(path).await.ok(200);
        assert_has(&never_set, &on);
        assert_has(&never_set, &json!({"created_at": null, "updated_at": null}));
        assert_eq!(api.get("/feature-flags").await.ok(200), json!([never_set]));
        let put = async |body| {
            let setup = &api.platform.config.api_key;
            let put = api.call_as(setup, http::Method::PUT, path, Some(body), &[]);
            put.await
        };
        let share = put(json!({"is_on": true, "percentage": 50})).await;
        assert_eq!(share.wrong_fields(), ["percentage"]);
        // What was read can be sent back but for the switch.
        let body = json!({"is_on": false, "percentage": 100, "description": "mine"});
        let off = put(body).await.ok(200);
        assert_has(&off, &json!({"is_on": false, "is_built_in": true}));
        assert_eq!(off["description"], never_set["description"]);
        assert_eq!(api.get(path).await.ok(200), off);
        assert_eq!(api.get("/feature-flags").await.ok(200), json!([off]));
        assert_has(
            &api.get("/me/features").await.ok(200),
            &json!({"sending": false}),
        );
        assert_has(&other.get(path).await.ok(200), &on);

        assert_eq!(api.delete(path).await.status, 204);
        assert_eq!(api.delete(path).await.status, 204, "again");
        assert_eq!(api.get(path).await.ok(200), never_set);
        assert_eq!(api.delete("/feature-flags/other").await.status, 404);
    }
}
