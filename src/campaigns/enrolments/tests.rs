use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, assert_has, id};

/// An active sequence of two steps, on days 1 and 3, in the morning of weekdays.
async fn sequence(api: &Api) -> String {
    let template = json!({"name": "hello", "subject": "Hello", "body_html": "<p>Hello</p>"});
    api.put_body("/templates/hello", template).await.ok(200);
    let step = |number: i64, day: i64| json!({"step_number": number, "day_offset": day, "campaign_id": format!("C-{number}"), "template_id": "hello", "landing_page": "hello"});
    let window = json!({"start": "09:00", "end": "12:00"});
    let new = json!({"name": "Welcome", "send_window": window, "steps": [step(1, 1), step(2, 3)]});
    let made = id(&api.make("/sequences", new).await);
    api.post(&format!("/sequences/{made}/activate"), json!({}))
        .await
        .ok(200);
    made
}

async fn business(api: &Api, community: &str, name: &str) -> String {
    let body = json!({"community_id": community, "name": name});
    id(&api.make("/businesses", body).await)
}

async fn person(api: &Api, business: &str, email: Option<&str>) -> String {
    let body = json!({"business_id": business, "first_name": "Sam", "email": email});
    id(&api.make("/people", body).await)
}

#[tokio::test]
async fn deploying_is_shown_before_it_is_done() {
    for (api, other) in apis().await {
        let sequence = sequence(&api).await;
        let community = api.community().await;
        let elsewhere = business(&api, &api.community().await, "Elsewhere").await;
        person(&api, &elsewhere, Some("elsewhere@bakery.example")).await;
        let (first, second) = (
            business(&api, &community, "First").await,
            business(&api, &community, "Second").await,
        );
        business(&api, &community, "Nobody there").await;
        for email in ["a@bakery.example", "b@bakery.example"] {
            person(&api, &first, Some(email)).await;
        }
        person(&api, &first, None).await;
        let enrolled = person(&api, &second, Some("enrolled@bakery.example")).await;
        let enrolments = format!("/sequences/{sequence}/enrolments");
        api.post(&enrolments, json!({"person_id": enrolled}))
            .await
            .ok(200);
        person(&api, &second, Some("unwanted@bakery.example")).await;
        let unwanted = json!({"address": "unwanted@bakery.example"});
        assert!(api.post("/suppressions", unwanted).await.status < 300);
        let quiet = person(&api, &second, Some("quiet@bakery.example")).await;
        api.patch(&format!("/people/{quiet}"), json!({"do_not_email": true}))
            .await
            .ok(200);
        let deleted = person(&api, &second, Some("deleted@bakery.example")).await;
        api.delete(&format!("/people/{deleted}")).await;
        let closed = business(&api, &community, "Closed").await;
        person(&api, &closed, Some("closed@bakery.example")).await;
        api.delete(&format!("/businesses/{closed}")).await;

        let body = json!({"sequence_id": sequence});
        let path = format!("/communities/{community}/deploy");
        let preview = async |api: &Api| api.post(&format!("{path}/preview"), body.clone()).await;
        let told = preview(&api).await.ok(200);
        let expected = json!({"businesses": 3, "people": 6, "enrolled": 4, "written_to": 2, "businesses_written_to": 1,
            "steps": 2, "emails": 4, "daily_limit": null, "days_for_first_step": 1, "days_in_all": 3});
        assert_has(&told, &expected);
        let groups = |name: &str| -> Vec<(String, i64)> {
            let groups = told[name].as_array().unwrap().iter();
            groups
                .map(|group| {
                    (
                        group["reason"].as_str().unwrap().to_string(),
                        group["people"].as_i64().unwrap(),
                    )
                })
                .collect()
        };
        let named = |pairs: &[(&str, i64)]| -> Vec<(String, i64)> {
            pairs
                .iter()
                .map(|(name, count)| (name.to_string(), *count))
                .collect()
        };
        assert_eq!(
            groups("left_out"),
            named(&[("already_enrolled", 1), ("no_address", 1)])
        );
        assert_eq!(
            groups("held_back"),
            named(&[("do_not_email", 1), ("suppressed:manual", 1)])
        );
        // It is nine in the morning in Boise, on a Wednesday.
        assert_eq!(told["first_send_at"], "2026-03-04T16:00:00Z");

        api.patch("/tenant", json!({"daily_send_limit": 1}))
            .await
            .ok(200);
        let slow = preview(&api).await.ok(200);
        assert_has(
            &slow,
            &json!({"daily_limit": 1, "days_for_first_step": 2, "days_in_all": 4}),
        );
        api.patch("/tenant", json!({"daily_send_limit": 0}))
            .await
            .ok(200);
        let never = preview(&api).await.ok(200);
        assert_has(
            &never,
            &json!({"days_for_first_step": null, "days_in_all": null}),
        );

        // Nothing was done, and then what was told is done.
        let of_community = api.get(&format!("/communities/{community}")).await.ok(200);
        assert_ne!(of_community["status"], "deploying");
        let done = api.post(&path, body.clone()).await.ok(202);
        assert_has(
            &done,
            &json!({"status": "done", "enrolled": told["enrolled"].clone()}),
        );
        let after = preview(&api).await.ok(200);
        let none = json!({"people": 6, "enrolled": 0, "written_to": 0, "emails": 0, "first_send_at": null, "days_in_all": 0});
        assert_has(&after, &none);

        assert_eq!(preview(&other).await.wrong_fields(), ["sequence_id"]);
        let nowhere = format!("/communities/{NOBODY}/deploy/preview");
        assert_eq!(api.post(&nowhere, body.clone()).await.status, 404);
        let location = json!({"name": "Ely", "timezone": "America/Boise"});
        let location = id(&api.make("/locations", location).await);
        let (_, limited) = api.member("manager", &[&location]).await;
        let path = format!("{path}/preview");
        let reply = api
            .call_as(&limited, http::Method::POST, &path, Some(body.clone()), &[])
            .await;
        assert_eq!(reply.body["error"]["code"], "limited_reach");
    }
}

#[tokio::test]
async fn only_a_sequence_that_takes_people_in_is_shown() {
    for (api, _) in apis().await {
        let sequence = sequence(&api).await;
        let community = api.community().await;
        let archive = format!("/sequences/{sequence}/archive");
        api.post(&archive, Value::Null).await;
        let path = format!("/communities/{community}/deploy/preview");
        let reply = api.post(&path, json!({"sequence_id": sequence})).await;
        assert_eq!(reply.body["error"]["code"], "sequence_status");
    }
}
