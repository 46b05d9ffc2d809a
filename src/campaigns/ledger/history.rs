//! A send's history: everything that is known to have happened to it, in words and in order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SendStatus;
use crate::campaigns::tracking::verdict::{Kind, Verdict};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{SendId, TenantId};

/// The most opens and clicks that are told.
const MOST_FACTS: i64 = 500;

/// Something that happened to a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SendEvent")]
pub struct Happened {
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub at: Millis,
    /// `planned`, `waiting`, `under_way`, `handed_over`, `skipped`, `failed`, `unknown`, `sent`, `delivered`, `opened`, `clicked`,
    /// `replied`, `unsubscribed`, `bounced` or `complained`.
    pub kind: &'static str,
    /// In words.
    pub text: String,
    /// Of an open or a click: whether a machine made it.
    pub is_machine: Option<bool>,
    /// The reason, the page that a click led to, or the program that asked.
    pub detail: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    status: SendStatus,
    failure_reason: Option<String>,
    batch_id: Option<String>,
    due_at: Millis,
    planned_at: Millis,
    sent_at: Option<Millis>,
    delivered_at: Option<Millis>,
    provider: Option<String>,
    replied_at: Option<Millis>,
    bounced_at: Option<Millis>,
    complained_at: Option<Millis>,
    unsubscribed_at: Option<Millis>,
    updated_at: Millis,
}

#[derive(Deserialize)]
struct Fact {
    kind: Kind,
    verdict: Verdict,
    target_url: Option<String>,
    user_agent: Option<String>,
    occurred_at: Millis,
}

#[derive(Deserialize)]
struct Batch {
    status: String,
    status_reason: Option<String>,
    attempts: i64,
    not_before: Millis,
    created_at: Millis,
}

/// What happened to a send, the earliest first. Empty when there is no such send.
///
/// # Errors
/// The database's.
pub async fn of(db: &Db, tenant: &TenantId, id: &SendId) -> Result<Vec<Happened>, DbError> {
    let row: Option<Row> = db
        .fetch_optional(
            Statement::new(
                "SELECT status, failure_reason, batch_id, due_at, planned_at, sent_at, delivered_at, provider, replied_at, bounced_at, complained_at, unsubscribed_at, updated_at
                 FROM send_log WHERE tenant_id = ?1 AND id = ?2",
            )
            .bind(tenant)
            .bind(id),
        )
        .await?;
    let Some(row) = row else {
        return Ok(Vec::new());
    };
    let facts: Vec<Fact> = db
        .fetch_all(
            Statement::new(
                "SELECT kind, verdict, target_url, user_agent, occurred_at FROM tracking_events
                 WHERE tenant_id = ?1 AND send_id = ?2 ORDER BY id LIMIT ?3",
            )
            .bind(tenant)
            .bind(id)
            .bind(MOST_FACTS),
        )
        .await?;
    let batch: Option<Batch> = match &row.batch_id {
        None => None,
        Some(batch) => {
            let statement = Statement::new(
                "SELECT status, status_reason, attempts, not_before, created_at FROM send_batches WHERE tenant_id = ?1 AND id = ?2",
            );
            db.fetch_optional(statement.bind(tenant).bind(batch.as_str()))
                .await?
        }
    };
    Ok(told(&row, &facts, batch.as_ref()))
}

fn told(row: &Row, facts: &[Fact], batch: Option<&Batch>) -> Vec<Happened> {
    let mut all = vec![event(
        row.planned_at,
        "planned",
        format!(
            "Its step was due at {}, and was decided.",
            crate::time::format(row.due_at)
        ),
        None,
    )];
    all.extend(batch.map(under_way));
    all.extend(outcome(row));
    let reason = || row.failure_reason.clone();
    let stamps = [
        (
            row.delivered_at,
            "delivered",
            "It reached the mailbox.",
            None,
        ),
        (
            row.bounced_at,
            "bounced",
            "The mailbox refused it for good, or the provider dropped it.",
            reason(),
        ),
        (
            row.complained_at,
            "complained",
            "The recipient reported it as spam.",
            None,
        ),
        (row.replied_at, "replied", "The recipient answered.", None),
        (
            row.unsubscribed_at,
            "unsubscribed",
            "The recipient unsubscribed through it.",
            None,
        ),
    ];
    for (at, kind, text, detail) in stamps {
        all.extend(at.map(|at| event(at, kind, text.into(), detail)));
    }
    all.extend(facts.iter().map(fact));
    all.sort_by_key(|event| event.at);
    all
}

fn event(at: Millis, kind: &'static str, text: String, detail: Option<String>) -> Happened {
    Happened {
        at,
        kind,
        text,
        is_machine: None,
        detail,
    }
}

fn under_way(batch: &Batch) -> Happened {
    let tries = match batch.attempts {
        0 => "It has not been tried yet.".to_string(),
        1 => "It was tried once.".to_string(),
        number => format!("It was tried {number} times."),
    };
    let detail = batch.status_reason.clone();
    match batch.status.as_str() {
        "handed_over" => event(
            batch.created_at,
            "handed_over",
            "The provider has been called; its answer is not in yet.".into(),
            detail,
        ),
        "leased" => event(
            batch.created_at,
            "under_way",
            "It is being handed over.".into(),
            detail,
        ),
        _ => event(
            batch.created_at,
            "waiting",
            format!(
                "{tries} It waits, at least until {}.",
                crate::time::format(batch.not_before)
            ),
            detail,
        ),
    }
}

/// What became of it. Only of what was sent it is kept when that was; of the others it is when the row was changed last.
fn outcome(row: &Row) -> Option<Happened> {
    let reason = row.failure_reason.clone();
    Some(match row.status {
        SendStatus::Pending => return None,
        SendStatus::Sent => event(
            row.sent_at.unwrap_or(row.updated_at),
            "sent",
            match &row.provider {
                Some(provider) => format!("The provider ({provider}) took it."),
                None => "The provider took it.".into(),
            },
            None,
        ),
        SendStatus::Skipped => event(row.updated_at, "skipped", "It was left out.".into(), reason),
        SendStatus::Failed => event(
            row.updated_at,
            "failed",
            "It was given up; it can be replayed.".into(),
            reason,
        ),
        SendStatus::Unknown => event(
            row.updated_at,
            "unknown",
            "Nobody knows whether the provider took it. It is not sent again by itself.".into(),
            reason,
        ),
    })
}

fn fact(fact: &Fact) -> Happened {
    let is_machine = fact.verdict != Verdict::Human;
    let who = match fact.verdict {
        Verdict::Human => "a person",
        Verdict::PrivacyProxy => "a mailbox that loads every picture",
        Verdict::Scanner => "a program that looks at links and pictures",
    };
    let (kind, text, detail) = match fact.kind {
        Kind::Open => ("opened", format!("Opened, by {who}."), &fact.user_agent),
        Kind::Click => (
            "clicked",
            format!("A link was followed, by {who}."),
            &fact.target_url,
        ),
    };
    Happened {
        at: fact.occurred_at,
        kind,
        text,
        is_machine: Some(is_machine),
        detail: detail.clone(),
    }
}
