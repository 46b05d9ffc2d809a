//! The SQL of tenants.

use super::model::{TenantOut, TenantPatch};
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::ids::TenantId;
use crate::tables::{Columns, Conditions, Table};

const TENANTS: Table = Table {
    name: "tenants",
    columns: "id, name, slug, sender_name, sender_email, reply_to_email, postal_address, landing_base_url, timezone, \
              daily_send_limit, created_at, updated_at",
};

/// A tenant is its own: its table has no other key.
fn one(tenant: &TenantId) -> Conditions {
    Conditions::default().and("id = ?", [tenant.into()])
}

/// The tenant.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId) -> Result<TenantOut> {
    db.fetch_optional(TENANTS.select(one(tenant)))
        .await?
        .ok_or(Error::NotFound("tenant"))
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    patch: TenantPatch,
    edit: Edit,
) -> Result<TenantOut> {
    let url = patch.landing_base_url.as_deref();
    let columns = Columns::default()
        .change("name", patch.name)
        .change("sender_name", patch.sender_name)
        .change("sender_email", patch.sender_email)
        .change("reply_to_email", patch.reply_to_email)
        .change("postal_address", patch.postal_address)
        .change("landing_base_url", url.map(|url| url.trim_end_matches('/')))
        .change("timezone", patch.timezone)
        .change("daily_send_limit", patch.daily_send_limit);
    TENANTS
        .edit(db, columns, one(tenant), edit, "tenant", Error::from)
        .await
}
