//! The SQL of imports.

pub mod chunk;
pub mod known;
pub mod refusals;

use serde::Deserialize;

use super::encoding::Encoding;
use super::look::Found;
use super::model::{Checked, Format, Import, ImportStatus, MappingIn, What};
use crate::edge::clock::{DAY, MINUTE, Millis};
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::Page;
use crate::ids::{ImportId, TagId, TenantId};
use crate::tables::{Columns, Conditions, Order, Table};

const IMPORTS: Table = Table {
    name: "imports",
    columns: "id, name, what, status, failure_reason, format, encoding, file_size, text_key, text_size, separator, columns, \
              samples, mapping, body_position, position, rows_total, rows_done, rows_created, rows_updated, rows_unchanged, \
              rows_refused, checked, refused_size, started_at, progress_at, finished_at, remove_at, created_at, updated_at",
};

/// How long nothing is heard of an import before it is taken up again.
pub const LOST_AFTER: Millis = 3 * MINUTE;
/// How long the files of an import are kept.
const KEPT: Millis = 30 * DAY;

/// A file that came in.
pub struct New<'a> {
    /// Its id.
    pub id: &'a ImportId,
    /// For people.
    pub name: &'a str,
    /// What it holds.
    pub what: What,
    /// What it is.
    pub format: Format,
    /// How its text is written.
    pub encoding: Encoding,
    /// Its size, in bytes.
    pub file_size: u64,
    /// Who sent it.
    pub created_by: &'a str,
}

/// Enters a file that is still to be looked at.
///
/// # Errors
/// The database's.
pub async fn insert(
    db: &Db,
    tenant: &TenantId,
    new: &New<'_>,
    now: Millis,
) -> Result<Import, DbError> {
    let none: [&str; 0] = [];
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", new.id)
        .set("name", new.name)
        .set("what", new.what.as_str())
        .set("status", ImportStatus::Converting.as_str())
        .set("format", new.format.as_str())
        .set("encoding", new.encoding.as_str())
        .set("file_size", whole(new.file_size))
        .set_json("columns", Some(&none))
        .set_json("samples", Some(&none))
        .set_json("mapping", Some(&MappingIn::default()))
        .set("created_by", new.created_by)
        .set("check_at", now + LOST_AFTER)
        .set("remove_at", now + KEPT)
        .set("created_at", now)
        .set("updated_at", now);
    db.fetch_one(IMPORTS.insert(columns)).await
}

/// An import.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &ImportId) -> Result<Import> {
    find(db, tenant, id).await?.ok_or(Error::NotFound("import"))
}

/// An import, if it is there.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId, id: &ImportId) -> Result<Option<Import>, DbError> {
    db.fetch_optional(IMPORTS.select(Conditions::one(tenant, id)))
        .await
}

/// A page of imports, newest first.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    page: &Page,
) -> Result<(Vec<Import>, Option<String>)> {
    IMPORTS
        .page(
            db,
            Conditions::of(tenant),
            page,
            Order::NewestFirst,
            |row: &Import| row.id.as_str(),
        )
        .await
}

async fn change(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    from: &'static str,
    columns: Columns,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let row = Conditions::one(tenant, id).and(from, []);
    db.fetch_optional(IMPORTS.update(columns.touched(now), row))
        .await
}

/// Enters what was found in a file; it is ready to be mapped then.
///
/// # Errors
/// The database's.
pub async fn looked_at(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    text: (&str, u64),
    found: &Found,
    guessed: &MappingIn,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let separator = char::from(found.separator).to_string();
    let body = i64::try_from(found.body_position).unwrap_or(0);
    let columns = Columns::default()
        .set("status", ImportStatus::Ready.as_str())
        .set("text_key", text.0)
        .set("text_size", whole(text.1))
        .set("separator", separator)
        .set_json("columns", Some(&found.columns))
        .set_json("samples", Some(&found.samples))
        .set_json("mapping", Some(guessed))
        .set("body_position", body)
        .set("position", body)
        .set("check_at", None::<i64>);
    change(db, tenant, id, "status = 'converting'", columns, now).await
}

/// Gives an import up.
///
/// # Errors
/// The database's.
pub async fn fail(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    reason: &str,
    now: Millis,
) -> Result<(), DbError> {
    let columns = Columns::default()
        .set("status", ImportStatus::Failed.as_str())
        .set("failure_reason", reason)
        .set("check_at", None::<i64>)
        .set("finished_at", now);
    let working = "status IN ('converting', 'checking', 'running', 'finishing')";
    change(db, tenant, id, working, columns, now)
        .await
        .map(drop)
}

/// Keeps which column is which field. `None` when it is not to be changed any more.
///
/// # Errors
/// The database's.
pub async fn map(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    mapping: &MappingIn,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let columns = Columns::default()
        .set_json("mapping", Some(mapping))
        .set("checked", None::<&str>);
    change(db, tenant, id, "status = 'ready'", columns, now).await
}

/// Begins a trial.
///
/// # Errors
/// The database's.
pub async fn check(
    db: &Db,
    tenant: &TenantId,
    import: &Import,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let begun = Checked {
        position: import.body_position,
        ..Checked::default()
    };
    let columns = Columns::default()
        .set("status", ImportStatus::Checking.as_str())
        .set_json("checked", Some(&begun))
        .set("check_at", now + LOST_AFTER);
    change(db, tenant, &import.id, "status = 'ready'", columns, now).await
}

