use serde_json::{Value, json};

use crate::crm::model::ActivityType;
use crate::testing::{Api, NOBODY, apis, assert_has, id};

async fn person(api: &Api, person: &str) -> Value {
    api.get(&format!("/people/{person}")).await.ok(200)
}

#[tokio::test]
async fn the_timeline_runs_from_the_newest_to_the_oldest() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let path = format!("/businesses/{business}/activities");
        for (subject, hour) in [
            ("second", "02"),
            ("fourth", "04"),
            ("first", "01"),
            ("third", "03"),
        ] {
            let at = format!("2026-02-01T{hour}:00:00Z");
            api.make(
                &path,
                json!({"type": "note_added", "subject": subject, "occurred_at": at}),
            )
            .await;
        }
        let (all, pages) = api.walk(&path, 2).await;
        let subjects: Vec<_> = all
            .iter()
            .map(|activity| activity["subject"].as_str().unwrap())
            .collect();
        assert_eq!(
            (subjects.as_slice(), pages),
            (["fourth", "third", "second", "first"].as_slice(), 2),
            "{}",
            api.name
        );

        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(
            other
                .post(&path, json!({"type": "note_added"}))
                .await
                .status,
            404
        );
        assert_eq!(
            api.get(&format!("/businesses/{NOBODY}/activities"))
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn what_is_reported_is_answered_and_kept() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let dana = api.person(&business).await;
        let path = format!("/businesses/{business}/activities");
        let body = json!({
            "type": "call_inbound", "person_id": dana, "subject": "Asked about hours", "detail": "Line 1\nLine 2",
            "metadata": {"seconds": 42, "recorded": true}, "source": "switchboard", "occurred_at": "2026-03-04T17:00:00+02:00",
        });
        let made = api.make(&path, body.clone()).await;
        let mut expected = body;
        expected["occurred_at"] = json!("2026-03-04T15:00:00Z");
        expected["business_id"] = json!(business);
        assert_has(&made, &expected);
        assert_eq!(api.get(&path).await.ok(200), json!([made]), "{}", api.name);
        let plain = api.make(&path, json!({"type": "page_visited"})).await;
        let defaults = json!({"source": "api", "occurred_at": "2026-03-04T16:00:00Z", "person_id": null, "metadata": null,
            "campaign_id": null, "campaign_step": null});
        assert_has(&plain, &defaults);
    }
}

#[tokio::test]
async fn a_reply_moves_its_person_on_and_never_back() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let (dana, lee) = (api.person(&business).await, api.person(&business).await);
        let path = format!("/businesses/{business}/activities");
        for (kind, at, then) in [
            (
                "email_replied",
                "2026-02-02T00:00:00Z",
                "2026-02-02T00:00:00Z",
            ),
            (
                "sms_replied",
                "2026-02-01T00:00:00Z",
                "2026-02-02T00:00:00Z",
            ),
            (
                "sms_replied",
                "2026-02-03T00:00:00Z",
                "2026-02-03T00:00:00Z",
            ),
            ("note_added", "2026-02-04T00:00:00Z", "2026-02-03T00:00:00Z"),
        ] {
            api.make(
                &path,
                json!({"type": kind, "person_id": dana, "occurred_at": at}),
            )
            .await;
            let facts = json!({"replied_at": then, "last_engaged_at": then, "booked_at": null, "ordered_at": null});
            assert_has(&person(&api, &dana).await, &facts);
        }
        assert_has(
            &person(&api, &lee).await,
            &json!({"replied_at": null, "last_engaged_at": null}),
        );
        assert_eq!(
            api.post(&path, json!({"type": "email_replied"}))
                .await
                .wrong_fields(),
            ["person_id"],
            "{}",
            api.name
        );
    }
}

#[tokio::test]
async fn a_booking_or_order_is_its_persons_or_the_whole_businesss() {
    for (api, _) in apis().await {
        let (business, elsewhere) = (api.business("A").await, api.business("B").await);
        let (dana, lee) = (api.person(&business).await, api.person(&business).await);
        let stranger = api.person(&elsewhere).await;
        let path = format!("/businesses/{business}/activities");
        let at = "2026-02-02T00:00:00Z";
        api.make(
            &path,
            json!({"type": "appointment_booked", "person_id": dana, "occurred_at": at}),
        )
        .await;
        api.make(&path, json!({"type": "order_paid", "occurred_at": at}))
            .await;
        assert_has(
            &person(&api, &dana).await,
            &json!({"booked_at": at, "ordered_at": at, "replied_at": null}),
        );
        assert_has(
            &person(&api, &lee).await,
            &json!({"booked_at": null, "ordered_at": at}),
        );
        assert_has(
            &person(&api, &stranger).await,
            &json!({"booked_at": null, "ordered_at": null}),
        );
        api.make(
            &path,
            json!({"type": "appointment_booked", "occurred_at": at}),
        )
        .await;
        assert_eq!(person(&api, &lee).await["booked_at"], at, "{}", api.name);
    }
}

