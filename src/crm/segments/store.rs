//! The SQL of segments.

use serde::Deserialize;

use super::model::{Member, SegmentIn, SegmentOut, SegmentPatch, What};
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Page};
use crate::ids::{SegmentId, TenantId};
use crate::tables::{Columns, Condition, Conditions, Order, Table};

const SEGMENTS: Table = Table {
    name: "segments",
    columns: "id, name, description, what, rule, member_count, counted_at, created_at, updated_at",
};

/// A page of segments and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    page: &Page,
) -> Result<(Vec<SegmentOut>, Option<String>)> {
    SEGMENTS
        .page(
            db,
            Conditions::of(tenant),
            page,
            Order::OldestFirst,
            |row: &SegmentOut| row.id.as_str(),
        )
        .await
}

/// A segment.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &SegmentId) -> Result<SegmentOut> {
    db.fetch_optional(SEGMENTS.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("segment"))
}

/// Makes a segment.
///
/// # Errors
/// A name that is taken; the database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: SegmentIn,
    now: Millis,
) -> Result<SegmentOut> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", SegmentId::new(now))
        .set("name", input.name)
        .set("description", input.description)
        .set("what", input.what.as_str())
        .set_json("rule", Some(&input.rule))
        .set("created_at", now)
        .set("updated_at", now);
    db.fetch_one(SEGMENTS.insert(columns))
        .await
        .map_err(name_error)
}

/// Changes what the patch names. With another rule the count is forgotten.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a name that is taken; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &SegmentId,
    patch: SegmentPatch,
    edit: Edit,
) -> Result<SegmentOut> {
    let counts_anew = patch.rule.is_some();
    let columns = Columns::default()
        .change("name", patch.name)
        .change("description", patch.description)
        .change_json("rule", patch.rule.map(Some).as_ref())
        .change("member_count", counts_anew.then_some(None::<i64>))
        .change("counted_at", counts_anew.then_some(None::<i64>));
    if columns.is_empty() {
        return get(db, tenant, id).await;
    }
    let row = Conditions::one(tenant, id);
    SEGMENTS
        .edit(db, columns, row, edit, "segment", name_error)
        .await
}

/// Deletes a segment. False when there is none.
///
/// # Errors
/// The database's.
pub async fn delete(db: &Db, tenant: &TenantId, id: &SegmentId) -> Result<bool, DbError> {
    let statement = Statement::new("DELETE FROM segments WHERE tenant_id = ?1 AND id = ?2");
    Ok(db.execute(statement.bind(tenant).bind(id)).await? > 0)
}

/// Keeps a count, if the rule that was counted is the segment's still.
///
/// # Errors
/// The database's.
pub async fn keep_count(
    db: &Db,
    tenant: &TenantId,
    segment: &SegmentOut,
    count: i64,
    now: Millis,
) -> Result<(), DbError> {
    let statement = Statement::new(
        "UPDATE segments SET member_count = ?4, counted_at = ?5 WHERE tenant_id = ?1 AND id = ?2 AND updated_at = ?3",
    );
    db.execute(
        statement
            .bind(tenant)
            .bind(&segment.id)
            .bind(segment.updated_at)
            .bind(count)
            .bind(now),
    )
    .await
    .map(drop)
}

/// How many a condition holds of, within reach.
///
/// # Errors
/// The database's.
pub async fn count(
    db: &Db,
    scope: &Scope,
    what: What,
    condition: Condition,
) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        count: i64,
    }
    let conditions = members_of(scope, what).and_also(condition);
    let sql = format!(
        "SELECT COUNT(*) AS count FROM {} WHERE {}",
        tables(what),
        conditions.write(1)
    );
    let row: Row = db
        .fetch_one(conditions.bind(Statement::assembled(sql)))
        .await?;
    Ok(row.count)
}

/// A page of those a condition holds of, within reach, and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn members(
    db: &Db,
    scope: &Scope,
    what: What,
    condition: Condition,
    page: &Page,
) -> Result<(Vec<Member>, Option<String>), DbError> {
    let (columns, id) = match what {
        What::Businesses => ("b.id, b.name, b.email", "b.id"),
        What::People => (
            "p.id, NULLIF(TRIM(COALESCE(p.first_name, '') || ' ' || COALESCE(p.last_name, '')), '') AS name, p.email",
            "p.id",
        ),
    };
    let after = Condition::new(format!("{id} > ?"), [page.after.as_str().into()]);
    let conditions = members_of(scope, what).and_also(after).and_also(condition);
    let sql = format!(
        "SELECT {columns}, b.id AS business_id, b.name AS business_name, b.lead_status, b.lead_score
         FROM {} WHERE {} ORDER BY {id} LIMIT ?{}",
        tables(what),
        conditions.write(1),
        conditions.value_count() + 1
    );
    let statement = conditions
        .bind(Statement::assembled(sql))
        .bind(page.probe());
    let mut members = db.fetch_all(statement).await?;
    let next = page.cut(&mut members, |member: &Member| member.id.clone());
    Ok((members, next))
}

fn tables(what: What) -> &'static str {
    match what {
        What::Businesses => "businesses b",
        // LEFT JOIN keeps the order of the tables on SQLite: people by key first, then the business of each.
        What::People => {
            "people p LEFT JOIN businesses b ON b.tenant_id = p.tenant_id AND b.id = p.business_id"
        }
    }
}

fn members_of(scope: &Scope, what: What) -> Conditions {
    let tenant = (&scope.tenant).into();
    let conditions = match what {
        What::Businesses => {
            Conditions::default().and("b.tenant_id = ? AND b.deleted_at IS NULL", [tenant])
        }
        What::People => Conditions::default().and(
            "p.tenant_id = ? AND p.deleted_at IS NULL AND b.deleted_at IS NULL",
            [tenant],
        ),
    };
    conditions.and_also(reach::of_b(&scope.reach))
}

fn name_error(error: DbError) -> Error {
    match error {
        DbError::Unique => Error::field("name", "is taken by another segment; choose another"),
        other => other.into(),
    }
}
