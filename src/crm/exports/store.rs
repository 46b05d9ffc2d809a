//! The SQL of exports.

use serde::Deserialize;

use super::lists::ExportedList;
use super::model::{Export, ExportFilter, ExportStatus};
use crate::edge::clock::{DAY, MINUTE, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::Page;
use crate::http::scope::Reach;
use crate::ids::{ExportId, TenantId};
use crate::tables::{Columns, Conditions, Order, Table};

const EXPORTS: Table = Table {
    name: "exports",
    columns: "id, name, what, status, failure_reason, filter, sort, columns, reach_locations, reach_owner, created_by, cursor, segments, sizes, file_size, rows_done, remove_at, \
              finished_at, created_at, updated_at",
};

/// How long nothing is heard of an export before it is taken up again.
const LOST_AFTER: Millis = 3 * MINUTE;
/// How long a file is kept.
const KEPT: Millis = 7 * DAY;

/// What is exported.
pub struct New<'a> {
    /// Its id.
    pub id: &'a ExportId,
    /// For people.
    pub name: &'a str,
    /// Which list.
    pub what: ExportedList,
    /// Which records.
    pub filter: &'a ExportFilter,
    /// By what it is sorted.
    pub sort: Option<&'a str>,
    /// Which columns.
    pub columns: &'a [&'a str],
    /// Which of them whoever asked may use.
    pub reach: &'a Reach,
    /// Who asked.
    pub created_by: &'a str,
}

/// Begins an export.
///
/// # Errors
/// The database's.
pub async fn insert(
    db: &Db,
    tenant: &TenantId,
    new: &New<'_>,
    now: Millis,
) -> Result<Export, DbError> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", new.id)
        .set("name", new.name)
        .set("what", new.what.as_str())
        .set("status", ExportStatus::Running.as_str())
        .set_json("filter", Some(new.filter))
        .set("sort", new.sort)
        .set_json("columns", Some(&new.columns))
        .set_json("sizes", Some(&Vec::<i64>::new()))
        .set_json(
            "reach_locations",
            new.reach.locations.as_ref().map(|of| of.to_vec()).as_ref(),
        )
        .set("reach_owner", new.reach.owner.as_deref())
        .set("created_by", new.created_by)
        .set("check_at", now + LOST_AFTER)
        .set("created_at", now)
        .set("updated_at", now);
    db.fetch_one(EXPORTS.insert(columns)).await
}

/// An export; of one actor's own, if one is named.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(
    db: &Db,
    tenant: &TenantId,
    id: &ExportId,
    only_of: Option<&str>,
) -> Result<Export> {
    let row = Conditions::one(tenant, id).and_if("created_by = ?", only_of);
    let export = db.fetch_optional(EXPORTS.select(row)).await?;
    export.ok_or(Error::NotFound("export"))
}

/// An export, if it is there.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId, id: &ExportId) -> Result<Option<Export>, DbError> {
    db.fetch_optional(EXPORTS.select(Conditions::one(tenant, id)))
        .await
}

/// A page of exports, newest first; of one actor's own, if one is named.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    only_of: Option<&str>,
    page: &Page,
) -> Result<(Vec<Export>, Option<String>)> {
    EXPORTS
        .page(
            db,
            Conditions::of(tenant).and_if("created_by = ?", only_of),
            page,
            Order::NewestFirst,
            |row: &Export| row.id.as_str(),
        )
        .await
}

/// A file that was written.
pub struct Segment<'a> {
    /// Which it is, from 0 on: if there are more or fewer by now, somebody else has written it.
    pub number: i64,
    /// The sizes of all of them so far, in bytes.
    pub sizes: Vec<i64>,
    /// Its own.
    pub size: i64,
    /// The records in it.
    pub rows: i64,
    /// Where the next one begins; `None` when it is the last.
    pub next: Option<&'a str>,
}

