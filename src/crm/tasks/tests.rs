use http::Method;
use serde_json::{Value, json};

use crate::testing::{Api, NOBODY, apis, assert_has, id};

async fn task(api: &Api, business: &str, more: Value) -> Value {
    let mut body = json!({"business_id": business, "title": "Call"});
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    api.make("/tasks", body).await
}

async fn kinds(api: &Api, business: &str) -> Vec<String> {
    let path = format!("/businesses/{business}/activities?limit=100");
    let entries = api.get(&path).await.ok(200);
    let mut kinds: Vec<_> = entries
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["type"].as_str().unwrap().to_string())
        .collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn is_created_read_changed_deleted_and_brought_back() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let person = api.person(&business).await;
        let full = json!({
            "business_id": business, "person_id": person, "title": "Call back", "description": "About the cake.",
            "type": "follow_up", "assigned_to": "sarah", "assigned_type": "ai", "due_at": "2026-03-05T16:00:00Z",
            "priority": "urgent", "source": "chat", "sourceable_type": "conversation", "sourceable_id": NOBODY,
        });
        let made = api.make("/tasks", full.clone()).await;
        assert_has(&made, &full);
        assert_has(
            &made,
            &json!({"status": "pending", "completed_at": null, "outcome": null}),
        );
        let path = format!("/tasks/{}", id(&made));
        assert_eq!(api.get(&path).await.ok(200), made, "{}", api.name);

        let nulls = json!({"person_id": null, "description": null, "assigned_to": null, "due_at": null, "outcome": null,
            "snoozed_until": null});
        assert_has(&api.patch(&path, nulls.clone()).await.ok(200), &nulls);
        let change = json!({"title": "Write", "type": "demo", "assigned_to": "lisa", "priority": "low",
            "status": "in_progress", "due_at": "2026-04-01T00:00:00Z"});
        let changed = api.patch(&path, change.clone()).await.ok(200);
        assert_has(&changed, &change);
        assert_eq!(api.patch(&path, json!({})).await.ok(200), changed);
        let tag = api.get(&path).await.tag.unwrap();
        let key = &api.platform.config.api_key;
        let body = Some(json!({"status": "completed"}));
        let stale = api
            .call_as(
                key,
                Method::PATCH,
                &path,
                body.clone(),
                &[("if-match", "\"1\"")],
            )
            .await;
        assert_eq!(stale.status, 412);
        assert_eq!(kinds(&api, &business).await, ["task_created"]);
        let fresh = api
            .call_as(key, Method::PATCH, &path, body, &[("if-match", &tag)])
            .await;
        assert_ne!(fresh.ok(200)["completed_at"], Value::Null);
        assert_eq!(
            kinds(&api, &business).await,
            ["task_completed", "task_created"]
        );

        for (method, path, body) in [
            (Method::GET, path.clone(), None),
            (Method::PATCH, path.clone(), Some(json!({"title": "Mine"}))),
            (Method::DELETE, path.clone(), None),
            (Method::POST, format!("{path}/complete"), Some(json!({}))),
            (Method::POST, format!("{path}/reopen"), None),
            (
                Method::POST,
                format!("{path}/snooze"),
                Some(json!({"until": "2026-05-01T00:00:00Z"})),
            ),
            (Method::POST, format!("{path}/restore"), None),
        ] {
            let key = &other.platform.config.api_key;
            let reply = other.call_as(key, method, &path, body, &[]).await;
            assert_eq!(reply.status, 404, "{path}");
        }
        assert_eq!(other.get("/tasks").await.ok(200), json!([]));

        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.get(&path).await.status, 404);
        assert_eq!(api.patch(&path, json!({"title": "X"})).await.status, 404);
        assert_eq!(
            api.post(&format!("{path}/complete"), json!({}))
                .await
                .status,
            404
        );
        assert_eq!(
            api.get("/tasks?deleted=only")
                .await
                .ok(200)
                .as_array()
                .unwrap()
                .len(),
            1
        );
        let back = api
            .post(&format!("{path}/restore"), json!({}))
            .await
            .ok(200);
        assert_eq!(back["title"], "Write");
    }
}

