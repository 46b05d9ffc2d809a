//! Merging two records.

use std::collections::BTreeMap;

use super::model::{MergeOut, Side};
use super::store::{self, decide};
use super::{moving, plan};
use crate::crm::duplicates::evidence::What;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::MergeId;

/// How often a merge is worked out anew because something has changed since it was read.
const ATTEMPTS: u32 = 5;

/// Who asks for which merge, and how.
pub struct Asked<'a> {
    /// What is merged.
    pub what: What,
    /// The record that is kept.
    pub kept_id: &'a str,
    /// The one that becomes part of it.
    pub other_id: &'a str,
    /// Whose value fields get.
    pub fields: &'a BTreeMap<String, Side>,
    /// The versions that it was previewed with.
    pub version: Option<&'a str>,
    /// Who asks.
    pub by: &'a str,
}

/// Makes two records one.
///
/// # Errors
/// As [`plan::of`]; [`Error::PreconditionFailed`] when it is not any more what was previewed; a conflict when the records do not
/// keep still; the database's. Nothing is written then.
pub async fn merge(db: &Db, scope: &Scope, asked: &Asked<'_>, now: Millis) -> Result<MergeOut> {
    let tenant = &scope.tenant;
    for _ in 0..ATTEMPTS {
        let ids = (asked.kept_id, asked.other_id);
        let plan = plan::of(db, scope, asked.what, ids, asked.fields).await?;
        if asked
            .version
            .is_some_and(|version| version != plan.version())
        {
            return Err(Error::PreconditionFailed);
        }
        let id = MergeId::new(now);
        match db
            .batch(decide::statements(tenant, &plan, &id, asked.by, now))
            .await
        {
            // Somebody enrolled one of them at this moment, or wrote what goes over.
            Err(DbError::Unique | DbError::ForeignKey) => continue,
            other => drop(other?),
        }
        if store::find(db, scope, &id).await?.is_none() {
            continue;
        }
        moving::advance(db, tenant, &id, moving::STEPS_AT_ONCE, now).await?;
        return shown(db, scope, &id).await;
    }
    Err(Error::conflict(
        "records_are_changing",
        "Others are changing these records; try again.",
    ))
}

/// A merge as the API answers it.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn shown(db: &Db, scope: &Scope, id: &MergeId) -> Result<MergeOut> {
    let found = store::find(db, scope, id).await?;
    let merges = found.into_iter().collect();
    store::shown(db, &scope.tenant, merges)
        .await?
        .into_iter()
        .next()
        .ok_or(Error::NotFound("merge"))
}
