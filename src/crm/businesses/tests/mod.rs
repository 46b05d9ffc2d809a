mod bulk;
mod deletion;
mod lists;
mod sorted;
mod timezone;

use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, assert_has, id};

fn everything(community: &str, industry: &str) -> Value {
    json!({
        "community_id": community, "industry_id": industry, "name": "Joe's Diner", "slug": "joes", "legal_name": "Joe LLC",
        "description": "Eggs.\nAll day.", "address_street": "1 Main St", "address_city": "Ely", "address_state": "NV",
        "address_zip": "89301-1234", "address_lat": 39.5, "address_lng": -114.0, "timezone": "America/Denver",
        "phone": "+17755550142", "email": "joe@example.com", "website": "https://joe.example",
        "hours_of_operation": {"mon": [["08:00", "17:00"]]}, "employee_count_range": "10-24", "year_established": 1987,
        "annual_revenue_range": "$500K-$1M", "google_business_id": "g1", "facebook_url": "https://facebook.example/joe",
        "instagram_handle": "@joe", "yelp_url": "https://yelp.example/joe", "lead_status": "customer", "lead_score": 70,
        "health_score": 90, "source": "import", "source_detail": "list 4", "content_db_id": 12,
        "synced_at": "2026-03-01T00:00:00Z",
    })
}

async fn industry(api: &Api) -> String {
    id(&api
        .make("/industries", json!({"name": "Restaurants"}))
        .await)
}

