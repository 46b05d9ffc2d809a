//! Suppressions in the database.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{PersonId, SendId, TenantId};

/// Why an address is suppressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Its owner unsubscribed.
    Unsubscribed,
    /// It refused mail for good.
    Bounced,
    /// Its owner reported us as spam.
    Complained,
    /// Somebody entered it.
    Manual,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 4] = [
        Reason::Unsubscribed,
        Reason::Bounced,
        Reason::Complained,
        Reason::Manual,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Unsubscribed => "unsubscribed",
            Reason::Bounced => "bounced",
            Reason::Complained => "complained",
            Reason::Manual => "manual",
        }
    }
}

/// A suppression as stored and answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Suppression {
    /// `email`, `sms` or `voice`.
    pub channel: String,
    /// The address, lower case.
    pub address: String,
    /// Why.
    pub reason: Reason,
    /// Whose it was.
    pub person_id: Option<PersonId>,
    /// The send it came of.
    pub send_id: Option<SendId>,
    /// In somebody's words.
    pub note: Option<String>,
    /// Since when.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// Which of these email addresses are suppressed, and why.
///
/// # Errors
/// The database's.
pub async fn among(
    db: &Db,
    tenant: &TenantId,
    addresses: &[&str],
) -> Result<HashMap<String, String>, DbError> {
    #[derive(Deserialize, JsonSchema)]
    struct Row {
        address: String,
        reason: String,
    }
    if addresses.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT address, reason FROM suppressions
                 WHERE tenant_id = ?1 AND channel = 'email' AND address {in ?2}",
            )
            .bind(tenant)
            .bind_json(addresses),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.address, row.reason))
        .collect())
}

/// Suppresses an email address; an older suppression stays as it is.
pub fn add(
    tenant: &TenantId,
    address: &str,
    reason: Reason,
    person: Option<&PersonId>,
    send: Option<&SendId>,
    note: Option<&str>,
    now: Millis,
) -> Statement {
    Statement::new(
        "INSERT INTO suppressions (tenant_id, channel, address, reason, person_id, send_id, note, created_at)
         VALUES (?1, 'email', ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (tenant_id, channel, address) DO NOTHING",
    )
    .bind(tenant)
    .bind(address.trim().to_lowercase())
    .bind(reason.as_str())
    .bind(person)
    .bind(send)
    .bind(note)
    .bind(now)
}

/// Lifts a manual suppression. False when there is none: what a recipient decided is not lifted here.
///
/// # Errors
/// The database's.
pub async fn remove_manual(db: &Db, tenant: &TenantId, address: &str) -> Result<bool, DbError> {
    let changed = db
        .execute(
            Statement::new(
                "DELETE FROM suppressions WHERE tenant_id = ?1 AND channel = 'email' AND address = ?2 AND reason = 'manual'",
            )
            .bind(tenant)
            .bind(address.trim().to_lowercase()),
        )
        .await?;
    Ok(changed == 1)
}

/// Whether an email address is on the list, for whatever reason.
///
/// # Errors
/// The database's.
pub async fn holds(db: &Db, tenant: &TenantId, address: &str) -> Result<bool, DbError> {
    let found: Option<serde_json::Value> = db
        .fetch_optional(
            Statement::new(
                "SELECT reason FROM suppressions WHERE tenant_id = ?1 AND channel = 'email' AND address = ?2",
            )
            .bind(tenant)
            .bind(address.trim().to_lowercase()),
        )
        .await?;
    Ok(found.is_some())
}

/// Suppressed email addresses in order after `after`.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    after: &str,
    limit: i64,
) -> Result<Vec<Suppression>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT channel, address, reason, person_id, send_id, note, created_at FROM suppressions
             WHERE tenant_id = ?1 AND channel = 'email' AND address > ?2 ORDER BY address LIMIT ?3",
        )
        .bind(tenant)
        .bind(after)
        .bind(limit),
    )
    .await
}
