use std::sync::Arc;

use http::Method;
use serde_json::{Value, json};

use crate::config::{Config, Environment};
use crate::edge::db::Statement;
use crate::testing::{Api, apis, assert_has, id};

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

async fn put_hello(api: &Api, body: Value) {
    let mut template = json!({"name": "hello", "subject": "Hello", "body_html": "<p>Hello</p>"});
    template
        .as_object_mut()
        .unwrap()
        .extend(body.as_object().unwrap().clone());
    let put = api.put_body("/templates/hello", template).await;
    assert!(put.status < 300, "{}", put.body);
}

fn steps(names: &[&str]) -> Value {
    let step = |(number, name): (usize, &&str)| json!({"step_number": number + 1, "day_offset": 1, "campaign_id": name, "template_id": "hello", "landing_page": "hello"});
    names.iter().enumerate().map(step).collect()
}

/// The keys of what is not ok, and whether each is required.
fn open(checklist: &Value) -> Vec<(&str, bool)> {
    let items = checklist["items"].as_array().unwrap().iter();
    items
        .filter(|item| item["ok"] == json!(false))
        .map(|item| {
            (
                item["key"].as_str().unwrap(),
                item["required"].as_bool().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn what_a_version_does_otherwise() {
    for (api, other) in apis().await {
        put_hello(&api, json!({})).await;
        let new = json!({"name": "Welcome", "steps": steps(&["A", "B"])});
        let path = format!("/sequences/{}", id(&api.make("/sequences", new).await));
        let mut changed = steps(&["C", "A", "B"]);
        changed[2]["day_offset"] = json!(4);
        for version in [changed, steps(&["A"])] {
            let body = json!({"steps": version, "enrolments_under_way": "finish"});
            api.make(&format!("{path}/versions"), body).await;
        }
        let of = |version: i64, query: &str| {
            api_get(&api, format!("{path}/versions/{version}/changes{query}"))
        };
        let second = of(2, "").await;
        assert_has(
            &second,
            &json!({"version": 2, "since": 1, "changed": [], "removed": []}),
        );
        assert_eq!(second["added"][0]["campaign_id"], "C");
        assert_eq!(second["steps"].as_array().unwrap().len(), 1);
        let step = json!({"campaign_id": "B", "is_moved": false, "step_number_before": 2, "step_number": 3,
            "changed": [{"field": "day_offset", "before": 1, "after": 4}]});
        assert_has(&second["steps"][0], &step);
        let third = of(3, "?since=1").await;
        assert_has(&third, &json!({"since": 1, "added": [], "steps": []}));
        assert_eq!(third["removed"][0]["campaign_id"], "B");
        let first = of(1, "").await;
        assert_eq!(
            (&first["since"], first["added"].as_array().unwrap().len()),
            (&json!(null), 2)
        );
        assert_eq!(
            of(1, "?since=2").await["removed"][0]["campaign_id"],
            "C",
            "backwards too"
        );
        for (query, status) in [
            ("4/changes", 404),
            ("2/changes?since=9", 422),
            ("2/changes?since=x", 422),
        ] {
            let reply = api.get(&format!("{path}/versions/{query}")).await;
            assert_eq!(reply.status, status, "{query}");
        }
        assert_eq!(
            other
                .get(&format!("{path}/versions/2/changes"))
                .await
                .status,
            404
        );
    }
}

async fn api_get(api: &Api, path: String) -> Value {
    api.get(&path).await.ok(200)
}

#[tokio::test]
async fn activating_is_refused_for_what_the_checklist_says() {
    for (mut api, other) in apis().await {
        put_hello(&api, json!({})).await;
        let new = json!({"name": "Welcome", "steps": steps(&["A", "B"])});
        let path = format!("/sequences/{}", id(&api.make("/sequences", new).await));
        let list = format!("{path}/checklist");
        let activate = format!("{path}/activate");
        let checklist = api.get(&list).await.ok(200);
        assert_has(&checklist, &json!({"is_ready": true, "version": 1}));
        // Nobody to write to is said, and stands in no way.
        assert_eq!(open(&checklist), [("audience", false)]);
        let business = api.business("Ely Bakery").await;
        api.person(&business).await;
        assert_eq!(open(&api.get(&list).await.ok(200)), []);
        let off = json!({"is_on": false});
        api.put_body("/feature-flags/sending", off).await.ok(200);
        assert_eq!(open(&api.get(&list).await.ok(200)), [("sending", false)]);

        let refused = async |api: &Api, key: &str| {
            let checklist = api.get(&list).await.ok(200);
            assert_eq!(checklist["is_ready"], false);
            assert!(open(&checklist).contains(&(key, true)), "{checklist}");
            let reply = api.post(&activate, json!({})).await;
            assert_eq!(
                reply.body["error"]["code"], "sequence_not_ready",
                "{}",
                reply.body
            );
            let items = checklist["items"].as_array().unwrap();
            let item = items.iter().find(|item| item["key"] == key).unwrap();
            let words = item["words"].as_str().unwrap();
            let message = reply.body["error"]["message"].as_str().unwrap();
            assert!(message.contains(words), "{message}");
            item.clone()
        };
        put_hello(&api, json!({"is_active": false})).await;
        let item = refused(&api, "templates").await;
        let details = json!([
            "Step 1 (A): the template `hello` is inactive",
            "Step 2 (B): the template `hello` is inactive"
        ]);
        assert_eq!(item["details"], details);
        put_hello(&api, json!({})).await;
        api.patch("/tenant", json!({"daily_send_limit": 0}))
            .await
            .ok(200);
        refused(&api, "quota").await;
        api.patch("/tenant", json!({"daily_send_limit": 5}))
            .await
            .ok(200);
        // What no route lets in any more, but was there before.
        for (sql, key) in [
            (
                "UPDATE email_templates SET body_html = '{{ nobody }}' WHERE tenant_id = ?1",
                "templates",
            ),
            (
                "UPDATE email_templates SET body_html = '<p>x</p>', layout = 'none' WHERE tenant_id = ?1",
                "unsubscribe_link",
            ),
            (
                "UPDATE tenants SET postal_address = ' ' WHERE id = ?1",
                "postal_address",
            ),
            (
                "UPDATE tenants SET sender_email = 'nobody' WHERE id = ?1",
                "sender",
            ),
            (
                "UPDATE tenants SET landing_base_url = 'learn' WHERE id = ?1",
                "landing_pages",
            ),
            (
                "UPDATE tenants SET timezone = 'Mars/Olympus' WHERE id = ?1",
                "windows",
            ),
        ] {
            let statement = Statement::new(sql).bind(&api.tenant);
            api.platform.db.run(statement).await.unwrap();
            refused(&api, key).await;
        }
        let whole = "UPDATE tenants SET postal_address = '1 Main St', sender_email = 'dana@sender.example',
                     landing_base_url = 'https://learn.example', timezone = 'America/New_York' WHERE id = ?1";
        let statement = Statement::new(whole).bind(&api.tenant);
        api.platform.db.run(statement).await.unwrap();
        put_hello(&api, json!({})).await;
        let test = Arc::clone(&api.platform.config);
        let mut config = Config::clone(&test);
        config.environment = Environment::Production;
        api.platform.config = Arc::new(config);
        refused(&api, "provider").await;
        api.platform.config = test;
        assert_eq!(other.get(&list).await.status, 404);
        assert_eq!(api.get(&path).await.ok(200)["status"], "draft");
        let active = api.post(&activate, json!({})).await.ok(200);
        assert_has(&active, &json!({"status": "active", "current_version": 1}));
        // Doing it again is no error, whatever the list says meanwhile.
        put_hello(&api, json!({"is_active": false})).await;
        api.post(&activate, json!({})).await.ok(200);
    }
}
