//! The SQL of changes of many businesses at once: one read for which they are, and a batch of two or three statements.

use serde::Deserialize;
use serde_json::json;

use super::super::model::Which;
use super::{handed_over, matching};
use crate::crm::bulk::MOST;
use crate::crm::model::{ActivityType, LeadStatus};
use crate::crm::{reach, timeline};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Value};
use crate::http::filter::Deleted;
use crate::http::scope::Scope;
use crate::ids::{BusinessId, LocationId, TenantId, UserId};
use crate::tables::{Columns, Conditions, Table};

const IDS: Table = Table {
    name: "businesses",
    columns: "id",
};

/// A row of which only the business's id is read.
#[derive(Deserialize)]
pub struct Id {
    #[serde(alias = "business_id")]
    id: BusinessId,
}

/// Their ids.
pub fn ids(rows: Vec<Id>) -> Vec<BusinessId> {
    rows.into_iter().map(|row| row.id).collect()
}

/// Which businesses are meant, within reach: of ids those that there are, deleted or not; of a filter the first thousand and
/// one.
///
/// # Errors
/// The database's.
pub async fn which(
    db: &Db,
    scope: &Scope,
    which: &Which,
    deleted: Deleted,
) -> Result<Vec<BusinessId>, DbError> {
    let statement = match which {
        Which::These(these) => IDS.select(reach::businesses(scope).and_among(these)),
        Which::Matching(filter, after) => {
            let mut filter = (**filter).clone();
            filter.deleted = deleted;
            let conditions = matching(scope, &filter).and_if("id > ?", after.as_ref());
            let probe = i64::try_from(MOST).unwrap_or(0).saturating_add(1);
            IDS.first(conditions, probe)
        }
    };
    Ok(ids(db.fetch_all(statement).await?))
}

fn there(tenant: &TenantId, businesses: &[BusinessId]) -> Conditions {
    Conditions::of(tenant)
        .and_among(businesses)
        .and_not_deleted()
}

/// Moves businesses to a status, and says which stood elsewhere.
///
/// # Errors
/// The database's.
pub async fn change_status(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    status: LeadStatus,
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    let status = status.as_str();
    let entries = timeline::for_each(
        tenant,
        businesses,
        ActivityType::StatusChanged,
        &json!({"lead_status": status}),
        now,
        "'From ' || b.lead_status || ' to ' || ?6",
        "b.deleted_at IS NULL AND b.lead_status <> ?6",
    )
    .bind(status);
    let elsewhere = there(tenant, businesses).and("lead_status <> ?", [status.into()]);
    let columns = Columns::default().set("lead_status", status).touched(now);
    let outcomes = db
        .batch(vec![entries, IDS.update(columns, elsewhere)])
        .await?;
    Ok(ids(outcomes
        .into_iter()
        .next()
        .unwrap_or_default()
        .rows
        .decode()?))
}

/// Gives businesses to an owner, to a location, or both, and says which were somebody else's.
///
/// # Errors
/// The database's.
pub async fn assign(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    owner: Option<&Option<UserId>>,
    location: Option<&Option<LocationId>>,
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    let owner_id = owner.map(|owner| Value::from(owner.as_ref()));
    let location_id = location.map(|location| Value::from(location.as_ref()));
    let only_if = match (&owner_id, &location_id) {
        (Some(_), Some(_)) => {
            "b.deleted_at IS NULL AND (b.owner_id IS DISTINCT FROM ?6 OR b.location_id IS DISTINCT FROM ?7)"
        }
        (Some(_), None) => "b.deleted_at IS NULL AND b.owner_id IS DISTINCT FROM ?6",
        _ => "b.deleted_at IS NULL AND b.location_id IS DISTINCT FROM ?6",
    };
    let mut entries = timeline::for_each(
        tenant,
        businesses,
        ActivityType::AssignmentChanged,
        &json!({}),
        now,
        "NULL",
        only_if,
    );
    for value in [&owner_id, &location_id].into_iter().flatten() {
        entries = entries.bind(value.clone());
    }
    let columns = Columns::default()
        .change("owner_id", owner_id)
        .change("location_id", location_id)
        .touched(now);
    let others = handed_over(owner, location, there(tenant, businesses));
    let outcomes = db.batch(vec![entries, IDS.update(columns, others)]).await?;
    Ok(ids(outcomes
        .into_iter()
        .next()
        .unwrap_or_default()
        .rows
        .decode()?))
}
