use http::Method;
use serde_json::{Value, json};

use crate::providers::outbox;
use crate::testing::{Api, NOBODY, apis, assert_has, id};

const HELLO: &str = "/templates/hello";

async fn put_hello(api: &Api) {
    let body = json!({"name": "Hello", "subject": "Hello {{ business_name }}", "preview_text": "From {{ sender_name }}",
        "body_html": "<p>Hi {{ first_name | default('there', true) }}</p>{{ button('Go', landing_page_url) }}"});
    api.put_body(HELLO, body).await.ok(200);
}

async fn person(api: &Api) -> String {
    let business = api.business("Ely Bakery").await;
    let body = json!({"business_id": business, "first_name": "Sam", "email": "sam@bakery.example"});
    id(&api.make("/people", body).await)
}

async fn preview(api: &Api, body: Value) -> Value {
    api.post("/templates/hello/preview", body).await.ok(200)
}

fn kinds(preview: &Value) -> Vec<(&str, &str)> {
    let problems = preview["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| {
            let text = |name: &str| problem[name].as_str().unwrap();
            (text("kind"), text("field"))
        })
        .collect()
}

#[tokio::test]
async fn a_preview_is_of_somebody() {
    for (api, other) in apis().await {
        put_hello(&api).await;
        let sample = preview(&api, json!({})).await;
        assert_has(
            &sample,
            &json!({"subject": "Hello Harbor Street Bakery", "preview_text": "From Dana", "problems": []}),
        );
        assert!(sample["html"].as_str().unwrap().contains("Hi Maria"));
        let named = preview(&api, json!({"first_name": "Kim", "business_name": "Kim's"})).await;
        assert_eq!(named["subject"], "Hello Kim's");

        let sam = person(&api).await;
        let as_sam = preview(&api, json!({"person_id": sam})).await;
        assert_eq!(as_sam["subject"], "Hello Ely Bakery");
        assert!(as_sam["text"].as_str().unwrap().contains("Hi Sam"));
        let queued = api.platform.queues.take().into_iter();
        let audited = queued.filter(|(_, text, _)| text.contains("template.shown_as_person"));
        let audited: Vec<_> = audited.collect();
        assert_eq!(audited.len(), 1, "whom one looked at is on record");
        assert!(audited[0].1.contains(&sam));

        let unknown = api
            .post("/templates/hello/preview", json!({"person_id": NOBODY}))
            .await;
        assert_eq!(unknown.wrong_fields(), ["person_id"]);
        put_hello(&other).await;
        let theirs = other
            .post("/templates/hello/preview", json!({"person_id": sam}))
            .await;
        assert_eq!(theirs.wrong_fields(), ["person_id"]);
        assert_eq!(
            api.post("/templates/none/preview", json!({})).await.status,
            404
        );
    }
}

#[tokio::test]
async fn a_person_is_shown_to_who_may_see_them() {
    for (api, _) in apis().await {
        put_hello(&api).await;
        let sam = person(&api).await;
        let location = json!({"name": "Ely", "timezone": "America/Boise"});
        let location = id(&api.make("/locations", location).await);
        let role = json!({"name": "writer", "permissions": ["templates:read"]});
        let writer = id(&api.make("/roles", role).await);
        let (_, elsewhere) = api.member("agent", &[&location]).await;
        let (_, without) = api.member(&writer, &[]).await;
        let ask = async |who: &str, body| {
            let path = "/templates/hello/preview";
            api.call_as(who, Method::POST, path, Some(body), &[]).await
        };
        let body = json!({"person_id": sam});
        assert_eq!(
            ask(&elsewhere, body.clone()).await.wrong_fields(),
            ["person_id"]
        );
        assert_eq!(ask(&without, body).await.status, 403);
        assert_eq!(ask(&without, json!({})).await.status, 200);
        let draft = json!({"template": {"subject": "Mine"}});
        assert_eq!(ask(&without, draft.clone()).await.status, 403, "no draft");
        let (_, manager) = api.member("manager", &[]).await;
        assert_eq!(ask(&manager, draft).await.ok(200)["subject"], "Mine");
    }
}

#[tokio::test]
async fn what_is_being_written_is_shown_with_what_is_wrong() {
    for (api, _) in apis().await {
        put_hello(&api).await;
        let draft = |draft: Value| preview(&api, json!({"template": draft}));
        let changed = draft(json!({"subject": "Bye {{ first_name }}"})).await;
        assert_has(&changed, &json!({"subject": "Bye Maria", "problems": []}));
        assert!(changed["html"].as_str().unwrap().contains("Hi Maria"));

        let unknown = draft(json!({"body_html": "<p>a</p>\n<p>{{ frist_name }}</p>"})).await;
        let problem = json!({"kind": "unknown_variable", "field": "body_html", "line": 2, "column": 7, "variable": "frist_name"});
        assert_has(&unknown["problems"][0], &problem);
        assert_eq!(unknown["html"], Value::Null);
        let broken = draft(json!({"subject": "{{ first_name"})).await;
        assert_eq!(kinds(&broken), [("syntax", "subject")]);
        let filter = draft(json!({"body_html": "{{ first_name | shout }}"})).await;
        assert_eq!(kinds(&filter), [("rendering", "body_html")]);
        let endless =
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}";
        let endless = draft(json!({ "body_html": endless })).await;
        assert_eq!(kinds(&endless), [("rendering", "body_html")]);
        let bare =
            draft(json!({"layout": "none", "body_html": "<p>Buy</p>", "body_text": "Buy"})).await;
        let expected = [
            ("missing_unsubscribe", "body_html"),
            ("missing_address", "body_html"),
            ("missing_unsubscribe", "body_text"),
            ("missing_address", "body_text"),
        ];
        assert_eq!(kinds(&bare), expected);
        assert!(
            bare["html"].as_str().unwrap().contains("Buy"),
            "it is shown all the same"
        );
        let empty = draft(json!({"subject": " "})).await;
        assert_eq!(kinds(&empty), [("empty", "subject")]);

        let new = json!({"template": {"subject": "New", "body_html": "<p>New</p>"}});
        let new = api.post("/templates/new/preview", new).await.ok(200);
        assert_has(&new, &json!({"subject": "New", "problems": []}));
        assert_eq!(
            api.get("/templates/new").await.status,
            404,
            "nothing is kept"
        );
        let long = json!({"template": {"body_html": "x".repeat(100_001)}});
        let long = api.post("/templates/new/preview", long).await;
        assert_eq!(long.wrong_fields(), ["template.body_html"]);
    }
}

