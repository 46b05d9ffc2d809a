//! Unsubscribing: at once and for good, also while a send of that person is queued.

use serde::Deserialize;

use super::store::{self, Reason};
use crate::campaigns::counts::{Days, Kind, deltas};
use crate::campaigns::enrolments::store::stop_all_of_person;
use crate::crm::{engagement, recipients, timeline};
use crate::edge::db::Statement;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::ids::{ActivityId, BusinessId, PersonId, SendId, TenantId};

/// Unsubscribes the recipient of a send. False when there is no such send. Doing it again changes nothing.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn recipient_of(platform: &Platform, tenant: &TenantId, send: &SendId) -> Result<bool> {
    #[derive(Deserialize)]
    struct Row {
        person_id: PersonId,
        business_id: BusinessId,
        timezone: String,
    }
    let db = &platform.db;
    let row: Option<Row> = db
        .fetch_optional(
            Statement::new(
                "SELECT person_id, business_id, (SELECT t.timezone FROM tenants t WHERE t.id = ?1) AS timezone FROM send_log WHERE tenant_id = ?1 AND id = ?2",
            )
            .bind(tenant)
            .bind(send),
        )
        .await?;
    let Some(row) = row else {
        return Ok(false);
    };
    let now = platform.now();
    let people = recipients::load(db, tenant, &[&row.person_id]).await?;
    let person = people.get(&row.person_id);
    if person.is_some_and(|person| person.unsubscribed_at.is_some()) {
        return Ok(true);
    }
    let today = Days::of(&row.timezone).day(now);
    let kind = Kind::Unsubscribed;
    let mut statements = Vec::from(stop_all_of_person(
        tenant,
        &row.person_id,
        "unsubscribed",
        now,
    ));
    statements.extend([
        engagement::unsubscribed(tenant, &row.person_id, now),
        deltas::stamped(tenant, kind, "unsubscribed_at", today, "s.id = ?4", now).bind(send),
        Statement::new(
            "UPDATE send_log SET unsubscribed_at = COALESCE(unsubscribed_at, ?3), updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
        )
        .bind(tenant)
        .bind(send)
        .bind(now),
        timeline::add(
            tenant,
            &[timeline::Entry {
                id: ActivityId::derive(now, &format!("email_unsubscribed/{}", row.person_id)),
                business_id: row.business_id,
                person_id: Some(row.person_id.clone()),
                r#type: "email_unsubscribed",
                subject: None,
                detail: None,
                campaign_id: None,
                campaign_step: None,
                source: "campaign",
                occurred_at: now,
                send_id: Some(send.to_string()),
            }],
            "true",
        ),
    ]);
    if let Some(email) = person.and_then(|person| person.email.as_deref()) {
        let person = Some(&row.person_id);
        statements.push(store::add(
            tenant,
            email,
            Reason::Unsubscribed,
            person,
            Some(send),
            None,
            now,
        ));
    }
    db.batch(statements).await?;
    Ok(true)
}
