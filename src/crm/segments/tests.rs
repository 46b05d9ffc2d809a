use http::Method;
use serde_json::{Value, json};

use super::fields::{self, Kind};
use super::model::What;
use super::rule::Operator;
use crate::edge::db::Statement;
use crate::testing::{Api, NOBODY, apis, id};

/// Three businesses with somebody at each: a customer that does well, a lead, and one of which little is known.
async fn world(api: &Api) -> [(String, String); 3] {
    let mut made = Vec::new();
    for (name, more) in [
        (
            "Harbor Bakery",
            json!({"lead_status": "customer", "lead_score": 80, "health_score": 90, "address_state": "FL", "year_established": 1999}),
        ),
        (
            "harbor Books",
            json!({"lead_status": "lead", "lead_score": 40, "website": "https://books.example"}),
        ),
        ("Zebra Café", json!({})),
    ] {
        let mut body = json!({"community_id": api.community().await, "name": name});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let business = id(&api.make("/businesses", body).await);
        let person = json!({"business_id": business, "email": format!("{}@example.com", made.len()), "first_name": name});
        let person = id(&api.make("/people", person).await);
        made.push((business, person));
    }
    made.try_into().unwrap()
}

async fn names(api: &Api, what: &str, rule: Value) -> Vec<String> {
    let preview = json!({"what": what, "rule": rule});
    let found = api.post("/segments/preview", preview).await.ok(200);
    let members = found["members"].as_array().unwrap();
    assert_eq!(found["member_count"], json!(members.len()));
    let name = |member: &Value| member["business_name"].as_str().unwrap().to_string();
    let mut names: Vec<_> = members.iter().map(name).collect();
    names.sort();
    names
}

fn field(name: &str, operator: &str, value: Value) -> Value {
    json!({"field": {"name": name, "operator": operator, "value": value}})
}

#[test]
fn the_words_stand_in_the_check() {
    for migration in [
        include_str!("../../../d1/0013_segments.sql"),
        include_str!("../../../migrations/0013_segments.sql"),
    ] {
        let words: Vec<_> = What::ALL.iter().map(|what| what.as_str()).collect();
        let check = format!("CHECK (what IN ('{}'))", words.join("', '"));
        assert!(migration.contains(&check), "{check}");
    }
}

#[tokio::test]
async fn fields_are_compared_alike_on_every_engine() {
    for (api, other) in apis().await {
        world(&api).await;
        world(&other).await;
        let all = ["Harbor Bakery", "Zebra Café", "harbor Books"];
        for (rule, expected) in [
            (json!({"all": []}), &all[..]),
            (json!({"any": []}), &[]),
            (field("name", "is", json!("HARBOR bakery")), &all[..1]),
            (
                field("name", "starts_with", json!("harbor")),
                &["Harbor Bakery", "harbor Books"],
            ),
            (field("name", "contains", json!("OO")), &all[2..]),
            (field("name", "contains", json!("%")), &[]),
            (field("name", "in", json!(["harbor books", "x"])), &all[2..]),
            (
                field("lead_score", "at_least", json!(40)),
                &["Harbor Bakery", "harbor Books"],
            ),
            (
                field("lead_score", "more_than", json!(39.5)),
                &["Harbor Bakery", "harbor Books"],
            ),
            (field("lead_score", "less_than", json!(40)), &all[1..2]),
            (
                field("lead_status", "in", json!(["lead", "customer"])),
                &["Harbor Bakery", "harbor Books"],
            ),
            (field("lead_status", "is_not", json!("lead")), &all[..2]),
            // What is not known is not the same.
            (
                field("address_state", "is_not", json!("fl")),
                &["Zebra Café", "harbor Books"],
            ),
            (
                json!({"field": {"name": "website", "operator": "is_set"}}),
                &all[2..],
            ),
            (
                json!({"field": {"name": "health_score", "operator": "is_empty"}}),
                &["Zebra Café", "harbor Books"],
            ),
            (
                json!({"none": [field("health_score", "at_least", json!(50))]}),
                &["Zebra Café", "harbor Books"],
            ),
            (
                json!({"any": [field("lead_score", "is", json!(80)), field("name", "starts_with", json!("zebra"))]}),
                &all[..2],
            ),
            (field("created_at", "within_days", json!(1)), &all[..]),
            (field("created_at", "more_than_days_ago", json!(1)), &[]),
            (
                field("created_at", "before", json!("2026-03-04T16:00:01Z")),
                &all[..],
            ),
        ] {
            assert_eq!(
                names(&api, "businesses", rule.clone()).await,
                expected,
                "{} {rule}",
                api.name
            );
        }
        let rule = field("business.lead_status", "is", json!("lead"));
        assert_eq!(names(&api, "people", rule).await, ["harbor Books"]);
    }
}