#[tokio::test]
async fn is_completed_once_reopened_and_put_off() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let path = format!("/tasks/{}", id(&task(&api, &business, json!({})).await));
        let put_off = api
            .post(
                &format!("{path}/snooze"),
                json!({"until": "2026-03-06T00:00:00Z"}),
            )
            .await;
        assert_eq!(put_off.ok(200)["snoozed_until"], "2026-03-06T00:00:00Z");
        let complete = format!("{path}/complete");
        let done = api
            .post(&complete, json!({"outcome": "She ordered."}))
            .await
            .ok(200);
        assert_has(
            &done,
            &json!({"status": "completed", "completed_at": "2026-03-04T16:00:00Z", "outcome": "She ordered.",
                "snoozed_until": null}),
        );
        assert_eq!(
            api.post(&complete, json!({"outcome": "Again"}))
                .await
                .ok(200),
            done
        );
        let late = json!({"until": "2026-03-06T00:00:00Z"});
        let refused = api.post(&format!("{path}/snooze"), late).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (409, &json!("task_is_closed")),
            "{}",
            api.name
        );
        let reopen = format!("{path}/reopen");
        let open = api.post(&reopen, json!({})).await.ok(200);
        assert_has(
            &open,
            &json!({"status": "pending", "completed_at": null, "outcome": null}),
        );
        assert_eq!(api.post(&reopen, json!({})).await.ok(200), open);
        assert_eq!(
            kinds(&api, &business).await,
            ["task_completed", "task_created", "task_reopened"]
        );
        let timeline = api
            .get(&format!(
                "/businesses/{business}/activities?type=task_completed"
            ))
            .await
            .ok(200);
        assert_has(
            &timeline[0],
            &json!({"subject": "Call", "detail": "She ordered."}),
        );
        api.patch(&path, json!({"status": "cancelled"}))
            .await
            .ok(200);
        assert_eq!(api.post(&complete, json!({})).await.status, 409);
        let past = api
            .post(
                &format!("{path}/snooze"),
                json!({"until": "2026-03-04T16:00:00Z"}),
            )
            .await;
        assert_eq!(past.wrong_fields(), ["until"]);
    }
}

