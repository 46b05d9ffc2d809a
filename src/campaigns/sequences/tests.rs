use http::Method;
use serde_json::{Value, json};

use crate::testing::{apis, assert_has, id};

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_clears() {
    for (api, other) in apis().await {
        let template = json!({"name": "hello", "subject": "Hello", "body_html": "<p>Hello</p>"});
        let setup = &api.platform.config.api_key;
        let put = api.call_as(setup, Method::PUT, "/templates/hello", Some(template), &[]);
        assert!(put.await.status < 300);
        let step = json!({"step_number": 1, "day_offset": 1, "campaign_id": "C-1", "template_id": "hello", "landing_page": "hello"});
        let new = json!({"name": "Welcome", "description": "For new ones", "steps": [step]});
        let made = api.make("/sequences", new).await;
        let path = format!("/sequences/{}", id(&made));
        let patch = async |body: Value| api.patch(&path, body).await;
        let renamed = patch(json!({"name": "Hello"})).await.ok(200);
        let expected =
            json!({"name": "Hello", "description": "For new ones", "allow_reenrolment": false});
        assert_has(&renamed, &expected);
        let cleared = patch(json!({"description": null, "allow_reenrolment": true})).await;
        let expected = json!({"name": "Hello", "description": null, "allow_reenrolment": true});
        assert_has(&cleared.ok(200), &expected);
        for (body, field) in [
            (json!({"name": null}), "name"),
            (json!({"name": ""}), "name"),
            (json!({"allow_reenrolment": null}), "allow_reenrolment"),
            (json!({"description": "x".repeat(2_001)}), "description"),
        ] {
            assert_eq!(patch(body).await.wrong_fields(), [field], "{}", api.name);
        }
        assert_has(&api.get(&path).await.ok(200), &expected);
        let theirs = other.patch(&path, json!({"description": null})).await;
        assert_eq!(theirs.status, 404);
    }
}