#[tokio::test]
async fn every_field_can_be_compared_in_every_way() {
    for (api, _) in apis().await {
        for what in What::ALL {
            for field in fields::all(*what) {
                for operator in field.operators {
                    let one = match field.kind {
                        Kind::Text => json!("x"),
                        Kind::Word => json!(field.words[0]),
                        Kind::Id => json!(NOBODY),
                        Kind::Number => json!(1),
                        Kind::Flag => json!(true),
                        Kind::Time => json!("2026-03-04T16:00:00Z"),
                    };
                    let value = match operator {
                        Operator::IsSet | Operator::IsEmpty => Value::Null,
                        Operator::In | Operator::NotIn => json!([one]),
                        Operator::WithinDays | Operator::MoreThanDaysAgo => json!(7),
                        _ => one,
                    };
                    let rule = json!({"field": {"name": field.name, "operator": operator, "value": value}});
                    let body = json!({"what": what, "rule": rule});
                    let reply = api.post("/segments/preview", body).await;
                    assert_eq!(reply.status, 200, "{} {rule} {}", api.name, reply.body);
                }
            }
        }
    }
}

#[tokio::test]
async fn tags_and_what_happened() {
    for (api, _) in apis().await {
        let [(bakery, baker), (books, _), _] = world(&api).await;
        let tag = id(&api.make("/tags", json!({"name": "Family owned"})).await);
        api.put(&format!("/businesses/{bakery}/tags/{tag}"))
            .await
            .ok(204);
        for by in [tag.as_str(), "Family owned"] {
            let rule = json!({"tag": {"tag": by}});
            assert_eq!(
                names(&api, "businesses", rule.clone()).await,
                ["Harbor Bakery"]
            );
            assert_eq!(names(&api, "people", rule).await, ["Harbor Bakery"]);
        }
        for (business, person, days) in [
            (&bakery, Some(&baker), "2026-03-03T16:00:00Z"),
            (&bakery, None, "2026-02-01T16:00:00Z"),
            (&books, None, "2026-03-01T16:00:00Z"),
        ] {
            let body = json!({"type": "call_inbound", "person_id": person, "occurred_at": days});
            api.make(&format!("/businesses/{business}/activities"), body)
                .await;
        }
        let called = |more: Value| {
            let mut rule = json!({"type": "call_inbound"});
            rule.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            json!({"activity": rule})
        };
        for (rule, businesses, people) in [
            (
                called(json!({})),
                &["Harbor Bakery", "harbor Books"][..],
                &["Harbor Bakery"][..],
            ),
            (
                called(json!({"within_days": 2})),
                &["Harbor Bakery"],
                &["Harbor Bakery"],
            ),
            (called(json!({"at_least": 2})), &["Harbor Bakery"], &[]),
            (called(json!({"at_least": 2, "within_days": 10})), &[], &[]),
        ] {
            assert_eq!(
                names(&api, "businesses", rule.clone()).await,
                businesses,
                "{} {rule}",
                api.name
            );
            assert_eq!(names(&api, "people", rule).await, people);
        }
    }
}