#[tokio::test]
async fn a_step_brings_its_own_headers_and_landing_page() {
    for (api, _) in apis().await {
        put_hello(&api).await;
        let step = json!({"step_number": 1, "day_offset": 1, "campaign_id": "C-1", "template_id": "hello",
            "landing_page": "welcome", "subject": "Step for {{ business_name }}"});
        let new = json!({"name": "Welcome", "steps": [step]});
        let sequence = id(&api.make("/sequences", new).await);
        let step = |number: i64| json!({"step": {"sequence_id": sequence, "step_number": number}});
        let shown = preview(&api, step(1)).await;
        assert_eq!(shown["subject"], "Step for Harbor Street Bakery");
        let text = shown["text"].as_str().unwrap();
        assert!(
            text.contains("https://learn.example/welcome?c=C-1"),
            "{text}"
        );
        let mut with_draft = step(1);
        with_draft["template"] = json!({"subject": "Mine"});
        assert_eq!(preview(&api, with_draft).await["subject"], "Mine");
        let none = api.post("/templates/hello/preview", step(2)).await;
        assert_eq!(none.wrong_fields(), ["step.step_number"]);
        let mut other = step(1);
        other["template"] = json!({});
        let other = api.post("/templates/other/preview", other).await;
        assert_eq!(other.wrong_fields(), ["step.step_number"]);
    }
}

#[tokio::test]
async fn a_test_goes_to_a_member_and_nobody_else() {
    for (api, other) in apis().await {
        put_hello(&api).await;
        let (dana, key) = api.member("manager", &[]).await;
        let (stranger, _) = other.member("owner", &[]).await;
        let send = async |who: &str, body| {
            let path = "/templates/hello/test";
            api.call_as(who, Method::POST, path, Some(body), &[]).await
        };
        let sent = send(&key, json!({})).await.ok(200);
        let to = sent["to"].as_str().unwrap();
        assert_has(
            &sent,
            &json!({"subject": "[Test] Hello Harbor Street Bakery", "provider": "outbox"}),
        );
        let kept = outbox::list(&api.platform.db, &api.tenant, to, "", 9)
            .await
            .unwrap();
        assert_eq!((kept.len(), &kept[0].send_id), (1, &None));
        assert!(kept[0].subject.starts_with("[Test] Hello"));
        let (html, links) = (&kept[0].html, kept[0].links());
        assert!(
            !html.contains("/t/o/") && !html.contains("/t/c/"),
            "nothing is counted"
        );
        assert!(
            links.iter().all(|link| !link.contains("/t/c/")),
            "{links:?}"
        );

        let setup = api.platform.config.api_key.clone();
        assert_eq!(send(&setup, json!({})).await.wrong_fields(), ["member_id"]);
        let named = send(&setup, json!({"member_id": dana})).await.ok(200);
        assert_eq!(named["to"], sent["to"]);
        for nobody in [stranger.as_str(), NOBODY] {
            let reply = send(&setup, json!({"member_id": nobody})).await;
            assert_eq!(reply.wrong_fields(), ["member_id"]);
        }
        let broken = json!({"template": {"subject": "{{ nobody }}"}});
        assert_eq!(send(&key, broken).await.wrong_fields(), ["subject"]);
        let suspended = json!({"status": "suspended"});
        api.patch(&format!("/members/{dana}"), suspended)
            .await
            .ok(200);
        let reply = send(&setup, json!({"member_id": dana})).await;
        assert_eq!(reply.wrong_fields(), ["member_id"]);
        let kept = outbox::list(&api.platform.db, &api.tenant, "", "", 9)
            .await
            .unwrap();
        assert_eq!(kept.len(), 2);
        let (_, viewer) = api.member("viewer", &[]).await;
        assert_eq!(send(&viewer, json!({})).await.status, 403);
    }
}

#[tokio::test]
async fn every_variable_is_listed_and_can_be_used() {
    for (api, _) in apis().await {
        let all = api.get("/template-variables").await.ok(200);
        let all = all.as_array().unwrap();
        let usages: Vec<_> = all
            .iter()
            .map(|one| one["usage"].as_str().unwrap())
            .collect();
        let body = json!({"name": "All", "subject": "All", "body_html": usages.join(" ")});
        let kept = api.put_body("/templates/all", body).await.ok(200);
        let used = kept["variables"].as_array().unwrap();
        for variable in all {
            assert!(used.contains(&variable["name"]), "{variable}");
        }
        let shown = api.post("/templates/all/preview", json!({})).await.ok(200);
        let text = shown["text"].as_str().unwrap();
        for variable in all {
            let example = variable["example"].as_str().unwrap();
            if ["person", "business", "community"].contains(&variable["origin"].as_str().unwrap()) {
                assert!(text.contains(example), "{example} in {text}");
            }
        }
    }
}
