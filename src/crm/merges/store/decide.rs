//! The transaction that makes two records one. Its second statement enters the merge, if everything still is as it was read;
//! all that follow hold only if it is there.

use serde_json::json;

use crate::campaigns::merging;
use crate::crm::duplicates::evidence::What;
use crate::crm::merges::fields::{Row, at, is_document, text};
use crate::crm::merges::model::Changes;
use crate::crm::merges::plan::{Plan, Planned};
use crate::edge::clock::Millis;
use crate::edge::db::{Statement, Value};
use crate::ids::{ActivityId, MergeId, TenantId};

use super::moves;

/// The row was changed now, a version of its own; `?` is now.
pub const TOUCHED: &str = "CASE WHEN updated_at >= ? THEN updated_at + 1 ELSE ? END";

/// The statements, in their order.
pub fn statements(
    tenant: &TenantId,
    plan: &Plan,
    id: &MergeId,
    by: &str,
    now: Millis,
) -> Vec<Statement> {
    let mut statements = locks(tenant, plan);
    statements.push(enter(tenant, plan, id, by, now));
    statements.push(withdraw(tenant, plan, id));
    statements.push(pairs(tenant, plan, id));
    for pair in &plan.pairs {
        statements.extend(made_one(tenant, pair, id, now));
    }
    statements.extend(people(tenant, plan, id, now));
    let there = |number: usize| {
        format!("EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?{number})")
    };
    if !plan.enrolments.is_empty() {
        let only_if = merging::Condition {
            sql: &there(5),
            values: vec![id.into()],
        };
        statements.extend(merging::apply(tenant, &plan.enrolments, now, &only_if));
    }
    for (number, shift) in (1..).zip(&plan.at_once) {
        statements.push(moves::enter(tenant, id, number, shift));
        if shift.place == "send_log.person_id" {
            statements.push(moves::shift(tenant, id, shift, &[]));
        }
    }
    statements.push(told(tenant, plan, id, by, now));
    statements
}

/// Holds the records until the end of the transaction, so that no other merge decides on them meanwhile.
fn locks(tenant: &TenantId, plan: &Plan) -> Vec<Statement> {
    What::ALL
        .into_iter()
        .filter_map(|what| {
            let ids = plan.ids(what);
            (!ids.is_empty()).then(|| lock(tenant, what, &ids))
        })
        .collect()
}

/// Holds records. They are not written, so that whoever waited for them and then finds nothing to do stands in nobody's way.
pub fn lock(tenant: &TenantId, what: What, ids: &[&str]) -> Statement {
    Statement::assembled(format!(
        "SELECT id FROM {} WHERE tenant_id = ?1 AND id {{in ?2}} ORDER BY id {{hold rows}}",
        what.as_str()
    ))
    .bind(tenant)
    .bind_json(ids)
}

fn enter(tenant: &TenantId, plan: &Plan, id: &MergeId, by: &str, now: Millis) -> Statement {
    let versions = |what: What| -> Vec<_> {
        let of_pair = |pair: &Planned| {
            [(&pair.kept_id, &pair.kept), (&pair.other_id, &pair.other)]
                .map(|(id, row)| json!({"id": id, "updated_at": at(row, "updated_at")}))
        };
        let mut versions: Vec<_> = plan
            .pairs
            .iter()
            .filter(|pair| pair.what == what)
            .flat_map(of_pair)
            .collect();
        versions.sort_by_key(|version| version["id"].to_string());
        // Two may be the same as one.
        versions.dedup_by_key(|version| version["id"].to_string());
        versions
    };
    let (businesses, people) = (versions(What::Businesses), versions(What::People));
    let number = |list: &[serde_json::Value]| i64::try_from(list.len()).unwrap_or(i64::MAX);
    let of_other = match plan.what {
        What::Businesses => plan.other_id.as_str(),
        What::People => "",
    };
    let as_read = |table: &str, rows: usize, count: usize| {
        format!(
            "(SELECT COUNT(*) FROM {{rows ?{rows} AS r (id TEXT, updated_at BIGINT)}} CROSS JOIN {table} t
              WHERE t.tenant_id = ?1 AND t.id = r.id AND t.updated_at = r.updated_at AND t.deleted_at IS NULL) = ?{count}"
        )
    };
    Statement::assembled(format!(
        "INSERT INTO merges (tenant_id, id, what, kept_id, other_id, business_id, status, token, check_at, created_by, created_at, updated_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'moving', ?2, CAST(?7 AS BIGINT), ?8, CAST(?7 AS BIGINT), CAST(?7 AS BIGINT)
         WHERE {} AND {} AND (SELECT COUNT(*) FROM people p WHERE p.tenant_id = ?1 AND p.business_id = ?13) = ?14",
        as_read("businesses", 9, 10),
        as_read("people", 11, 12)
    ))
    .bind(tenant)
    .bind(id)
    .bind(plan.what.as_str())
    .bind(&plan.kept_id)
    .bind(&plan.other_id)
    .bind(&plan.business_id)
    .bind(now)
    .bind(by)
    .bind_json(&businesses)
    .bind(number(&businesses))
    .bind_json(&people)
    .bind(number(&people))
    .bind(of_other)
    .bind(i64::try_from(plan.people.len()).unwrap_or(i64::MAX))
}

