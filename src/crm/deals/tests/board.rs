use serde_json::json;

use super::{later, sales};
use crate::edge::clock::DAY;
use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn a_board_counts_sums_and_pages_each_stage() {
    for (mut api, _) in apis().await {
        let sales = sales(&api).await;
        for (name, amount, currency) in [("a", 100, "USD"), ("b", 250, "USD"), ("c", 70, "EUR")] {
            sales
                .deal_with(
                    &api,
                    json!({"name": name, "amount": amount, "currency": currency}),
                )
                .await;
        }
        let plain = sales.deal(&api, "d").await;
        let stale = sales.deal(&api, "e").await;
        for deal in [&plain, &stale] {
            sales.bring(&api, deal, 1).await.ok(200);
        }
        later(&mut api, 2 * DAY + 1);
        let fresh = sales.deal(&api, "f").await;
        sales.bring(&api, &fresh, 1).await.ok(200);
        let path = format!("/pipelines/{}/board", sales.pipeline);
        let board = api.get(&format!("{path}?limit=2")).await.ok(200);
        let stages = board["stages"].as_array().unwrap();
        assert_eq!(stages.len(), 4, "{}", api.name);
        assert_has(
            &stages[0],
            &json!({"stage_id": sales.stages[0], "count": 3, "stale_count": 0,
                "totals": [{"currency": "EUR", "amount": 70}, {"currency": "USD", "amount": 350}]}),
        );
        assert_has(
            &stages[1],
            &json!({"count": 3, "stale_count": 2, "totals": []}),
        );
        assert_has(
            &stages[2],
            &json!({"count": 0, "stale_count": 0, "deals": [], "next_cursor": null}),
        );
        let names: Vec<_> = stages[0]["deals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|deal| deal["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["c", "b"], "the newest is at the top");
        assert_eq!(
            (
                &stages[1]["deals"][0]["is_stale"],
                &stages[1]["deals"][1]["is_stale"]
            ),
            (&json!(false), &json!(true))
        );
        let cursor = stages[0]["next_cursor"].as_str().unwrap();
        let rest = api
            .get(&format!(
                "/stages/{}/deals?cursor={cursor}",
                sales.stages[0]
            ))
            .await
            .ok(200);
        assert_eq!(
            (rest.as_array().unwrap().len(), &rest[0]["name"]),
            (1, &json!("a"))
        );
        assert_eq!(sales.column(&api, 1).await, ["f", "e", "d"]);

        // The lists judge as the board does.
        let list = api
            .get(&format!("/deals?filter[stage_id]={}", sales.stages[1]))
            .await
            .ok(200);
        let stale: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|deal| deal["is_stale"].as_bool().unwrap())
            .collect();
        assert_eq!(stale, [true, true, false]);
        let won = api
            .get(&format!(
                "/deals?filter[status]=won&filter[pipeline_id]={}",
                sales.pipeline
            ))
            .await;
        assert_eq!(won.ok(200), json!([]));
        assert_eq!(
            api.get("/deals?filter[state]=won").await.wrong_fields(),
            ["filter[state]"]
        );
        assert_eq!(
            api.get(&format!("/pipelines/{NOBODY}/board")).await.status,
            404
        );
        assert_eq!(
            api.get(&format!("/stages/{NOBODY}/deals")).await.status,
            404
        );
    }
}

#[tokio::test]
async fn deals_are_put_above_and_below_each_other() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let mut ids = Vec::new();
        for name in ["c", "b", "a"] {
            ids.insert(0, sales.deal(&api, name).await);
        }
        let put = async |deal: usize, body: serde_json::Value| {
            let mut wanted = json!({"stage_id": sales.stages[0]});
            wanted
                .as_object_mut()
                .unwrap()
                .extend(body.as_object().unwrap().clone());
            api.post(&format!("/deals/{}/move", ids[deal]), wanted)
                .await
        };
        assert_eq!(sales.column(&api, 0).await, ["a", "b", "c"], "{}", api.name);
        put(0, json!({"after_id": ids[1]})).await.ok(200);
        assert_eq!(sales.column(&api, 0).await, ["b", "a", "c"]);
        put(2, json!({"before_id": ids[1]})).await.ok(200);
        assert_eq!(sales.column(&api, 0).await, ["c", "b", "a"]);
        put(2, json!({"after_id": ids[0]})).await.ok(200);
        assert_eq!(sales.column(&api, 0).await, ["b", "a", "c"]);
        // Where it is already.
        let version = api.get(&format!("/deals/{}", ids[0])).await.tag;
        for body in [
            json!({"after_id": ids[1]}),
            json!({"before_id": ids[2]}),
            json!({}),
        ] {
            assert_eq!(put(0, body).await.tag, version);
        }
        // Moving about in a stage is no move.
        assert_eq!(
            api.get(&format!("/deals/{}/moves", ids[2]))
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );

        let elsewhere = sales.deal(&api, "x").await;
        sales.bring(&api, &elsewhere, 1).await.ok(200);
        for (body, field) in [
            (json!({"before_id": elsewhere}), "before_id"),
            (json!({"after_id": NOBODY}), "after_id"),
            (json!({"after_id": ids[0]}), "after_id"),
            (json!({"after_id": ids[1], "before_id": ids[2]}), "after_id"),
        ] {
            assert_eq!(put(0, body).await.wrong_fields(), [field]);
        }
        let into = json!({"stage_id": sales.stages[0], "after_id": ids[1]});
        api.post(&format!("/deals/{elsewhere}/move"), into)
            .await
            .ok(200);
        assert_eq!(sales.column(&api, 0).await, ["b", "x", "a", "c"]);
    }
}

#[tokio::test]
async fn many_at_once_all_find_a_place() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let add =
            async |name: &'static str| id(&sales.deal_with(&api, json!({"name": name})).await);
        let ids = tokio::join!(add("a"), add("b"), add("c"), add("d"));
        assert_eq!(sales.column(&api, 0).await.len(), 4, "{}", api.name);
        let into = async |deal: &str| {
            let body = json!({"stage_id": sales.stages[0], "after_id": ids.0});
            api.post(&format!("/deals/{deal}/move"), body).await.status
        };
        let moved = tokio::join!(into(&ids.1), into(&ids.2), into(&ids.3));
        assert_eq!(moved, (200, 200, 200));
        assert_eq!(sales.column(&api, 0).await[0], "a");
    }
}
