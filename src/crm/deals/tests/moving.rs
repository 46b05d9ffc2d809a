use http::Method;
use serde_json::{Value, json};

use super::{later, sales};
use crate::edge::clock::{DAY, HOUR};
use crate::edge::queue::QueueName;
use crate::testing::{NOBODY, apis, assert_has, id};

#[tokio::test]
async fn a_deal_begins_in_the_first_open_stage() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let person = api.person(&sales.business).await;
        let deal = sales
            .deal_with(&api, json!({"person_id": person, "amount": 240_000, "currency": "USD", "expected_close_on": "2026-09-30"}))
            .await;
        assert_has(
            &deal,
            &json!({"stage_id": sales.stages[0], "status": "open", "amount": 240_000, "currency": "USD", "expected_close_on": "2026-09-30",
                "person_id": person, "closed_at": null, "is_stale": false, "entered_stage_at": "2026-03-04T16:00:00Z"}),
        );
        assert_eq!(deal.get("rank"), None, "{}", api.name);
        let path = format!("/deals/{}", id(&deal));
        assert_eq!(api.get(&path).await.ok(200), deal);
        let timeline = api
            .get(&format!("/businesses/{}/activities", sales.business))
            .await
            .ok(200);
        assert_has(
            &timeline[0],
            &json!({"type": "status_changed", "subject": "Sales: First", "source": "pipelines", "person_id": person}),
        );
        let moves = api.get(&format!("{path}/moves")).await.ok(200);
        assert_has(
            &moves[0],
            &json!({"from_stage_id": null, "to_stage_id": sales.stages[0], "stayed_ms": null, "moved_by": "setup_key"}),
        );

        // A won stage ends it at once.
        let won = sales
            .deal_with(&api, json!({"stage_id": sales.stages[2]}))
            .await;
        assert_has(
            &won,
            &json!({"status": "won", "closed_at": "2026-03-04T16:00:00Z"}),
        );
    }
}

#[tokio::test]
async fn what_a_deal_names_must_be_there() {
    for (api, other) in apis().await {
        let (sales, theirs) = (sales(&api).await, super::sales(&other).await);
        let (stranger, member) = (
            api.person(&api.business("B").await).await,
            other.member("agent", &[]).await.0,
        );
        let right = json!({"pipeline_id": sales.pipeline, "business_id": sales.business});
        for (field, value) in [
            ("pipeline_id", json!(theirs.pipeline)),
            ("business_id", json!(theirs.business)),
            ("business_id", json!(NOBODY)),
            ("stage_id", json!(theirs.stages[0])),
            ("person_id", json!(stranger)),
            ("person_id", json!(NOBODY)),
            ("owner_id", json!(member)),
            ("currency", json!("USD")),
            ("currency", json!("usd")),
            ("amount", json!(-1)),
            ("amount", json!(1.5)),
            ("expected_close_on", json!("2026-02-30")),
            ("expected_close_on", json!("tomorrow")),
            ("name", json!("a\nb")),
        ] {
            let mut body = right.clone();
            body[field] = value.clone();
            assert_eq!(
                api.post("/deals", body).await.wrong_fields(),
                [field],
                "{value} {}",
                api.name
            );
        }
        let mut body = right.clone();
        body["amount"] = json!(5);
        assert_eq!(api.post("/deals", body).await.wrong_fields(), ["currency"]);
        assert_eq!(api.get("/deals").await.ok(200), json!([]));
        let timeline = api
            .get(&format!("/businesses/{}/activities", sales.business))
            .await;
        assert_eq!(timeline.ok(200), json!([]));

        let deal = format!("/deals/{}", sales.deal(&api, "A").await);
        for (field, body) in [
            ("currency", json!({"amount": 5})),
            ("person_id", json!({"person_id": stranger})),
            ("owner_id", json!({"owner_id": member})),
            ("stage_id", json!({"stage_id": sales.stages[1]})),
        ] {
            assert_eq!(api.patch(&deal, body).await.wrong_fields(), [field]);
        }
        let changed = api
            .patch(&deal, json!({"amount": 5, "currency": "EUR", "name": null}))
            .await
            .ok(200);
        assert_has(
            &changed,
            &json!({"amount": 5, "currency": "EUR", "name": null}),
        );
        api.patch(&deal, json!({"amount": null, "currency": null}))
            .await
            .ok(200);
        for (method, path, body) in [
            (Method::GET, deal.clone(), None),
            (Method::PATCH, deal.clone(), Some(json!({"name": "X"}))),
            (Method::DELETE, deal.clone(), None),
            (Method::GET, format!("{deal}/moves"), None),
            (
                Method::POST,
                format!("{deal}/move"),
                Some(json!({"stage_id": sales.stages[1]})),
            ),
            (
                Method::POST,
                format!("{deal}/close"),
                Some(json!({"outcome": "won"})),
            ),
            (Method::POST, format!("{deal}/reopen"), None),
            (
                Method::GET,
                format!("/pipelines/{}/board", sales.pipeline),
                None,
            ),
            (
                Method::GET,
                format!("/pipelines/{}/conversion", sales.pipeline),
                None,
            ),
            (
                Method::GET,
                format!("/stages/{}/deals", sales.stages[0]),
                None,
            ),
        ] {
            let reply = other
                .call_as(&other.platform.config.api_key, method, &path, body, &[])
                .await;
            assert_eq!(reply.status, 404, "{path}");
        }
    }
}

