//! What tests of the engine's records need: a running sequence, the planner and the consumers, and a provider that does as an
//! address says.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::app;
use crate::campaigns::planner;
use crate::config::{Config, EmailProvider, SesSettings};
use crate::edge::clock::{Clock, Millis};
use crate::edge::fetch::{Fetch, IncomingResponse, NoAnswer, OutgoingRequest};
use crate::edge::platform::Platform;
use crate::edge::queue::{Disposition, QueueName};
use crate::ids::SequenceId;
use crate::testing::{Api, apis_alone, id};

/// SES as a test needs it: the local part of an address says what becomes of its message.
pub fn ses(request: &OutgoingRequest) -> Result<IncomingResponse, NoAnswer> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let entries = body["BulkEmailEntries"].as_array().unwrap();
    let results: Vec<_> = entries
        .iter()
        .map(|entry| {
            let to = entry["Destination"]["ToAddresses"][0].as_str().unwrap();
            let tags = entry["ReplacementTags"].as_array().unwrap();
            let send = tags.iter().find(|tag| tag["Name"] == "send_id").unwrap();
            match to.split('-').next().unwrap() {
                "refused" => json!({"Status": "MESSAGE_REJECTED", "Error": "no"}),
                "unknown" => json!({"Status": "FAILED"}),
                "later" => json!({"Status": "TRANSIENT_FAILURE"}),
                _ => json!({"Status": "SUCCESS", "MessageId": send["Value"]}),
            }
        })
        .collect();
    Ok(IncomingResponse {
        status: 200,
        headers: Vec::new(),
        body: json!({"BulkEmailEntryResults": results}).to_string(),
    })
}

pub async fn engines() -> Vec<Api> {
    let mut all = Vec::new();
    for (mut api, _) in apis_alone().await {
        api.platform.fetch = Arc::new(Fetch::answered_by(Box::new(ses)));
        api.platform.config = Arc::new(Config {
            email_provider: EmailProvider::Ses,
            ses: Some(SesSettings {
                region: "us-east-1".into(),
                endpoint: "https://ses.example".into(),
                access_key_id: "id".into(),
                secret_access_key: "secret".into(),
                configuration_set: None,
            }),
            send_batch_size: 3,
            send_attempts: 2,
            ..(*api.platform.config).clone()
        });
        all.push(api);
    }
    all
}

/// A running sequence of two steps, the second on the tenth day for those who did not open the first, and these people in it.
/// All of the first day's are due sixteen hours after it began.
pub async fn sequence(api: &Api, people: &[&str]) -> SequenceId {
    let template = json!({"name": "Hello", "subject": "Hello", "body_html": "<p>Hi</p>"});
    api.put_body("/templates/hello", template).await.ok(200);
    let step = |number: i64, day: i64, conditions: Value| {
        json!({"step_number": number, "day_offset": day, "campaign_id": format!("C-{number}"), "template_id": "hello",
               "landing_page": "hello", "conditions": conditions})
    };
    let sequence = api
        .make(
            "/sequences",
            json!({"name": "Test", "send_window": {"start": "00:00", "end": "24:00"},
                   "steps": [step(1, 1, Value::Null), step(2, 10, json!({"skip_if_opened": "C-1"}))]}),
        )
        .await;
    let sequence = id(&sequence);
    api.post(&format!("/sequences/{sequence}/activate"), json!({}))
        .await
        .ok(200);
    let business = api.business("Harbor Bakery").await;
    for (number, name) in people.iter().enumerate() {
        let email = format!("{name}-{number}-{sequence}@bakery.example");
        let person = api
            .make("/people", json!({"business_id": business, "email": email}))
            .await;
        let body = json!({"person_id": id(&person)});
        api.post(&format!("/sequences/{sequence}/enrolments"), body)
            .await
            .ok(200);
    }
    SequenceId::parse(&sequence).unwrap()
}

pub fn at(api: &mut Api, now: Millis) {
    api.platform.clock = Clock::fixed(now);
}

/// What waits on the queue `sends`.
pub fn queued(platform: &Platform) -> Vec<String> {
    let sent = platform.queues.take().into_iter();
    sent.filter(|(queue, _, _)| *queue == QueueName::Sends)
        .map(|(_, text, _)| text)
        .collect()
}

pub async fn plan(platform: &Platform) -> Vec<String> {
    planner::tick(platform).await.unwrap();
    queued(platform)
}

pub async fn deliver(platform: &Platform, queue: &str, messages: &[String]) {
    for disposition in app::consume(platform, queue, messages).await {
        assert_eq!(disposition, Disposition::Acknowledge);
    }
}