/// Enters a file. `None` when somebody else did, or the export is gone.
///
/// # Errors
/// The database's.
pub async fn advance(
    db: &Db,
    tenant: &TenantId,
    id: &ExportId,
    segment: &Segment<'_>,
    now: Millis,
) -> Result<Option<Export>, DbError> {
    let mut columns = Columns::default()
        .set("segments", segment.number + 1)
        .set_json("sizes", Some(&segment.sizes))
        .set_to("file_size", "file_size + CAST(? AS BIGINT)", segment.size)
        .set_to("rows_done", "rows_done + CAST(? AS BIGINT)", segment.rows)
        .set("cursor", segment.next);
    columns = match segment.next.is_none() {
        true => columns
            .set("status", ExportStatus::Done.as_str())
            .set("check_at", None::<i64>)
            .set("remove_at", now + KEPT)
            .set("finished_at", now),
        false => columns.set("check_at", now + LOST_AFTER),
    };
    let row = Conditions::one(tenant, id)
        .and("status = 'running'", [])
        .and("segments = ?", [segment.number.into()]);
    db.fetch_optional(EXPORTS.update(columns.touched(now), row))
        .await
}

/// Gives an export up.
///
/// # Errors
/// The database's.
pub async fn give_up(
    db: &Db,
    tenant: &TenantId,
    id: &ExportId,
    reason: &str,
    now: Millis,
) -> Result<(), DbError> {
    let columns = Columns::default()
        .set("status", ExportStatus::Failed.as_str())
        .set("failure_reason", reason)
        .set("check_at", None::<i64>)
        .set("remove_at", now)
        .set("finished_at", now);
    let row = Conditions::one(tenant, id).and("status = 'running'", []);
    db.run(EXPORTS.update(columns.touched(now), row))
        .await
        .map(drop)
}

/// Deletes an export. The number of its files, which are to go as well, was read before.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, tenant: &TenantId, id: &ExportId) -> Result<()> {
    let statement = Statement::new("DELETE FROM exports WHERE tenant_id = ?1 AND id = ?2");
    match db.execute(statement.bind(tenant).bind(id)).await? {
        0 => Err(Error::NotFound("export")),
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
struct Owned {
    tenant_id: TenantId,
    id: ExportId,
}

/// Exports of which nothing was heard for too long; each is asked for once in a while.
///
/// # Errors
/// The database's.
pub async fn lost(db: &Db, now: Millis, limit: i64) -> Result<Vec<(TenantId, ExportId)>, DbError> {
    let lost = Statement::new(
        "SELECT tenant_id, id FROM exports WHERE check_at IS NOT NULL AND check_at <= ?1 ORDER BY check_at LIMIT ?2",
    );
    let lost: Vec<Owned> = db.fetch_all(lost.bind(now).bind(limit)).await?;
    for export in &lost {
        let asked = Statement::new(
            "UPDATE exports SET check_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND check_at IS NOT NULL",
        );
        let asked = asked.bind(&export.tenant_id).bind(&export.id);
        db.execute(asked.bind(now + LOST_AFTER)).await?;
    }
    Ok(owned(lost))
}

/// Exports whose files are to go.
///
/// # Errors
/// The database's.
pub async fn old(db: &Db, now: Millis, limit: i64) -> Result<Vec<(TenantId, ExportId)>, DbError> {
    let old = Statement::new(
        "SELECT tenant_id, id FROM exports WHERE remove_at IS NOT NULL AND remove_at <= ?1 ORDER BY remove_at LIMIT ?2",
    );
    Ok(owned(db.fetch_all(old.bind(now).bind(limit)).await?))
}

/// Enters that an export's file is gone.
///
/// # Errors
/// The database's.
pub async fn removed(
    db: &Db,
    tenant: &TenantId,
    id: &ExportId,
    now: Millis,
) -> Result<(), DbError> {
    let columns = Columns::default()
        .set_to(
            "status",
            "CASE WHEN status = 'done' THEN ? ELSE status END",
            ExportStatus::Removed.as_str(),
        )
        .set("remove_at", None::<i64>);
    db.run(EXPORTS.update(columns.touched(now), Conditions::one(tenant, id)))
        .await
        .map(drop)
}

fn owned(rows: Vec<Owned>) -> Vec<(TenantId, ExportId)> {
    rows.into_iter()
        .map(|row| (row.tenant_id, row.id))
        .collect()
}
