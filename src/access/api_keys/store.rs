//! The SQL of API keys.

use serde::Deserialize;

use super::model::ApiKeyOut;
use crate::edge::clock::{MINUTE, Millis};
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::error::{Error, Result};
use crate::http::Page;
use crate::ids::{ApiKeyId, TenantId};
use crate::permission::Permission;
use crate::tables::{Columns, Conditions, Order, Table};

const API_KEYS: Table = Table {
    name: "api_keys",
    columns: "id, name, prefix, scopes, created_by, expires_at, revoked_at, replaced_by_id, last_used_at, created_at, updated_at",
};

/// A key that is to be kept.
pub struct NewKey<'a> {
    /// Its id.
    pub id: &'a ApiKeyId,
    /// What it is for.
    pub name: &'a str,
    /// What of it may be seen.
    pub prefix: &'a str,
    /// Its digest.
    pub digest: &'a str,
    /// What it may do.
    pub scopes: &'a [Permission],
    /// Who made it.
    pub created_by: Option<&'a str>,
    /// When it ends.
    pub expires_at: Option<Millis>,
}

impl NewKey<'_> {
    /// The statement that keeps it and answers with what was kept.
    pub fn insert(&self, tenant: &TenantId, now: Millis) -> Statement {
        API_KEYS.insert(
            Columns::default()
                .set("tenant_id", tenant)
                .set("id", self.id)
                .set("name", self.name)
                .set("prefix", self.prefix)
                .set("secret_hash", self.digest)
                .set_json("scopes", Some(&self.scopes))
                .set("created_by", self.created_by)
                .set("expires_at", self.expires_at)
                .set("created_at", now)
                .set("updated_at", now),
        )
    }
}

/// A key.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &ApiKeyId) -> Result<ApiKeyOut> {
    db.fetch_optional(API_KEYS.select(Conditions::one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("API key"))
}

/// A page of keys, newest first, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    page: &Page,
) -> Result<(Vec<ApiKeyOut>, Option<String>)> {
    API_KEYS
        .page(
            db,
            Conditions::of(tenant),
            page,
            Order::NewestFirst,
            |row: &ApiKeyOut| row.id.as_str(),
        )
        .await
}

/// Changes a key that is not revoked.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &ApiKeyId,
    columns: Columns,
) -> Result<ApiKeyOut> {
    let conditions = Conditions::one(tenant, id).and("revoked_at IS NULL", []);
    db.fetch_optional(API_KEYS.update(columns, conditions))
        .await?
        .ok_or(Error::NotFound("API key"))
}

/// Ends the old key at a moment, unless it has ended by then, and keeps the new one. Both or neither: the new one only when
/// the old one could still be replaced.
///
/// # Errors
/// The database's.
pub async fn replace(
    db: &Db,
    tenant: &TenantId,
    old: &ApiKeyId,
    new: &NewKey<'_>,
    ends_at: Millis,
    now: Millis,
) -> Result<Option<ApiKeyOut>, DbError> {
    let statements = vec![
        Statement::new(
            "UPDATE api_keys SET replaced_by_id = ?3, updated_at = ?5,
               expires_at = CASE WHEN expires_at < ?4 THEN expires_at ELSE ?4 END
             WHERE tenant_id = ?1 AND id = ?2 AND revoked_at IS NULL AND replaced_by_id IS NULL
               AND (expires_at IS NULL OR expires_at > ?5)",
        )
        .bind(tenant)
        .bind(old)
        .bind(new.id)
        .bind(ends_at)
        .bind(now),
        Statement::assembled(format!(
            "INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by, expires_at, created_at, updated_at)
             SELECT k.tenant_id, ?3, k.name, ?4, ?5, k.scopes, ?6, CAST(?7 AS BIGINT), CAST(?8 AS BIGINT), CAST(?8 AS BIGINT)
             FROM api_keys k WHERE k.tenant_id = ?1 AND k.id = ?2 AND k.replaced_by_id = ?3
             RETURNING {}",
            API_KEYS.columns
        ))
        .bind(tenant)
        .bind(old)
        .bind(new.id)
        .bind(new.prefix)
        .bind(new.digest)
        .bind(new.created_by)
        .bind(new.expires_at)
        .bind(now),
    ];
    let mut outcomes = db.batch(statements).await?;
    let rows: Vec<ApiKeyOut> = outcomes
        .pop()
        .map(|outcome| outcome.rows.decode())
        .transpose()?
        .unwrap_or_default();
    Ok(rows.into_iter().next())
}

/// Who a key is, as the guard asks.
#[derive(Debug, Deserialize)]
pub struct KeyInUse {
    /// Whose.
    pub tenant_id: TenantId,
    /// Its id.
    pub id: ApiKeyId,
    /// What of it may be seen.
    pub prefix: String,
    /// What it may do.
    pub scopes: Json<Vec<Permission>>,
    /// When it ends.
    pub expires_at: Option<Millis>,
    /// When it was last used.
    pub last_used_at: Option<Millis>,
}

/// The key with this digest, if it has not been revoked.
pub fn by_digest(digest: &str) -> Statement {
    Statement::new(
        "SELECT tenant_id, id, prefix, scopes, expires_at, last_used_at FROM api_keys
         WHERE secret_hash = ?1 AND revoked_at IS NULL",
    )
    .bind(digest)
}

/// Notes that a key was used, at most once a minute.
///
/// # Errors
/// The database's.
pub async fn note_use(
    db: &Db,
    tenant: &TenantId,
    id: &ApiKeyId,
    now: Millis,
) -> Result<(), DbError> {
    db.execute(
        Statement::new(
            "UPDATE api_keys SET last_used_at = ?3
             WHERE tenant_id = ?1 AND id = ?2 AND (last_used_at IS NULL OR last_used_at < ?4)",
        )
        .bind(tenant)
        .bind(id)
        .bind(now)
        .bind(now - MINUTE),
    )
    .await
    .map(drop)
}
