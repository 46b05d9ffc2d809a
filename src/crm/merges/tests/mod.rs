//! Merging and undoing, over the API, on every engine.

mod businesses;
mod large;
mod people;
mod refused;
mod schema;
mod undo;

use serde_json::{Value, json};

use crate::edge::clock::{Clock, Millis};
use crate::edge::db::Statement;
use crate::edge::platform::Platform;
use crate::ids::{EnrolmentId, SendId, SequenceId, StepId};
use crate::testing::{Api, NOW, id};

/// A business with more than a name.
async fn business(api: &Api, more: Value) -> String {
    let mut body = json!({"community_id": api.community().await, "name": "Harbor Bakery"});
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    id(&api.make("/businesses", body).await)
}

/// Somebody at a business.
async fn person(api: &Api, business: &str, more: Value) -> String {
    let mut body = json!({"business_id": business});
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    id(&api.make("/people", body).await)
}

/// An entry of a business's timeline.
async fn note(api: &Api, business: &str, subject: &str, person: Option<&str>) {
    let body = json!({"type": "note_added", "subject": subject, "person_id": person});
    api.make(&format!("/businesses/{business}/activities"), body)
        .await;
}

/// What a business's timeline says, sorted.
async fn timeline(api: &Api, business: &str) -> Vec<(String, Option<String>)> {
    let (entries, _) = api
        .walk(&format!("/businesses/{business}/activities"), 500)
        .await;
    let mut said: Vec<_> = entries
        .iter()
        .map(|entry| {
            let person = entry["person_id"].as_str().map(str::to_string);
            (entry["subject"].as_str().unwrap().to_string(), person)
        })
        .collect();
    said.sort();
    said
}

async fn merge(api: &Api, what: &str, kept: &str, other: &str) -> Value {
    let body = json!({"other_id": other});
    api.make(&format!("/{what}/{kept}/merge"), body).await
}

async fn run(api: &Api, statement: Statement) {
    api.platform.db.run(statement).await.unwrap();
}

/// The same platform at another time.
fn at(api: &Api, now: Millis) -> Platform {
    Platform {
        clock: Clock::fixed(now),
        ..api.platform.clone()
    }
}

async fn sequence(api: &Api) -> SequenceId {
    let id = SequenceId::new(NOW);
    run(
        api,
        Statement::new(
            "INSERT INTO campaign_sequences (tenant_id, id, name, status, latest_version, created_at, updated_at)
             VALUES (?1, ?2, 'Hello', 'active', 1, 0, 0)",
        )
        .bind(&api.tenant)
        .bind(&id),
    )
    .await;
    id
}

/// Somebody under way at a step, with one send that went out and one that is on its way.
async fn enrol(
    api: &Api,
    sequence: &SequenceId,
    person: &str,
    business: &str,
    step: i64,
) -> EnrolmentId {
    let id = EnrolmentId::new(NOW);
    run(
        api,
        Statement::new(
            "INSERT INTO enrolments (tenant_id, id, sequence_id, version, person_id, business_id, timezone, sequence_step, sequence_started_at, next_send_at, created_at, updated_at)
             VALUES (?1, ?2, ?3, 1, ?4, ?5, 'UTC', ?6, 0, 77, 0, 0)",
        )
        .bind(&api.tenant)
        .bind(&id)
        .bind(sequence)
        .bind(person)
        .bind(business)
        .bind(step),
    )
    .await;
    for status in ["sent", "pending"] {
        let send = SendId::derive(&id, &StepId::new(NOW), "email");
        run(
            api,
            Statement::new(
                "INSERT INTO send_log (tenant_id, id, enrolment_id, sequence_id, version, person_id, business_id, campaign_step_id, step_number, day_offset, channel, status, due_at, planned_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?2, 1, 1, 'email', ?7, 0, 0, 0)",
            )
            .bind(&api.tenant)
            .bind(&send)
            .bind(&id)
            .bind(sequence)
            .bind(person)
            .bind(business)
            .bind(status),
        )
        .await;
    }
    id
}

/// All rows of a statement about the tenant.
async fn rows(api: &Api, sql: &'static str) -> Vec<Value> {
    let statement = Statement::new(sql).bind(&api.tenant);
    api.platform.db.fetch_all(statement).await.unwrap()
}

/// A record as the API shows it, but for when it was changed.
async fn record(api: &Api, path: &str) -> Value {
    let mut record = api.get(path).await.ok(200);
    record.as_object_mut().unwrap().remove("updated_at");
    record
}
