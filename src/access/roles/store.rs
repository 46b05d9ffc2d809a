//! The SQL of a tenant's own roles.

use super::built_in;
use super::model::{RoleIn, RolePatch, Stored};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::identity::role_holders::{self, Holders};
use crate::ids::{RoleId, TenantId};
use crate::tables::{Columns, Conditions, Table};

const ROLES: Table = Table {
    name: "roles",
    columns: "id, name, description, permissions, own_records, updated_at",
};

/// A tenant has a handful; they are read whole.
const MOST: i64 = 200;

/// All of a tenant's own, by name.
///
/// # Errors
/// The database's.
pub async fn list(db: &Db, tenant: &TenantId) -> Result<Vec<Stored>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {} FROM roles WHERE tenant_id = ?1 ORDER BY name LIMIT ?2",
            ROLES.columns
        ))
        .bind(tenant)
        .bind(MOST),
    )
    .await
}

/// A role.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &RoleId) -> Result<Stored> {
    db.fetch_optional(ROLES.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("role"))
}

/// Makes a role.
///
/// # Errors
/// A name that is taken; the database's.
pub async fn create(db: &Db, tenant: &TenantId, input: RoleIn, now: Millis) -> Result<Stored> {
    refuse_built_in_name(Some(&input.name))?;
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", RoleId::new(now))
        .set("name", &input.name)
        .set("description", input.description)
        .set_json("permissions", Some(&input.permissions))
        .set_json("own_records", Some(&input.own_records))
        .set("created_at", now)
        .set("updated_at", now);
    db.fetch_one(ROLES.insert(columns))
        .await
        .map_err(name_error)
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; a name that is taken; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &RoleId,
    patch: RolePatch,
    edit: Edit,
) -> Result<Stored> {
    refuse_built_in_name(patch.name.as_deref())?;
    let columns = Columns::default()
        .change("name", patch.name)
        .change("description", patch.description)
        .change_json("permissions", patch.permissions.map(Some).as_ref())
        .change_json("own_records", patch.own_records.map(Some).as_ref());
    let row = Conditions::one(tenant, id);
    ROLES.edit(db, columns, row, edit, "role", name_error).await
}

/// Deletes a role that nobody holds.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] with `role_in_use`; the database's.
pub async fn delete(db: &Db, tenant: &TenantId, id: &RoleId) -> Result<()> {
    let nobody = role_holders::NOBODY;
    let sql = format!("DELETE FROM roles WHERE tenant_id = ?1 AND id = ?2 AND {nobody}");
    let statements = vec![
        Statement::assembled(sql).bind(tenant).bind(id),
        role_holders::count(tenant, id),
    ];
    let outcomes = role_holders::in_turn(db, tenant, statements).await?;
    let mut outcomes = outcomes.into_iter();
    if outcomes.next().is_some_and(|deleted| deleted.changes == 1) {
        return Ok(());
    }
    get(db, tenant, id).await?;
    let counted: Vec<Holders> = outcomes.next().unwrap_or_default().rows.decode()?;
    Err(in_use(counted.first()))
}

fn in_use(holders: Option<&Holders>) -> Error {
    let some = |count: i64, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let (members, invitations) =
        holders.map_or((0, 0), |holders| (holders.members, holders.invitations));
    Error::conflict(
        "role_in_use",
        format!(
            "{} and {} still have this role. Give them another, or take the invitations back, first.",
            some(members, "member"),
            some(invitations, "open invitation"),
        ),
    )
}

/// What is true when the tenant `?1` has the role that this placeholder names, built in or its own: for statements that give
/// somebody a role.
pub fn has_role(placeholder: &str) -> String {
    let names: Vec<_> = built_in::ALL
        .iter()
        .map(|role| format!("'{}'", role.name))
        .collect();
    format!(
        "({placeholder} IN ({}) OR EXISTS (SELECT 1 FROM roles r WHERE r.tenant_id = ?1 AND r.id = {placeholder}))",
        names.join(", ")
    )
}

fn refuse_built_in_name(name: Option<&str>) -> Result<()> {
    let taken = name.is_some_and(|name| built_in::find(&name.to_lowercase()).is_some());
    match taken {
        true => Err(Error::field("name", "is a built-in role's; choose another")),
        false => Ok(()),
    }
}

fn name_error(error: DbError) -> Error {
    match error {
        DbError::Unique => Error::field("name", "is taken by another role; choose another"),
        other => other.into(),
    }
}