#[tokio::test]
async fn are_listed_by_whose_they_are_and_how_late() {
    for (api, _) in apis().await {
        let business = api.business("A").await;
        let (me, token) = api.member("agent", &[]).await;
        let mine = json!({"title": "mine", "assigned_to": me, "assigned_type": "human", "due_at": "2026-03-04T15:00:00Z"});
        task(&api, &business, mine).await;
        let ai = json!({"title": "ai", "assigned_to": "sarah", "due_at": "2026-03-04T17:00:00Z", "priority": "high"});
        task(&api, &business, ai).await;
        let off = json!({"title": "off", "due_at": "2026-03-03T00:00:00Z", "priority": "urgent"});
        let off = id(&task(&api, &business, off).await);
        let until = json!({"until": "2026-03-05T00:00:00Z"});
        api.post(&format!("/tasks/{off}/snooze"), until)
            .await
            .ok(200);
        let done = json!({"title": "done", "due_at": "2026-03-01T00:00:00Z", "priority": "low"});
        let done = id(&task(&api, &business, done).await);
        api.post(&format!("/tasks/{done}/complete"), json!({}))
            .await
            .ok(200);
        let source =
            json!({"title": "some day", "sourceable_type": "order", "sourceable_id": "o1"});
        task(&api, &business, source).await;

        let titles = async |query: &str| -> Vec<String> {
            let path = format!("/tasks?{query}");
            let found = api
                .call_as(&token, Method::GET, &path, None, &[])
                .await
                .ok(200);
            let title = |row: &Value| row["title"].as_str().unwrap().to_string();
            found.as_array().unwrap().iter().map(title).collect()
        };
        let sorted = "&sort=due_at";
        assert_eq!(
            titles("filter[assigned_to]=me").await,
            ["mine"],
            "{}",
            api.name
        );
        assert_eq!(titles("assigned_to=sarah").await, ["ai"]);
        assert_eq!(titles("overdue=true").await, ["mine"]);
        assert_eq!(
            titles(&format!("overdue=false{sorted}")).await,
            ["done", "off", "ai", "some day"]
        );
        assert_eq!(
            titles(&format!("open=true{sorted}")).await,
            ["off", "mine", "ai", "some day"]
        );
        assert_eq!(titles("open=false").await, ["done"]);
        assert_eq!(titles("snoozed=true").await, ["off"]);
        assert_eq!(
            titles(&format!("snoozed=false{sorted}")).await,
            ["done", "mine", "ai", "some day"]
        );
        assert_eq!(titles("sourceable_id=o1&type=other").await, ["some day"]);
        assert_eq!(titles("due_before=2026-03-02T00:00:00Z").await, ["done"]);
        assert_eq!(titles("due_after=2026-03-04T16:00:00Z").await, ["ai"]);
        assert_eq!(
            titles("status=completed&priority=low&assigned_type=ai").await,
            ["done"]
        );
        assert_eq!(titles("sort=-priority&limit=2").await, ["off", "ai"]);
        assert_eq!(
            titles("sort=-due_at").await,
            ["ai", "mine", "off", "done", "some day"]
        );
        for sort in [
            "due_at",
            "-due_at",
            "priority",
            "-priority",
            "created_at",
            "-updated_at",
        ] {
            let expected = titles(&format!("sort={sort}")).await;
            for limit in 1..4 {
                let (rows, _) = api.walk_sorted("/tasks", sort, limit).await;
                let walked: Vec<_> = rows
                    .iter()
                    .map(|row| row["title"].as_str().unwrap().to_string())
                    .collect();
                assert_eq!(walked, expected, "{sort} by {limit} on {}", api.name);
            }
        }
        assert_eq!(
            api.get("/tasks?assigned_to=me").await.wrong_fields(),
            ["assigned_to"]
        );
        let of_business = api
            .get(&format!("/businesses/{business}/tasks?sort=due_at"))
            .await
            .ok(200);
        assert_eq!(of_business[0]["title"], "done");
        for (query, field) in [
            ("status=done", "status"),
            ("type=x", "type"),
            ("overdue=1", "overdue"),
            ("due_before=soon", "due_before"),
            ("sort=title", "sort"),
            ("include=people", "include"),
        ] {
            assert_eq!(
                api.get(&format!("/tasks?{query}")).await.wrong_fields(),
                [field]
            );
        }
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let (stranger, _) = other.member("agent", &[]).await;
        for (more, field) in [
            (json!({"title": ""}), "title"),
            (json!({"type": "nap"}), "type"),
            (json!({"priority": "huge"}), "priority"),
            (json!({"due_at": "soon"}), "due_at"),
            (json!({"status": "completed"}), "status"),
            (json!({"sourceable_id": "x"}), "sourceable_id"),
            (json!({"sourceable_type": "x"}), "sourceable_id"),
            (json!({"person_id": NOBODY}), "person_id"),
            (json!({"business_id": NOBODY}), "business_id"),
            (
                json!({"assigned_to": stranger, "assigned_type": "human"}),
                "assigned_to",
            ),
            (
                json!({"assigned_to": "sarah", "assigned_type": "human"}),
                "assigned_to",
            ),
        ] {
            let mut body = json!({"business_id": business, "title": "Call"});
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            assert_eq!(
                api.post("/tasks", body).await.wrong_fields(),
                [field],
                "{}",
                api.name
            );
        }
        let made = task(&api, &business, json!({"assigned_to": "sarah"})).await;
        let path = format!("/tasks/{}", id(&made));
        for (body, field) in [
            (json!({"assigned_type": "human"}), "assigned_to"),
            (json!({"status": null}), "status"),
            (json!({"completed_at": null}), "completed_at"),
            (json!({"person_id": NOBODY}), "person_id"),
        ] {
            assert_eq!(api.patch(&path, body).await.wrong_fields(), [field]);
        }
        assert_eq!(api.get("/tasks").await.ok(200).as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn many_are_changed_at_once() {
    for (api, other) in apis().await {
        let business = api.business("A").await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(id(&task(&api, &business, json!({})).await));
        }
        let bulk = async |more: Value| {
            let mut body = json!({"ids": ids});
            body.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            api.post("/tasks/bulk", body).await
        };
        let changed = async |more: Value| bulk(more).await.ok(200)["changed"].clone();
        assert_eq!(
            changed(json!({"action": "change_priority", "priority": "high"})).await,
            3
        );
        assert_eq!(
            changed(json!({"action": "change_priority", "priority": "high"})).await,
            0
        );
        let assign = json!({"action": "assign", "assigned_to": "lisa", "assigned_type": "ai"});
        assert_eq!(changed(assign.clone()).await, 3);
        assert_eq!(changed(assign).await, 0);
        let snooze = json!({"action": "snooze", "snoozed_until": "2026-03-05T00:00:00Z"});
        assert_eq!(changed(snooze).await, 3);
        api.post(&format!("/tasks/{}/complete", ids[0]), json!({}))
            .await
            .ok(200);
        assert_eq!(
            changed(json!({"action": "complete", "outcome": "All."})).await,
            2
        );
        assert_eq!(changed(json!({"action": "complete"})).await, 0);
        let entries = kinds(&api, &business).await;
        assert_eq!(
            entries
                .iter()
                .filter(|kind| *kind == "task_completed")
                .count(),
            3,
            "{}",
            api.name
        );
        assert_eq!(changed(json!({"action": "cancel"})).await, 0);
        assert_eq!(changed(json!({"action": "delete"})).await, 3);
        assert_eq!(changed(json!({"action": "delete"})).await, 0);
        assert_eq!(api.get("/tasks").await.ok(200), json!([]));
        assert_eq!(changed(json!({"action": "restore"})).await, 3);

        for (body, fields) in [
            (json!({"ids": [], "action": "delete"}), vec!["ids"]),
            (
                json!({"ids": [ids[0], NOBODY], "action": "delete"}),
                vec!["ids[1]"],
            ),
            (
                json!({"ids": ids, "action": "assign"}),
                vec!["assigned_to", "assigned_type"],
            ),
            (
                json!({"ids": ids, "action": "delete", "priority": "low"}),
                vec!["priority"],
            ),
            (
                json!({"ids": ids, "action": "snooze", "snoozed_until": "2026-03-01T00:00:00Z"}),
                vec!["snoozed_until"],
            ),
            (
                json!({"ids": vec![NOBODY; 1_001], "action": "delete"}),
                vec!["ids"],
            ),
        ] {
            assert_eq!(api.post("/tasks/bulk", body).await.wrong_fields(), fields);
        }
        let theirs = json!({"ids": ids, "action": "delete"});
        assert_eq!(
            other.post("/tasks/bulk", theirs).await.wrong_fields().len(),
            3
        );
    }
}
