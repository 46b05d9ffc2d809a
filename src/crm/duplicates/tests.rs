use serde_json::{Value, json};

use super::store::BUSINESSES_TO_COMPARE;
use crate::edge::db::{Dialect, Statement};
use crate::testing::{Api, NOBODY, apis, id};

async fn business(api: &Api, community: &str, more: Value) -> String {
    let mut body = json!({"community_id": community, "name": "Harbor Bakery"});
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    id(&api.make("/businesses", body).await)
}

/// Compares until nothing is left. (On Postgres other tests' tenants are in the database as well.)
async fn compare(api: &Api) {
    while super::advance(&api.platform, crate::crm::turn::USUAL)
        .await
        .unwrap()
        > 0
    {}
}

/// In one order: ids made within a millisecond have none.
fn sorted<const N: usize>(mut ids: [&str; N]) -> Vec<&str> {
    ids.sort_unstable();
    ids.to_vec()
}

fn ids(pair: &Value) -> Vec<&str> {
    let records = pair["records"].as_array().unwrap();
    records
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn pairs_are_listed_with_why_the_most_certain_first() {
    for (api, other) in apis().await {
        let community = api.community().await;
        let first = business(
            &api,
            &community,
            json!({"phone": "(727) 555-0142", "website": "https://www.harbor.example/menu"}),
        )
        .await;
        let second = business(
            &api,
            &community,
            json!({"name": "Harbor", "phone": "+1 727 555 0142"}),
        )
        .await;
        let third = business(
            &api,
            &community,
            json!({"name": "H. B.", "website": "http://harbor.example", "phone": "727-555-0142"}),
        )
        .await;
        let alone = business(&api, &community, json!({"name": "Somebody else"})).await;
        let theirs = other.community().await;
        business(&other, &theirs, json!({"phone": "727 555 0142"})).await;
        compare(&api).await;

        let (pairs, pages) = api.walk("/duplicates", 2).await;
        let found: Vec<_> = pairs
            .iter()
            .map(|pair| {
                (
                    ids(pair),
                    pair["confidence"].as_i64().unwrap(),
                    pair["why"].clone(),
                )
            })
            .collect();
        assert_eq!(pages, 2, "{}", api.name);
        assert_eq!(
            found[0],
            (sorted([&first, &third]), 85, json!(["phone", "website"]))
        );
        assert_eq!(found.len(), 3);
        assert!(
            found[1..]
                .iter()
                .all(|(_, confidence, why)| (*confidence, why) == (70, &json!(["phone"])))
        );

        let of_second = api
            .get(&format!("/businesses/{second}/duplicates"))
            .await
            .ok(200);
        let mut near: Vec<_> = of_second
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["record"]["id"].as_str().unwrap())
            .collect();
        near.sort_unstable();
        assert_eq!(near, sorted([&first, &third]));
        assert!(of_second[0]["id"].is_string());
        let of_alone = api
            .get(&format!("/businesses/{alone}/duplicates"))
            .await
            .ok(200);
        assert_eq!(of_alone, json!([]));
        assert_eq!(other.get("/duplicates").await.ok(200), json!([]));
        for path in [
            format!("/businesses/{first}/duplicates"),
            format!("/people/{NOBODY}/duplicates"),
        ] {
            assert_eq!(other.get(&path).await.status, 404);
        }
    }
}

#[tokio::test]
async fn the_list_follows_what_records_become() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let first = business(&api, &community, json!({"email": "hello@harbor.example"})).await;
        let second = business(
            &api,
            &community,
            json!({"name": "Other", "email": "hi@harbor.example"}),
        )
        .await;
        compare(&api).await;
        assert_eq!(
            api.get("/duplicates").await.ok(200),
            json!([]),
            "{}",
            api.name
        );

        let path = format!("/businesses/{second}");
        api.patch(&path, json!({"email": "Hello@Harbor.example"}))
            .await
            .ok(200);
        let at_once = api.get(&format!("{path}/duplicates")).await.ok(200);
        assert_eq!(
            (&at_once[0]["record"]["id"], &at_once[0]["id"]),
            (&json!(first), &Value::Null)
        );
        compare(&api).await;
        assert_eq!(
            api.get("/duplicates").await.ok(200)[0]["why"],
            json!(["email"])
        );

        // A pair that agrees no more is not shown even before it is forgotten.
        api.patch(&path, json!({"email": null})).await.ok(200);
        assert_eq!(api.get("/duplicates").await.ok(200), json!([]));
        api.patch(&path, json!({"email": "hello@harbor.example"}))
            .await
            .ok(200);
        compare(&api).await;
        assert_eq!(
            api.get("/duplicates")
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(api.delete(&path).await.status, 204);
        compare(&api).await;
        assert_eq!(api.get("/duplicates").await.ok(200), json!([]));
        assert_eq!(kept(&api).await, 0);
    }
}

async fn kept(api: &Api) -> i64 {
    let count = Statement::new("SELECT COUNT(*) AS n FROM duplicates WHERE tenant_id = ?1");
    let row: Value = api
        .platform
        .db
        .fetch_one(count.bind(&api.tenant))
        .await
        .unwrap();
    row["n"].as_i64().unwrap()
}

