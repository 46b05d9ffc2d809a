//! The transaction that takes a merge back, and what carries its rows back. Its second statement gives the merge a new token, if it can be taken back;
//! all that follow hold only if it has that one.

use serde::Deserialize;
use serde_json::json;

use super::decide::{TOUCHED, bound, entry, lock};
use crate::campaigns::merging;
use crate::crm::duplicates::evidence::What;
use crate::crm::merges::fields::{OF_PEOPLE, Row, Rule, at};
use crate::crm::merges::model::{Merge, Move, Pair};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{MergeId, TenantId};

/// True when a merge that builds on `?2` is in force: one in which a record that this one kept has become part of another, or
/// has taken in another since.
const LATER: &str = "SELECT m.id FROM merge_pairs mine CROSS JOIN merge_pairs p CROSS JOIN merges m
  WHERE mine.tenant_id = ?1 AND mine.merge_id = ?2 AND p.tenant_id = ?1 AND p.kept_id = mine.kept_id
    AND p.position > mine.position AND m.tenant_id = ?1 AND m.id = p.merge_id AND m.id <> ?2 AND m.status <> 'undone'
  UNION ALL
  SELECT m.id FROM merge_pairs mine CROSS JOIN merge_pairs p CROSS JOIN merges m
  WHERE mine.tenant_id = ?1 AND mine.merge_id = ?2 AND p.tenant_id = ?1 AND p.other_id = mine.kept_id
    AND m.tenant_id = ?1 AND m.id = p.merge_id AND m.id <> ?2 AND m.status <> 'undone'";

/// The statements, in their order. `people` are the moves of people that the merge wrote down.
pub fn statements(
    tenant: &TenantId,
    merge: &Merge,
    pairs: &[Pair],
    people: &[Move],
    token: &MergeId,
    by: &str,
    now: Millis,
) -> Vec<Statement> {
    let mut statements: Vec<_> = What::ALL
        .into_iter()
        .filter_map(|what| {
            let ids: Vec<_> = pairs
                .iter()
                .filter(|pair| pair.what == what)
                .flat_map(|pair| [pair.kept_id.as_str(), pair.other_id.as_str()])
                .collect();
            (!ids.is_empty()).then(|| lock(tenant, what, &ids))
        })
        .collect();
    statements.push(begin(tenant, merge, token, by, now));
    // What was written last is taken back first: two of theirs may have become the same one of ours.
    for pair in pairs.iter().rev() {
        statements.push(kept(tenant, pair, token, now));
        statements.push(other(tenant, pair, token, now));
        let enrolments = &pair.changes.0.enrolments;
        if !enrolments.is_empty() {
            let only_if = merging::Condition {
                sql: "EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?5 AND m.token = ?6)",
                values: vec![(&merge.id).into(), token.into()],
            };
            statements.extend(merging::revert(tenant, enrolments, now, &only_if));
        }
    }
    for moved in people {
        statements.push(person_back(tenant, moved, &merge.id, token, now));
        statements.push(
            Statement::new(
                "DELETE FROM merge_moves WHERE tenant_id = ?1 AND merge_id = ?2 AND number = ?3
                   AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?2 AND m.token = ?4)",
            )
            .bind(tenant)
            .bind(&merge.id)
            .bind(moved.number)
            .bind(token),
        );
    }
    let person = (merge.what == What::People).then_some(merge.kept_id.as_str());
    let metadata =
        json!({"merge_id": merge.id, "other_id": merge.other_id, "by": by, "undone": true});
    let told = entry(
        tenant,
        &merge.business_id,
        person,
        "A merge was taken back",
        &metadata,
        now,
    );
    statements.push(told.bind(&merge.id).bind(token));
    statements
}

fn begin(tenant: &TenantId, merge: &Merge, token: &MergeId, by: &str, now: Millis) -> Statement {
    Statement::assembled(format!(
        "UPDATE merges SET status = 'undoing', token = ?3, undone_by = ?4, undone_at = ?5, check_at = ?5, updated_at = ?5
         WHERE tenant_id = ?1 AND id = ?2 AND status IN ('moving', 'done') AND NOT EXISTS ({LATER})
           AND EXISTS (SELECT 1 FROM {} k WHERE k.tenant_id = ?1 AND k.id = ?6 AND k.deleted_at IS NULL)",
        merge.what.as_str()
    ))
    .bind(tenant)
    .bind(&merge.id)
    .bind(token)
    .bind(by)
    .bind(now)
    .bind(&merge.kept_id)
}

/// The kept record's fields: those that are still what the merge wrote become what they were. Sums lose what the merge added.
fn kept(tenant: &TenantId, pair: &Pair, token: &MergeId, now: Millis) -> Statement {
    let changes = &pair.changes.0;
    let mut sets = String::new();
    let mut values = Vec::new();
    for (column, after) in &changes.after {
        let before = at(&changes.before, column);
        if is_sum(column) {
            let added = after.as_i64().unwrap_or(0) - before.as_i64().unwrap_or(0);
            values.push(added.into());
            let added = values.len() + 5;
            sets.push_str(&format!(
                "{column} = CASE WHEN {column} > ?{added} THEN {column} - ?{added} ELSE 0 END, "
            ));
        } else {
            values.push(bound(column, after));
            values.push(bound(column, before));
            let (after, before) = (values.len() + 4, values.len() + 5);
            sets.push_str(&format!(
                "{column} = CASE WHEN {column} IS NOT DISTINCT FROM ?{after} THEN ?{before} ELSE {column} END, "
            ));
        }
    }
    let statement = Statement::assembled(format!(
        "UPDATE {} SET {sets}updated_at = {}
         WHERE tenant_id = ?1 AND id = ?2 AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?3 AND m.token = ?4)",
        pair.what.as_str(),
        TOUCHED.replace('?', "?5")
    ))
    .bind(tenant)
    .bind(&pair.kept_id)
    .bind(&pair.merge_id)
    .bind(token)
    .bind(now);
    values.into_iter().fold(statement, Statement::bind)
}