#[tokio::test]
async fn what_became_of_campaigns() {
    for (api, _) in apis().await {
        let [(bakery, baker), (books, reader), _] = world(&api).await;
        let (tenant, db) = (&api.tenant, &api.platform.db);
        let sequence = running(&api).await;
        let enrolment = |n: u32| format!("01900000-0000-7000-8000-00000000000{n}");
        for (n, business, person, status) in [
            (1, &bakery, &baker, "active"),
            (2, &books, &reader, "completed"),
        ] {
            let statement = Statement::new(
                "INSERT INTO enrolments (tenant_id, id, sequence_id, version, person_id, business_id, status, timezone, sequence_started_at, created_at, updated_at)
                 VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, 'America/New_York', ?7, ?7, ?7)",
            );
            db.execute(
                statement
                    .bind(tenant)
                    .bind(enrolment(n))
                    .bind(&sequence)
                    .bind(person)
                    .bind(business)
                    .bind(status)
                    .bind(crate::testing::NOW),
            )
            .await
            .unwrap();
        }
        for step in 1..=2_i64 {
            let statement = Statement::new(
                "INSERT INTO send_log (tenant_id, id, enrolment_id, sequence_id, version, person_id, business_id, campaign_step_id, step_number, day_offset, channel, status, due_at, planned_at, sent_at, opened_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?3, ?7, 0, 'email', 'sent', ?8, ?8, ?8, ?8, ?8)",
            );
            let send = format!("01900000-0000-7000-8000-0000000000{step:02}");
            db.execute(
                statement
                    .bind(tenant)
                    .bind(send)
                    .bind(enrolment(1))
                    .bind(&sequence)
                    .bind(&baker)
                    .bind(&bakery)
                    .bind(step)
                    .bind(crate::testing::NOW),
            )
            .await
            .unwrap();
        }
        for (rule, expected) in [
            (
                json!({"outcome": "enrolled"}),
                &["Harbor Bakery", "harbor Books"][..],
            ),
            (json!({"outcome": "under_way"}), &["Harbor Bakery"]),
            (
                json!({"outcome": "completed", "within_days": 1}),
                &["harbor Books"],
            ),
            (json!({"outcome": "opened"}), &["Harbor Bakery"]),
            (
                json!({"outcome": "opened", "at_least": 2, "sequence_id": sequence}),
                &["Harbor Bakery"],
            ),
            (json!({"outcome": "opened", "at_least": 3}), &[]),
            (json!({"outcome": "clicked"}), &[]),
            (json!({"outcome": "sent", "sequence_id": NOBODY}), &[]),
        ] {
            let rule = json!({"campaign": rule});
            for what in ["businesses", "people"] {
                assert_eq!(
                    names(&api, what, rule.clone()).await,
                    expected,
                    "{} {what} {rule}",
                    api.name
                );
            }
        }
    }
}

fn sequence() -> Value {
    json!({
        "name": "Welcome",
        "send_window": {"start": "00:00", "end": "23:59"},
        "steps": [{"step_number": 1, "campaign_id": "C-1", "day_offset": 1, "template_id": "welcome", "landing_page": "welcome"}],
    })
}

/// A sequence that takes people.
async fn running(api: &Api) -> String {
    let template = json!({"name": "Welcome", "subject": "Welcome", "body_html": "<p>Hello</p>"});
    let key = &api.platform.config.api_key;
    api.call_as(key, Method::PUT, "/templates/welcome", Some(template), &[])
        .await
        .ok(200);
    let sequence = id(&api.make("/sequences", sequence()).await);
    api.post(&format!("/sequences/{sequence}/activate"), json!({}))
        .await
        .ok(200);
    sequence
}

