//! The SQL of pain points.

use serde_json::json;

use super::model::{PainPointFilter, PainPointIn, PainPointOut, PainPointPatch};
use crate::crm::model::{ActivityType, Severity};
use crate::crm::reach;
use crate::crm::timeline::{self, Done};
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Sorted};
use crate::ids::PainPointId;
use crate::tables::{Columns, Conditions, Table, no_such};

const PAIN_POINTS: Table = Table {
    name: "pain_points",
    columns: "id, business_id, conversation_id, category, description, severity, source, captured_at, created_at, updated_at",
};

fn one(scope: &Scope, id: &PainPointId) -> Conditions {
    reach::of_live_businesses(scope).and("id = ?", [id.into()])
}

/// Records a pain point, with its entry in the timeline.
///
/// # Errors
/// A business that is not there; the database's.
pub async fn create(
    db: &Db,
    scope: &Scope,
    input: PainPointIn,
    now: Millis,
) -> Result<PainPointOut> {
    let (tenant, id) = (&scope.tenant, PainPointId::new(now));
    let entry = Done {
        business_id: &input.business_id,
        person_id: None,
        kind: ActivityType::PainPointNoted,
        subject: Some(&input.category),
        detail: Some(&input.description),
        metadata: json!({"pain_point_id": id}),
        at: now,
    };
    let entry = timeline::done(tenant, &entry, "pain_points", Conditions::one(tenant, &id));
    let allowed = reach::allows(scope, &input.business_id, None);
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", &id)
        .set("business_id", &input.business_id)
        .set("category", &input.category)
        .set("description", &input.description)
        .set("severity", input.severity.as_str())
        .set("source", input.source)
        .set(
            "captured_at",
            input.captured_at.map_or(now, |moment| moment.0),
        )
        .set("created_at", now)
        .set("updated_at", now);
    let statements = vec![PAIN_POINTS.insert_if(columns, allowed), entry];
    let made = db
        .batch(statements)
        .await?
        .into_iter()
        .next()
        .unwrap_or_default();
    let made = made.rows.decode()?.into_iter().next();
    made.ok_or_else(|| no_such("business_id", "business"))
}

/// A pain point.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &PainPointId) -> Result<PainPointOut> {
    db.fetch_optional(PAIN_POINTS.select(one(scope, id)))
        .await?
        .ok_or(Error::NotFound("pain point"))
}

/// A page of pain points and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: PainPointFilter,
    sorted: &Sorted<PainPointOut>,
) -> Result<(Vec<PainPointOut>, Option<String>)> {
    let conditions = reach::of_live_businesses(scope)
        .and_if("business_id = ?", filter.business_id)
        .and_if("category = ?", filter.category)
        .and_if("severity = ?", filter.severity.map(Severity::as_str));
    PAIN_POINTS
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &PainPointId,
    patch: PainPointPatch,
    edit: Edit,
) -> Result<PainPointOut> {
    let columns = Columns::default()
        .change("category", patch.category)
        .change("description", patch.description)
        .change("severity", patch.severity.map(Severity::as_str))
        .change("source", patch.source);
    if columns.is_empty() {
        return get(db, scope, id).await;
    }
    let row = one(scope, id);
    PAIN_POINTS
        .edit(db, columns, row, edit, "pain point", Error::from)
        .await
}

/// Removes a pain point.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &PainPointId) -> Result<()> {
    PAIN_POINTS.remove(db, one(scope, id), "pain point").await
}
