//! Reading the ledger.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SendStatus;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{BusinessId, EnrolmentId, PersonId, SendId, SequenceId, TenantId};

/// How many rows of a step on a day have a status.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Count {
    /// The step.
    pub step_number: i64,
    /// Its day.
    pub day_offset: i64,
    /// The status.
    pub status: SendStatus,
    /// How many.
    pub count: i64,
    /// How many were opened by a person.
    pub opened: i64,
    /// How many were clicked by a person.
    pub clicked: i64,
}

/// Counts a sequence's ledger.
///
/// # Errors
/// The database's.
pub async fn counts(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
) -> Result<Vec<Count>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT step_number, day_offset, status, COUNT(*) AS count, COUNT(opened_at) AS opened, COUNT(clicked_at) AS clicked
             FROM send_log WHERE tenant_id = ?1 AND sequence_id = ?2
             GROUP BY step_number, day_offset, status ORDER BY step_number, day_offset, status",
        )
        .bind(tenant)
        .bind(sequence),
    )
    .await
}

/// A ledger row as answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Send {
    /// Its id.
    pub id: SendId,
    /// Whose way it is a step of.
    pub enrolment_id: EnrolmentId,
    /// The version that decided it.
    pub version: i64,
    /// To whom.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: BusinessId,
    /// The step.
    pub step_number: i64,
    /// Its day.
    pub day_offset: i64,
    /// How.
    pub channel: String,
    /// What became of it.
    pub status: SendStatus,
    /// Why, when it was not sent.
    pub failure_reason: Option<String>,
    /// When it was to be sent.
    #[serde(with = "crate::time::Rfc3339")]
    pub due_at: Millis,
    /// When it was decided.
    #[serde(with = "crate::time::Rfc3339")]
    pub planned_at: Millis,
    /// When the provider took it.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub sent_at: Option<Millis>,
    /// When it reached the mailbox.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub delivered_at: Option<Millis>,
    /// Who carried it.
    pub provider: Option<String>,
    /// The carrier's own id.
    pub provider_message_id: Option<String>,
    /// First opened by a person.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub opened_at: Option<Millis>,
    /// First opened by a privacy proxy.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub machine_opened_at: Option<Millis>,
    /// All fetches of the pixel.
    pub open_count: i64,
    /// First clicked by a person.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub clicked_at: Option<Millis>,
    /// All visits of its links.
    pub click_count: i64,
    /// Answered.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub replied_at: Option<Millis>,
    /// Refused for good by the mailbox.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub bounced_at: Option<Millis>,
    /// Reported as spam.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub complained_at: Option<Millis>,
}

const COLUMNS: &str = "id, enrolment_id, version, person_id, business_id, step_number, day_offset, channel, status, failure_reason, due_at, planned_at, sent_at, delivered_at, provider, provider_message_id, opened_at, machine_opened_at, open_count, clicked_at, click_count, replied_at, bounced_at, complained_at";

/// Which rows are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this status.
    pub status: Option<SendStatus>,
    /// Of this step.
    pub step_number: Option<i64>,
    /// Of this person.
    pub person_id: Option<PersonId>,
}

/// Rows in id order after `after`.
///
/// # Errors
/// The database's.
pub async fn rows(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    filter: &Filter,
    after: &str,
    limit: i64,
) -> Result<Vec<Send>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM send_log
             WHERE tenant_id = ?1 AND id > ?2 AND sequence_id = ?3
               AND (?4 = '' OR status = ?4) AND (?5 = 0 OR step_number = ?5) AND (?6 = '' OR person_id = ?6)
             ORDER BY id LIMIT ?7"
        ))
        .bind(tenant)
        .bind(after)
        .bind(sequence)
        .bind(filter.status.map_or("", SendStatus::as_str))
        .bind(filter.step_number.unwrap_or(0))
        .bind(filter.person_id.as_ref().map_or("", PersonId::as_str))
        .bind(limit),
    )
    .await
}

/// One row.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId, id: &SendId) -> Result<Option<Send>, DbError> {
    db.fetch_optional(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM send_log WHERE tenant_id = ?1 AND id = ?2"
        ))
        .bind(tenant)
        .bind(id),
    )
    .await
}
