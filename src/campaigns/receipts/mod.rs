//! Receipts: what the provider tells about a message afterwards. Each is stored once by the provider's own id and applied,
//! in any order; also to a message whose outcome was unknown or not saved yet, which it settles.

pub mod ses_event;

use serde::Deserialize;

use super::counts::deltas::{self, Moved};
use super::counts::{Days, Kind};
use super::enrolments::store::stop_all_of_person;
use super::ledger::SendStatus;
use super::suppressions::store::{Reason, add as suppress};
use crate::crm::{engagement, recipients, timeline};
use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::ids::{ActivityId, BusinessId, PersonId, SendId, TenantId};

/// What happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The provider took it.
    Accepted,
    /// It is in the mailbox.
    Delivered,
    /// The mailbox refused it; for good, or for now.
    Bounced {
        /// For good.
        permanent: bool,
        /// In the mailbox's words.
        reason: String,
    },
    /// The recipient reported it as spam.
    Complained,
    /// The provider dropped it after taking it.
    Dropped {
        /// Why.
        reason: String,
    },
    /// Nothing to act on.
    Other,
}

/// A receipt.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The provider, as in the ledger.
    pub provider: &'static str,
    /// The provider's own id of this receipt.
    pub event_id: String,
    /// Whose message; from our own tag.
    pub tenant: TenantId,
    /// Which message, from our own tag, if it came back.
    pub send: Option<SendId>,
    /// The provider's id of the message.
    pub message_id: Option<String>,
    /// The address it went to.
    pub recipient: Option<String>,
    /// What happened.
    pub happening: Happening,
    /// When.
    pub occurred_at: Millis,
    /// As it came, for the record.
    pub payload: String,
}

#[derive(Debug, Deserialize)]
struct Send {
    id: SendId,
    person_id: PersonId,
    business_id: BusinessId,
    step_number: i64,
    /// The tenant's.
    timezone: String,
}

/// Stores and applies a receipt, in one transaction. One that came before changes nothing.
///
/// # Errors
/// The database's; nothing is written then, and the provider delivers it again.
pub async fn apply(platform: &Platform, receipt: &Receipt) -> Result<()> {
    let (db, now) = (&platform.db, platform.now());
    let tenant = &receipt.tenant;
    let stored: Option<serde_json::Value> = db
        .fetch_optional(
            Statement::new(
                "SELECT id FROM provider_events WHERE tenant_id = ?1 AND provider = ?2 AND id = ?3",
            )
            .bind(tenant)
            .bind(receipt.provider)
            .bind(&receipt.event_id),
        )
        .await?;
    if stored.is_some() {
        return Ok(());
    }
    let send = find_send(platform, receipt).await?;
    let mut statements = vec![
        Statement::new(
            "INSERT INTO provider_events (tenant_id, provider, id, kind, send_id, payload, received_at, applied_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        )
        .bind(tenant)
        .bind(receipt.provider)
        .bind(&receipt.event_id)
        .bind(receipt.happening.name())
        .bind(send.as_ref().map(|send| &send.id))
        .bind_json(&receipt.payload)
        .bind(now),
    ];
    if let Some(send) = &send {
        statements.extend(settle(tenant, send, receipt, now));
        statements.extend(consequences(platform, tenant, send, receipt, now).await?);
    }
    match db.batch(statements).await {
        // Somebody applied the same receipt at the same moment.
        Err(crate::edge::db::DbError::Unique) => Ok(()),
        other => Ok(other.map(drop)?),
    }
}

async fn find_send(platform: &Platform, receipt: &Receipt) -> Result<Option<Send>> {
    const COLUMNS: &str = "id, person_id, business_id, step_number, (SELECT t.timezone FROM tenants t WHERE t.id = ?1) AS timezone";
    let by_tag = match &receipt.send {
        None => None,
        Some(id) => {
            let statement = Statement::assembled(format!(
                "SELECT {COLUMNS} FROM send_log WHERE tenant_id = ?1 AND id = ?2"
            ));
            platform
                .db
                .fetch_optional(statement.bind(&receipt.tenant).bind(id))
                .await?
        }
    };
    if by_tag.is_some() {
        return Ok(by_tag);
    }
    let Some(message_id) = &receipt.message_id else {
        return Ok(None);
    };
    let statement = Statement::assembled(format!(
        "SELECT {COLUMNS} FROM send_log WHERE tenant_id = ?1 AND provider_message_id = ?2"
    ));
    let found = platform
        .db
        .fetch_optional(statement.bind(&receipt.tenant).bind(message_id))
        .await?;
    Ok(found)
}

impl Happening {
    /// As stored.
    pub fn name(&self) -> &'static str {
        match self {
            Happening::Accepted => "accepted",
            Happening::Delivered => "delivered",
            Happening::Bounced { .. } => "bounced",
            Happening::Complained => "complained",
            Happening::Dropped { .. } => "dropped",
            Happening::Other => "other",
        }
    }
}

