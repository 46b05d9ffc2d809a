//! The SQL of the sync's lists.

use super::runs::RUNS;
use crate::crm::sync::model::{DeliveryOut, RecordFilter, RecordOut, RefusalOut, Resource, Run};
use crate::edge::db::Db;
use crate::error::Result;
use crate::http::Page;
use crate::ids::{SyncRunId, TenantId};
use crate::tables::{Conditions, Order, Table};

const RECORDS: Table = Table {
    name: "content_records",
    columns: "id, resource, remote_id, record_id, remote_updated_at, kept, last_seen_at, vanished_at",
};

const REFUSALS: Table = Table {
    name: "sync_refusals",
    columns: "id, resource, remote_id, reason, created_at",
};

const DELIVERIES: Table = Table {
    name: "sync_deliveries",
    columns: "id, delivery_key, type, outcome, reason, received_at, applied_at",
};

/// A page of runs, newest first, and the cursor to those before.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn runs(db: &Db, tenant: &TenantId, page: &Page) -> Result<(Vec<Run>, Option<String>)> {
    RUNS.page(
        db,
        Conditions::of(tenant),
        page,
        Order::NewestFirst,
        |row: &Run| row.id.as_str(),
    )
    .await
}

/// A page of what a run did not take, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn refusals(
    db: &Db,
    tenant: &TenantId,
    run: &SyncRunId,
    page: &Page,
) -> Result<(Vec<RefusalOut>, Option<String>)> {
    let conditions = Conditions::of(tenant).and("run_id = ?", [run.into()]);
    REFUSALS
        .page(
            db,
            conditions,
            page,
            Order::OldestFirst,
            |row: &RefusalOut| row.id.as_str(),
        )
        .await
}

/// A page of records, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn records(
    db: &Db,
    tenant: &TenantId,
    filter: RecordFilter,
    page: &Page,
) -> Result<(Vec<RecordOut>, Option<String>)> {
    let mut conditions = Conditions::of(tenant)
        .and_if("resource = ?", filter.resource.map(Resource::as_str))
        .and_if("record_id = ?", filter.record_id);
    if let Some(is_vanished) = filter.is_vanished {
        let which = match is_vanished {
            true => "vanished_at IS NOT NULL",
            false => "vanished_at IS NULL",
        };
        conditions = conditions.and(which, []);
    }
    RECORDS
        .page(
            db,
            conditions,
            page,
            Order::OldestFirst,
            |row: &RecordOut| row.id.as_str(),
        )
        .await
}

/// A page of deliveries, newest first, and the cursor to those before.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn deliveries(
    db: &Db,
    tenant: &TenantId,
    page: &Page,
) -> Result<(Vec<DeliveryOut>, Option<String>)> {
    DELIVERIES
        .page(
            db,
            Conditions::of(tenant),
            page,
            Order::NewestFirst,
            |row: &DeliveryOut| row.id.as_str(),
        )
        .await
}
