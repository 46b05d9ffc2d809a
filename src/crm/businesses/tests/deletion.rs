use serde_json::{Value, json};

use crate::testing::{NOBODY, apis, id};

#[tokio::test]
async fn those_who_went_with_it_come_back_with_it_and_no_others() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let (stays_gone, comes_back) = (api.person(&business).await, api.person(&business).await);
        let path = format!("/businesses/{business}");
        api.delete(&format!("/people/{stays_gone}")).await;
        api.delete(&path).await;
        let refused = api
            .post(&format!("/people/{comes_back}/restore"), json!({}))
            .await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (409, &json!("business_is_deleted")),
            "{}",
            api.name
        );
        let listed = async |query: &str| {
            let rows = api.get(&format!("/businesses?{query}")).await.ok(200);
            rows.as_array().unwrap().len()
        };
        assert_eq!(listed("filter[deleted]=only").await, 1);
        assert_eq!((listed("").await, listed("deleted=with").await), (0, 1));
        let people = api.get("/people?deleted=only").await.ok(200);
        assert_eq!(people.as_array().unwrap().len(), 2);

        let restore = format!("{path}/restore");
        assert_eq!(other.post(&restore, json!({})).await.status, 404);
        let back = api.post(&restore, json!({})).await.ok(200);
        assert_eq!(back["deleted_at"], Value::Null);
        assert_eq!(api.post(&restore, json!({})).await.ok(200), back);
        let people = api.get(&format!("{path}/people")).await.ok(200);
        assert_eq!(people.as_array().unwrap().len(), 1);
        assert_eq!(people[0]["id"], json!(comes_back));
        assert_eq!(api.get(&format!("/people/{stays_gone}")).await.status, 404);
        let timeline = api.get(&format!("{path}/activities")).await.ok(200);
        let mut kinds: Vec<_> = timeline
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["type"].as_str().unwrap())
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["business_deleted", "business_restored"]);

        let restore = format!("/people/{stays_gone}/restore");
        assert_eq!(other.post(&restore, json!({})).await.status, 404);
        let person = api.post(&restore, json!({})).await.ok(200);
        assert_eq!(api.post(&restore, json!({})).await.ok(200), person);
        let nobody = format!("/people/{NOBODY}/restore");
        assert_eq!(api.post(&nobody, json!({})).await.status, 404);
        let nobody = format!("/businesses/{NOBODY}/restore");
        assert_eq!(api.post(&nobody, json!({})).await.status, 404);
    }
}

#[tokio::test]
async fn many_people_go_and_come_back_at_once() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let ids = [api.person(&business).await, api.person(&business).await];
        let bulk = async |action: &str| {
            let body = json!({"ids": ids, "action": action});
            api.post("/people/bulk", body).await.ok(200)["changed"].clone()
        };
        assert_eq!(bulk("restore").await, 0);
        assert_eq!(
            (bulk("delete").await, bulk("delete").await),
            (json!(2), json!(0))
        );
        assert_eq!(api.get("/people").await.ok(200), json!([]));
        assert_eq!(bulk("restore").await, 2, "{}", api.name);
        let body = json!({"ids": ids, "action": "delete"});
        assert_eq!(
            other.post("/people/bulk", body).await.wrong_fields(),
            ["ids[0]", "ids[1]"]
        );
        let mine = api.get("/people").await.ok(200);
        let mine: Vec<_> = mine.as_array().unwrap().iter().map(id).collect();
        assert!(ids.iter().all(|id| mine.contains(id)));
    }
}
