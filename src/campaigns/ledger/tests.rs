//! The tenant's outbox, a send's history, and how far a sequence has come, on every engine.

use serde_json::{Value, json};

use crate::campaigns::counts::tests::support::{at, deliver, engines, plan, sequence};
use crate::edge::clock::{DAY, HOUR};
use crate::ids::TrackingEventId;
use crate::testing::{Api, NOW, id};

async fn ids(api: &Api, query: &str) -> Vec<String> {
    let (entries, _) = walked(api, query).await;
    entries.iter().map(id).collect()
}

/// All pages of three, and whether they came in the order of planning.
async fn walked(api: &Api, query: &str) -> (Vec<Value>, bool) {
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let reply = api.get(&format!("/sends?limit=3{query}{cursor}")).await;
        entries.extend(reply.ok(200).as_array().unwrap().clone());
        match reply.body["meta"]["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let planned: Vec<_> = entries
        .iter()
        .map(|entry| entry["planned_at"].as_str().unwrap().to_string())
        .collect();
    let in_order = planned.windows(2).all(|pair| pair[0] >= pair[1]);
    (entries, in_order)
}

#[tokio::test]
async fn the_outbox_has_every_send_once_newest_first() {
    for mut api in engines().await {
        let first = sequence(&api, &["a", "b", "refused", "unknown", "c"]).await;
        let second = sequence(&api, &["a", "b", "c", "d"]).await;
        for days in [1, 11] {
            at(&mut api, NOW + days * DAY + 6 * HOUR);
            let messages = plan(&api.platform).await;
            deliver(&api.platform, "sends", &messages).await;
        }
        let (all, in_order) = walked(&api, "").await;
        let mut unique: Vec<_> = all.iter().map(id).collect();
        unique.sort();
        unique.dedup();
        assert_eq!(
            (all.len(), unique.len(), in_order),
            (18, 18, true),
            "{}",
            api.name
        );
        let count = async |query: String| ids(&api, &query).await.len();
        assert_eq!(count(format!("&sequence_id={first}")).await, 10);
        assert_eq!(count(format!("&filter[sequence_id]={second}")).await, 8);
        assert_eq!(count("&status=sent".into()).await, 14);
        assert_eq!(count("&status=failed".into()).await, 2);
        assert_eq!(count("&status=unknown&channel=email".into()).await, 2);
        assert_eq!(count("&status=skipped".into()).await, 0);
        assert_eq!(count("&channel=sms".into()).await, 0);
        let between = crate::time::format(NOW + DAY + 7 * HOUR);
        assert_eq!(count(format!("&planned_since={between}")).await, 9);
        assert_eq!(count(format!("&planned_until={between}")).await, 9);
        assert_eq!(count(format!("&sent_since={between}")).await, 7);
        assert_eq!(count(format!("&sent_until={between}")).await, 7);
        let one = &all[0];
        let person = one["person_id"].as_str().unwrap();
        let business = one["business_id"].as_str().unwrap();
        assert_eq!(count(format!("&person_id={person}")).await, 2);
        let of_business = count(format!("&business_id={business}")).await;
        assert!(of_business == 8 || of_business == 10, "{of_business}");
        let failed = api.get("/sends?status=failed").await.ok(200);
        assert!(
            failed[0]["failure_reason"]
                .as_str()
                .unwrap()
                .contains("MESSAGE_REJECTED")
        );
        for (query, field) in [
            ("status=lost", "status"),
            ("sent_since=today", "sent_since"),
            ("cursor=eA", "cursor"),
            ("cursor=eA&status=failed", "cursor"),
            ("person=1", "person"),
        ] {
            let reply = api.get(&format!("/sends?{query}")).await;
            assert_eq!(reply.wrong_fields(), [field], "{query}");
        }
        // Who works elsewhere has none of it.
        let location = id(&api
            .make(
                "/locations",
                json!({"name": "North", "timezone": "America/Boise"}),
            )
            .await);
        let (_, token) = api.member("agent", &[&location]).await;
        for query in ["", "&status=failed", &format!("&person_id={person}")] {
            let path = format!("/sends?limit=9{query}");
            let reply = api
                .call_as(&token, http::Method::GET, &path, None, &[])
                .await;
            assert_eq!(reply.ok(200), json!([]));
        }
    }
}

#[tokio::test]
async fn what_a_delivery_came_to_is_told_once_each() {
    for mut api in engines().await {
        let sequence = sequence(&api, &["a", "b", "refused"]).await;
        at(&mut api, NOW + DAY + 6 * HOUR);
        let messages = plan(&api.platform).await;
        api.platform.live.flush().await;
        api.platform.live.take();
        deliver(&api.platform, "sends", &messages).await;
        api.platform.live.flush().await;
        let told = api.platform.live.take().into_iter();
        let sends: Vec<_> = told
            .filter(|(_, event)| event.topic == "sends")
            .map(|(_, event)| (event.key, event.counts))
            .collect();
        let counts = [("not_sent".to_string(), 1), ("sent".to_string(), 2)].into();
        assert_eq!(sends, [(sequence.to_string(), counts)], "{}", api.name);
    }
}

#[tokio::test]
async fn a_history_tells_what_happened_in_order() {
    for mut api in engines().await {
        sequence(&api, &["a"]).await;
        at(&mut api, NOW + 16 * HOUR);
        let messages = plan(&api.platform).await;
        let send = id(&api.get("/sends").await.ok(200)[0]);
        let path = format!("/sends/{send}/history");
        let kinds = async |api: &Api| -> Vec<String> {
            let all = api.get(&path).await.ok(200);
            let all = all.as_array().unwrap().iter();
            all.map(|event| event["kind"].as_str().unwrap().to_string())
                .collect()
        };
        assert_eq!(kinds(&api).await, ["planned", "waiting"], "{}", api.name);
        deliver(&api.platform, "sends", &messages).await;
        let fact = |kind: &str, agent: &str, hours: i64| {
            json!({"type": "engagement", "id": TrackingEventId::new(NOW), "tenant_id": api.tenant, "send_id": send, "kind": kind,
                   "occurred_at": NOW + hours * HOUR, "method": "GET", "user_agent": agent, "target_url": "https://learn.example/"})
            .to_string()
        };
        let facts = [
            fact("click", "Mozilla/5.0 (X11)", 20),
            fact("open", "GoogleImageProxy", 18),
        ];
        deliver(&api.platform, "tracking", &facts).await;
        assert_eq!(kinds(&api).await, ["planned", "sent", "opened", "clicked"]);
        let all = api.get(&path).await.ok(200);
        assert_eq!(
            (&all[2]["is_machine"], &all[3]["is_machine"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(all[3]["detail"], "https://learn.example/");
        let nobody = format!("/sends/{}/history", crate::testing::NOBODY);
        assert_eq!(api.get(&nobody).await.status, 404);
    }
}

#[tokio::test]
async fn engagement_and_progress_are_told_by_step() {
    for mut api in engines().await {
        let of = sequence(&api, &["a", "b", "refused"]).await;
        let progress = format!("/sequences/{of}/progress");
        let begun = api.get(&progress).await.ok(200);
        assert_eq!(begun["enrolments"]["active"], 3, "{}", api.name);
        assert_eq!(begun["first_sent_at"], Value::Null);
        // The second step is on the tenth day.
        let end = begun["estimated_end_at"].as_str().unwrap();
        assert!(end > crate::time::format(NOW + 9 * DAY).as_str(), "{end}");
        at(&mut api, NOW + 17 * HOUR);
        let day = api.get(&progress).await.ok(200)["today"].clone();
        assert_eq!((&day["due"], &day["planned"]), (&json!(3), &json!(0)));
        let messages = plan(&api.platform).await;
        deliver(&api.platform, "sends", &messages).await;
        let now = api.get(&progress).await.ok(200);
        assert_eq!(now["first_sent_at"], now["last_sent_at"]);
        assert_eq!(now["first_sent_at"], crate::time::format(NOW + 17 * HOUR));
        let day = &now["today"];
        let expected = json!([0, 3, 2, 1, 2]);
        let seen = json!([
            day["due"],
            day["planned"],
            day["went_out"],
            day["failed"],
            day["sent"]
        ]);
        assert_eq!(seen, expected);

        let engagement = format!("/sequences/{of}/engagement");
        let ever = api.get(&engagement).await.ok(200);
        assert_eq!(
            (&ever["total"]["sent"], &ever["first_day"]),
            (&json!(2), &Value::Null)
        );
        let steps = ever["steps"].as_array().unwrap();
        assert_eq!(steps.len(), 2);
        assert_eq!(
            (&steps[0]["campaign_id"], &steps[0]["planned"]),
            (&json!("C-1"), &json!(3))
        );
        assert_eq!(
            (&steps[1]["step_number"], &steps[1]["planned"]),
            (&json!(2), &json!(0))
        );
        assert_eq!(steps[0]["rates"]["opened"], 0.0);
        let today = api.get(&format!("{engagement}?period=today")).await.ok(200);
        assert_eq!(
            (&today["total"], &today["first_day"]),
            (&ever["total"], &today["last_day"])
        );
        at(&mut api, NOW + 3 * DAY);
        let today = api.get(&format!("{engagement}?period=today")).await.ok(200);
        assert_eq!(today["total"]["planned"], 0);
        let dashboard = api.get("/dashboard").await.ok(200);
        assert_eq!(dashboard["sends"]["current"]["went_out"], 2);
        assert_eq!(dashboard["sends"]["today"]["due"], 0);
        let went_out: i64 = dashboard["series"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| day["went_out"].as_i64().unwrap())
            .sum();
        assert_eq!(went_out, 2);
        assert_eq!(
            api.get(&format!("{engagement}?period=1d"))
                .await
                .wrong_fields(),
            ["period"]
        );
    }
}