#[tokio::test]
async fn a_person_from_elsewhere_is_refused_and_nothing_is_written() {
    for (api, other) in apis().await {
        let (business, elsewhere) = (api.business("A").await, api.business("B").await);
        let (stranger, gone) = (api.person(&elsewhere).await, api.person(&business).await);
        let foreign = other.person(&other.business("C").await).await;
        api.delete(&format!("/people/{gone}")).await;
        let path = format!("/businesses/{business}/activities");
        for person in [NOBODY, &stranger, &gone, &foreign] {
            let reply = api
                .post(&path, json!({"type": "order_paid", "person_id": person}))
                .await;
            assert_eq!(reply.wrong_fields(), ["person_id"], "{}", api.name);
        }
        assert_eq!(api.get(&path).await.ok(200), json!([]));
        assert_eq!(person(&api, &stranger).await["ordered_at"], Value::Null);
    }
}

#[tokio::test]
async fn what_the_platform_enters_itself_cannot_be_reported() {
    for (api, _) in apis().await {
        let path = format!("/businesses/{}/activities", api.business("A").await);
        for kind in ActivityType::ALL {
            let reply = api
                .post(&path, json!({"type": kind, "person_id": NOBODY}))
                .await;
            let field = if kind.is_reportable() {
                "person_id"
            } else {
                "type"
            };
            assert_eq!(reply.wrong_fields(), [field], "{kind:?}");
        }
        for (body, field) in [
            (json!({}), "type"),
            (json!({"type": "nap_taken"}), "type"),
            (
                json!({"type": "note_added", "occurred_at": "2026-03-04T16:06:00Z"}),
                "occurred_at",
            ),
            (
                json!({"type": "note_added", "occurred_at": "1969-12-31T00:00:00Z"}),
                "occurred_at",
            ),
            (
                json!({"type": "note_added", "occurred_at": "yesterday"}),
                "occurred_at",
            ),
            (json!({"type": "note_added", "metadata": [1]}), "metadata"),
            (
                json!({"type": "note_added", "metadata": {"a": "x".repeat(20_000)}}),
                "metadata",
            ),
            (
                json!({"type": "note_added", "detail": "x".repeat(10_001)}),
                "detail",
            ),
            (
                json!({"type": "note_added", "campaign_id": "hook-001"}),
                "campaign_id",
            ),
        ] {
            assert_eq!(api.post(&path, body).await.wrong_fields(), [field]);
        }
        let a_little_ahead = json!({"type": "note_added", "occurred_at": "2026-03-04T16:04:00Z"});
        assert_eq!(api.post(&path, a_little_ahead).await.status, 201);
        assert_eq!(id(&api.get(&path).await.ok(200)[0]).len(), 36);
    }
}

#[tokio::test]
async fn the_timeline_is_filtered_and_turned_around() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let dana = api.person(&business).await;
        let path = format!("/businesses/{business}/activities");
        for (kind, person, day) in [
            ("page_visited", Value::Null, "01"),
            ("call_inbound", json!(dana), "02"),
            ("page_visited", json!(dana), "03"),
        ] {
            let at = format!("2026-02-{day}T00:00:00Z");
            let body = json!({"type": kind, "person_id": person, "occurred_at": at});
            api.make(&path, body).await;
        }
        let days = async |query: &str| -> Vec<String> {
            let found = api.get(&format!("{path}?{query}")).await.ok(200);
            let day = |row: &Value| {
                row["occurred_at"]
                    .as_str()
                    .unwrap()
                    .get(8..10)
                    .map(str::to_owned)
            };
            found.as_array().unwrap().iter().filter_map(day).collect()
        };
        assert_eq!(days("").await, ["03", "02", "01"], "{}", api.name);
        assert_eq!(days("sort=occurred_at").await, ["01", "02", "03"]);
        assert_eq!(days("filter[type]=page_visited").await, ["03", "01"]);
        assert_eq!(days(&format!("person_id={dana}")).await, ["03", "02"]);
        let span = "occurred_after=2026-02-02T00:00:00Z&occurred_before=2026-02-03T00:00:00Z";
        assert_eq!(days(span).await, ["02"]);
        for (query, field) in [
            ("type=nap", "type"),
            ("person_id=x", "person_id"),
            ("occurred_after=now", "occurred_after"),
            ("kind=x", "kind"),
        ] {
            let refused = api.get(&format!("{path}?{query}")).await;
            assert_eq!(refused.wrong_fields(), [field]);
        }
    }
}