#[tokio::test]
async fn wrong_rules_are_named() {
    for (api, _) in apis().await {
        let deep = (0..7).fold(
            json!({"tag": {"tag": "x"}}),
            |rule, _| json!({"all": [rule]}),
        );
        let many: Vec<_> = (0..60).map(|_| json!({"tag": {"tag": "x"}})).collect();
        for (rule, wrong) in [
            (field("colour", "is", json!("red")), "rule.field.name"),
            (field("b.name; --", "is", json!("x")), "rule.field.name"),
            (
                field("lead_score", "contains", json!("x")),
                "rule.field.operator",
            ),
            (field("lead_score", "is", json!("80")), "rule.field.value"),
            (field("lead_score", "is", Value::Null), "rule.field.value"),
            (
                field("lead_status", "is", json!("rich")),
                "rule.field.value",
            ),
            (field("owner_id", "in", json!(["me"])), "rule.field.value"),
            (field("name", "in", json!([])), "rule.field.value"),
            (
                field("created_at", "within_days", json!(0)),
                "rule.field.value",
            ),
            (
                field("created_at", "after", json!("yesterday")),
                "rule.field.value",
            ),
            (field("website", "is_set", json!("x")), "rule.field.value"),
            (
                json!({"any": [{"all": []}, {"tag": {"tag": ""}}]}),
                "rule.any[1].tag.tag",
            ),
            (
                json!({"activity": {"type": "call_inbound", "within_days": -1}}),
                "rule.activity.within_days",
            ),
            (
                json!({"campaign": {"outcome": "enrolled", "at_least": 2}}),
                "rule.campaign.at_least",
            ),
            (json!({"activity": {"type": "sang"}}), "rule.activity.type"),
            (json!({"sum": []}), "rule"),
            (deep, "rule.all[0].all[0].all[0].all[0].all[0].all[0]"),
            (json!({"all": many}), "rule"),
        ] {
            for (path, body) in [
                (
                    "/segments/preview",
                    json!({"what": "businesses", "rule": rule}),
                ),
                (
                    "/segments",
                    json!({"name": "X", "what": "businesses", "rule": rule}),
                ),
            ] {
                let reply = api.post(path, body).await;
                assert_eq!(reply.wrong_fields(), [wrong], "{rule}");
            }
        }
        assert!(
            api.get("/segments")
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test]
async fn a_segment_is_kept_counted_and_enrolled() {
    for (api, other) in apis().await {
        let [_, (_, reader), _] = world(&api).await;
        let rule = field("lead_status", "is", json!("lead"));
        let body = json!({"name": "Leads", "what": "businesses", "rule": rule});
        let made = api.make("/segments", body.clone()).await;
        assert_eq!(
            (&made["rule"], &made["member_count"]),
            (&rule, &Value::Null)
        );
        assert_eq!(api.post("/segments", body).await.wrong_fields(), ["name"]);
        let path = format!("/segments/{}", id(&made));
        let counted = api.post(&format!("{path}/count"), json!({})).await.ok(200);
        assert_eq!(counted["member_count"], json!(1));
        assert_eq!(api.get(&path).await.ok(200)["member_count"], json!(1));
        let (members, _) = api.walk(&format!("{path}/members"), 1).await;
        assert_eq!(members.len(), 1);
        for foreign in [
            other.get(&path).await,
            other.get(&format!("{path}/members")).await,
        ] {
            assert_eq!(foreign.status, 404);
        }

        let filter = |filter: Value| json!({"filter": filter});
        let enrol = format!("/sequences/{}/enrolments", running(&api).await);
        let wrong = api
            .post(&enrol, filter(json!({"segment_id": NOBODY})))
            .await;
        assert_eq!(wrong.wrong_fields(), ["filter.segment_id"]);
        let both =
            json!({"segment_id": id(&made), "segment": {"what": "people", "rule": {"all": []}}});
        assert_eq!(
            api.post(&enrol, filter(both)).await.wrong_fields(),
            ["filter.segment"]
        );
        let job = api
            .post(&enrol, filter(json!({"segment_id": id(&made)})))
            .await
            .ok(202);
        assert_eq!(job["enrolled"], json!(1), "{job}");
        let enrolled = api.get(&enrol).await.ok(200);
        assert_eq!(enrolled[0]["person_id"], json!(reader));

        // Another rule is another count, and a name alone is not.
        api.patch(&path, json!({"name": "Our leads"})).await.ok(200);
        assert_eq!(api.get(&path).await.ok(200)["member_count"], json!(1));
        api.patch(&path, json!({"rule": {"all": []}})).await.ok(200);
        assert_eq!(api.get(&path).await.ok(200)["member_count"], Value::Null);
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.delete(&path).await.status, 404);
    }
}

#[tokio::test]
async fn a_segment_shows_what_one_may_see_anyway() {
    for (api, _) in apis().await {
        let here = id(&api
            .make(
                "/locations",
                json!({"name": "Here", "timezone": "America/New_York"}),
            )
            .await);
        let [(bakery, _), ..] = world(&api).await;
        api.patch(
            &format!("/businesses/{bakery}"),
            json!({"location_id": here}),
        )
        .await
        .ok(200);
        let body = json!({"name": "All", "what": "people", "rule": {"all": []}});
        let path = format!("/segments/{}", id(&api.make("/segments", body).await));
        let (_, token) = api.member("manager", &[&here]).await;
        let call = |method, path| api.call_as(&token, method, path, None, &[]);
        let members = format!("{path}/members");
        let seen = call(Method::GET, members.as_str()).await.ok(200);
        assert_eq!(seen.as_array().unwrap().len(), 1);
        let count = format!("{path}/count");
        let counted = api
            .call_as(&token, Method::POST, &count, Some(json!({})), &[])
            .await
            .ok(200);
        assert_eq!(counted["member_count"], json!(1));
        assert_eq!(api.get(&path).await.ok(200)["member_count"], Value::Null);

        let key = json!({"name": "Segments", "scopes": ["segments:read"]});
        let key = api.make("/api-keys", key).await;
        let key = key["key"].as_str().unwrap();
        let refused = api.call_as(key, Method::GET, &members, None, &[]).await;
        assert_eq!(refused.status, 403);
    }
}
