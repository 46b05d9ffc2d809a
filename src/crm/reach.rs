//! The conditions by which a query keeps to the records that a caller may use: a business has a location and an owner, and
//! whatever hangs on a business is used by whoever may use that.

use crate::edge::db::{Db, DbError, Value};
use crate::error::Error;
use crate::http::scope::{Reach, Scope};
use crate::ids::{BusinessId, PersonId, TenantId};
use crate::tables::{Condition, Conditions, Table, no_such};

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

/// The tenant's rows whose `business_id` is within reach, and there: what hangs on a deleted business is hidden with it, and
/// comes back with it.
pub fn of_live_businesses(scope: &Scope) -> Conditions {
    let (condition, values) = there(scope, "business_id", None);
    Conditions::of(&scope.tenant).and_all(condition, values)
}

/// That a business is within reach and there, and the person, if one is named, at it: for a row that is about them.
pub fn allows(scope: &Scope, business: &BusinessId, person: Option<&PersonId>) -> Conditions {
    let (condition, values) = there(scope, "?", Some(business));
    let conditions = Conditions::default().and_all(condition, values);
    match person {
        None => conditions,
        Some(person) => conditions.and(
            "EXISTS (SELECT 1 FROM people p WHERE p.tenant_id = ? AND p.id = ? AND p.business_id = ? AND p.deleted_at IS NULL)",
            [(&scope.tenant).into(), person.into(), business.into()],
        ),
    }
}

/// Why a row about a business, and perhaps a person, was not written.
///
/// # Errors
/// The database's.
pub async fn refusal(db: &Db, scope: &Scope, business: &BusinessId) -> Result<Error, DbError> {
    Ok(
        match super::businesses::store::exists(db, scope, business).await? {
            true => no_such("person_id", "person at this business"),
            false => no_such("business_id", "business"),
        },
    )
}

/// Whether somebody is there at a business.
///
/// # Errors
/// The database's.
pub async fn is_at(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    person: &PersonId,
) -> Result<bool, DbError> {
    let people = Table {
        name: "people",
        columns: "id",
    };
    let row = Conditions::one(tenant, person)
        .and("business_id = ?", [business.into()])
        .and_not_deleted();
    people.exists(db, row).await
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

/// That a business is within reach and there; `id` is its id in SQL.
fn there(scope: &Scope, id: &str, bound: Option<&BusinessId>) -> (String, Vec<Value>) {
    let mut condition = format!(
        "EXISTS (SELECT 1 FROM businesses r WHERE r.tenant_id = ? AND r.id = {id} AND r.deleted_at IS NULL"
    );
    let mut values = vec![Value::from(&scope.tenant)];
    values.extend(bound.map(Value::from));
    if let Some(locations) = locations(&scope.reach) {
        condition.push_str(" AND r.location_id {in ?}");
        values.push(locations);
    }
    if let Some(owner) = scope.reach.owner.as_deref() {
        condition.push_str(" AND r.owner_id = ?");
        values.push(owner.into());
    }
    condition.push(')');
    (condition, values)
}

fn locations(reach: &Reach) -> Option<Value> {
    reach
        .locations
        .as_deref()
        .map(|locations| Value::Json(serde_json::json!(locations).to_string()))
}
