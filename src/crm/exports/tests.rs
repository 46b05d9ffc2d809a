use http::Method;
use serde_json::{Value, json};

use super::lists::ExportedList;
use crate::crm::imports::consumer;
use crate::edge::clock::{Clock, DAY};
use crate::testing::{Api, NOW, apis, apis_alone, assert_has, id};

async fn export(api: &Api, body: Value) -> Value {
    let begun = api.post("/exports", body).await.ok(202);
    assert_eq!(begun["status"], "running");
    api.work_off().await;
    api.get(&format!("/exports/{}", id(&begun))).await.ok(200)
}

async fn file(api: &Api, export: &Value) -> String {
    let path = format!("/api/v1/exports/{}/file", id(export));
    let (status, text) = api.download(&path).await;
    assert_eq!(status, 200);
    text
}

#[tokio::test]
async fn a_list_becomes_a_file_that_is_harmless_and_can_be_taken_in_again() {
    for (api, other) in apis().await {
        let community = api.community().await;
        for (name, status) in [
            ("=HYPERLINK(\"x\")", "lead"),
            ("Plain, \"quoted\"", "lead"),
            ("Prospect", "prospect"),
        ] {
            let body = json!({"community_id": community, "name": name, "lead_status": status, "phone": "+17275550142"});
            api.make("/businesses", body).await;
        }
        other.business("Theirs").await;
        let wanted = json!({"what": "businesses", "filter": {"lead_status": "lead"}, "columns": ["name", "phone", "lead_score"]});
        let done = export(&api, wanted).await;
        assert_has(
            &done,
            &json!({"status": "done", "rows_done": 2, "name": "All businesses"}),
        );
        let text = file(&api, &done).await;
        let mut lines: Vec<_> = text.split("\r\n").collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            [
                "",
                "\"'=HYPERLINK(\"\"x\"\")\",+17275550142,5",
                "\"Plain, \"\"quoted\"\"\",+17275550142,5",
                "name,phone,lead_score",
            ],
            "{}",
            api.name
        );
        assert_eq!(done["file_size"].as_u64(), u64::try_from(text.len()).ok());
        let everything = file(&api, &export(&api, json!({"what": "businesses"})).await).await;
        assert_eq!(everything.lines().count(), 4);
        assert!(everything.starts_with("id,external_id,"));
        assert!(!everything.contains("Theirs"));

        let import = api.upload("/imports", everything.clone()).await.ok(201);
        assert_eq!(import["mapping"]["columns"]["name"], "name");
        let path = format!("/exports/{}", id(&done));
        for reply in [
            other.get(&path).await,
            other.delete(&path).await,
            other.get(&format!("{path}/file")).await,
        ] {
            assert_eq!(reply.status, 404);
        }
        assert_eq!(other.get("/exports").await.ok(200), json!([]));
        assert_eq!(api.walk("/exports", 1).await.0.len(), 2);
        assert_eq!(api.delete(&path).await.status, 204);
        assert_eq!(api.get(&path).await.status, 404);
        let kept = api.platform.bucket.keys();
        assert!(!kept.iter().any(|key| key.contains(&id(&done))), "{kept:?}");
    }
}

#[tokio::test]
async fn many_rows_are_several_files_that_are_one() {
    for (api, _) in apis().await {
        let community = api.community().await;
        let description = "x".repeat(2_000);
        let mut rows = String::from("name,community_id,description\n");
        for n in 0..2_000 {
            rows.push_str(&format!("Shop {n},{community},{description}\n"));
        }
        let import = api.upload("/imports", rows).await.ok(201);
        let path = format!("/imports/{}", id(&import));
        api.post(&format!("{path}/start"), json!({})).await.ok(202);
        api.work_off().await;
        assert_eq!(
            api.get(&path).await.ok(200)["created"],
            2_000,
            "{}",
            api.name
        );
        let begun = api
            .post(
                "/exports",
                json!({"what": "businesses", "filter": {"community_id": community}}),
            )
            .await
            .ok(202);
        let message = api.platform.queues.take().remove(0).1;
        // It is done twice at the same time.
        let both = [message.clone(), message.clone()];
        tokio::join!(
            consumer::consume(&api.platform, &both[..1]),
            consumer::consume(&api.platform, &both[1..])
        );
        api.work_off().await;
        let done = api.get(&format!("/exports/{}", id(&begun))).await.ok(200);
        assert_has(&done, &json!({"status": "done", "rows_done": 2_000}));
        assert!(
            api.platform
                .bucket
                .keys()
                .iter()
                .filter(|key| key.contains(&id(&done)))
                .count()
                > 1
        );
        let text = file(&api, &done).await;
        let mut lines: Vec<_> = text.lines().skip(1).collect();
        assert_eq!(lines.len(), 2_000);
        lines.sort_unstable();
        lines.dedup();
        assert_eq!(lines.len(), 2_000);
    }
}

