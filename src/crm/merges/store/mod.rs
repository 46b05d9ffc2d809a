//! The SQL of merges: what is read of them and of the records they are about. What decides a merge and takes it back is in
//! `decide`, what carries rows over in `moves`.

pub mod decide;
pub mod moves;
pub mod records;
pub mod undo;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::{Merge, MergeOut, MergedPair, Pair};
use crate::crm::duplicates::evidence::What;
use crate::crm::merges::registry::Hanging;
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement, Value};
use crate::error::Result;
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{MergeId, TenantId};
use crate::tables::{Order, Table};

pub use records::into_what;

const MERGES: Table = Table {
    name: "merges",
    columns: "id, what, kept_id, other_id, business_id, status, created_by, created_at, undone_by, undone_at",
};

/// Which merges are asked for. What is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct MergeFilter {
    /// Of businesses or of people.
    pub what: Option<What>,
    /// In which this record was kept or given up.
    pub record_id: Option<String>,
}

/// A merge within reach.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, scope: &Scope, id: &MergeId) -> Result<Option<Merge>, DbError> {
    let one = reach::of_businesses(scope).and("id = ?", [id.into()]);
    db.fetch_optional(MERGES.select(one)).await
}

/// A page of merges, the newest first, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: MergeFilter,
    page: &Page,
) -> Result<(Vec<Merge>, Option<String>)> {
    let mut conditions =
        reach::of_businesses(scope).and_if("what = ?", filter.what.map(What::as_str));
    if let Some(record) = filter.record_id {
        let (tenant, record) = (Value::from(&scope.tenant), Value::from(record));
        conditions = conditions.and(
            "id IN (SELECT p.merge_id FROM merge_pairs p WHERE p.tenant_id = ? AND p.kept_id = ?
             UNION SELECT p.merge_id FROM merge_pairs p WHERE p.tenant_id = ? AND p.other_id = ?)",
            [tenant.clone(), record.clone(), tenant, record],
        );
    }
    MERGES
        .page(db, conditions, page, Order::NewestFirst, |row: &Merge| {
            row.id.as_str()
        })
        .await
}

/// The pairs of merges, those the merges are about before those that came with them.
///
/// # Errors
/// The database's.
pub async fn pairs(db: &Db, tenant: &TenantId, merges: &[&MergeId]) -> Result<Vec<Pair>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT merge_id, what, kept_id, other_id, changes FROM merge_pairs
             WHERE tenant_id = ?1 AND merge_id {in ?2} ORDER BY merge_id, what, other_id",
        )
        .bind(tenant)
        .bind_json(merges),
    )
    .await
}

/// Merges as the API answers them.
///
/// # Errors
/// The database's.
pub async fn shown(
    db: &Db,
    tenant: &TenantId,
    merges: Vec<Merge>,
) -> Result<Vec<MergeOut>, DbError> {
    #[derive(Deserialize)]
    struct Moved {
        merge_id: MergeId,
        place: String,
        number: i64,
    }
    if merges.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = merges.iter().map(|merge| &merge.id).collect();
    let mut of_merge: BTreeMap<MergeId, Vec<MergedPair>> = BTreeMap::new();
    for pair in pairs(db, tenant, &ids).await? {
        of_merge.entry(pair.merge_id).or_default().push(MergedPair {
            what: pair.what,
            kept_id: pair.kept_id,
            other_id: pair.other_id,
            fields: pair.changes.0.fields,
        });
    }
    let moved: Vec<Moved> = db
        .fetch_all(
            Statement::new(
                "SELECT merge_id, place, CAST(SUM(row_count) AS BIGINT) AS number FROM merge_moves
                 WHERE tenant_id = ?1 AND merge_id {in ?2} GROUP BY merge_id, place",
            )
            .bind(tenant)
            .bind_json(&ids),
        )
        .await?;
    let mut counts: BTreeMap<MergeId, BTreeMap<String, i64>> = BTreeMap::new();
    let is_shown = |row: &Moved| Hanging::at(&row.place).is_none_or(Hanging::is_shown);
    for row in moved.into_iter().filter(is_shown) {
        counts
            .entry(row.merge_id)
            .or_default()
            .insert(row.place, row.number);
    }
    Ok(merges
        .into_iter()
        .map(|merge| MergeOut {
            pairs: of_merge.remove(&merge.id).unwrap_or_default(),
            moved: counts.remove(&merge.id).unwrap_or_default(),
            id: merge.id,
            what: merge.what,
            kept_id: merge.kept_id,
            other_id: merge.other_id,
            status: merge.status,
            created_by: merge.created_by,
            created_at: merge.created_at,
            undone_by: merge.undone_by,
            undone_at: merge.undone_at,
        })
        .collect())
}

/// Merges with something left to do, with their tenants.
///
/// # Errors
/// The database's.
pub async fn due(db: &Db, now: Millis, limit: i64) -> Result<Vec<(TenantId, MergeId)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        tenant_id: TenantId,
        id: MergeId,
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT tenant_id, id FROM merges WHERE check_at IS NOT NULL AND check_at <= ?1 ORDER BY check_at LIMIT ?2",
            )
            .bind(now)
            .bind(limit),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.tenant_id, row.id))
        .collect())
}

/// The merge that made a record a part of another.
///
/// # Errors
/// The database's.
pub async fn that_took(
    db: &Db,
    tenant: &TenantId,
    other: &str,
) -> Result<Option<MergeId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: MergeId,
    }
    let row: Option<Row> = db
        .fetch_optional(
            Statement::new(
                "SELECT m.id FROM merge_pairs p CROSS JOIN merges m
                 WHERE p.tenant_id = ?1 AND p.other_id = ?2 AND m.tenant_id = ?1 AND m.id = p.merge_id
                   AND m.status IN ('moving', 'done') LIMIT 1",
            )
            .bind(tenant)
            .bind(other),
        )
        .await?;
    Ok(row.map(|row| row.id))
}