#[tokio::test]
async fn is_created_read_changed_and_emptied() {
    for (api, other) in apis().await {
        let full = everything(&api.community().await, &industry(&api).await);
        let made = api.make("/businesses", full.clone()).await;
        assert_has(&made, &full);
        assert_eq!(made["tags"], json!([]));
        let path = format!("/businesses/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);

        let kept = [
            "community_id",
            "name",
            "slug",
            "lead_status",
            "lead_score",
            "timezone",
            "address_zip",
            "address_state",
        ];
        let mut nulls = full.clone();
        for (field, value) in nulls.as_object_mut().unwrap() {
            if !kept.contains(&field.as_str()) {
                *value = Value::Null;
            }
        }
        nulls
            .as_object_mut()
            .unwrap()
            .retain(|_, value| value.is_null());
        let mut emptied = api.patch(&path, nulls.clone()).await.ok(200);
        // A customer has a health; what was set by hand is gone.
        assert_eq!(emptied["health_score"].take(), 70);
        assert_has(&emptied, &nulls);
        for field in kept {
            assert_eq!(emptied[field], full[field], "{field}");
        }
        let refilled = api.patch(&path, full.clone()).await.ok(200);
        assert_has(&refilled, &full);
        assert_eq!(api.patch(&path, json!({})).await.ok(200), refilled);

        for reply in [
            other.get(&path).await,
            other.patch(&path, full).await,
            other.delete(&path).await,
        ] {
            assert_eq!(reply.status, 404, "{}", api.name);
        }
        assert_eq!(other.get("/businesses").await.ok(200), json!([]));
    }
}

#[tokio::test]
async fn its_email_and_state_are_stored_in_one_form() {
    for (api, _) in apis().await {
        let body = json!({"community_id": api.community().await, "name": "A", "email": " Joe@Example.COM ", "address_state": "nv"});
        let made = api.make("/businesses", body).await;
        assert_has(
            &made,
            &json!({"email": "joe@example.com", "address_state": "NV", "lead_status": "prospect", "lead_score": 0}),
        );
    }
}

#[tokio::test]
async fn what_it_refers_to_must_be_the_tenants() {
    for (api, other) in apis().await {
        let (community, foreign) = (api.community().await, other.community().await);
        let foreign_industry = industry(&other).await;
        for nowhere in [NOBODY, foreign.as_str()] {
            let body = json!({"community_id": nowhere, "name": "A"});
            assert_eq!(
                api.post("/businesses", body).await.wrong_fields(),
                ["community_id"]
            );
        }
        let body = json!({"community_id": community, "name": "A", "industry_id": foreign_industry});
        assert_eq!(
            api.post("/businesses", body).await.wrong_fields(),
            ["industry_id"],
            "{}",
            api.name
        );

        let path = format!("/businesses/{}", api.business("A").await);
        for (body, field) in [
            (json!({"community_id": foreign}), "community_id"),
            (
                json!({"community_id": foreign, "timezone": "UTC"}),
                "community_id",
            ),
            (
                json!({"community_id": community, "industry_id": NOBODY}),
                "industry_id",
            ),
            (json!({"industry_id": NOBODY}), "industry_id"),
        ] {
            assert_eq!(api.patch(&path, body).await.wrong_fields(), [field]);
        }
    }
}

#[tokio::test]
async fn slugs_go_on_counting_past_deleted_ones() {
    for (api, _) in apis().await {
        let community = api.community().await;
        for slug in ["joes", "joes-2", "joes-3"] {
            let made = api
                .make(
                    "/businesses",
                    json!({"community_id": community, "name": "Joe’s"}),
                )
                .await;
            assert_eq!(made["slug"], slug, "{}", api.name);
            assert_eq!(
                api.delete(&format!("/businesses/{}", id(&made)))
                    .await
                    .status,
                204
            );
        }
        let taken = json!({"community_id": community, "name": "Joe", "slug": "joes"});
        assert_eq!(
            api.post("/businesses", taken).await.wrong_fields(),
            ["slug"]
        );
    }
}

#[tokio::test]
async fn is_deleted_with_its_people() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let person = api.person(&business).await;
        let path = format!("/businesses/{business}");
        assert_eq!(api.delete(&path).await.status, 204);
        for path in [
            path.clone(),
            format!("{path}/people"),
            format!("{path}/activities"),
            format!("/people/{person}"),
        ] {
            assert_eq!(api.get(&path).await.status, 404, "{path} on {}", api.name);
        }
        assert_eq!(api.delete(&path).await.status, 404);
        assert_eq!(api.patch(&path, json!({"name": "B"})).await.status, 404);
        assert_eq!(
            api.patch(&path, json!({"address_zip": "89301"}))
                .await
                .status,
            404
        );
        assert_eq!(api.get("/businesses").await.ok(200), json!([]));
        assert_eq!(api.get("/people").await.ok(200), json!([]));
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, _) in apis().await {
        let wrong = json!({
            "community_id": NOBODY, "name": "x".repeat(256), "description": "x".repeat(100_000), "address_state": "ZZ",
            "address_zip": "1234", "address_lat": 90.5, "address_lng": -181, "timezone": "EST5", "phone": "none",
            "email": "joe@", "website": "joe.example",
            "employee_count_range": "x".repeat(21), "year_established": 1492, "lead_score": 101, "health_score": -1,
            "content_db_id": 3_000_000_000_i64,
        });
        let fields = [
            "address_lat",
            "address_lng",
            "address_state",
            "address_zip",
            "content_db_id",
            "description",
            "email",
            "employee_count_range",
            "health_score",
            "lead_score",
            "name",
            "phone",
            "timezone",
            "website",
            "year_established",
        ];
        assert_eq!(
            api.post("/businesses", wrong.clone()).await.wrong_fields(),
            fields
        );
        assert_eq!(
            api.patch(&format!("/businesses/{NOBODY}"), wrong)
                .await
                .wrong_fields(),
            fields
        );
        for (body, field) in [
            (json!({"name": "A"}), "community_id"),
            (json!({"community_id": "x", "name": "A"}), "community_id"),
            (
                json!({"community_id": NOBODY, "name": "A", "hours_of_operation": []}),
                "hours_of_operation",
            ),
            (
                json!({"community_id": NOBODY, "name": "A", "deleted_at": null}),
                "deleted_at",
            ),
        ] {
            assert_eq!(api.post("/businesses", body).await.wrong_fields(), [field]);
        }
        let path = format!("/businesses/{NOBODY}");
        assert_eq!(
            api.patch(&path, json!({"lead_score": null}))
                .await
                .wrong_fields(),
            ["lead_score"]
        );
        assert_eq!(
            api.patch(&path, json!({"lead_status": "boss"}))
                .await
                .wrong_fields(),
            ["lead_status"]
        );
    }
}