#[tokio::test]
async fn a_link_holds_for_a_day_and_the_file_for_a_week() {
    for (api, _) in apis_alone().await {
        api.business("A").await;
        let begun = api
            .post("/exports", json!({"what": "businesses"}))
            .await
            .ok(202);
        let path = format!("/exports/{}", id(&begun));
        let early = api.get(&path).await.ok(200);
        assert_eq!(early["link"], Value::Null);
        assert_eq!(
            api.get(&format!("{path}/file")).await.body["error"]["code"],
            "export_status"
        );
        api.work_off().await;
        let done = api.get(&path).await.ok(200);
        let link = done["link"]
            .as_str()
            .unwrap()
            .strip_prefix("https://platform.example")
            .unwrap();
        assert_eq!(done["link_ends_at"], "2026-03-05T16:00:00Z");
        let (status, text) = api.download(link).await;
        assert_eq!((status, text.lines().count()), (200, 2));
        assert_eq!(api.download(&format!("{link}x")).await.0, 404);
        let at = |now| {
            let mut later = api.platform.clone();
            later.clock = Clock::fixed(now);
            Api {
                name: api.name,
                platform: later,
                tenant: api.tenant.clone(),
            }
        };
        assert_eq!(at(NOW + DAY - 1).download(link).await.0, 200);
        assert_eq!(at(NOW + DAY).download(link).await.0, 404);
        let week = at(NOW + 8 * DAY);
        consumer::sweep(&week.platform).await.unwrap();
        assert_eq!(
            api.get(&path).await.ok(200)["status"],
            "removed",
            "{}",
            api.name
        );
        assert_eq!(api.download(link).await.0, 409);
        assert!(
            api.platform
                .bucket
                .keys()
                .iter()
                .all(|key| !key.contains(&id(&done)))
        );
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    for (api, _) in apis().await {
        for (body, field) in [
            (json!({}), "what"),
            (json!({"what": "orders"}), "what"),
            (
                json!({"what": "people", "filter": {"lead_status": "lead"}}),
                "filter.lead_status",
            ),
            (
                json!({"what": "businesses", "filter": {"email": "a@x.example"}}),
                "filter.email",
            ),
            (
                json!({"what": "businesses", "filter": {"lead_status": "boss"}}),
                "filter.lead_status",
            ),
            (
                json!({"what": "businesses", "filter": {"q": ""}}),
                "filter.q",
            ),
            (
                json!({"what": "businesses", "columns": ["name", "nmae"]}),
                "columns[1]",
            ),
            (
                json!({"what": "businesses", "columns": ["name", "name"]}),
                "columns[1]",
            ),
            (json!({"what": "businesses", "name": "a\nb"}), "name"),
        ] {
            assert_eq!(api.post("/exports", body).await.wrong_fields(), [field]);
        }
        assert_eq!(api.get("/exports").await.ok(200), json!([]), "{}", api.name);
    }
}

#[tokio::test]
async fn an_export_holds_what_its_maker_may_use_and_others_exports_stay_hidden() {
    for (api, _) in apis().await {
        let here = id(&api
            .make(
                "/locations",
                json!({"name": "Here", "timezone": "America/New_York"}),
            )
            .await);
        let community = api.community().await;
        for (name, location) in [("Ours", Some(&here)), ("Elsewhere", None)] {
            let body = json!({"community_id": community, "name": name, "location_id": location});
            api.make("/businesses", body).await;
        }
        let all = export(&api, json!({"what": "businesses", "columns": ["name"]})).await;
        assert_eq!(all["rows_done"], 2, "{}", api.name);
        let (_, token) = api.member("manager", &[&here]).await;
        let begun = api
            .call_as(
                &token,
                Method::POST,
                "/exports",
                Some(json!({"what": "businesses", "columns": ["name"]})),
                &[],
            )
            .await
            .ok(202);
        api.work_off().await;
        let path = format!("/exports/{}", id(&begun));
        let done = api
            .call_as(&token, Method::GET, &path, None, &[])
            .await
            .ok(200);
        assert_has(&done, &json!({"status": "done", "rows_done": 1}));
        assert_eq!(file(&api, &done).await, "name\r\nOurs\r\n");
        let seen = api
            .call_as(&token, Method::GET, "/exports", None, &[])
            .await
            .ok(200);
        assert_eq!(seen.as_array().map(Vec::len), Some(1));
        let others = format!("/exports/{}", id(&all));
        for (method, path) in [
            (Method::GET, others.clone()),
            (Method::GET, format!("{others}/file")),
            (Method::DELETE, others),
        ] {
            assert_eq!(
                api.call_as(&token, method, &path, None, &[]).await.status,
                404
            );
        }
        let refused = api
            .call_as(&token, Method::GET, "/imports", None, &[])
            .await;
        assert_eq!(
            (refused.status, &refused.body["error"]["code"]),
            (403, &json!("limited_reach"))
        );
    }
}

#[tokio::test]
async fn every_list_with_its_filters_and_its_order() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        for (content, pinned) in [("b", true), ("a", true), ("c", false)] {
            let body = json!({"business_id": business, "content": content, "is_pinned": pinned});
            api.make("/notes", body).await;
        }
        let pinned = json!({"what": "notes", "filter": {"is_pinned": true, "business_id": business}, "columns": ["content", "is_pinned"]});
        let done = export(&api, pinned).await;
        let text = file(&api, &done).await;
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        assert_eq!(
            lines,
            ["a,true", "b,true", "content,is_pinned"],
            "{}",
            api.name
        );
        for name in ["Cedar", "Ash", "Birch"] {
            api.make("/tags", json!({"name": name})).await;
        }
        let tags = json!({"what": "tags", "sort": "-name", "columns": ["name"]});
        let done = export(&api, tags).await;
        assert_eq!(file(&api, &done).await, "name\r\nCedar\r\nBirch\r\nAsh\r\n");
        assert_eq!(done["sort"], "-name");
        for list in ExportedList::ALL {
            let done = export(&api, json!({"what": list.as_str()})).await;
            assert_eq!(done["status"], "done", "{}", list.as_str());
            let text = file(&api, &done).await;
            assert_eq!(text.lines().next().unwrap(), list.columns().join(","));
        }
        let reply = api
            .post("/exports", json!({"what": "tags", "sort": "colour"}))
            .await;
        assert_eq!(reply.wrong_fields(), ["sort"]);
        let reply = api
            .post(
                "/exports",
                json!({"what": "notes", "filter": {"is_pinned": [true]}}),
            )
            .await;
        assert_eq!(reply.wrong_fields(), ["filter.is_pinned"]);
    }
}

#[tokio::test]
async fn what_is_ones_own_is_exported_as_the_list_shows_it() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let (user, token) = api.member("owner", &[]).await;
        for (title, assignee) in [("Mine", Some(&user)), ("Nobody's", None)] {
            let task = json!({"business_id": business, "title": title, "assigned_to": assignee});
            api.make("/tasks", task).await;
        }
        let mine = json!({"what": "tasks", "filter": {"assigned_to": "me"}, "columns": ["title"]});
        let begun = api
            .call_as(&token, Method::POST, "/exports", Some(mine), &[])
            .await
            .ok(202);
        api.work_off().await;
        let done = api.get(&format!("/exports/{}", id(&begun))).await.ok(200);
        assert_eq!(done["status"], "done", "{}: {done}", api.name);
        assert_eq!(file(&api, &done).await, "title\r\nMine\r\n");
    }
}
