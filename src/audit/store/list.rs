//! Reading the log, newest first.
//!
//! Entries are read in the order of their ids, which is that of their time, along one of three indexes: of a record, of an actor,
//! or of all. What no index knows is looked for along the way, and the way has an end: then a page is shorter than asked for
//! and its cursor leads on.

use crate::audit::model::{EntryOut, Outcome};
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::Result;
use crate::http::Page;
use crate::ids::{AuditEntryId, TenantId};
use crate::tables::{Conditions, Order, Table};

/// The most entries a page looks at.
const LONGEST_WAY: i64 = 10_000;

const AUDIT_LOG: Table = Table {
    name: "audit_log",
    columns: "id, sequence, occurred_at, actor_kind, actor_id, actor_label, action, method, path_template, record_type, \
              record_id, address, user_agent, request_id, status, outcome, request_hash, previous_hash, hash",
};

/// Which entries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this actor.
    pub actor_id: Option<String>,
    /// With this action.
    pub action: Option<String>,
    /// About this kind of record.
    pub record_type: Option<String>,
    /// About this record.
    pub record_id: Option<String>,
    /// That ended so.
    pub outcome: Option<Outcome>,
    /// Since then.
    pub from: Option<Millis>,
    /// Before then.
    pub to: Option<Millis>,
}

impl Filter {
    /// What one index knows.
    fn way(&self, tenant: &TenantId) -> Conditions {
        let conditions = match (&self.record_id, &self.actor_id) {
            (Some(record), _) => {
                Conditions::of(tenant).and("record_id = ?", [record.as_str().into()])
            }
            (None, actor) => Conditions::of(tenant).and_if("actor_id = ?", actor.as_deref()),
        };
        conditions
            .and_if("id >= ?", self.from.map(AuditEntryId::floor))
            .and_if("id < ?", self.to.map(AuditEntryId::floor))
    }

    fn looks_along_the_way(&self) -> bool {
        let both = self.record_id.is_some() && self.actor_id.is_some();
        both || self.action.is_some() || self.record_type.is_some() || self.outcome.is_some()
    }
}

/// A page of entries, newest first, and the cursor to the next if there may be one.
///
/// # Errors
/// The database's, or a cursor that is none.
pub async fn page(
    db: &Db,
    tenant: &TenantId,
    filter: &Filter,
    page: &Page,
) -> Result<(Vec<EntryOut>, Option<String>)> {
    let mut end = None;
    if filter.looks_along_the_way() {
        end = AUDIT_LOG
            .id_further_on(db, filter.way(tenant), page, LONGEST_WAY)
            .await?;
    }
    let actor = filter.record_id.as_ref().and(filter.actor_id.as_deref());
    let conditions = filter
        .way(tenant)
        .and_if("actor_id = ?", actor)
        .and_if("action = ?", filter.action.as_deref())
        .and_if("record_type = ?", filter.record_type.as_deref())
        .and_if("outcome = ?", filter.outcome.map(Outcome::as_str))
        .and_if("id >= ?", end.as_deref());
    let (entries, next) = AUDIT_LOG
        .page(
            db,
            conditions,
            page,
            Order::NewestFirst,
            |entry: &EntryOut| entry.id.as_str(),
        )
        .await?;
    Ok((entries, next.or_else(|| end.as_deref().map(Page::cursor))))
}
