//! `/api/v1/roles` and `/api/v1/permissions`.

use super::built_in;
use super::model::{PermissionOut, RoleIn, RoleOut, RolePatch};
use super::store;
use crate::access::principals;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, Edit, NoContent, Operation, PathId, Permission, Permissions,
    Routes, created, data,
};
use crate::ids::RoleId;

/// The routes of roles.
pub fn routes() -> Routes {
    Routes::new("Roles")
        .get(
            "/api/v1/permissions",
            list_permissions,
            Operation::signed_in("listPermissions", "List all permissions there are"),
        )
        .get(
            "/api/v1/roles",
            list,
            Operation::new("listRoles", Permission::RolesRead, "List roles")
                .description("The built-in ones first, then the tenant's own."),
        )
        .post(
            "/api/v1/roles",
            create,
            Operation::new("createRole", Permission::RolesWrite, "Make a role")
                .example(r#"{"name": "Front desk", "permissions": ["businesses:read", "people:read", "people:write"]}"#),
        )
        .get(
            "/api/v1/roles/{id}",
            read,
            Operation::new("getRole", Permission::RolesRead, "Get a role of the tenant's own"),
        )
        .patch(
            "/api/v1/roles/{id}",
            update,
            Operation::new("updateRole", Permission::RolesWrite, "Change a role")
                .description("It takes effect for everybody who has it within seconds.")
                .example(r#"{"permissions": ["businesses:read", "people:read"]}"#),
        )
        .delete(
            "/api/v1/roles/{id}",
            delete,
            Operation::new("deleteRole", Permission::RolesWrite, "Delete a role")
                .description("Only one that no member and no open invitation has.")
                .conflict("role_in_use", "somebody has it; the message says how many"),
        )
}

async fn list_permissions(_caller: Caller) -> Result<Answer<Vec<PermissionOut>>> {
    let all: Vec<_> = Permission::ALL
        .iter()
        .map(|permission| PermissionOut {
            permission: *permission,
            meaning: permission.meaning(),
        })
        .collect();
    Ok(data(&all))
}

async fn list(platform: Platform, caller: Caller) -> Result<Answer<Vec<RoleOut>>> {
    let own = store::list(&platform.db, &caller.tenant).await?;
    let roles: Vec<RoleOut> = built_in::ALL
        .iter()
        .map(RoleOut::from)
        .chain(own.into_iter().map(RoleOut::from))
        .collect();
    Ok(data(&roles))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<RoleIn>,
) -> Result<Created<RoleOut>> {
    may_grant(&caller, &input.permissions, &input.own_records)?;
    let role = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    let updated_at = role.updated_at;
    Ok(created(&role.into()).version(updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<RoleId>,
) -> Result<Answer<RoleOut>> {
    let role = store::get(&platform.db, &caller.tenant, &id).await?;
    let updated_at = role.updated_at;
    Ok(data(&role.into()).version(updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<RoleId>,
    edit: Edit,
    Body(patch): Body<RolePatch>,
) -> Result<Answer<RoleOut>> {
    let before = store::get(&platform.db, &caller.tenant, &id).await?;
    may_grant(
        &caller,
        patch
            .permissions
            .as_deref()
            .unwrap_or(&before.permissions.0),
        patch
            .own_records
            .as_deref()
            .unwrap_or(&before.own_records.0),
    )?;
    let role = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    principals::forget();
    let updated_at = role.updated_at;
    Ok(data(&role.into()).version(updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<RoleId>,
) -> Result<NoContent> {
    store::delete(&platform.db, &caller.tenant, &id).await?;
    principals::forget();
    Ok(NoContent)
}

/// Nobody hands on what they do not have.
fn may_grant(
    caller: &Caller,
    permissions: &[Permission],
    own_records: &[Permission],
) -> Result<()> {
    let set = |list: &[Permission]| -> Permissions { list.iter().copied().collect() };
    let (wanted, own) = (set(permissions), set(own_records));
    caller.may_grant("permissions", wanted)?;
    let unbound = wanted.without(own).both(caller.own_records);
    match unbound.iter().next() {
        None => Ok(()),
        Some(permission) => Err(Error::field(
            "own_records",
            format!(
                "must name `{}`: you have it for your own records only",
                permission.as_str()
            ),
        )),
    }
}
