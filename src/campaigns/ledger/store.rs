//! Reading the ledger.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SendStatus;
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::Error;
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{BusinessId, EnrolmentId, PersonId, SendId, SequenceId, TenantId};
use crate::tables::{Order, Table};

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

/// How many of a tenant's rows failed, or have an outcome that nobody knows, up to `most`.
///
/// # Errors
/// The database's.
pub async fn unsettled_count(
    db: &Db,
    tenant: &TenantId,
    status: SendStatus,
    most: i64,
) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        number: i64,
    }
    let row: Row = db
        .fetch_one(
            // The status stands in the text, so that the index of these is known to have it.
            Statement::assembled(format!(
                "SELECT COUNT(*) AS number FROM (SELECT id FROM send_log WHERE tenant_id = ?1 AND status = '{}' LIMIT ?2) AS s",
                status.as_str()
            ))
            .bind(tenant)
            .bind(most),
        )
        .await?;
    Ok(row.number)
}

/// A ledger row as answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Send {
    /// Its id.
    pub id: SendId,
    /// Whose way it is a step of.
    pub enrolment_id: EnrolmentId,
    /// Of which sequence.
    pub sequence_id: SequenceId,
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
    /// Led to the recipient's unsubscribing.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub unsubscribed_at: Option<Millis>,
}

/// The ledger.
pub(super) const SENDS: Table = Table {
    name: "send_log",
    columns: "id, enrolment_id, sequence_id, version, person_id, business_id, step_number, day_offset, channel, status, failure_reason, due_at, planned_at, sent_at, delivered_at, provider, provider_message_id, opened_at, machine_opened_at, open_count, clicked_at, click_count, replied_at, bounced_at, complained_at, unsubscribed_at",
};

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
    scope: &Scope,
    sequence: &SequenceId,
    filter: &Filter,
    page: &Page,
) -> Result<(Vec<Send>, Option<String>), Error> {
    let conditions = reach::of_businesses(scope)
        .and("sequence_id = ?", [sequence.into()])
        .and_if("status = ?", filter.status.map(SendStatus::as_str))
        .and_if("step_number = ?", filter.step_number)
        .and_if("person_id = ?", filter.person_id.as_ref());
    SENDS
        .page(db, conditions, page, Order::OldestFirst, |row: &Send| {
            row.id.as_str()
        })
        .await
}

/// One row.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, scope: &Scope, id: &SendId) -> Result<Option<Send>, DbError> {
    let one = reach::of_businesses(scope).and("id = ?", [id.into()]);
    db.fetch_optional(SENDS.select(one)).await
}
