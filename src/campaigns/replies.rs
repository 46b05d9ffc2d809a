//! A reply counts for the last email that the person had got by then.

use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{PersonId, TenantId};

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
    db.execute(
        Statement::new(
            "UPDATE send_log SET replied_at = COALESCE(replied_at, ?3)
             WHERE tenant_id = ?1 AND id = (
               SELECT s.id FROM enrolments e CROSS JOIN send_log s
               WHERE e.tenant_id = ?1 AND e.person_id = ?2 AND s.tenant_id = ?1
                 AND s.id >= substr(e.id, 1, 24) AND s.id < substr(e.id, 1, 24) || 'g'
                 AND s.enrolment_id = e.id AND s.status = 'sent' AND s.sent_at <= ?3
               ORDER BY s.sent_at DESC LIMIT 1)",
        )
        .bind(tenant)
        .bind(person)
        .bind(occurred_at),
    )
    .await
    .map(drop)
}