/// Takes the merge out again when somebody was enrolled meanwhile.
fn withdraw(tenant: &TenantId, plan: &Plan, id: &MergeId) -> Statement {
    let people: Vec<_> = plan
        .pairs
        .iter()
        .filter(|pair| pair.what == What::People)
        .map(|pair| &pair.other_id)
        .collect();
    Statement::assembled(format!(
        "DELETE FROM merges WHERE tenant_id = ?1 AND id = ?2 AND {}",
        merging::NEW_ENROLMENT
    ))
    .bind(tenant)
    .bind(id)
    .bind_json(&people)
    .bind_json(&plan.known_enrolments)
}

fn pairs(tenant: &TenantId, plan: &Plan, id: &MergeId) -> Statement {
    let rows: Vec<_> = plan
        .pairs
        .iter()
        .enumerate()
        .map(|(number, pair)| {
            let changes = Changes {
                fields: pair.decision.fields.clone(),
                before: written(&pair.kept, &pair.decision.written),
                after: pair.decision.written.clone(),
                other: pair.given_up(),
                businesses: pair.businesses.clone(),
                enrolments: match number {
                    0 => plan.enrolments.clone(),
                    _ => Vec::new(),
                },
            };
            json!({"other_id": pair.other_id, "kept_id": pair.kept_id, "what": pair.what.as_str(), "changes": changes})
        })
        .collect();
    Statement::new(
        "INSERT INTO merge_pairs (tenant_id, merge_id, other_id, kept_id, what, position, changes)
         SELECT ?1, ?2, r.other_id, r.kept_id, r.what,
           (SELECT COUNT(*) FROM merge_pairs p WHERE p.tenant_id = ?1 AND p.kept_id = r.kept_id), r.changes
         FROM {rows ?3 AS r (other_id TEXT, kept_id TEXT, what TEXT, changes JSON)}
         WHERE EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?2)",
    )
    .bind(tenant)
    .bind(id)
    .bind_json(&rows)
}

/// What a record's columns were that are written.
fn written(row: &Row, columns: &Row) -> Row {
    columns
        .keys()
        .map(|column| (column.clone(), at(row, column).clone()))
        .collect()
}

