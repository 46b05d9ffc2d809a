use serde_json::{Value, json};

use crate::edge::db::Statement;
use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_created_read_changed_emptied_and_deleted() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let full = json!({
            "business_id": business, "first_name": "Dana", "last_name": "O'Neil", "email": "dana@example.com",
            "phone": "(775) 555-0142", "title": "Owner", "role": "owner", "is_primary_contact": true,
            "is_decision_maker": true, "preferred_channel": "sms", "best_time_to_contact": "mornings",
            "do_not_email": false, "do_not_sms": true, "do_not_call": true,
        });
        let made = api.make("/people", full.clone()).await;
        assert_has(&made, &full);
        assert_has(
            &made,
            &json!({"total_emails_sent": 0, "replied_at": null, "bounced_at": null}),
        );
        let path = format!("/people/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);
        assert_eq!(
            api.get(&format!("/businesses/{business}/people"))
                .await
                .ok(200),
            json!([made])
        );

        let nulls = json!({"first_name": null, "last_name": null, "email": null, "phone": null, "title": null,
            "best_time_to_contact": null});
        let emptied = api.patch(&path, nulls.clone()).await.ok(200);
        assert_has(&emptied, &nulls);
        assert_has(&emptied, &json!({"role": "owner", "do_not_sms": true}));
        let changed = json!({"email": "d@example.com", "role": "staff", "preferred_channel": "phone", "do_not_email": true,
            "is_primary_contact": false});
        let after = api.patch(&path, changed.clone()).await.ok(200);
        assert_has(&after, &changed);
        assert_eq!(api.patch(&path, json!({})).await.ok(200), after);

        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(
            other.patch(&path, json!({"title": "Mine"})).await.status,
            404
        );
        assert_eq!(other.delete(&path).await.status, 404);
        assert_eq!(other.get("/people").await.ok(200), json!([]));
        assert_eq!(
            other
                .get(&format!("/businesses/{business}/people"))
                .await
                .status,
            404
        );

        assert_eq!(api.delete(&path).await.status, 204);
        for status in [api.get(&path).await.status, api.delete(&path).await.status] {
            assert_eq!(status, 404);
        }
        assert_eq!(api.patch(&path, json!({"title": "Gone"})).await.status, 404);
        assert_eq!(
            api.get(&format!("/businesses/{business}/people"))
                .await
                .ok(200),
            json!([])
        );
    }
}

#[tokio::test]
async fn needs_a_business_of_the_tenants_that_is_there() {
    for (api, other) in apis().await {
        let (foreign, gone) = (other.business("B").await, api.business("A").await);
        api.delete(&format!("/businesses/{gone}")).await;
        for business in [NOBODY, &foreign, &gone] {
            let reply = api
                .post(
                    "/people",
                    json!({"business_id": business, "first_name": null}),
                )
                .await;
            assert_eq!(reply.wrong_fields(), ["business_id"], "{}", api.name);
        }
        let body = json!({"business_id": api.business("C").await});
        let made = api.make("/people", body).await;
        assert_has(
            &made,
            &json!({"email": null, "role": "other", "preferred_channel": "email", "do_not_email": false}),
        );
    }
}

#[tokio::test]
async fn are_listed_page_by_page_and_filtered() {
    for (api, _) in apis().await {
        let (one, two) = (api.business("A").await, api.business("B").await);
        for (business, email) in [
            (&one, " Dana@Example.com"),
            (&one, "b@example.com"),
            (&two, "dana@example.COM"),
        ] {
            api.make("/people", json!({"business_id": business, "email": email}))
                .await;
        }
        let (all, pages) = api.walk("/people", 2).await;
        assert_eq!((all.len(), pages), (3, 2), "{}", api.name);
        assert!(all.is_sorted_by_key(id));
        let count = async |query: String| {
            api.get(&format!("/people{query}"))
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len()
        };
        assert_eq!(count("?email=DANA%40example.com".into()).await, 2);
        assert_eq!(
            count(format!(
                "?filter[business_id]={one}&filter[email]=dana@example.com"
            ))
            .await,
            1
        );
        let (people, pages) = api.walk(&format!("/businesses/{one}/people"), 1).await;
        assert_eq!((people.len(), pages), (2, 2));
        assert_eq!(
            api.get("/people?business_id=1").await.wrong_fields(),
            ["business_id"]
        );
        assert_eq!(api.get("/people?mail=x").await.wrong_fields(), ["mail"]);
    }
}

