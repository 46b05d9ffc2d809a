//! The SQL of tenants.

use super::model::{TenantOut, TenantPatch};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, Statement};
use crate::error::{Error, Result};
use crate::ids::TenantId;

const COLUMNS: &str = "id, name, slug, sender_name, sender_email, reply_to_email, postal_address, landing_base_url, timezone, daily_send_limit, created_at, updated_at";

/// The tenant.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId) -> Result<TenantOut> {
    let sql = format!("SELECT {COLUMNS} FROM tenants WHERE id = ?1");
    db.fetch_optional(Statement::assembled(sql).bind(tenant))
        .await?
        .ok_or(Error::NotFound("tenant"))
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    patch: &TenantPatch,
    now: Millis,
) -> Result<TenantOut> {
    let sql = format!(
        "UPDATE tenants SET name = COALESCE(?2, name), sender_name = COALESCE(?3, sender_name),
           sender_email = COALESCE(?4, sender_email),
           reply_to_email = CASE WHEN ?5 = 1 THEN ?6 ELSE reply_to_email END,
           postal_address = COALESCE(?7, postal_address), landing_base_url = COALESCE(?8, landing_base_url),
           timezone = COALESCE(?9, timezone),
           daily_send_limit = CASE WHEN ?10 = 1 THEN ?11 ELSE daily_send_limit END,
           updated_at = ?12
         WHERE id = ?1 RETURNING {COLUMNS}"
    );
    let reply_to = patch.reply_to_email.as_ref();
    let limit = patch.daily_send_limit;
    let statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(patch.name.as_deref())
        .bind(patch.sender_name.as_deref())
        .bind(patch.sender_email.as_deref())
        .bind(reply_to.is_some())
        .bind(reply_to.and_then(|address| address.as_deref()))
        .bind(patch.postal_address.as_deref())
        .bind(
            patch
                .landing_base_url
                .as_deref()
                .map(|url| url.trim_end_matches('/')),
        )
        .bind(patch.timezone.as_deref())
        .bind(limit.is_some())
        .bind(limit.flatten())
        .bind(now);
    db.fetch_optional(statement)
        .await?
        .ok_or(Error::NotFound("tenant"))
}