#[tokio::test]
async fn a_move_is_in_the_history_on_the_timeline_and_told_to_others() {
    for (mut api, _) in apis().await {
        let sales = sales(&api).await;
        let deal = sales.deal(&api, "Oven").await;
        let _ = api.platform.queues.take();
        later(&mut api, 36 * HOUR);
        let moved = sales.bring(&api, &deal, 1).await.ok(200);
        assert_has(
            &moved,
            &json!({"stage_id": sales.stages[1], "entered_stage_at": "2026-03-06T04:00:00Z"}),
        );
        let path = format!("/deals/{deal}");
        let moves = api.get(&format!("{path}/moves")).await.ok(200);
        assert_eq!(moves.as_array().unwrap().len(), 2, "{}", api.name);
        assert_has(
            &moves[0],
            &json!({"from_stage_id": sales.stages[0], "to_stage_id": sales.stages[1], "status": "open", "stayed_ms": 36 * HOUR,
                "moved_at": "2026-03-06T04:00:00Z", "moved_by": "setup_key"}),
        );
        let timeline = format!("/businesses/{}/activities", sales.business);
        let entries = api.get(&timeline).await.ok(200);
        assert_has(
            &entries[0],
            &json!({"subject": "Sales: First → Second", "detail": "Oven", "occurred_at": "2026-03-06T04:00:00Z"}),
        );
        let told = api.platform.queues.take();
        let told: Vec<_> = told
            .iter()
            .filter(|(queue, _, _)| *queue == QueueName::Tracking)
            .collect();
        assert_eq!(told.len(), 1);
        let told: Value = serde_json::from_str(&told[0].1).unwrap();
        assert_has(
            &told["event"],
            &json!({"name": "deal_moved", "deal_id": deal, "from_stage_id": sales.stages[0], "to_stage_id": sales.stages[1], "status": "open"}),
        );
        let consumed = crate::app::consume(&api.platform, "tracking", &[told.to_string()]).await;
        assert_eq!(consumed, [crate::edge::queue::Disposition::Acknowledge]);

        // The same move again: nothing is written, nobody is told.
        let version = api.get(&path).await.tag;
        let again = sales.bring(&api, &deal, 1).await;
        assert_eq!((again.status, again.tag), (200, version));
        assert_eq!(api.get(&format!("{path}/moves")).await.ok(200), moves);
        assert_eq!(api.get(&timeline).await.ok(200), entries);
        assert!(
            api.platform
                .queues
                .take()
                .iter()
                .all(|(queue, _, _)| *queue != QueueName::Tracking)
        );
    }
}

#[tokio::test]
async fn two_at_once_make_one_move() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let deal = sales.deal(&api, "A").await;
        let path = format!("/deals/{deal}");
        let version = api.get(&path).await.tag.unwrap();
        let key = &api.platform.config.api_key;
        let body = |stage: usize| Some(json!({"stage_id": sales.stages[stage]}));
        let (to, if_match) = (format!("{path}/move"), [("if-match", version.as_str())]);
        let (first, second) = tokio::join!(
            api.call_as(key, Method::POST, &to, body(1), &if_match),
            api.call_as(key, Method::POST, &to, body(2), &if_match),
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{}", api.name);
        let moves = api.get(&format!("{path}/moves")).await.ok(200);
        assert_eq!(moves.as_array().unwrap().len(), 2);
        // Who knows no version comes after the other.
        let (one, other) = tokio::join!(sales.bring(&api, &deal, 3), sales.bring(&api, &deal, 3));
        assert_eq!((one.status, other.status), (200, 200));
        assert_eq!(
            api.get(&format!("{path}/moves"))
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            3
        );
    }
}

#[tokio::test]
async fn a_stage_leads_where_it_says() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let deal = sales.deal(&api, "A").await;
        let first = format!("/stages/{}", sales.stages[0]);
        api.patch(
            &first,
            json!({"moves_to": [sales.stages[1], sales.stages[3]]}),
        )
        .await
        .ok(200);
        let refused = sales.bring(&api, &deal, 2).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (409, &json!("move_not_allowed")),
            "{}",
            api.name
        );
        let message = refused.body["error"]["message"].as_str().unwrap();
        for allowed in ["Second", "Lost", &sales.stages[1], &sales.stages[3]] {
            assert!(message.contains(allowed), "{message}");
        }
        let close = format!("/deals/{deal}/close");
        assert_eq!(
            api.post(&close, json!({"outcome": "won"})).await.status,
            409
        );
        assert_eq!(
            api.get(&format!("/deals/{deal}/moves"))
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );
        sales.bring(&api, &deal, 1).await.ok(200);
        sales.bring(&api, &deal, 2).await.ok(200);
        let wrong = api
            .post(&format!("/deals/{deal}/move"), json!({"stage_id": NOBODY}))
            .await;
        assert_eq!(wrong.wrong_fields(), ["stage_id"]);
    }
}