/// The kept record's fields, and the end of the other.
fn made_one(tenant: &TenantId, pair: &Planned, merge: &MergeId, now: Millis) -> Vec<Statement> {
    let zeroes: String = pair
        .given_up()
        .keys()
        .map(|column| format!("{column} = 0, "))
        .collect();
    let other = Statement::assembled(format!(
        "UPDATE {} SET {zeroes}deleted_at = ?4, merged_into_id = ?3, updated_at = {}
         WHERE tenant_id = ?1 AND id = ?2 AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?5)",
        pair.what.as_str(),
        TOUCHED.replace('?', "?4")
    ))
    .bind(tenant)
    .bind(&pair.other_id)
    .bind(&pair.kept_id)
    .bind(now)
    .bind(merge);
    let mut sets = String::new();
    let mut values = Vec::new();
    for (column, value) in &pair.decision.written {
        values.push(bound(column, value));
        sets.push_str(&format!("{column} = ?{}, ", values.len() + 4));
    }
    let kept = Statement::assembled(format!(
        "UPDATE {} SET {sets}updated_at = {}
         WHERE tenant_id = ?1 AND id = ?2 AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?4)",
        pair.what.as_str(),
        TOUCHED.replace('?', "?3")
    ))
    .bind(tenant)
    .bind(&pair.kept_id)
    .bind(now)
    .bind(merge);
    vec![values.into_iter().fold(kept, Statement::bind), other]
}

/// A column's value, as it is bound.
pub fn bound(column: &str, value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::String(text) if is_document(column) => Value::Json(text.clone()),
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Bool(flag) => Value::from(*flag),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            // Degrees are real numbers, also whole ones.
            (Some(_), Some(real)) if matches!(column, "address_lat" | "address_lng") => {
                Value::Real(real)
            }
            (Some(whole), _) => Value::Integer(whole),
            (None, Some(real)) => Value::Real(real),
            _ => Value::Null,
        },
        _ => Value::Null,
    }
}

/// The other business's people go over at once: what is under way to them must find them at a business that there is.
fn people(tenant: &TenantId, plan: &Plan, id: &MergeId, now: Millis) -> Vec<Statement> {
    if plan.people.is_empty() {
        return Vec::new();
    }
    let touched = TOUCHED.replace('?', "?4");
    let over = Statement::assembled(format!(
        "UPDATE people SET business_id = ?3, updated_at = {touched}
         WHERE tenant_id = ?1 AND business_id = ?2 AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?5)"
    ))
    .bind(tenant)
    .bind(&plan.other_id)
    .bind(&plan.kept_id)
    .bind(now)
    .bind(id);
    let second = Statement::assembled(format!(
        "UPDATE people SET is_primary_contact = 0, updated_at = {}
         WHERE tenant_id = ?1 AND id {{in ?2}} AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?4)",
        TOUCHED.replace('?', "?3")
    ))
    .bind(tenant)
    .bind_json(&plan.no_longer_first)
    .bind(now)
    .bind(id);
    vec![over, second]
}

/// The timeline's entry.
fn told(tenant: &TenantId, plan: &Plan, id: &MergeId, by: &str, now: Millis) -> Statement {
    let name = plan.pairs.first().map_or(String::new(), |pair| {
        let names = [
            text(&pair.other, "first_name"),
            text(&pair.other, "last_name"),
        ];
        let names: Vec<_> = names.into_iter().flatten().collect();
        match text(&pair.other, "name") {
            Some(name) => name.to_string(),
            None if names.is_empty() => {
                text(&pair.other, "email").unwrap_or("somebody").to_string()
            }
            None => names.join(" "),
        }
    });
    let person = (plan.what == What::People).then_some(plan.kept_id.as_str());
    entry(
        tenant,
        &plan.business_id,
        person,
        &format!("Merged with {name}"),
        &json!({"merge_id": id, "other_id": plan.other_id, "by": by}),
        now,
    )
    .bind(id)
    .bind(id)
}

/// An entry of type `merged`. Still to be bound: `?8` the merge, and `?9` its token, without which nothing is entered.
pub fn entry(
    tenant: &TenantId,
    business: &str,
    person: Option<&str>,
    subject: &str,
    metadata: &serde_json::Value,
    now: Millis,
) -> Statement {
    Statement::new(
        "INSERT INTO activities (tenant_id, business_id, id, person_id, type, subject, metadata, source, occurred_at)
         SELECT ?1, ?2, ?3, ?4, 'merged', ?5, ?6, 'crm', CAST(?7 AS BIGINT)
         WHERE EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?8 AND m.token = ?9)",
    )
    .bind(tenant)
    .bind(business)
    .bind(ActivityId::new(now))
    .bind(person)
    .bind(subject)
    .bind_json(metadata)
    .bind(now)
}
