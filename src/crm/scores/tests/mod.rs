//! Scores as the API has them, on every engine.

use http::Method;
use serde_json::{Value, json};

use crate::crm::scores::settle;
use crate::crm::turn;
use crate::edge::clock::{Clock, DAY, Millis};
use crate::edge::db::Statement;
use crate::ids::{ActivityId, BusinessId};
use crate::testing::{Api, NOBODY, NOW, apis, id};

async fn tick(api: &Api) -> usize {
    settle::run(&api.platform, Some(&api.tenant), turn::USUAL)
        .await
        .unwrap()
}

async fn at(api: &mut Api, now: Millis) {
    api.platform.clock = Clock::fixed(now);
    tick(api).await;
}

async fn shown(api: &Api, business: &str) -> [Value; 3] {
    let business = api.get(&format!("/businesses/{business}")).await.ok(200);
    ["lead_score", "health_score", "warmness"].map(|field| business[field].clone())
}

async fn happens(api: &Api, business: &str, kind: &str) {
    let path = format!("/businesses/{business}/activities");
    api.make(&path, json!({"type": kind})).await;
}

async fn explained(api: &Api, business: &str, score: usize) -> Value {
    let path = format!("/businesses/{business}/scores");
    api.get(&path).await.ok(200)["scores"][score].clone()
}

#[tokio::test]
async fn what_happens_counts_and_decays() {
    for (mut api, other) in apis().await {
        let business = api.business("Harbor Bakery").await;
        happens(&api, &business, "form_submitted").await;
        happens(&api, &business, "chat_started").await;
        happens(&api, &business, "note_added").await;
        assert_eq!(
            shown(&api, &business).await,
            [json!(0), Value::Null, json!(0)]
        );
        tick(&api).await;
        assert_eq!(
            shown(&api, &business).await,
            [json!(28), Value::Null, json!(53)],
            "{}",
            api.name
        );
        let lead = explained(&api, &business, 0).await;
        assert_eq!(
            (&lead["score"], &lead["value"], &lead["base"]),
            (&json!("lead"), &json!(28), &json!(0))
        );
        let first = &lead["contributions"][0];
        assert_eq!(first["reason"], "form_submitted");
        assert_eq!(first["text"], "Sent a form");
        assert_eq!(
            (&first["points_then"], &first["points_now"]),
            (&json!(20), &json!(20.0))
        );
        assert_eq!(first["half_life_days"], 45);
        assert_eq!(lead["trend"]["direction"], "up");

        at(&mut api, NOW + 45 * DAY).await;
        let lead = explained(&api, &business, 0).await;
        assert_eq!(lead["contributions"][0]["points_now"], json!(10.0));
        assert_eq!(lead["trend"]["direction"], "down");
        let [shown_lead, _, warmness] = shown(&api, &business).await;
        assert_eq!(shown_lead, lead["value"], "{}", api.name);
        assert!(warmness.as_i64().unwrap() < 10);
        at(&mut api, NOW + 2_000 * DAY).await;
        assert_eq!(
            shown(&api, &business).await,
            [json!(0), Value::Null, json!(0)]
        );
        assert_eq!(
            explained(&api, &business, 0).await["contributions"],
            json!([])
        );
        assert_eq!(
            other
                .get(&format!("/businesses/{business}/scores"))
                .await
                .status,
            404
        );
        assert_eq!(
            api.get(&format!("/businesses/{NOBODY}/scores"))
                .await
                .status,
            404
        );
    }
}

