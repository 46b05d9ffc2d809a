use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, assert_has, id};

fn names(list: &Value) -> Vec<&str> {
    let entries = list.as_array().unwrap().iter();
    entries
        .map(|entry| entry["name"].as_str().unwrap())
        .collect()
}

/// A pipeline with two open stages, a won and a lost one: its id and theirs.
pub async fn pipeline(api: &Api, name: &str) -> (String, Vec<String>) {
    let body = json!({"name": name, "stages": [
        {"name": "First"}, {"name": "Second", "stale_after_days": 2},
        {"name": "Won", "kind": "won"}, {"name": "Lost", "kind": "lost"},
    ]});
    let made = api.make("/pipelines", body).await;
    let stages = made["stages"].as_array().unwrap().iter().map(id).collect();
    (id(&made), stages)
}

#[tokio::test]
async fn every_tenant_begins_with_four_and_they_are_made_once() {
    for (api, other) in apis().await {
        let (first, again) = tokio::join!(api.get("/pipelines"), api.get("/pipelines"));
        let first = first.ok(200);
        assert_eq!(first, again.ok(200), "{}", api.name);
        assert_eq!(
            names(&first),
            [
                "Lead to booking",
                "Pre-appointment",
                "Post-appointment",
                "Partnership"
            ]
        );
        assert_eq!(
            names(&first[0]["stages"]),
            ["New lead", "Contacted", "Qualified", "Booked", "Lost"]
        );
        assert_has(
            &first[0]["stages"][3],
            &json!({"built_in": "booked", "kind": "won", "probability": 100, "moves_to": null}),
        );
        let theirs = other.get("/pipelines").await.ok(200);
        assert_ne!(id(&theirs[0]), id(&first[0]));

        // What was made of them stays.
        let path = format!("/pipelines/{}", id(&first[0]));
        api.patch(&path, json!({"name": "Sales"})).await.ok(200);
        let contacted = format!("/stages/{}", id(&first[0]["stages"][1]));
        assert_eq!(api.delete(&contacted).await.status, 204);
        assert_eq!(
            api.delete(&format!("/pipelines/{}", id(&first[3])))
                .await
                .status,
            204
        );
        let after = api.get("/pipelines").await.ok(200);
        assert_eq!(
            names(&after),
            ["Sales", "Pre-appointment", "Post-appointment"]
        );
        assert_eq!(
            names(&after[0]["stages"]),
            ["New lead", "Qualified", "Booked", "Lost"]
        );
        assert_eq!(other.get(&path).await.status, 404);
    }
}

#[tokio::test]
async fn a_pipeline_is_made_whole_or_not_at_all() {
    for (api, _) in apis().await {
        let (id, _) = pipeline(&api, "Renewals").await;
        let made = api.get(&format!("/pipelines/{id}")).await.ok(200);
        assert_eq!(
            names(&made["stages"]),
            ["First", "Second", "Won", "Lost"],
            "{}",
            api.name
        );
        let probabilities: Vec<_> = (0..4)
            .map(|n| made["stages"][n]["probability"].clone())
            .collect();
        assert_eq!(probabilities, [50, 50, 100, 0]);

        let open = json!([{"name": "A"}]);
        for (body, field) in [
            (json!({"name": "Renewals", "stages": open}), "name"),
            (json!({"name": "Lead to booking", "stages": open}), "name"),
            (json!({"name": "X"}), "stages"),
            (json!({"name": "X", "stages": []}), "stages"),
            (
                json!({"name": "X", "stages": [{"name": "A", "kind": "won"}]}),
                "stages",
            ),
            (
                json!({"name": "X", "stages": [{"name": ""}]}),
                "stages[0].name",
            ),
            (
                json!({"name": "X", "stages": [{"name": "A", "probability": 101}]}),
                "stages[0].probability",
            ),
            (
                json!({"name": "X", "stages": [{"name": "A", "color": "red"}]}),
                "stages[0].color",
            ),
            (
                json!({"name": "X", "stages": [{"name": "A", "stale_after_days": 0}]}),
                "stages[0].stale_after_days",
            ),
            (
                json!({"name": "X", "stages": [{"name": "A", "moves_to": [NOBODY]}]}),
                "stages[0].moves_to",
            ),
            (
                json!({"name": "X", "stages": vec![json!({"name": "A"}); 51]}),
                "stages",
            ),
        ] {
            assert_eq!(api.post("/pipelines", body).await.wrong_fields(), [field]);
        }
        assert_eq!(
            api.get("/pipelines")
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            5
        );
    }
}

