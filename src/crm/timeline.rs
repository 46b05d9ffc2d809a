//! Timeline entries, as statements that another domain puts into the batch with its own facts.

use serde::Serialize;

use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::ids::{ActivityId, BusinessId, PersonId, TenantId};

/// An entry of a business's timeline.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// Derived from the fact, so that the same fact is entered once.
    pub id: ActivityId,
    /// Whose timeline.
    pub business_id: BusinessId,
    /// Who did it or was written to.
    pub person_id: Option<PersonId>,
    /// As in the activity types.
    pub r#type: &'static str,
    /// In a few words.
    pub subject: Option<String>,
    /// More.
    pub detail: Option<String>,
    /// The step's `campaign_id`.
    pub campaign_id: Option<String>,
    /// The step's number.
    pub campaign_step: Option<i64>,
    /// Who says so, as in `campaign`.
    pub source: &'static str,
    /// When.
    pub occurred_at: Millis,
    /// The ledger row it is about, for a caller's condition.
    pub send_id: Option<String>,
}

/// Adds entries. `only_if` is the caller's condition on each, in SQL over `r` (the entry), `?1` (the tenant) and what
/// the caller binds as `?3`.
pub fn add(tenant: &TenantId, entries: &[Entry], only_if: &str) -> Statement {
    Statement::assembled(format!(
        "INSERT INTO activities (tenant_id, business_id, id, person_id, type, subject, detail, campaign_id, campaign_step, source, occurred_at)
         SELECT ?1, r.business_id, r.id, r.person_id, r.type, r.subject, r.detail, r.campaign_id, r.campaign_step, r.source, r.occurred_at
         FROM {{rows ?2 AS r (id TEXT, business_id TEXT, person_id TEXT, type TEXT, subject TEXT, detail TEXT, campaign_id TEXT, campaign_step BIGINT, source TEXT, occurred_at BIGINT, send_id TEXT)}}
         WHERE {only_if}
         ON CONFLICT (tenant_id, business_id, id) DO NOTHING"
    ))
    .bind(tenant)
    .bind_json(entries)
}