#[tokio::test]
async fn what_was_dismissed_stays_so_until_it_is_reopened() {
    for (api, other) in apis().await {
        let community = api.community().await;
        let mut pair = Vec::new();
        for name in ["One", "Two"] {
            pair.push(
                business(
                    &api,
                    &community,
                    json!({"name": name, "phone": "7275550142"}),
                )
                .await,
            );
        }
        compare(&api).await;
        let found = id(&api.get("/duplicates").await.ok(200)[0]);
        let path = format!("/duplicates/{found}");
        assert_eq!(
            other
                .post(&format!("{path}/dismiss"), json!({}))
                .await
                .status,
            404
        );
        for _ in 0..2 {
            assert_eq!(
                api.post(&format!("{path}/dismiss"), json!({})).await.status,
                204,
                "{}",
                api.name
            );
        }
        for list in [
            "/duplicates".to_string(),
            format!("/businesses/{}/duplicates", pair[0]),
        ] {
            assert_eq!(api.get(&list).await.ok(200), json!([]), "{list}");
        }
        // They come to agree in more, then in nothing, then again.
        for phone in [json!(null), json!("727-555-0142")] {
            api.patch(&format!("/businesses/{}", pair[1]), json!({"phone": phone}))
                .await
                .ok(200);
            compare(&api).await;
            assert_eq!(api.get("/duplicates").await.ok(200), json!([]));
        }
        let dismissed = api.get("/duplicates?dismissed=true").await.ok(200);
        assert_eq!(
            (id(&dismissed[0]), &dismissed[0]["dismissed_by"]),
            (found, &json!("setup_key"))
        );
        assert_eq!(
            api.post(&format!("{path}/reopen"), json!({})).await.status,
            204
        );
        assert_eq!(
            api.get("/duplicates")
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            api.get("/duplicates?dismissed=true").await.ok(200),
            json!([])
        );
        assert_eq!(
            api.get("/duplicates?what=dogs").await.wrong_fields(),
            ["what"]
        );
        assert_eq!(
            api.get("/duplicates?cursor=MTAw").await.wrong_fields(),
            ["cursor"]
        );
    }
}

#[tokio::test]
async fn what_many_share_is_no_evidence() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let mut last = String::new();
        for number in 0..21 {
            if number == 3 {
                compare(&api).await;
                assert_eq!(kept(&api).await, 3, "three share it: that says something");
            }
            let name = format!("Shop {number}");
            last = business(
                &api,
                &community,
                json!({"name": name, "website": "https://chain.example"}),
            )
            .await;
        }
        compare(&api).await;
        assert_eq!(
            api.get("/duplicates").await.ok(200),
            json!([]),
            "{}",
            api.name
        );
        assert_eq!(
            api.get(&format!("/businesses/{last}/duplicates"))
                .await
                .ok(200),
            json!([])
        );
        assert_eq!(api.delete(&format!("/businesses/{last}")).await.status, 204);
        let first = business(&api, &community, json!({"name": "Shop 0"})).await;
        compare(&api).await;
        assert_eq!(
            api.get("/duplicates").await.ok(200)[0]["why"],
            json!(["name_and_place"])
        );
        assert_eq!(
            api.get(&format!("/businesses/{first}/duplicates"))
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}

#[tokio::test]
async fn people_are_found_by_address_and_number() {
    for (api, _) in apis().await {
        let (one, two) = (api.business("One").await, api.business("Two").await);
        let person = |business: String, more: Value| {
            let mut body = json!({"business_id": business});
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            body
        };
        let maria = json!({"first_name": "Maria", "last_name": "Lopez", "email": "maria@example.com", "phone": "7275550142"});
        let first = id(&api
            .make("/people", person(one.clone(), maria.clone()))
            .await);
        let second = id(&api.make("/people", person(two, maria)).await);
        let colleague =
            json!({"first_name": "Jo", "last_name": "Ortiz", "phone": "(727) 555-0142"});
        api.make("/people", person(one, colleague)).await;
        compare(&api).await;
        let found = api.get("/duplicates?what=people").await.ok(200);
        assert_eq!(found.as_array().unwrap().len(), 1, "{}", api.name);
        assert_eq!(
            (ids(&found[0]), &found[0]["why"]),
            (
                sorted([&first, &second]),
                &json!(["email", "phone", "name"])
            )
        );
        assert_eq!(found[0]["records"][0]["name"], json!("Maria Lopez"));
        let near = api
            .get(&format!("/people/{first}/duplicates"))
            .await
            .ok(200);
        assert_eq!(near[0]["record"]["id"], json!(second));
        assert_eq!(
            api.get("/duplicates").await.ok(200),
            json!([]),
            "no businesses"
        );
    }
}

#[tokio::test]
async fn asking_what_to_compare_reads_the_index_of_that() {
    for (api, _) in apis().await {
        if api.platform.db.dialect() != Dialect::Sqlite {
            continue;
        }
        let plan = |sql: String| async move {
            let explain = Statement::assembled(format!("EXPLAIN QUERY PLAN {sql}"));
            let rows: Vec<Value> = api.platform.db.fetch_all(explain).await.unwrap();
            rows.iter()
                .map(|row| row["detail"].as_str().unwrap().to_string())
                .collect::<Vec<_>>()
                .join("; ")
        };
        let found = plan(format!(
            "SELECT id FROM businesses WHERE compared_as IS DISTINCT FROM {BUSINESSES_TO_COMPARE} AND tenant_id = 'x' AND created_at >= 0 ORDER BY created_at LIMIT 500"
        ))
        .await;
        assert!(
            found.contains("USING INDEX businesses_to_compare") && !found.contains("TEMP B-TREE"),
            "{found}"
        );
    }
}
