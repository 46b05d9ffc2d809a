use serde_json::{Value, json};

use super::industry;
use crate::testing::{Api, apis, id};

async fn some(api: &Api) {
    let community = api.community().await;
    for (name, score, health) in [
        ("Zed", 10, json!(5)),
        ("ácme", 10, Value::Null),
        ("Acme", 10, json!(5)),
        ("Acme", 90, Value::Null),
        ("acme", 0, json!(70)),
        ("B", 10, Value::Null),
    ] {
        let body = json!({"community_id": community, "name": name, "lead_score": score, "health_score": health});
        api.make("/businesses", body).await;
    }
}

fn values<'a>(rows: &'a [Value], field: &str) -> Vec<&'a Value> {
    rows.iter().map(|row| &row[field]).collect()
}

#[tokio::test]
async fn pages_are_exact_under_every_order() {
    for (api, other) in apis().await {
        some(&api).await;
        some(&other).await;
        for field in [
            "created_at",
            "updated_at",
            "name",
            "lead_score",
            "health_score",
        ] {
            for sort in [field.to_string(), format!("-{field}")] {
                let whole = api.get(&format!("/businesses?sort={sort}")).await.ok(200);
                let whole = whole.as_array().unwrap();
                assert_eq!(whole.len(), 6);
                for limit in 1..=5 {
                    let (walked, _) = api.walk_sorted("/businesses", &sort, limit).await;
                    let (walked, whole) = (values(&walked, "id"), values(whole, "id"));
                    assert_eq!(walked, whole, "{sort} by {limit} on {}", api.name);
                }
            }
        }
        let sorted = async |sort: &str, field: &str| {
            let rows = api.get(&format!("/businesses?sort={sort}")).await.ok(200);
            json!(values(rows.as_array().unwrap(), field))
        };
        assert_eq!(
            sorted("name", "name").await,
            json!(["Acme", "Acme", "B", "Zed", "acme", "ácme"]),
            "{}",
            api.name
        );
        assert_eq!(
            sorted("-lead_score", "lead_score").await,
            json!([90, 10, 10, 10, 10, 0])
        );
        let none = Value::Null;
        assert_eq!(
            sorted("health_score", "health_score").await,
            json!([5, 5, 70, none, none, none])
        );
        assert_eq!(
            sorted("-health_score", "health_score").await,
            json!([70, 5, 5, none, none, none])
        );
    }
}

#[tokio::test]
async fn a_list_that_changes_neither_repeats_nor_drops_what_was_there() {
    for (api, _) in apis().await {
        some(&api).await;
        let first = api.get("/businesses?sort=lead_score&limit=3").await;
        let cursor = first.body["meta"]["pagination"]["next_cursor"]
            .as_str()
            .unwrap();
        let community = api.community().await;
        for score in [0, 10, 50] {
            let body = json!({"community_id": community, "name": "New", "lead_score": score});
            api.make("/businesses", body).await;
        }
        let gone = id(&first.body["data"][0]);
        api.delete(&format!("/businesses/{gone}")).await;
        let path = format!("/businesses?sort=lead_score&limit=50&cursor={cursor}");
        let rest = api.get(&path).await.ok(200);
        let mut seen: Vec<_> = values(rest.as_array().unwrap(), "id");
        let before = first.body["data"].as_array().unwrap().clone();
        seen.extend(values(&before, "id"));
        let count = seen.len();
        seen.sort_by_key(|id| id.as_str().unwrap());
        seen.dedup();
        assert_eq!(seen.len(), count, "{}", api.name);
        assert!(count >= 6);
        let other_order = format!("/businesses?sort=-lead_score&cursor={cursor}");
        assert_eq!(api.get(&other_order).await.wrong_fields(), ["cursor"]);
    }
}

#[tokio::test]
async fn what_there_is_to_sort_by_and_to_include_is_told() {
    for (api, _) in apis().await {
        for (query, field, says) in [
            (
                "sort=phone",
                "sort",
                "created_at, updated_at, name, lead_score, health_score",
            ),
            (
                "include=tasks",
                "include",
                "people, tags, community, industry",
            ),
        ] {
            let refused = api.get(&format!("/businesses?{query}")).await;
            assert_eq!(refused.wrong_fields(), [field]);
            assert!(
                refused.body["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains(says)
            );
        }
    }
}

#[tokio::test]
async fn what_belongs_to_them_is_put_into_them() {
    for (api, _) in apis().await {
        let trade = industry(&api).await;
        let (one, two) = (api.business("A").await, api.business("B").await);
        let change = json!({"industry_id": trade});
        api.patch(&format!("/businesses/{one}"), change)
            .await
            .ok(200);
        let second = api.person(&one).await;
        let first = json!({"business_id": one, "is_primary_contact": true});
        let first = id(&api.make("/people", first).await);
        api.delete(&format!("/people/{}", api.person(&two).await))
            .await;
        let path = "/businesses?include=people,community,industry,tags";
        let rows = api.get(path).await.ok(200);
        let people = |row: usize| -> Vec<String> {
            rows[row]["people"]
                .as_array()
                .unwrap()
                .iter()
                .map(id)
                .collect()
        };
        let (one_at, two_at) = if id(&rows[0]) == one { (0, 1) } else { (1, 0) };
        assert_eq!(people(one_at), [first, second], "{}", api.name);
        assert_eq!(people(two_at), Vec::<String>::new());
        assert_eq!(rows[one_at]["industry"]["name"], "Restaurants");
        assert_eq!(rows[two_at].get("industry"), None);
        assert_eq!(rows[two_at]["community"]["name"], "Ely");
        let plain = api.get(&format!("/businesses/{one}")).await.ok(200);
        assert_eq!(plain.get("people"), None);
        let with = api
            .get(&format!("/businesses/{one}?include=people"))
            .await
            .ok(200);
        assert_eq!(with["people"].as_array().unwrap().len(), 2);
        let people = api.get("/people?include=business&sort=email").await.ok(200);
        assert_eq!(people[0]["business"]["name"], "A");
    }
}