/// Whatever is heard of a message proves that the provider has taken it: what was unknown or unsaved is settled as sent.
fn settle(tenant: &TenantId, send: &Send, receipt: &Receipt, now: Millis) -> Vec<Statement> {
    let taken = matches!(
        receipt.happening,
        Happening::Accepted
            | Happening::Delivered
            | Happening::Bounced { .. }
            | Happening::Complained
            | Happening::Dropped { .. }
    );
    if !taken {
        return Vec::new();
    }
    let day = Days::of(&send.timezone).day(receipt.occurred_at);
    let change = Moved {
        from: &[SendStatus::Pending, SendStatus::Unknown],
        to: Kind::Sent,
        on: day,
    };
    let mut statements = vec![
        deltas::moved(tenant, &change, "s.id = ?4", now).bind(&send.id),
        Statement::new(
            "UPDATE people SET total_emails_sent = total_emails_sent + 1, updated_at = ?4
             WHERE tenant_id = ?1 AND id = ?2
               AND EXISTS (SELECT 1 FROM send_log s WHERE s.tenant_id = ?1 AND s.id = ?3 AND s.status IN ('pending', 'unknown'))",
        )
        .bind(tenant)
        .bind(&send.person_id)
        .bind(&send.id)
        .bind(now),
        Statement::new(
            "UPDATE send_log SET status = 'sent', sent_at = COALESCE(sent_at, ?3), provider = ?4, batch_id = NULL,
               provider_message_id = COALESCE(?5, provider_message_id), failure_reason = NULL, updated_at = ?6
             WHERE tenant_id = ?1 AND id = ?2 AND status IN ('pending', 'unknown')",
        )
        .bind(tenant)
        .bind(&send.id)
        .bind(receipt.occurred_at)
        .bind(receipt.provider)
        .bind(receipt.message_id.clone())
        .bind(now),
    ];
    let stamp = |sql: &'static str| {
        Statement::new(sql)
            .bind(tenant)
            .bind(&send.id)
            .bind(receipt.occurred_at)
            .bind(now)
    };
    let count = |kind: Kind, column: &str| {
        deltas::stamped(tenant, kind, column, day, "s.id = ?4", now).bind(&send.id)
    };
    match &receipt.happening {
        Happening::Delivered => statements.extend([
            count(Kind::Delivered, "delivered_at"),
            stamp("UPDATE send_log SET delivered_at = COALESCE(delivered_at, ?3), updated_at = ?4 WHERE tenant_id = ?1 AND id = ?2"),
        ]),
        Happening::Bounced { permanent: true, reason } | Happening::Dropped { reason } => statements.extend([
            count(Kind::Bounced, "bounced_at"),
            stamp(
                "UPDATE send_log SET bounced_at = COALESCE(bounced_at, ?3), failure_reason = ?5, updated_at = ?4 WHERE tenant_id = ?1 AND id = ?2",
            )
            .bind(reason),
        ]),
        Happening::Complained => statements.extend([
            count(Kind::Complained, "complained_at"),
            stamp("UPDATE send_log SET complained_at = COALESCE(complained_at, ?3), updated_at = ?4 WHERE tenant_id = ?1 AND id = ?2"),
        ]),
        _ => {}
    }
    statements
}

/// What follows for the person: a dead address and a complaint suppress, both end what the person is enrolled in.
async fn consequences(
    platform: &Platform,
    tenant: &TenantId,
    send: &Send,
    receipt: &Receipt,
    now: Millis,
) -> Result<Vec<Statement>> {
    let (reason, kind, detail) = match &receipt.happening {
        Happening::Bounced {
            permanent: true,
            reason,
        } => (Reason::Bounced, "email_bounced", Some(reason.clone())),
        Happening::Complained => (Reason::Complained, "email_complained", None),
        _ => return Ok(Vec::new()),
    };
    let people = recipients::load(&platform.db, tenant, &[&send.person_id]).await?;
    let address = match &receipt.recipient {
        Some(recipient) => Some(recipient.clone()),
        None => people
            .get(&send.person_id)
            .and_then(|person| person.email.clone()),
    };
    let mut statements = Vec::from(stop_all_of_person(
        tenant,
        &send.person_id,
        reason.as_str(),
        now,
    ));
    statements.extend([
        match reason {
            Reason::Bounced => engagement::bounced(tenant, &send.person_id, receipt.occurred_at),
            _ => engagement::unsubscribed(tenant, &send.person_id, receipt.occurred_at),
        },
        timeline::add(
            tenant,
            &[timeline::Entry {
                id: ActivityId::derive(receipt.occurred_at, &format!("{kind}/{}", send.id)),
                business_id: send.business_id.clone(),
                person_id: Some(send.person_id.clone()),
                r#type: kind,
                subject: None,
                detail,
                campaign_id: None,
                campaign_step: Some(send.step_number),
                source: receipt.provider,
                occurred_at: receipt.occurred_at,
                send_id: Some(send.id.to_string()),
            }],
            "true",
        ),
    ]);
    if let Some(address) = address {
        let person = Some(&send.person_id);
        statements.push(suppress(
            tenant,
            &address,
            reason,
            person,
            Some(&send.id),
            None,
            now,
        ));
    }
    Ok(statements)
}
