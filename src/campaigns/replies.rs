//! A reply counts for the last email that the person had got by then.

use serde::Deserialize;

use super::counts::{Days, Kind, deltas};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{PersonId, SendId, TenantId};

/// Stamps the send that a reply answers. Again is harmless.
///
/// # Errors
/// The database's.
pub async fn record(
    db: &Db,
    tenant: &TenantId,
    person: &PersonId,
    occurred_at: Millis,
) -> Result<(), DbError> {
    #[derive(Deserialize)]
    struct Answered {
        id: SendId,
        timezone: String,
    }
    let answered: Option<Answered> = db
        .fetch_optional(
            Statement::new(
                "SELECT s.id, (SELECT t.timezone FROM tenants t WHERE t.id = ?1) AS timezone
                 FROM enrolments e CROSS JOIN send_log s
                 WHERE e.tenant_id = ?1 AND e.person_id = ?2 AND s.tenant_id = ?1
                   AND s.id >= substr(e.id, 1, 24) AND s.id < substr(e.id, 1, 24) || 'g'
                   AND s.enrolment_id = e.id AND s.status = 'sent' AND s.sent_at <= ?3
                 ORDER BY s.sent_at DESC LIMIT 1",
            )
            .bind(tenant)
            .bind(person)
            .bind(occurred_at),
        )
        .await?;
    let Some(send) = answered else {
        return Ok(());
    };
    let day = Days::of(&send.timezone).day(occurred_at);
    db.batch(vec![
        deltas::stamped(tenant, Kind::Replied, "replied_at", day, "s.id = ?4", occurred_at)
            .bind(&send.id),
        Statement::new(
            "UPDATE send_log SET replied_at = COALESCE(replied_at, ?3) WHERE tenant_id = ?1 AND id = ?2",
        )
        .bind(tenant)
        .bind(&send.id)
        .bind(occurred_at),
    ])
    .await
    .map(drop)
}
