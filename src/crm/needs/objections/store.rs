//! The SQL of objections.

use serde_json::json;

use super::model::{ObjectionFilter, ObjectionIn, ObjectionOut, ObjectionPatch};
use crate::crm::model::ActivityType;
use crate::crm::reach;
use crate::crm::timeline::{self, Done};
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Sorted};
use crate::ids::ObjectionId;
use crate::tables::{Columns, Conditions, Table};

const OBJECTIONS: Table = Table {
    name: "objections",
    columns: "id, business_id, person_id, conversation_id, objection_type, objection_text, response_given, resolved, \
              resolved_at, source, captured_at, created_at, updated_at",
};

fn one(scope: &Scope, id: &ObjectionId) -> Conditions {
    reach::of_live_businesses(scope).and("id = ?", [id.into()])
}

/// Records an objection, with its entry in the timeline.
///
/// # Errors
/// A business or person that is not there; the database's.
pub async fn create(
    db: &Db,
    scope: &Scope,
    input: ObjectionIn,
    now: Millis,
) -> Result<ObjectionOut> {
    let (tenant, id) = (&scope.tenant, ObjectionId::new(now));
    let entry = Done {
        business_id: &input.business_id,
        person_id: input.person_id.as_ref(),
        kind: ActivityType::ObjectionRaised,
        subject: Some(&input.objection_type),
        detail: Some(&input.objection_text),
        metadata: json!({"objection_id": id}),
        at: now,
    };
    let entry = timeline::done(tenant, &entry, "objections", Conditions::one(tenant, &id));
    let allowed = reach::allows(scope, &input.business_id, input.person_id.as_ref());
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", &id)
        .set("business_id", &input.business_id)
        .set("person_id", input.person_id.as_ref())
        .set("objection_type", &input.objection_type)
        .set("objection_text", &input.objection_text)
        .set("response_given", input.response_given)
        .set("source", input.source)
        .set(
            "captured_at",
            input.captured_at.map_or(now, |moment| moment.0),
        )
        .set("created_at", now)
        .set("updated_at", now);
    let statements = vec![OBJECTIONS.insert_if(columns, allowed), entry];
    let made = db
        .batch(statements)
        .await?
        .into_iter()
        .next()
        .unwrap_or_default();
    match made.rows.decode()?.into_iter().next() {
        Some(objection) => Ok(objection),
        None => Err(reach::refusal(db, scope, &input.business_id).await?),
    }
}

/// An objection.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &ObjectionId) -> Result<ObjectionOut> {
    db.fetch_optional(OBJECTIONS.select(one(scope, id)))
        .await?
        .ok_or(Error::NotFound("objection"))
}

/// A page of objections and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: ObjectionFilter,
    sorted: &Sorted<ObjectionOut>,
) -> Result<(Vec<ObjectionOut>, Option<String>)> {
    let conditions = reach::of_live_businesses(scope)
        .and_if("business_id = ?", filter.business_id)
        .and_if("person_id = ?", filter.person_id)
        .and_if("objection_type = ?", filter.objection_type)
        .and_if("resolved = ?", filter.resolved);
    OBJECTIONS
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}

/// Changes what the patch names. One that gets out of the way has its entry in the timeline.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &ObjectionId,
    patch: ObjectionPatch,
    edit: Edit,
) -> Result<ObjectionOut> {
    let (tenant, resolved) = (&scope.tenant, patch.resolved);
    let objection = get(db, scope, id).await?;
    let columns = Columns::default()
        .change("objection_type", patch.objection_type)
        .change("objection_text", patch.objection_text)
        .change("response_given", patch.response_given)
        .change("resolved", patch.resolved)
        .change("source", patch.source);
    let columns = match resolved {
        Some(true) => columns.set_to("resolved_at", "COALESCE(resolved_at, ?)", edit.now),
        Some(false) => columns.set("resolved_at", None::<i64>),
        None => columns,
    };
    if columns.is_empty() {
        return Ok(objection);
    }
    let known = one(scope, id).and_if("updated_at = ?", edit.expected);
    let mut statements = Vec::new();
    if resolved == Some(true) {
        let entry = Done {
            business_id: &objection.business_id,
            person_id: objection.person_id.as_ref(),
            kind: ActivityType::ObjectionResolved,
            subject: Some(&objection.objection_type),
            detail: None,
            metadata: json!({"objection_id": id}),
            at: edit.now,
        };
        let unresolved = known.clone().and("resolved = 0", []);
        statements.push(timeline::done(tenant, &entry, "objections", unresolved));
    }
    statements.push(OBJECTIONS.update(columns.touched(edit.now), known));
    let changed = db.batch(statements).await?.pop().unwrap_or_default();
    match changed.rows.decode()?.into_iter().next() {
        Some(objection) => Ok(objection),
        None => {
            // Nobody removed it meanwhile: then it is another version.
            get(db, scope, id).await?;
            Err(Error::PreconditionFailed)
        }
    }
}

/// Removes an objection.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &ObjectionId) -> Result<()> {
    OBJECTIONS.remove(db, one(scope, id), "objection").await
}
