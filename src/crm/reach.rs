//! The conditions by which a query keeps to the records that a caller may use: a business has a location and an owner, and
//! whatever hangs on a business is used by whoever may use that.

use crate::edge::db::{Db, DbError, Value};
use crate::http::scope::{Reach, Scope};
use crate::ids::BusinessId;
use crate::tables::{Condition, Conditions};

/// The tenant's businesses within reach.
pub fn businesses(scope: &Scope) -> Conditions {
    let conditions = Conditions::of(&scope.tenant);
    let conditions = match locations(&scope.reach) {
        Some(locations) => conditions.and("location_id {in ?}", [locations]),
        None => conditions,
    };
    conditions.and_if("owner_id = ?", scope.reach.owner.as_deref())
}

/// That the business that a query calls `b` is within reach.
pub fn of_b(reach: &Reach) -> Condition {
    let mut conditions = Vec::new();
    if let Some(locations) = locations(reach) {
        conditions.push(Condition::new("b.location_id {in ?}", [locations]));
    }
    if let Some(owner) = reach.owner.as_deref() {
        conditions.push(Condition::new("b.owner_id = ?", [owner.into()]));
    }
    Condition::all(conditions)
}

/// The tenant's rows whose `business_id` is within reach.
pub fn of_businesses(scope: &Scope) -> Conditions {
    let conditions = Conditions::of(&scope.tenant);
    if scope.reach.is_whole() {
        return conditions;
    }
    let tenant = Value::from(&scope.tenant);
    let locations = locations(&scope.reach);
    let owner = scope.reach.owner.as_deref();
    match (locations, owner) {
        (Some(locations), Some(owner)) => conditions.and(
            "business_id IN (SELECT r.id FROM businesses r WHERE r.tenant_id = ? AND r.location_id {in ?} AND r.owner_id = ?)",
            [tenant, locations, owner.into()],
        ),
        (Some(locations), None) => conditions.and(
            "business_id IN (SELECT r.id FROM businesses r WHERE r.tenant_id = ? AND r.location_id {in ?})",
            [tenant, locations],
        ),
        (None, owner) => conditions.and(
            "business_id IN (SELECT r.id FROM businesses r WHERE r.tenant_id = ? AND r.owner_id = ?)",
            [tenant, owner.into()],
        ),
    }
}

/// As [`of_businesses`], for few rows: each row's business is read by its key, however many are within reach.
pub fn by_business(scope: &Scope) -> Conditions {
    let conditions = Conditions::of(&scope.tenant);
    let tenant = Value::from(&scope.tenant);
    match (locations(&scope.reach), scope.reach.owner.as_deref()) {
        (None, None) => conditions,
        (Some(locations), Some(owner)) => conditions.and(
            "EXISTS (SELECT 1 FROM businesses r WHERE r.tenant_id = ? AND r.id = business_id AND r.location_id {in ?} AND r.owner_id = ?)",
            [tenant, locations, owner.into()],
        ),
        (Some(locations), None) => conditions.and(
            "EXISTS (SELECT 1 FROM businesses r WHERE r.tenant_id = ? AND r.id = business_id AND r.location_id {in ?})",
            [tenant, locations],
        ),
        (None, Some(owner)) => conditions.and(
            "EXISTS (SELECT 1 FROM businesses r WHERE r.tenant_id = ? AND r.id = business_id AND r.owner_id = ?)",
            [tenant, owner.into()],
        ),
    }
}

/// Whether a business is within reach.
///
/// # Errors
/// The database's.
pub async fn reaches(db: &Db, scope: &Scope, business: &BusinessId) -> Result<bool, DbError> {
    match scope.reach.is_whole() {
        true => Ok(true),
        false => super::businesses::store::exists(db, scope, business).await,
    }
}

fn locations(reach: &Reach) -> Option<Value> {
    reach
        .locations
        .as_deref()
        .map(|locations| Value::Json(serde_json::json!(locations).to_string()))
}
