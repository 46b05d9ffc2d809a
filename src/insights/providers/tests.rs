use std::sync::Arc;

use serde_json::{Value, json};

use crate::campaigns::quota;
use crate::config::{Config, EmailProvider, Environment, SesSettings};
use crate::edge::clock::DAY;
use crate::testing::{Api, NOW, apis, assert_has};

async fn providers(api: &Api) -> Value {
    api.get("/providers").await.ok(200)
}

fn set(api: &mut Api, change: impl FnOnce(&mut Config)) {
    let mut config = Config::clone(&api.platform.config);
    change(&mut config);
    api.platform.config = Arc::new(config);
}

const SECRET: &str = "a-secret-that-nobody-may-see";

fn with_ses(config: &mut Config) {
    config.email_provider = EmailProvider::Ses;
    config.ses = Some(SesSettings {
        region: "us-east-1".into(),
        endpoint: format!("https://{SECRET}.example"),
        access_key_id: SECRET.into(),
        secret_access_key: SECRET.into(),
        configuration_set: None,
    });
}

#[tokio::test]
async fn what_is_set_up_and_what_is_missing() {
    for (mut api, _) in apis().await {
        assert_has(
            &providers(&api).await["content"],
            &json!({"state": "off", "missing": []}),
        );
        let tenant = api.tenant.clone();
        set(&mut api, |config| config.content.tenant = tenant);
        let told = providers(&api).await;
        assert_has(
            &told["email"],
            &json!({"provider": "outbox", "state": "test", "missing": [], "waiting": null}),
        );
        assert_eq!(told["email"]["receipts"]["state"], "off");
        assert_has(
            &told["content"],
            &json!({"state": "off", "missing": ["CONTENT_API_URL", "CONTENT_API_KEY"]}),
        );
        assert_eq!(told["sign_in"]["state"], "off");
        assert_eq!(told["storage"]["state"], "ready");

        set(&mut api, with_ses);
        let text = providers(&api).await;
        assert_has(
            &text["email"],
            &json!({"provider": "ses", "state": "ready", "region": "us-east-1"}),
        );
        assert_has(
            &text["email"]["receipts"],
            &json!({"state": "incomplete", "missing": ["SES_CONFIGURATION_SET", "SNS_TOPIC_ARNS"]}),
        );
        assert!(!text.to_string().contains(SECRET));

        set(&mut api, |config| {
            config.environment = Environment::Production;
            config.email_provider = EmailProvider::Outbox;
        });
        let told = providers(&api).await;
        assert_has(
            &told["email"],
            &json!({"state": "incomplete", "missing": ["EMAIL_PROVIDER"]}),
        );
    }
}

#[tokio::test]
async fn what_stands_in_the_way_of_email() {
    for (mut api, other) in apis().await {
        set(&mut api, with_ses);
        let db = &api.platform.db;
        for (sent, at) in [(3, NOW), (4, NOW - DAY)] {
            db.run(quota::count(&api.tenant, sent, at)).await.unwrap();
        }
        let email = providers(&api).await["email"].clone();
        assert_has(
            &email["quota"],
            &json!({"limit": null, "used": 3, "left": null, "used_yesterday": 4,
                "resets_at": "2026-03-05T00:00:00Z"}),
        );
        let limit = |limit: Value| api.patch("/tenant", json!({"daily_send_limit": limit}));
        limit(json!(5)).await.ok(200);
        let email = providers(&api).await["email"].clone();
        assert_eq!(
            (&email["state"], &email["quota"]["left"]),
            (&json!("ready"), &json!(2))
        );
        limit(json!(3)).await.ok(200);
        assert_eq!(providers(&api).await["email"]["state"], "used_up");
        limit(json!(null)).await.ok(200);

        for (attempts, reason) in [(1_i64, "Throttling: slow down"), (0, "deferred")] {
            let sql = "INSERT INTO send_batches (tenant_id, id, sequence_id, send_ids, status_reason, attempts, not_before, check_at, created_at)
                       VALUES (?1, ?2, 'x', ?3, ?4, ?5, ?6, ?6, ?6)";
            let statement = crate::edge::db::Statement::new(sql)
                .bind(&api.tenant)
                .bind(crate::ids::BatchId::new(NOW))
                .bind_json(&json!([]))
                .bind(reason)
                .bind(attempts)
                .bind(NOW + 60_000);
            db.run(statement).await.unwrap();
        }
        let email = providers(&api).await["email"].clone();
        assert_eq!(email["state"], "troubled");
        assert_has(
            &email["waiting"],
            &json!({"batches": 1, "reason": "Throttling: slow down"}),
        );
        let off = json!({"is_on": false});
        api.put_body("/feature-flags/sending", off).await.ok(200);
        assert_eq!(providers(&api).await["email"]["state"], "held");
        let others = providers(&other).await["email"].clone();
        assert_eq!(
            (&others["state"], &others["waiting"]),
            (&json!("test"), &json!(null))
        );
    }
}
