//! A person's totals and engagement facts, as statements that another domain puts into the batch with its own facts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::ids::{PersonId, TenantId};

/// What is added to a person's totals.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Added {
    /// Emails sent.
    pub sent: i64,
    /// Emails opened by a person for the first time.
    pub opened: i64,
    /// Clicks by a person.
    pub clicks: i64,
    /// When the person last did something; `None` leaves it.
    pub engaged_at: Option<Millis>,
}

/// Counts emails sent. `only_if` is the caller's condition on each person, in SQL over `people`; it may use `?1` (the
/// tenant) and `?4` (`condition`).
pub fn count_sent(
    tenant: &TenantId,
    sent: &BTreeMap<&PersonId, i64>,
    only_if: &'static str,
    condition: &[String],
    now: Millis,
) -> Statement {
    let added: BTreeMap<_, _> = sent
        .iter()
        .map(|(person, sent)| {
            (
                *person,
                Added {
                    sent: *sent,
                    ..Added::default()
                },
            )
        })
        .collect();
    let people: Vec<_> = sent.keys().collect();
    Statement::assembled(format!(
        "UPDATE people SET total_emails_sent = total_emails_sent + {{field ?2 id 'sent' BIGINT}}, updated_at = ?5
         WHERE tenant_id = ?1 AND id {{in ?3}} AND {only_if}"
    ))
    .bind(tenant)
    .bind_json(&added)
    .bind_json(&people)
    .bind_json(condition)
    .bind(now)
}

/// Adds opens and clicks to totals and moves `last_engaged_at` forward. `only_if` is the caller's condition, in SQL; it may
/// use `?1` (the tenant) and what the caller binds as `?5`.
pub fn count_engagement(
    tenant: &TenantId,
    added: &BTreeMap<PersonId, Added>,
    now: Millis,
    only_if: &str,
) -> Statement {
    let people: Vec<_> = added.keys().collect();
    Statement::assembled(format!(
        "UPDATE people SET
           total_emails_opened = total_emails_opened + {{field ?2 id 'opened' BIGINT}},
           total_clicks = total_clicks + {{field ?2 id 'clicks' BIGINT}},
           last_engaged_at = CASE
             WHEN {{field ?2 id 'engaged_at' BIGINT}} IS NULL THEN last_engaged_at
             WHEN last_engaged_at IS NULL OR last_engaged_at < {{field ?2 id 'engaged_at' BIGINT}} THEN {{field ?2 id 'engaged_at' BIGINT}}
             ELSE last_engaged_at END,
           updated_at = ?4
         WHERE tenant_id = ?1 AND id {{in ?3}} AND {only_if}"
    ))
    .bind(tenant)
    .bind_json(added)
    .bind_json(&people)
    .bind(now)
}

/// The person wants no more email.
pub fn unsubscribed(tenant: &TenantId, person: &PersonId, at: Millis) -> Statement {
    Statement::new(
        "UPDATE people SET do_not_email = 1, unsubscribed_at = COALESCE(unsubscribed_at, ?3), updated_at = ?3
         WHERE tenant_id = ?1 AND id = ?2",
    )
    .bind(tenant)
    .bind(person)
    .bind(at)
}

/// The person's address takes no mail.
pub fn bounced(tenant: &TenantId, person: &PersonId, at: Millis) -> Statement {
    Statement::new(
        "UPDATE people SET bounced_at = COALESCE(bounced_at, ?3), updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
    )
    .bind(tenant)
    .bind(person)
    .bind(at)
}
