//! Timeline entries, as statements that another domain puts into the batch with its own facts.

use serde::Serialize;
use serde_json::Value;

use super::model::ActivityType;
use crate::edge::clock::Millis;
use crate::edge::db::Statement;
use crate::ids::{ActivityId, BusinessId, PersonId, TenantId};
use crate::tables::{Columns, Conditions, Table};

/// Who says so, of what the CRM enters itself.
pub(super) const SOURCE: &str = "crm";

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

/// Something that was done with a business's records.
#[derive(Debug, Clone)]
pub struct Done<'a> {
    /// Whose timeline.
    pub business_id: &'a BusinessId,
    /// Whom it is about.
    pub person_id: Option<&'a PersonId>,
    /// What.
    pub kind: ActivityType,
    /// In a few words.
    pub subject: Option<&'a str>,
    /// More.
    pub detail: Option<&'a str>,
    /// Which records it is about, by their ids.
    pub metadata: Value,
    /// When.
    pub at: Millis,
}

/// The entry about something that was done, if it was: `in_table` has a row of which the conditions hold.
pub fn done(
    tenant: &TenantId,
    done: &Done,
    in_table: &'static str,
    if_any: Conditions,
) -> Statement {
    let columns = columns(tenant, done).set("subject", done.subject);
    ACTIVITIES.insert_from(in_table, columns, if_any)
}

/// The entry about a change, if the business is going to be changed. `subject` is SQL over its row as it is before, in which
/// `?` is the new value.
pub fn changing(
    tenant: &TenantId,
    done: &Done,
    subject: &'static str,
    to: &str,
    business: Conditions,
) -> Statement {
    let columns = columns(tenant, done).set_to("subject", subject, to);
    ACTIVITIES.insert_from("businesses", columns, business)
}

fn columns(tenant: &TenantId, done: &Done) -> Columns {
    Columns::default()
        .set("tenant_id", tenant)
        .set("business_id", done.business_id)
        .set("id", ActivityId::new(done.at))
        .set("person_id", done.person_id)
        .set("type", done.kind.as_str())
        .set("detail", done.detail)
        .set_json("metadata", Some(&done.metadata))
        .set("source", SOURCE)
        .set("occurred_at", done.at)
}

const ACTIVITIES: Table = Table {
    name: "activities",
    columns: "id",
};

/// An entry for one of many businesses.
#[derive(Debug, Clone, Serialize)]
struct One<'a> {
    id: ActivityId,
    business_id: &'a BusinessId,
}

/// One entry for each of these businesses of which `only_if` holds, in SQL over `b` (the business as it is before); it may use
/// `?1` (the tenant) and what the caller binds from `?6` on. `subject` is SQL over `b`, too. Returns their ids.
pub fn for_each(
    tenant: &TenantId,
    businesses: &[BusinessId],
    kind: ActivityType,
    metadata: &Value,
    at: Millis,
    subject: &str,
    only_if: &str,
) -> Statement {
    let entries: Vec<_> = businesses
        .iter()
        .map(|business_id| One {
            id: ActivityId::new(at),
            business_id,
        })
        .collect();
    Statement::assembled(format!(
        "INSERT INTO activities (tenant_id, business_id, id, type, subject, metadata, source, occurred_at)
         SELECT ?1, r.business_id, r.id, ?3, {subject}, ?4, '{SOURCE}', ?5
         FROM {{rows ?2 AS r (id TEXT, business_id TEXT)}} LEFT JOIN businesses b ON b.tenant_id = ?1 AND b.id = r.business_id
         WHERE b.id IS NOT NULL AND {only_if}
         RETURNING business_id"
    ))
    .bind(tenant)
    .bind_json(&entries)
    .bind(kind.as_str())
    .bind_json(metadata)
    .bind(at)
}