#[tokio::test]
async fn another_address_has_not_bounced() {
    for (api, _) in apis().await {
        let person = api.person(&api.business("A").await).await;
        let bounced =
            Statement::new("UPDATE people SET bounced_at = 1000 WHERE tenant_id = ?1 AND id = ?2");
        api.platform
            .db
            .execute(bounced.bind(&api.tenant).bind(person.as_str()))
            .await
            .unwrap();
        let change = async |body: Value| {
            api.patch(&format!("/people/{person}"), body).await.ok(200)["bounced_at"].clone()
        };
        assert_eq!(
            change(json!({"first_name": "Dana"})).await,
            "1970-01-01T00:00:01Z"
        );
        assert_eq!(
            change(json!({"email": "DANA@example.com"})).await,
            "1970-01-01T00:00:01Z"
        );
        assert_eq!(
            change(json!({"email": "d@example.com"})).await,
            Value::Null,
            "{}",
            api.name
        );
        assert_eq!(change(json!({"email": null})).await, Value::Null);
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, _) in apis().await {
        let wrong = json!({
            "first_name": "", "last_name": "x".repeat(101), "email": "dana", "phone": "1", "title": "a\tb",
            "best_time_to_contact": "x".repeat(51),
        });
        let fields = [
            "best_time_to_contact",
            "email",
            "first_name",
            "last_name",
            "phone",
            "title",
        ];
        assert_eq!(
            api.patch(&format!("/people/{NOBODY}"), wrong.clone())
                .await
                .wrong_fields(),
            fields
        );
        let mut create = wrong;
        create["business_id"] = json!(NOBODY);
        assert_eq!(api.post("/people", create).await.wrong_fields(), fields);
        for (body, field) in [
            (json!({}), "business_id"),
            (json!({"business_id": NOBODY, "role": "boss"}), "role"),
            (
                json!({"business_id": NOBODY, "do_not_email": 1}),
                "do_not_email",
            ),
            (
                json!({"business_id": NOBODY, "replied_at": null}),
                "replied_at",
            ),
        ] {
            assert_eq!(api.post("/people", body).await.wrong_fields(), [field]);
        }
        let path = format!("/people/{NOBODY}");
        assert_eq!(
            api.patch(&path, json!({"do_not_email": null}))
                .await
                .wrong_fields(),
            ["do_not_email"]
        );
        assert_eq!(
            api.patch(&path, json!({"business_id": NOBODY}))
                .await
                .wrong_fields(),
            ["business_id"]
        );
    }
}

#[tokio::test]
async fn are_sorted_and_looked_for() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        for (first, last, email, role) in [
            ("Dana", json!("Ortiz"), json!("z@example.com"), "owner"),
            ("Lee", Value::Null, json!("a@example.com"), "staff"),
            ("Sam", json!("Adler"), Value::Null, "owner"),
            ("ORla", json!("Ortiz"), json!("m@example.com"), "tech"),
        ] {
            let body = json!({"business_id": business, "first_name": first, "last_name": last, "email": email, "role": role,
                "is_decision_maker": role == "owner"});
            api.make("/people", body).await;
        }
        for sort in [
            "last_name",
            "-last_name",
            "email",
            "-email",
            "last_engaged_at",
        ] {
            let whole = api.get(&format!("/people?sort={sort}")).await.ok(200);
            assert_eq!(whole.as_array().unwrap().len(), 4);
            for limit in 1..=3 {
                let (walked, _) = api.walk_sorted("/people", sort, limit).await;
                assert_eq!(json!(walked), whole, "{sort} by {limit} on {}", api.name);
            }
        }
        let names = async |query: &str| -> Vec<String> {
            let path = format!("/people?sort=email&{query}");
            let found = api.get(&path).await.ok(200);
            let name = |row: &Value| row["first_name"].as_str().unwrap().to_string();
            found.as_array().unwrap().iter().map(name).collect()
        };
        assert_eq!(
            names("").await,
            ["Lee", "ORla", "Dana", "Sam"],
            "{}",
            api.name
        );
        assert_eq!(names("q=or").await, ["ORla", "Dana"]);
        assert_eq!(names("q=M%40ex").await, ["ORla"]);
        assert_eq!(names("role=owner").await, ["Dana", "Sam"]);
        assert_eq!(names("is_decision_maker=false").await, ["Lee", "ORla"]);
        assert_eq!(names("is_primary_contact=true").await, Vec::<String>::new());
        for (query, field) in [
            ("role=boss", "role"),
            ("is_decision_maker=1", "is_decision_maker"),
            ("deleted=all", "deleted"),
            ("sort=phone", "sort"),
            ("include=tags", "include"),
        ] {
            let refused = api.get(&format!("/people?{query}")).await;
            assert_eq!(refused.wrong_fields(), [field]);
        }
    }
}
