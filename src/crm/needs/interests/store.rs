//! The SQL of product interests.

use serde_json::json;

use super::model::{InterestFilter, InterestIn, InterestOut, InterestPatch};
use crate::crm::model::{ActivityType, InterestLevel};
use crate::crm::reach;
use crate::crm::timeline::{self, Done};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, Statement};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Sorted};
use crate::ids::ProductInterestId;
use crate::tables::{Columns, Conditions, Table, no_such};

const INTERESTS: Table = Table {
    name: "product_interests",
    columns: "id, business_id, product_id, interest_level, source, source_detail, first_shown_at, last_shown_at, view_count, \
              created_at, updated_at",
};

/// How a level is weighed against another, in SQL. Who declined and asks again is interested again.
fn weight(level: &str) -> String {
    format!(
        "CASE {level} WHEN 'viewed' THEN 1 WHEN 'engaged' THEN 2 WHEN 'declined' THEN 3 WHEN 'inquired' THEN 4 \
         WHEN 'demo_requested' THEN 5 ELSE 6 END"
    )
}

fn one(scope: &Scope, id: &ProductInterestId) -> Conditions {
    reach::of_live_businesses(scope).and("id = ?", [id.into()])
}

/// Records that a business showed interest in a product. Of the same product it is the same row, seen once more: the level goes
/// up, and down only to `declined`. A level that rises has its entry in the timeline.
///
/// # Errors
/// A business that is not there; the database's.
pub async fn record(db: &Db, scope: &Scope, input: InterestIn, now: Millis) -> Result<InterestOut> {
    let tenant = &scope.tenant;
    let level = input.interest_level.as_str();
    let entry = Done {
        business_id: &input.business_id,
        person_id: None,
        kind: ActivityType::InterestShown,
        subject: Some(&input.product_id),
        detail: None,
        metadata: json!({"product_id": &*input.product_id, "interest_level": level}),
        at: now,
    };
    let (existing, new) = (weight("i.interest_level"), weight("CAST(? AS TEXT)"));
    let rises = format!(
        "NOT EXISTS (SELECT 1 FROM product_interests i WHERE i.tenant_id = ? AND i.business_id = ? AND i.product_id = ? \
         AND (i.interest_level = ? OR ('declined' <> ? AND {existing} >= {new})))"
    );
    let business = reach::businesses(scope)
        .and("id = ?", [(&input.business_id).into()])
        .and_not_deleted()
        .and_all(
            rises,
            vec![
                tenant.into(),
                (&input.business_id).into(),
                (&input.product_id).into(),
                level.into(),
                level.into(),
                level.into(),
            ],
        );
    let entry = timeline::done(tenant, &entry, "businesses", business);
    let (existing, new) = (
        weight("product_interests.interest_level"),
        weight("excluded.interest_level"),
    );
    let allowed = reach::allows(scope, &input.business_id, None);
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", ProductInterestId::new(now))
        .set("business_id", &input.business_id)
        .set("product_id", &input.product_id)
        .set("interest_level", level)
        .set("source", input.source)
        .set("source_detail", input.source_detail)
        .set("first_shown_at", now)
        .set("last_shown_at", now)
        .set("created_at", now)
        .set("updated_at", now);
    let again = format!(
        "ON CONFLICT (tenant_id, business_id, product_id) DO UPDATE SET
           view_count = product_interests.view_count + 1, last_shown_at = excluded.last_shown_at,
           source = COALESCE(excluded.source, product_interests.source),
           source_detail = COALESCE(excluded.source_detail, product_interests.source_detail),
           interest_level = CASE WHEN excluded.interest_level = 'declined' OR {new} > {existing}
             THEN excluded.interest_level ELSE product_interests.interest_level END,
           updated_at = CASE WHEN product_interests.updated_at >= excluded.updated_at
             THEN product_interests.updated_at + 1 ELSE excluded.updated_at END"
    );
    let seen: Statement = INTERESTS.upsert_if(columns, allowed, &again);
    let seen = db.batch(vec![entry, seen]).await?.pop().unwrap_or_default();
    let interest = seen.rows.decode()?.into_iter().next();
    interest.ok_or_else(|| no_such("business_id", "business"))
}

/// A product interest.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &ProductInterestId) -> Result<InterestOut> {
    db.fetch_optional(INTERESTS.select(one(scope, id)))
        .await?
        .ok_or(Error::NotFound("product interest"))
}

/// A page of product interests and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: InterestFilter,
    sorted: &Sorted<InterestOut>,
) -> Result<(Vec<InterestOut>, Option<String>)> {
    let conditions = reach::of_live_businesses(scope)
        .and_if("business_id = ?", filter.business_id)
        .and_if("product_id = ?", filter.product_id)
        .and_if(
            "interest_level = ?",
            filter.interest_level.map(InterestLevel::as_str),
        );
    INTERESTS
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
    id: &ProductInterestId,
    patch: InterestPatch,
    edit: Edit,
) -> Result<InterestOut> {
    let level = patch.interest_level.map(InterestLevel::as_str);
    let columns = Columns::default()
        .change("interest_level", level)
        .change("source", patch.source)
        .change("source_detail", patch.source_detail);
    if columns.is_empty() {
        return get(db, scope, id).await;
    }
    let row = one(scope, id);
    INTERESTS
        .edit(db, columns, row, edit, "product interest", Error::from)
        .await
}

/// Removes a product interest.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &ProductInterestId) -> Result<()> {
    INTERESTS
        .remove(db, one(scope, id), "product interest")
        .await
}
