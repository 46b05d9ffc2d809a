//! The dashboard, on every engine.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app;
use crate::config::{Config, ContentApi};
use crate::edge::clock::{Clock, DAY, HOUR};
use crate::edge::db::Statement;
use crate::testing::{Api, NOW, apis, id};

async fn shown(api: &Api, period: &str) -> Value {
    api.get(&format!("/dashboard?period={period}"))
        .await
        .ok(200)
}

fn at(api: &mut Api, now: i64) {
    api.platform.clock = Clock::fixed(now);
}

async fn run(api: &Api, sql: &'static str) {
    let statement = Statement::new(sql).bind(&api.tenant);
    api.platform.db.execute(statement).await.unwrap();
}

#[tokio::test]
async fn figures_are_compared_with_the_days_before() {
    for (mut api, other) in apis().await {
        at(&mut api, NOW - 9 * DAY);
        let business = api.business("Harbor Bakery").await;
        let second = api.business("Ely Motors").await;
        let path = format!("/businesses/{business}");
        let become_ = |status: &str| json!({"lead_status": status});
        at(&mut api, NOW - 8 * DAY);
        api.patch(&path, become_("lead")).await.ok(200);
        at(&mut api, NOW - DAY);
        api.patch(&path, become_("customer")).await.ok(200);
        api.patch(&format!("/businesses/{second}"), become_("lead"))
            .await
            .ok(200);
        at(&mut api, NOW);
        let week = shown(&api, "7d").await;
        assert_eq!(
            week["new_leads"],
            json!({"current": 1, "previous": 1}),
            "{}",
            api.name
        );
        assert_eq!(week["new_customers"], json!({"current": 1, "previous": 0}));
        assert_eq!(week["series"].as_array().unwrap().len(), 7);
        assert_eq!(week["current"]["first_day"], "2026-02-26");
        assert_eq!(week["previous"]["last_day"], "2026-02-25");
        assert_eq!(week["current"]["since"], "2026-02-26T05:00:00Z");
        let today = shown(&api, "today").await;
        assert_eq!(today["new_leads"], json!({"current": 0, "previous": 1}));
        assert_eq!(shown(&other, "90d").await["new_leads"]["current"], 0);
        let wrong = api.get("/dashboard?period=year").await;
        assert_eq!(wrong.wrong_fields(), ["period"]);
    }
}

#[tokio::test]
async fn deals_are_worth_what_they_were_open_for() {
    for (mut api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let pipelines = api.get("/pipelines").await.ok(200);
        let pipeline = id(&pipelines[0]);
        let deal = |amount: i64| json!({"pipeline_id": pipeline, "business_id": business, "amount": amount, "currency": "USD"});
        at(&mut api, NOW - 10 * DAY);
        let old = id(&api.make("/deals", deal(500)).await);
        at(&mut api, NOW - DAY);
        api.make("/deals", deal(70)).await;
        let close = json!({"outcome": "lost"});
        api.post(&format!("/deals/{old}/close"), close)
            .await
            .ok(200);
        at(&mut api, NOW);
        let open = shown(&api, "7d").await["open_deals"].clone();
        let worth = |amount: i64| json!([{"currency": "USD", "amount": amount, "count": 1}]);
        assert_eq!(
            open,
            json!({"current": worth(70), "previous": worth(500)}),
            "{}",
            api.name
        );
    }
}

/// Records are brought over for this tenant.
fn pulls(api: &mut Api) {
    let mut config = Config::clone(&api.platform.config);
    config.content.tenant = api.tenant.clone();
    config.content.api = Some(ContentApi {
        url: "https://content.example".into(),
        key: "content".into(),
    });
    api.platform.config = Arc::new(config);
}

#[tokio::test]
async fn what_needs_a_person_is_named_with_where_it_is() {
    for (mut api, other) in apis().await {
        pulls(&mut api);
        assert_eq!(
            shown(&api, "7d").await["attention"],
            json!([]),
            "{}",
            api.name
        );
        let business = api.business("Harbor Bakery").await;
        let due = crate::time::format(NOW + HOUR);
        let task = json!({"business_id": business, "title": "Call", "due_at": due});
        let task = id(&api.make("/tasks", task).await);
        assert_eq!(shown(&api, "7d").await["attention"], json!([]));
        run(&api, "UPDATE tasks SET due_at = 1 WHERE tenant_id = ?1").await;
        let dead = json!({"type": "engagement", "tenant_id": api.tenant}).to_string();
        app::consume(&api.platform, "tracking-dead", &[dead]).await;
        api.put_body("/feature-flags/sending", json!({"is_on": false}))
            .await
            .ok(200);
        run(
            &api,
            "INSERT INTO duplicates (tenant_id, id, what, first_id, second_id, confidence, found_at) VALUES (?1, ?1, 'people', 'a', 'b', 9, 1)",
        )
        .await;
        run(
            &api,
            "INSERT INTO sync_runs (tenant_id, id, kind, status, phase, failure, next_step_at, started_at) VALUES (?1, ?1, 'full', 'failed', 'vanished', 'No answer.', 0, 0)",
        )
        .await;
        let attention = shown(&api, "7d").await["attention"].clone();
        let kinds: Vec<_> = attention
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                (
                    item["kind"].as_str().unwrap(),
                    item["count"].as_i64().unwrap(),
                )
            })
            .collect();
        let expected = [
            ("sending_is_off", 1),
            ("dead_letters", 1),
            ("failing_sync", 1),
            ("overdue_tasks", 1),
            ("duplicate_people", 1),
        ];
        assert_eq!(kinds, expected, "{}", api.name);
        assert_eq!(attention[3]["text"], "1 task that is overdue.");
        // Where it is said to be, it is.
        let list = api.get("/tasks?filter[overdue]=true").await.ok(200);
        assert_eq!(id(&list[0]), task);
        let list = api.get("/dead-letters?filter[status]=open").await.ok(200);
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!(shown(&other, "7d").await["attention"], json!([]));
    }
}

#[tokio::test]
async fn each_part_is_for_those_who_may_see_it() {
    for (api, _) in apis().await {
        let location = id(&api
            .make(
                "/locations",
                json!({"name": "North", "timezone": "America/Boise"}),
            )
            .await);
        let (_, token) = api.member("viewer", &[&location]).await;
        let get = http::Method::GET;
        let limited = api
            .call_as(&token, get, "/dashboard", None, &[])
            .await
            .ok(200);
        for part in [
            "sends",
            "engagement",
            "new_leads",
            "new_customers",
            "open_deals",
            "series",
        ] {
            assert_eq!(limited[part], Value::Null, "{part}");
        }
        let whole = shown(&api, "7d").await;
        assert_eq!(whole["sends"]["today"]["due"], 0);
        assert_eq!(whole["engagement"]["current"]["rates"], Value::Null);
    }
}