fn is_sum(column: &str) -> bool {
    OF_PEOPLE
        .iter()
        .any(|field| field.rule == Rule::Sum && field.columns.contains(&column))
}

/// The other record is there again, with its totals.
fn other(tenant: &TenantId, pair: &Pair, token: &MergeId, now: Millis) -> Statement {
    let mut sets = String::new();
    let mut values = Vec::new();
    let totals: &Row = &pair.changes.0.other;
    for (column, before) in totals {
        values.push(bound(column, before));
        sets.push_str(&format!("{column} = {column} + ?{}, ", values.len() + 5));
    }
    let statement = Statement::assembled(format!(
        "UPDATE {} SET {sets}deleted_at = NULL, merged_into_id = NULL, updated_at = {}
         WHERE tenant_id = ?1 AND id = ?2 AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?3 AND m.token = ?4)",
        pair.what.as_str(),
        TOUCHED.replace('?', "?5")
    ))
    .bind(tenant)
    .bind(&pair.other_id)
    .bind(&pair.merge_id)
    .bind(token)
    .bind(now);
    values.into_iter().fold(statement, Statement::bind)
}

/// People go back to their business; who came first there does again.
fn person_back(
    tenant: &TenantId,
    moved: &Move,
    merge: &MergeId,
    token: &MergeId,
    now: Millis,
) -> Statement {
    let only_if =
        "EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?3 AND m.token = ?4)";
    let touched = TOUCHED.replace('?', "?5");
    let back = match moved.place.as_str() {
        "people.is_primary_contact" => Statement::assembled(format!(
            "UPDATE people SET is_primary_contact = 1, updated_at = {touched}
             WHERE tenant_id = ?1 AND id {{in ?2}} AND {only_if}"
        )),
        _ => Statement::assembled(format!(
            "UPDATE people SET business_id = ?6, updated_at = {touched}
             WHERE tenant_id = ?1 AND id {{in ?2}} AND business_id = ?7 AND {only_if}"
        )),
    };
    let back = back
        .bind(tenant)
        .bind_json(&moved.row_ids.0)
        .bind(merge)
        .bind(token)
        .bind(now);
    match moved.place.as_str() {
        "people.is_primary_contact" => back,
        _ => back.bind(&moved.from_id).bind(&moved.to_id),
    }
}

/// The moves of people that a merge wrote down: they go back with the decision.
///
/// # Errors
/// The database's.
pub async fn people_moved(
    db: &Db,
    tenant: &TenantId,
    merge: &MergeId,
) -> Result<Vec<Move>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT number, place, from_id, to_id, row_ids FROM merge_moves
             WHERE tenant_id = ?1 AND merge_id = ?2 AND place IN ('people.business_id', 'people.is_primary_contact')
             ORDER BY number",
        )
        .bind(tenant)
        .bind(merge),
    )
    .await
}

/// Whether the merge has this token.
///
/// # Errors
/// The database's.
pub async fn holds(
    db: &Db,
    tenant: &TenantId,
    merge: &MergeId,
    token: &MergeId,
) -> Result<bool, DbError> {
    #[derive(Deserialize)]
    struct Row {}
    let found: Option<Row> = db
        .fetch_optional(
            Statement::new(
                "SELECT 1 AS one FROM merges WHERE tenant_id = ?1 AND id = ?2 AND token = ?3",
            )
            .bind(tenant)
            .bind(merge)
            .bind(token),
        )
        .await?;
    Ok(found.is_some())
}

/// A merge in force that builds on this one.
///
/// # Errors
/// The database's.
pub async fn later(
    db: &Db,
    tenant: &TenantId,
    merge: &MergeId,
) -> Result<Option<MergeId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: MergeId,
    }
    let found: Option<Row> = db
        .fetch_optional(
            Statement::assembled(format!("{LATER} LIMIT 1"))
                .bind(tenant)
                .bind(merge),
        )
        .await?;
    Ok(found.map(|row| row.id))
}

/// What went over last and is not back yet.
///
/// # Errors
/// The database's.
pub async fn last_move(
    db: &Db,
    tenant: &TenantId,
    merge: &MergeId,
) -> Result<Option<Move>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT number, place, from_id, to_id, row_ids FROM merge_moves
             WHERE tenant_id = ?1 AND merge_id = ?2 ORDER BY number DESC LIMIT 1",
        )
        .bind(tenant)
        .bind(merge),
    )
    .await
}

/// Forgets a move that was taken back.
pub fn forget_move(tenant: &TenantId, merge: &MergeId, number: i64) -> Statement {
    Statement::new(
        "DELETE FROM merge_moves WHERE tenant_id = ?1 AND merge_id = ?2 AND number = ?3
           AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?2 AND m.status = 'undoing')",
    )
    .bind(tenant)
    .bind(merge)
    .bind(number)
}

/// Says that everything is back.
pub fn undone(tenant: &TenantId, merge: &MergeId, now: Millis) -> Statement {
    Statement::new(
        "UPDATE merges SET status = 'undone', check_at = NULL, updated_at = ?3
         WHERE tenant_id = ?1 AND id = ?2 AND status = 'undoing'",
    )
    .bind(tenant)
    .bind(merge)
    .bind(now)
}

/// Says when somebody is to go on with a merge.
pub fn check_at(tenant: &TenantId, merge: &MergeId, check_at: Millis) -> Statement {
    Statement::new(
        "UPDATE merges SET check_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND status <> 'undone'",
    )
    .bind(tenant)
    .bind(merge)
    .bind(check_at)
}