#[tokio::test]
async fn stages_are_added_changed_and_ordered() {
    for (api, other) in apis().await {
        let (id_, stages) = pipeline(&api, "Renewals").await;
        let path = format!("/pipelines/{id_}");
        let third = json!({"name": "Third", "moves_to": [stages[0], stages[2]]});
        let third = api.make(&format!("{path}/stages"), third).await;
        assert_has(
            &third,
            &json!({"position": 5, "kind": "open", "moves_to": [stages[0], stages[2]]}),
        );
        let third = id(&third);
        let order = json!({"stage_ids": [third, stages[1], stages[0], stages[2], stages[3]]});
        let ordered = api
            .put_body(&format!("{path}/stage-order"), order.clone())
            .await
            .ok(200);
        assert_eq!(
            names(&ordered["stages"]),
            ["Third", "Second", "First", "Won", "Lost"],
            "{}",
            api.name
        );
        for wrong in [
            json!([]),
            json!([third]),
            json!([third, third, stages[0], stages[2], stages[3]]),
            json!([NOBODY, stages[1], stages[0], stages[2], stages[3]]),
        ] {
            let refused = api
                .put_body(&format!("{path}/stage-order"), json!({"stage_ids": wrong}))
                .await;
            assert_eq!(refused.wrong_fields(), ["stage_ids"]);
        }
        assert_eq!(
            other
                .put_body(&format!("{path}/stage-order"), order)
                .await
                .status,
            404
        );

        let stage = format!("/stages/{third}");
        let version = api.get(&stage).await.tag.unwrap();
        let changed = api
            .patch(
                &stage,
                json!({"moves_to": [], "stale_after_days": 4, "kind": "won"}),
            )
            .await
            .ok(200);
        assert_has(
            &changed,
            &json!({"moves_to": null, "stale_after_days": 4, "kind": "won"}),
        );
        let late = api
            .call_as(
                &api.platform.config.api_key,
                http::Method::PATCH,
                &stage,
                Some(json!({"name": "X"})),
                &[("if-match", &version)],
            )
            .await;
        assert_eq!(late.status, 412);
        let (_, strange) = pipeline(&api, "Another").await;
        for (body, field) in [
            (json!({"moves_to": [stages[0], strange[0]]}), "moves_to[1]"),
            (json!({"position": 1}), "position"),
            (json!({"name": null}), "name"),
        ] {
            assert_eq!(api.patch(&stage, body).await.wrong_fields(), [field]);
        }
        for (method, body) in [
            (http::Method::GET, None),
            (http::Method::PATCH, Some(json!({"name": "X"}))),
            (http::Method::DELETE, None),
        ] {
            assert_eq!(
                other
                    .call_as(&other.platform.config.api_key, method, &stage, body, &[])
                    .await
                    .status,
                404
            );
        }
    }
}

#[tokio::test]
async fn a_stage_that_others_need_is_not_deleted() {
    for (api, _) in apis().await {
        let (_, stages) = pipeline(&api, "Renewals").await;
        let path = |n: usize| format!("/stages/{}", stages[n]);
        api.patch(&path(0), json!({"moves_to": [stages[1]]}))
            .await
            .ok(200);
        let refused = api.delete(&path(1)).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (409, &json!("stage_in_use")),
            "{}",
            api.name
        );
        assert!(
            refused.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains("First leads to this stage only")
        );
        api.patch(&path(0), json!({"moves_to": [stages[1], stages[3]]}))
            .await
            .ok(200);
        assert_eq!(api.delete(&path(1)).await.status, 204);
        assert_eq!(
            api.get(&path(0)).await.ok(200)["moves_to"],
            json!([stages[3]])
        );
        assert_eq!(api.get(&path(1)).await.status, 404);
        assert_eq!(api.delete(&path(1)).await.status, 404);
        for refused in [
            api.delete(&path(0)).await,
            api.patch(&path(0), json!({"kind": "won"})).await,
        ] {
            assert_eq!(
                (refused.status, &refused.body["error"]["code"]),
                (409, &json!("last_open_stage"))
            );
        }
    }
}