#[tokio::test]
async fn a_fact_counts_once() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let activity = ActivityId::derive(NOW, "email_clicked/1");
        for _ in 0..3 {
            // As the engine enters it, again and again; and the mark of it too.
            for sql in [
                "INSERT INTO activities (tenant_id, business_id, id, type, source, occurred_at) VALUES (?1, ?2, ?3, 'email_clicked', 'campaign', ?4)
                 ON CONFLICT (tenant_id, business_id, id) DO NOTHING",
                "INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at) VALUES (?1, ?2, 'happened/' || ?3, 'email_clicked', ?4)
                 ON CONFLICT (tenant_id, business_id, fact) DO NOTHING",
            ] {
                let statement = Statement::new(sql).bind(&api.tenant).bind(business.as_str()).bind(&activity).bind(NOW);
                api.platform.db.execute(statement).await.unwrap();
            }
            tick(&api).await;
            assert_eq!(shown(&api, &business).await[0], 6, "{}", api.name);
        }
        // What we send counts for nothing and leaves no mark.
        let sent = Statement::new(
            "INSERT INTO activities (tenant_id, business_id, id, type, source, occurred_at) VALUES (?1, ?2, ?3, 'email_sent', 'campaign', ?4)",
        );
        let sent = sent
            .bind(&api.tenant)
            .bind(business.as_str())
            .bind(ActivityId::new(NOW))
            .bind(NOW);
        api.platform.db.execute(sent).await.unwrap();
        assert_eq!(waiting(&api).await, 0);
    }
}

/// Things that wait to be counted.
async fn waiting(api: &Api) -> i64 {
    let marked: Value = api
        .platform
        .db
        .fetch_one(
            Statement::new("SELECT COUNT(*) AS n FROM score_pending WHERE tenant_id = ?1")
                .bind(&api.tenant),
        )
        .await
        .unwrap();
    marked["n"].as_i64().unwrap()
}

#[tokio::test]
async fn standing_counts_while_it_lasts() {
    for (api, _) in apis().await {
        let business = api.business("Harbor Bakery").await;
        let path = format!("/businesses/{business}");
        let set = async |status: &str| {
            api.patch(&path, json!({"lead_status": status}))
                .await
                .ok(200)
        };
        assert_eq!(set("qualified").await["lead_score"], 20, "{}", api.name);
        let customer = set("customer").await;
        assert_eq!(
            (&customer["lead_score"], &customer["health_score"]),
            (&json!(30), &json!(70))
        );
        assert_eq!(
            explained(&api, &business, 0).await["contributions"][0]["text"],
            "Is a customer"
        );
        let prospect = set("prospect").await;
        assert_eq!(
            (&prospect["lead_score"], &prospect["health_score"]),
            (&json!(0), &Value::Null)
        );
        assert_eq!(waiting(&api).await, 0);
    }
}

#[tokio::test]
async fn set_by_hand_it_is_that_and_explains_itself() {
    for (mut api, _) in apis().await {
        let body = json!({"community_id": api.community().await, "name": "Harbor Bakery", "lead_score": 40});
        let made = api.make("/businesses", body).await;
        let business = id(&made);
        assert_eq!(made["lead_score"], 40);
        happens(&api, &business, "form_submitted").await;
        tick(&api).await;
        assert_eq!(shown(&api, &business).await[0], 60, "{}", api.name);
        let path = format!("/businesses/{business}");
        for wanted in [70, 10, 70] {
            let set = api.patch(&path, json!({"lead_score": wanted})).await;
            assert_eq!(set.ok(200)["lead_score"], wanted);
            assert_eq!(shown(&api, &business).await[0], wanted);
        }
        let lead = explained(&api, &business, 0).await;
        let by_hand = lead["contributions"].as_array().unwrap().iter();
        let by_hand: Vec<_> = by_hand
            .filter(|one| one["reason"] == "set_by_hand")
            .collect();
        assert_eq!(by_hand.len(), 1);
        assert_eq!(
            (&by_hand[0]["text"], &by_hand[0]["points_then"]),
            (&json!("Set to 70 by hand"), &json!(50))
        );
        // It goes back to what happened.
        at(&mut api, NOW + 30 * DAY).await;
        let later = shown(&api, &business).await[0].as_i64().unwrap();
        assert!((35..=40).contains(&later), "{later}");

        let health = async |value: Value| {
            api.patch(&path, json!({"health_score": value}))
                .await
                .ok(200)["health_score"]
                .clone()
        };
        assert_eq!(health(json!(55)).await, 55);
        assert_eq!(health(Value::Null).await, Value::Null);
        // An edit in the meantime is refused still, and a score that moves is no edit.
        let known = api.get(&path).await.tag.unwrap();
        happens(&api, &business, "chat_started").await;
        tick(&api).await;
        let (key, body) = (
            api.platform.config.api_key.clone(),
            json!({"name": "Ely Motors"}),
        );
        let changed = api
            .call_as(
                &key,
                Method::PATCH,
                &path,
                Some(body),
                &[("if-match", &known)],
            )
            .await;
        assert_eq!(changed.status, 200, "{}", changed.body);
    }
}

