use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn is_created_read_changed_and_emptied() {
    for (api, other) in apis().await {
        let full = json!({
            "name": "Ely", "slug": "ely-nv", "state": "NV", "county": "White Pine", "zip_codes": ["89301", "89315"],
            "timezone": "America/Los_Angeles", "population": 3924, "business_count": 210, "status": "deploying",
            "content_db_id": 17, "synced_at": "2026-03-01T00:00:00Z",
        });
        let made = api.make("/communities", full.clone()).await;
        assert_has(&made, &full);
        assert_has(
            &made,
            &json!({"created_at": "2026-03-04T16:00:00Z", "deployed_at": null}),
        );
        let path = format!("/communities/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);

        let active = api.patch(&path, json!({"status": "active"})).await.ok(200);
        assert_eq!(active["deployed_at"], "2026-03-04T16:00:00Z");
        let nulls = json!({"county": null, "zip_codes": null, "timezone": null, "population": null,
            "content_db_id": null, "synced_at": null});
        let emptied = api.patch(&path, nulls.clone()).await.ok(200);
        assert_has(&emptied, &nulls);
        assert_has(
            &emptied,
            &json!({"name": "Ely", "slug": "ely-nv", "status": "active", "business_count": 210}),
        );
        let changed = json!({"name": "East Ely", "state": "UT", "county": "Millard", "zip_codes": ["84751"], "population": 0});
        let changed_to = api.patch(&path, changed.clone()).await.ok(200);
        assert_has(&changed_to, &changed);
        assert_eq!(changed_to["slug"], "ely-nv");
        assert_eq!(api.patch(&path, json!({})).await.ok(200), changed_to);

        assert_eq!(other.get(&path).await.status, 404);
        assert_eq!(
            other.patch(&path, json!({"name": "Mine"})).await.status,
            404
        );
        assert_eq!(other.get("/communities").await.ok(200), json!([]));
        assert_eq!(api.get(&format!("/communities/{NOBODY}")).await.status, 404);
        assert_eq!(api.get("/communities/ely").await.wrong_fields(), ["id"]);
    }
}

#[tokio::test]
async fn gets_a_time_zone_from_its_first_zip_code_or_its_state() {
    for (api, _) in apis().await {
        for (body, zone) in [
            (
                json!({"name": "El Paso", "state": "TX", "zip_codes": ["79901", "75201"]}),
                "America/Denver",
            ),
            (json!({"name": "Waco", "state": "tx"}), "America/Chicago"),
            (
                json!({"name": "Ely", "state": "NV", "timezone": "America/Boise"}),
                "America/Boise",
            ),
        ] {
            assert_eq!(api.make("/communities", body).await["timezone"], zone);
        }
    }
}

#[tokio::test]
async fn slugs_are_unique_within_a_tenant() {
    for (api, other) in apis().await {
        let ely = || api.make("/communities", json!({"name": "Ely", "state": "NV"}));
        assert_eq!(ely().await["slug"], "ely");
        let at_once = join_all([ely(), ely(), ely()]).await;
        let mut slugs: Vec<_> = at_once
            .iter()
            .map(|made| made["slug"].as_str().unwrap())
            .collect();
        slugs.sort_unstable();
        assert_eq!(slugs, ["ely-2", "ely-3", "ely-4"], "{}", api.name);

        let taken = json!({"name": "Ely", "slug": "ely-3", "state": "NV"});
        assert_eq!(
            api.post("/communities", taken.clone()).await.wrong_fields(),
            ["slug"]
        );
        assert_eq!(other.make("/communities", taken).await["slug"], "ely-3");
        let path = format!("/communities/{}", id(&at_once[0]));
        assert_eq!(
            api.patch(&path, json!({"slug": "ely"}))
                .await
                .wrong_fields(),
            ["slug"]
        );
        assert_eq!(
            api.patch(&path, json!({"slug": "free"})).await.ok(200)["slug"],
            "free"
        );
    }
}

#[tokio::test]
async fn are_listed_page_by_page_and_filtered() {
    for (api, other) in apis().await {
        for (name, state, status) in [
            ("A", "NV", "active"),
            ("B", "NV", "paused"),
            ("C", "UT", "active"),
        ] {
            api.make(
                "/communities",
                json!({"name": name, "state": state, "status": status}),
            )
            .await;
        }
        let (all, pages) = api.walk("/communities", 2).await;
        assert_eq!((all.len(), pages), (3, 2), "{}", api.name);
        assert!(all.is_sorted_by_key(id));
        let names = async |query: &str| -> Vec<Value> {
            let list = api.get(&format!("/communities?{query}")).await.ok(200);
            list.as_array()
                .unwrap()
                .iter()
                .map(|community| community["name"].clone())
                .collect()
        };
        let mut in_nevada = names("state=nv").await;
        in_nevada.sort_by_key(ToString::to_string);
        assert_eq!(in_nevada, ["A", "B"]);
        assert_eq!(names("filter[state]=NV&filter[status]=active").await, ["A"]);
        assert_eq!(other.walk("/communities", 2).await.0.len(), 0);
        for (query, field) in [
            ("state=XX", "state"),
            ("status=gone", "status"),
            ("cursor=AAAA", "cursor"),
            ("limit=0", "limit"),
            ("stat=NV", "stat"),
        ] {
            assert_eq!(
                api.get(&format!("/communities?{query}"))
                    .await
                    .wrong_fields(),
                [field]
            );
        }
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, _) in apis().await {
        let wrong = json!({
            "name": " ", "slug": "Ely NV", "state": "XX", "zip_codes": ["89301", "8930"], "timezone": "Mars/Base",
            "population": -1, "content_db_id": 0,
        });
        let fields = [
            "content_db_id",
            "name",
            "population",
            "slug",
            "state",
            "timezone",
            "zip_codes[1]",
        ];
        assert_eq!(
            api.post("/communities", wrong.clone()).await.wrong_fields(),
            fields
        );
        assert_eq!(
            api.patch(&format!("/communities/{NOBODY}"), wrong)
                .await
                .wrong_fields(),
            fields
        );
        let one = |body| api.post("/communities", body);
        assert_eq!(one(json!({"name": "Ely"})).await.wrong_fields(), ["state"]);
        assert_eq!(
            one(json!({"name": "Ely", "state": "NV", "status": "x"}))
                .await
                .wrong_fields(),
            ["status"]
        );
        assert_eq!(
            one(json!({"name": "Ely", "state": "NV", "synced_at": "now"}))
                .await
                .wrong_fields(),
            ["synced_at"]
        );
        assert_eq!(
            one(json!({"name": "Ely", "state": "NV", "deployed_at": null}))
                .await
                .wrong_fields()
                .len(),
            1
        );
        let path = format!("/communities/{NOBODY}");
        assert_eq!(
            api.patch(&path, json!({"name": null})).await.wrong_fields(),
            ["name"]
        );
    }
}

#[tokio::test]
async fn they_industries_and_tags_are_sorted() {
    for (api, _) in apis().await {
        for (name, population) in [("Ely", json!(7)), ("Baker", Value::Null), ("Ely", json!(3))] {
            let body = json!({"name": name, "state": "NV", "population": population});
            api.make("/communities", body).await;
        }
        for (name, place) in [("B", 2), ("A", 2), ("C", 1)] {
            let body = json!({"name": name, "display_order": place});
            api.make("/industries", body).await;
            api.make("/tags", json!({"name": name})).await;
        }
        let sorted = async |path: &str, sort: &str, field: &str| {
            let whole = api.get(&format!("{path}?sort={sort}")).await.ok(200);
            let (walked, _) = api.walk_sorted(path, sort, 1).await;
            assert_eq!(json!(walked), whole, "{path} by {sort} on {}", api.name);
            json!(walked.iter().map(|row| &row[field]).collect::<Vec<_>>())
        };
        let none = Value::Null;
        for (path, sort, field, expected) in [
            (
                "/communities",
                "name",
                "name",
                json!(["Baker", "Ely", "Ely"]),
            ),
            (
                "/communities",
                "-population",
                "population",
                json!([7, 3, none]),
            ),
            ("/industries", "-name", "name", json!(["C", "B", "A"])),
            (
                "/industries",
                "display_order",
                "display_order",
                json!([1, 2, 2]),
            ),
            ("/tags", "name", "name", json!(["A", "B", "C"])),
        ] {
            assert_eq!(
                sorted(path, sort, field).await,
                expected,
                "{path} by {sort}"
            );
        }
        let found = api.get("/communities?filter[q]=bA").await.ok(200);
        assert_eq!(found[0]["name"], "Baker");
        for path in ["/communities", "/industries", "/tags"] {
            let refused = api.get(&format!("{path}?sort=color")).await;
            assert_eq!(refused.wrong_fields(), ["sort"]);
        }
    }
}
