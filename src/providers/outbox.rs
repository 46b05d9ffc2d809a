//! The outbox: keeps messages in the database and shows them at `/dev/outbox`. Nothing leaves the machine.

use mail_builder::MessageBuilder;
use mail_builder::headers::date::Date;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::email::{CarriesEmail, Email, HandOver, all_alike};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::edge::platform::Platform;
use crate::ids::TenantId;

/// How many messages are kept; older ones make room.
const KEPT: i64 = 10_000;

/// The provider.
pub struct Outbox;

impl CarriesEmail for Outbox {
    fn name(&self) -> &'static str {
        "outbox"
    }

    async fn hand_over(&self, platform: &Platform, emails: &[Email]) -> Vec<HandOver> {
        match keep(&platform.db, emails, platform.now()).await {
            Ok(()) => emails
                .iter()
                .map(|email| HandOver::Accepted {
                    message_id: message_id(email),
                })
                .collect(),
            Err(error) => {
                let reason = format!("the outbox did not keep it: {error}");
                all_alike(
                    emails,
                    &HandOver::TryLater {
                        reason,
                        retry_after: None,
                    },
                )
            }
        }
    }
}

fn message_id(email: &Email) -> String {
    let domain = email
        .from_email
        .split('@')
        .next_back()
        .unwrap_or("localhost");
    format!("{}@{domain}", email.id())
}

async fn keep(db: &Db, emails: &[Email], now: Millis) -> Result<(), DbError> {
    let Some(first) = emails.first() else {
        return Ok(());
    };
    let rows: Vec<_> = emails
        .iter()
        .map(|email| {
            json!({
                "id": crate::ids::BatchId::new(now), "send_id": email.send(), "recipient": email.to,
                "subject": email.subject, "headers": headers(email, now), "html": email.html, "body_text": email.text,
            })
        })
        .collect();
    db.batch(vec![
        Statement::new(
            "INSERT INTO outbox_messages (tenant_id, id, send_id, recipient, subject, headers, html, body_text, created_at)
             SELECT ?1, r.id, r.send_id, r.recipient, r.subject, r.headers, r.html, r.body_text, CAST(?3 AS BIGINT)
             FROM {rows ?2 AS r (id TEXT, send_id TEXT, recipient TEXT, subject TEXT, headers JSON, html TEXT, body_text TEXT)}",
        )
        .bind(&first.tenant)
        .bind_json(&rows)
        .bind(now),
        Statement::new(
            "DELETE FROM outbox_messages WHERE tenant_id = ?1 AND id < COALESCE(
               (SELECT id FROM outbox_messages WHERE tenant_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2), '')",
        )
        .bind(&first.tenant)
        .bind(KEPT),
    ])
    .await
    .map(drop)
}

fn headers(email: &Email, now: Millis) -> Vec<(String, String)> {
    let mut headers = vec![
        ("Message-ID".to_string(), format!("<{}>", message_id(email))),
        ("Date".to_string(), crate::time::rfc5322(now)),
        (
            "From".to_string(),
            format!("{} <{}>", email.from_name, email.from_email),
        ),
        ("Reply-To".to_string(), email.reply_to.clone()),
        ("To".to_string(), email.to.clone()),
        ("Subject".to_string(), email.subject.clone()),
    ];
    headers.extend(
        email
            .extra_headers()
            .into_iter()
            .map(|(name, value)| (name.to_string(), value)),
    );
    headers
}

/// A kept message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Its id in the outbox.
    pub id: String,
    /// The ledger row it was for.
    pub send_id: Option<String>,
    /// The address it was for.
    pub recipient: String,
    /// The subject line.
    pub subject: String,
    /// Header names and values.
    pub headers: Json<Vec<(String, String)>>,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub body_text: String,
    /// When.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

impl Kept {
    /// The links in the message's text part, as they would be followed.
    pub fn links(&self) -> Vec<String> {
        self.body_text
            .split(|character: char| character.is_whitespace() || "()<>".contains(character))
            .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
            .map(str::to_string)
            .collect()
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The message as RFC 5322 text, as a mail server would take it.
    pub fn to_rfc5322(&self) -> String {
        let from = self.header("From");
        let (name, address) = from.rsplit_once(" <").map_or(("", from), |(name, rest)| {
            (name, rest.trim_end_matches('>'))
        });
        let id = self.header("Message-ID").trim_matches(['<', '>']);
        let mut message = MessageBuilder::new()
            .header("Message-ID", MessageId::new(id))
            .header("Date", Date::new(self.created_at / 1_000))
            .from((name, address))
            .reply_to(self.header("Reply-To"))
            .to(self.recipient.as_str())
            .subject(self.subject.as_str())
            .text_body(self.body_text.as_str())
            .html_body(self.html.as_str());
        for name in ["List-Unsubscribe", "List-Unsubscribe-Post"] {
            let value = self.header(name);
            if !value.is_empty() {
                message = message.header(name, Raw::new(value));
            }
        }
        message.write_to_string().unwrap_or_default()
    }
}

const COLUMNS: &str = "id, send_id, recipient, subject, headers, html, body_text, created_at";

/// Kept messages, newest first, before `before` (empty for the newest), to one recipient if named.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    recipient: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<Kept>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM outbox_messages
             WHERE tenant_id = ?1 AND (?2 = '' OR recipient = ?2) AND (?3 = '' OR id < ?3)
             ORDER BY id DESC LIMIT ?4"
        ))
        .bind(tenant)
        .bind(recipient)
        .bind(before)
        .bind(limit),
    )
    .await
}

/// One kept message.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId, id: &str) -> Result<Option<Kept>, DbError> {
    db.fetch_optional(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM outbox_messages WHERE tenant_id = ?1 AND id = ?2"
        ))
        .bind(tenant)
        .bind(id),
    )
    .await
}
