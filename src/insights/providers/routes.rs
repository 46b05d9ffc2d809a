//! `/api/v1/providers`.

use super::model::ProvidersOut;
use super::{email, others};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Answer, Caller, Operation, Permission, Routes, data};

/// The routes of outside services.
pub fn routes() -> Routes {
    Routes::new("Providers").get(
        "/api/v1/providers",
        read,
        Operation::new(
            "getProviders",
            Permission::TenantRead,
            "Get which outside services are set up, and how they are",
        )
        .description(
            "No secret is shown. A service that is not set up names the settings that are missing.",
        ),
    )
}

async fn read(platform: Platform, caller: Caller) -> Result<Answer<ProvidersOut>> {
    let tenant = &caller.tenant;
    Ok(data(&ProvidersOut {
        email: email::look(&platform, tenant).await?,
        content: others::content(&platform, tenant).await?,
        sign_in: others::sign_in(&platform.config),
        storage: others::storage(&platform).await,
    }))
}
