//! What the engine needs to know of a tenant: in whose name it writes.

use serde::Deserialize;

use crate::access::feature_flags::{self, built_in};
use crate::edge::db::{Db, DbError, Flag, Statement};
use crate::ids::TenantId;

/// The sender.
#[derive(Debug, Clone, Deserialize)]
pub struct Tenant {
    /// The company.
    pub name: String,
    /// Who signs.
    pub sender_name: String,
    /// The From address.
    pub sender_email: String,
    /// Where replies go, if not to the From address.
    pub reply_to_email: Option<String>,
    /// On one line; the law wants it in every marketing email.
    pub postal_address: String,
    /// Landing pages are under this, without a slash at the end.
    pub landing_base_url: String,
    /// IANA zone of the tenant, the last fallback for a recipient's.
    pub timezone: String,
    /// The most emails a UTC day.
    pub daily_send_limit: Option<i64>,
    /// Whether it sends at all: the switch `sending`.
    pub is_sending: Flag,
}

/// The tenant.
///
/// # Errors
/// The database's.
pub async fn find(db: &Db, tenant: &TenantId) -> Result<Option<Tenant>, DbError> {
    let is_sending = feature_flags::is_on(&built_in::SENDING, "?1");
    let sql = format!(
        "SELECT name, sender_name, sender_email, reply_to_email, postal_address, landing_base_url, timezone, daily_send_limit,
           {is_sending} AS is_sending
         FROM tenants WHERE id = ?1"
    );
    db.fetch_optional(Statement::assembled(sql).bind(tenant))
        .await
}