#[tokio::test]
async fn closing_and_reopening_are_moves() {
    for (mut api, _) in apis().await {
        let sales = sales(&api).await;
        let deal = sales.deal(&api, "A").await;
        sales.bring(&api, &deal, 1).await.ok(200);
        later(&mut api, DAY);
        let (close, reopen) = (
            format!("/deals/{deal}/close"),
            format!("/deals/{deal}/reopen"),
        );
        let won_because = api
            .post(&close, json!({"outcome": "won", "reason": "nice"}))
            .await;
        assert_eq!(won_because.wrong_fields(), ["reason"]);
        let lost = api
            .post(&close, json!({"outcome": "lost", "reason": "Too dear"}))
            .await
            .ok(200);
        let expected = json!({"stage_id": sales.stages[3], "status": "lost", "lost_reason": "Too dear", "closed_at": "2026-03-05T16:00:00Z"});
        assert_has(&lost, &expected);
        assert_eq!(
            api.post(&close, json!({"outcome": "lost"})).await.ok(200),
            lost,
            "{}",
            api.name
        );
        let entries = api
            .get(&format!("/businesses/{}/activities", sales.business))
            .await
            .ok(200);
        assert_has(
            &entries[0],
            &json!({"subject": "Sales: Second → Lost", "detail": "Too dear"}),
        );
        let open = api.post(&reopen, json!({})).await.ok(200);
        assert_has(
            &open,
            &json!({"stage_id": sales.stages[1], "status": "open", "lost_reason": null, "closed_at": null}),
        );
        assert_eq!(api.post(&reopen, json!({})).await.ok(200), open);
        assert_eq!(
            api.get(&format!("/deals/{deal}/moves"))
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            4
        );

        // The stage where it was is no more: the first open one.
        api.post(&close, json!({"outcome": "won"})).await.ok(200);
        assert_eq!(
            api.delete(&format!("/stages/{}", sales.stages[1]))
                .await
                .status,
            204
        );
        let open = api.post(&reopen, json!({})).await.ok(200);
        assert_eq!(open["stage_id"], json!(sales.stages[0]));
        assert_eq!(
            api.delete(&format!("/stages/{}", sales.stages[3]))
                .await
                .status,
            204
        );
        let refused = api.post(&close, json!({"outcome": "lost"})).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (409, &json!("no_such_stage"))
        );
    }
}

#[tokio::test]
async fn what_holds_deals_is_not_deleted() {
    for (api, _) in apis().await {
        let sales = sales(&api).await;
        let (first, second) = (sales.deal(&api, "A").await, sales.deal(&api, "B").await);
        let (pipeline, stage) = (
            format!("/pipelines/{}", sales.pipeline),
            format!("/stages/{}", sales.stages[0]),
        );
        for (path, code, held) in [
            (&pipeline, "pipeline_in_use", "2 deals"),
            (&stage, "stage_in_use", "2 deals"),
        ] {
            let refused = api.delete(path).await;
            assert_eq!(
                (refused.status, &refused.body["error"]["code"]),
                (409, &json!(code)),
                "{}",
                api.name
            );
            assert!(
                refused.body["error"]["message"]
                    .as_str()
                    .unwrap()
                    .contains(held)
            );
        }
        let refused = api.patch(&stage, json!({"kind": "won"})).await;
        assert_eq!(refused.body["error"]["code"], json!("stage_in_use"));
        assert_eq!(api.delete(&format!("/deals/{first}")).await.status, 204);
        assert_eq!(api.delete(&format!("/deals/{first}")).await.status, 404);
        sales.bring(&api, &second, 1).await.ok(200);
        assert_eq!(api.delete(&stage).await.status, 204);
        let refused = api.delete(&pipeline).await;
        assert!(
            refused.body["error"]["message"]
                .as_str()
                .unwrap()
                .contains("one deal")
        );
        assert_eq!(
            api.delete(&format!("/businesses/{}", sales.business))
                .await
                .status,
            204
        );
        assert_eq!(
            api.get(&format!("/deals/{second}")).await.status,
            404,
            "gone with its business"
        );
        assert_eq!(
            api.delete(&pipeline).await.body["error"]["code"],
            json!("pipeline_in_use"),
            "the deal comes back with its business"
        );
        let restore = format!("/businesses/{}/restore", sales.business);
        api.post(&restore, json!({})).await.ok(200);
        assert_eq!(api.delete(&format!("/deals/{second}")).await.status, 204);
        assert_eq!(api.delete(&pipeline).await.status, 204);
        assert_eq!(api.get(&pipeline).await.status, 404);
    }
}
