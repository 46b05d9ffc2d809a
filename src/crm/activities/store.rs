//! The SQL of activities.

use super::model::{Activity, ActivityFilter, ActivityIn, Fact};
use crate::crm::model::ActivityType;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::Result;
use crate::http::Sorted;
use crate::ids::{ActivityId, BusinessId, PersonId, TenantId};
use crate::tables::{Columns, Conditions, Table};

const ACTIVITIES: Table = Table {
    name: "activities",
    columns: "id, business_id, person_id, type, subject, detail, metadata, campaign_id, campaign_step, source, occurred_at",
};

/// Who says so unless a client says otherwise.
const SOURCE: &str = "api";

/// Adds an activity and moves the person's facts on. `None` when there is no such business, or no such person there.
///
/// # Errors
/// The database's.
pub async fn insert(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    input: ActivityIn,
    occurred_at: Millis,
    now: Millis,
) -> Result<Option<Activity>, DbError> {
    let id = ActivityId::new(occurred_at);
    let mut conditions = Conditions::default().and(
        "EXISTS (SELECT 1 FROM businesses b WHERE b.tenant_id = ? AND b.id = ? AND b.deleted_at IS NULL)",
        [tenant.into(), business.into()],
    );
    if let Some(person) = &input.person_id {
        conditions = conditions.and(
            "EXISTS (SELECT 1 FROM people p WHERE p.tenant_id = ? AND p.id = ? AND p.business_id = ? AND p.deleted_at IS NULL)",
            [tenant.into(), person.into(), business.into()],
        );
    }
    let fact = Fact::of(input.kind)
        .map(|fact| move_on(fact, tenant, business, &id, input.person_id.as_ref()));
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("business_id", business)
        .set("id", &id)
        .set("person_id", input.person_id)
        .set("type", input.kind.as_str())
        .set("subject", input.subject)
        .set("detail", input.detail)
        .set_json("metadata", input.metadata.as_ref())
        .set("source", input.source.as_deref().unwrap_or(SOURCE))
        .set("occurred_at", occurred_at);
    let mut statements = vec![ACTIVITIES.insert_if(columns, conditions)];
    statements.extend(fact.map(|fact| fact.bind(occurred_at).bind(now)));
    let outcomes = db.batch(statements).await?;
    let Some(inserted) = outcomes.into_iter().next() else {
        return Ok(None);
    };
    Ok(inserted.rows.decode()?.into_iter().next())
}

/// Still to be bound: `?5` when it happened, `?6` now.
fn move_on(
    fact: Fact,
    tenant: &TenantId,
    business: &BusinessId,
    activity: &ActivityId,
    person: Option<&PersonId>,
) -> Statement {
    let columns: &[&str] = match fact {
        Fact::Replied => &["replied_at", "last_engaged_at"],
        Fact::Booked => &["booked_at"],
        Fact::Ordered => &["ordered_at"],
    };
    let forward: Vec<_> = columns
        .iter()
        .map(|column| format!("{column} = CASE WHEN {column} > ?5 THEN {column} ELSE ?5 END"))
        .collect();
    Statement::assembled(format!(
        "UPDATE people SET {}, updated_at = ?6
         WHERE tenant_id = ?1 AND business_id = ?2 AND (?4 = '' OR id = ?4) AND deleted_at IS NULL
           AND EXISTS (SELECT 1 FROM activities a WHERE a.tenant_id = ?1 AND a.business_id = ?2 AND a.id = ?3)",
        forward.join(", ")
    ))
    .bind(tenant)
    .bind(business)
    .bind(activity)
    .bind(person.map_or("", PersonId::as_str))
}

/// A page of a business's timeline, and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    filter: ActivityFilter,
    sorted: &Sorted<Activity>,
) -> Result<(Vec<Activity>, Option<String>)> {
    let conditions = Conditions::of(tenant)
        .and("business_id = ?", [business.into()])
        .and_if("type = ?", filter.kind.map(ActivityType::as_str))
        .and_if("person_id = ?", filter.person_id)
        .and_if("occurred_at >= ?", filter.occurred_after)
        .and_if("occurred_at < ?", filter.occurred_before);
    ACTIVITIES
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}