/// Enters how far a trial has come, if it is still where it was.
///
/// # Errors
/// The database's.
pub async fn checked(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    seen: Millis,
    checked: &Checked,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let mut columns = Columns::default().set_json("checked", Some(checked));
    columns = match checked.is_complete {
        true => columns
            .set("status", ImportStatus::Ready.as_str())
            .set("rows_total", checked.rows)
            .set("check_at", None::<i64>),
        false => columns.set("check_at", now + LOST_AFTER),
    };
    let row = Conditions::one(tenant, id)
        .and("status = 'checking'", [])
        .and("updated_at = ?", [seen.into()]);
    db.fetch_optional(IMPORTS.update(columns.touched(now), row))
        .await
}

/// Begins an import, or goes on with one that was stopped. `None` when it is in no state for it.
///
/// # Errors
/// [`DbError::Unique`] when another of the tenant's is running; the database's.
pub async fn start(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let columns = Columns::default()
        .set("status", ImportStatus::Running.as_str())
        .set("failure_reason", None::<&str>)
        .set_to("started_at", "COALESCE(started_at, CAST(? AS BIGINT))", now)
        .set("progress_at", now)
        .set("finished_at", None::<i64>)
        .set("check_at", now + LOST_AFTER)
        .set("remove_at", now + KEPT);
    let from = "status IN ('ready', 'cancelled', 'failed') AND text_key IS NOT NULL";
    change(db, tenant, id, from, columns, now).await
}

/// Stops an import, or a trial.
///
/// # Errors
/// The database's.
pub async fn cancel(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    now: Millis,
) -> Result<Option<Import>, DbError> {
    let columns = Columns::default()
        .set_to(
            "status",
            "CASE WHEN status = 'checking' THEN 'ready' ELSE ? END",
            ImportStatus::Cancelled.as_str(),
        )
        .set("check_at", None::<i64>)
        .set_to(
            "finished_at",
            "CASE WHEN status = 'checking' THEN finished_at ELSE CAST(? AS BIGINT) END",
            now,
        );
    let working = "status IN ('checking', 'running')";
    change(db, tenant, id, working, columns, now).await
}

/// Enters that an import is through, with the size of its list of refused rows.
///
/// # Errors
/// The database's.
pub async fn finish(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    refused_size: u64,
    now: Millis,
) -> Result<(), DbError> {
    let columns = Columns::default()
        .set("status", ImportStatus::Done.as_str())
        .set("refused_size", whole(refused_size))
        .set("check_at", None::<i64>)
        .set("finished_at", now);
    change(db, tenant, id, "status = 'finishing'", columns, now)
        .await
        .map(drop)
}

/// Somebody's import.
#[derive(Debug, Deserialize)]
pub struct Owned {
    /// Whose.
    pub tenant_id: TenantId,
    /// Which.
    pub id: ImportId,
}

/// Imports of which nothing was heard for too long; each is asked for once in a while.
///
/// # Errors
/// The database's.
pub async fn lost(db: &Db, now: Millis, limit: i64) -> Result<Vec<Owned>, DbError> {
    let lost = Statement::new(
        "SELECT tenant_id, id FROM imports WHERE check_at IS NOT NULL AND check_at <= ?1 ORDER BY check_at LIMIT ?2",
    );
    let lost: Vec<Owned> = db.fetch_all(lost.bind(now).bind(limit)).await?;
    for import in &lost {
        let asked = Statement::new(
            "UPDATE imports SET check_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND check_at IS NOT NULL",
        );
        db.execute(
            asked
                .bind(&import.tenant_id)
                .bind(&import.id)
                .bind(now + LOST_AFTER),
        )
        .await?;
    }
    Ok(lost)
}

/// Imports whose files are to go.
///
/// # Errors
/// The database's.
pub async fn old(db: &Db, now: Millis, limit: i64) -> Result<Vec<Owned>, DbError> {
    let old = Statement::new(
        "SELECT tenant_id, id FROM imports
         WHERE remove_at IS NOT NULL AND remove_at <= ?1 AND status IN ('ready', 'done', 'cancelled', 'failed')
         ORDER BY remove_at LIMIT ?2",
    );
    db.fetch_all(old.bind(now).bind(limit)).await
}

/// Enters that an import's files are gone, and forgets its refused rows.
///
/// # Errors
/// The database's.
pub async fn forget_files(
    db: &Db,
    tenant: &TenantId,
    id: &ImportId,
    now: Millis,
) -> Result<(), DbError> {
    let gone = Statement::new(
        "UPDATE imports SET remove_at = NULL, text_key = NULL, refused_size = NULL, samples = ?4, updated_at = ?3
         WHERE tenant_id = ?1 AND id = ?2",
    );
    let none: [&str; 0] = [];
    let statements = vec![
        gone.bind(tenant).bind(id).bind(now).bind_json(&none),
        refusals::forget(tenant, id),
    ];
    db.batch(statements).await.map(drop)
}

/// The ids of tags by their ids or names; those that there are.
///
/// # Errors
/// The database's.
pub async fn tags(
    db: &Db,
    tenant: &TenantId,
    named: &[String],
) -> Result<Vec<(TagId, String)>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: TagId,
        name: String,
    }
    let statement = Statement::new(
        "SELECT id, name FROM tags WHERE tenant_id = ?1 AND (id {in ?2} OR name {in ?2})",
    );
    let rows: Vec<Row> = db
        .fetch_all(statement.bind(tenant).bind_json(named))
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn whole(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
