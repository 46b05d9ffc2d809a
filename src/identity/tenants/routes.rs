//! `/api/v1/tenant`: the tenant that the caller works in.

use super::model::{TenantOut, TenantPatch};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Answer, Body, Caller, Edit, Operation, Permission, Routes, data};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Tenant")
        .get(
            "/api/v1/tenant",
            read,
            Operation::new("getTenant", Permission::TenantRead, "Get the organization"),
        )
        .patch(
            "/api/v1/tenant",
            update,
            Operation::new(
                "updateTenant",
                Permission::TenantWrite,
                "Change the organization",
            )
            .example(r#"{"sender_name": "Dana at Riverside", "daily_send_limit": 5000}"#),
        )
}

async fn read(platform: Platform, caller: Caller) -> Result<Answer<TenantOut>> {
    let tenant = store::get(&platform.db, &caller.tenant).await?;
    Ok(data(&tenant).version(tenant.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    edit: Edit,
    Body(patch): Body<TenantPatch>,
) -> Result<Answer<TenantOut>> {
    let tenant = store::update(&platform.db, &caller.tenant, patch, edit).await?;
    Ok(data(&tenant).version(tenant.updated_at))
}