#[tokio::test]
async fn another_calculation_is_not_overwritten() {
    use super::store;
    for (api, _) in apis().await {
        let (db, business) = (&api.platform.db, api.business("Harbor Bakery").await);
        let of = [BusinessId::parse(&business).unwrap()];
        happens(&api, &business, "form_submitted").await;
        let late = store::known(db, &api.tenant, &of).await.unwrap();
        let late = settle::calculations(&late, NOW);
        happens(&api, &business, "chat_started").await;
        tick(&api).await;
        assert_eq!(shown(&api, &business).await[0], 28, "{}", api.name);
        assert!(
            store::write(db, &api.tenant, &late, NOW)
                .await
                .unwrap()
                .is_empty()
        );
        assert_eq!(shown(&api, &business).await[0], 28);
        // What is set by hand between a calculation's reading and its writing is not lost.
        happens(&api, &business, "call_inbound").await;
        let late = store::known(db, &api.tenant, &of).await.unwrap();
        let late = settle::calculations(&late, NOW);
        let set = Statement::new(
            "UPDATE businesses SET lead_score = 90 WHERE tenant_id = ?1 AND id = ?2",
        );
        db.execute(set.bind(&api.tenant).bind(business.as_str()))
            .await
            .unwrap();
        assert_eq!(
            store::write(db, &api.tenant, &late, NOW)
                .await
                .unwrap()
                .len(),
            1
        );
        tick(&api).await;
        assert_eq!(shown(&api, &business).await[0], 90, "{}", api.name);
    }
}

#[tokio::test]
async fn rules_are_the_tenants() {
    for (api, other) in apis().await {
        let rules = api.get("/scoring-rules").await;
        let mut body = rules.ok(200);
        assert_eq!(
            (&body["version"], &body["updated_at"]),
            (&json!(0), &Value::Null)
        );
        let fields = body.as_object_mut().unwrap();
        fields.remove("version");
        fields.remove("updated_at");
        body["lead"]["events"] =
            json!([{"on": "note_added", "points": 33, "half_life_days": null, "cap": null}]);
        let put = async |body: Value, tag: &str| {
            let key = api.platform.config.api_key.clone();
            api.call_as(
                &key,
                Method::PUT,
                "/scoring-rules",
                Some(body),
                &[("if-match", tag)],
            )
            .await
        };
        assert_eq!(put(body.clone(), "\"5\"").await.status, 412);
        let made = put(body.clone(), rules.tag.as_deref().unwrap()).await;
        assert_eq!(made.ok(200)["version"], 1, "{}", api.name);
        assert_eq!(
            put(body.clone(), rules.tag.as_deref().unwrap())
                .await
                .status,
            412
        );
        assert_eq!(
            put(body.clone(), made.tag.as_deref().unwrap())
                .await
                .ok(200)["version"],
            2
        );
        assert_eq!(other.get("/scoring-rules").await.ok(200)["version"], 0);

        let business = api.business("Harbor Bakery").await;
        happens(&api, &business, "note_added").await;
        happens(&api, &business, "note_added").await;
        tick(&api).await;
        assert_eq!(shown(&api, &business).await[0], 66);

        let mut wrong = body.clone();
        wrong["lead"]["events"] =
            json!([{"on": "email_sent", "points": 1, "half_life_days": 0, "cap": 101}]);
        wrong["health"]["base"] = json!(101);
        let reply = put(wrong, "*").await;
        assert_eq!(
            reply.wrong_fields(),
            [
                "health.base",
                "lead.events[0].cap",
                "lead.events[0].half_life_days",
                "lead.events[0].on"
            ]
        );
        let mut unknown = body;
        unknown["lead"]["events"] = json!([{"on": "sneezed", "points": 1}]);
        assert_eq!(put(unknown, "*").await.status, 422);
    }
}
