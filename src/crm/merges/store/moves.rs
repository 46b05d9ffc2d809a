//! Rows that go from one record to the other.

use serde::Deserialize;

use crate::campaigns::merging;
use crate::crm::duplicates::evidence::What;
use crate::crm::merges::model::{Move, Pair};
use crate::crm::merges::registry::{Fate, Found, Hanging};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{MergeId, TenantId};

/// Rows that go over together.
#[derive(Debug, Clone)]
pub struct Shift {
    /// The table and column.
    pub place: String,
    /// Whose they are.
    pub from: String,
    /// Whose they become.
    pub to: String,
    /// Which.
    pub ids: Vec<String>,
}

/// Which rows are looked for.
pub struct Search<'a> {
    /// Whose rows.
    pub from: &'a str,
    /// Whose they become.
    pub to: &'a str,
    /// Who has the enrolments: the one that is kept, or, before a merge, the other.
    pub holder: &'a str,
    /// The businesses that two people are at.
    pub businesses: &'a [String],
}

impl Search<'_> {
    /// The rows of a table, up to `limit`; `None` when they go over otherwise, or not at all.
    fn of(&self, hanging: &Hanging, tenant: &TenantId, limit: i64) -> Option<Statement> {
        let Fate::Follow { id, once, found } = hanging.fate else {
            return None;
        };
        let (table, column) = (hanging.table, hanging.column);
        Some(match (found, hanging.on()) {
            (Found::WithEnrolments, _) => {
                merging::of_another_business(tenant, self.holder, self.from, limit)
            }
            (Found::InTheLedger, What::Businesses) => {
                merging::sends_of_another_business(tenant, self.holder, self.from, limit)
            }
            (Found::InTheLedger, What::People) => {
                merging::sends_of_another_person(tenant, self.holder, self.from, limit)
            }
            (Found::AtTheirBusinesses, _) => Statement::assembled(format!(
                "SELECT t.{id} AS id FROM {table} t
                 WHERE t.tenant_id = ?1 AND t.business_id {{in ?2}} AND t.{column} = ?3 LIMIT ?4"
            ))
            .bind(tenant)
            .bind_json(self.businesses)
            .bind(self.from)
            .bind(limit),
            (Found::ByIndex, _) => {
                let unless = once.map_or(String::new(), |once| {
                    format!(
                        "AND NOT EXISTS (SELECT 1 FROM {table} k WHERE k.tenant_id = ?1 AND k.{column} = ?4 AND k.{once} = t.{once})"
                    )
                });
                let found = Statement::assembled(format!(
                    "SELECT t.{id} AS id FROM {table} t WHERE t.tenant_id = ?1 AND t.{column} = ?2 {unless} LIMIT ?3"
                ))
                .bind(tenant)
                .bind(self.from)
                .bind(limit);
                match once {
                    Some(_) => found.bind(self.to),
                    None => found,
                }
            }
        })
    }

    /// The ids of rows, up to `limit`.
    ///
    /// # Errors
    /// The database's.
    pub async fn ids(
        &self,
        db: &Db,
        tenant: &TenantId,
        hanging: &Hanging,
        limit: i64,
    ) -> Result<Vec<String>, DbError> {
        #[derive(Deserialize)]
        struct Row {
            id: String,
        }
        let Some(statement) = self.of(hanging, tenant, limit) else {
            return Ok(Vec::new());
        };
        let rows: Vec<Row> = db.fetch_all(statement).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    }
}

/// Writes down what goes over, at this place in the order; with 0, behind all that is written down.
pub fn enter(tenant: &TenantId, merge: &MergeId, number: i64, shift: &Shift) -> Statement {
    Statement::new(
        "INSERT INTO merge_moves (tenant_id, merge_id, number, place, from_id, to_id, row_ids, row_count)
         SELECT ?1, ?2,
           CASE WHEN ?3 > 0 THEN CAST(?3 AS BIGINT)
                ELSE COALESCE((SELECT MAX(v.number) FROM merge_moves v WHERE v.tenant_id = ?1 AND v.merge_id = ?2), 0) + 1 END,
           ?4, ?5, ?6, ?7, CAST(?8 AS BIGINT)
         WHERE EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?2 AND m.status IN ('moving', 'done'))",
    )
    .bind(tenant)
    .bind(merge)
    .bind(number)
    .bind(&shift.place)
    .bind(&shift.from)
    .bind(&shift.to)
    .bind_json(&shift.ids)
    .bind(i64::try_from(shift.ids.len()).unwrap_or(i64::MAX))
}

/// Takes rows over while the merge goes on. `businesses` are where the rows of a person are that no index knows.
pub fn shift(
    tenant: &TenantId,
    merge: &MergeId,
    shift: &Shift,
    businesses: &[String],
) -> Statement {
    written(tenant, merge, shift, businesses, "'moving', 'done'")
}

/// Takes rows back while the merge is undone.
pub fn back(tenant: &TenantId, merge: &MergeId, moved: &Move, businesses: &[String]) -> Statement {
    let shift = Shift {
        place: moved.place.clone(),
        from: moved.to_id.clone(),
        to: moved.from_id.clone(),
        ids: moved.row_ids.0.clone(),
    };
    written(tenant, merge, &shift, businesses, "'undoing'")
}

fn written(
    tenant: &TenantId,
    merge: &MergeId,
    shift: &Shift,
    businesses: &[String],
    statuses: &str,
) -> Statement {
    let (table, column) = shift.place.split_once('.').unwrap_or_default();
    let (id, once, found) = match Hanging::at(&shift.place).map(|hanging| hanging.fate) {
        Some(Fate::Follow { id, once, found }) => (id, once, found),
        _ => ("id", None, Found::ByIndex),
    };
    let at = match found {
        Found::AtTheirBusinesses => "AND business_id {in ?6}",
        _ => "",
    };
    // What came to be there meanwhile stays there, and what cannot be there twice stays where it is.
    let once = once.map_or(String::new(), |once| {
        format!(
            "AND NOT EXISTS (SELECT 1 FROM {table} k WHERE k.tenant_id = ?1 AND k.{column} = ?3 AND k.{once} = {table}.{once})"
        )
    });
    let statement = Statement::assembled(format!(
        "UPDATE {table} SET {column} = ?3
         WHERE tenant_id = ?1 AND {column} = ?2 AND {id} {{in ?4}} {at} {once}
           AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?5 AND m.status IN ({statuses}))"
    ))
    .bind(tenant)
    .bind(&shift.from)
    .bind(&shift.to)
    .bind_json(&shift.ids)
    .bind(merge);
    match found {
        Found::AtTheirBusinesses => statement.bind_json(businesses),
        _ => statement,
    }
}

/// Says that the merge goes on, and holds it until the transaction ends: no undoing begins between.
pub fn go_on(tenant: &TenantId, merge: &MergeId, now: Millis) -> Statement {
    Statement::new(
        "UPDATE merges SET updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND status IN ('moving', 'done')",
    )
    .bind(tenant)
    .bind(merge)
    .bind(now)
}

/// Says that nothing was left to go over: it is done, and looked at once more at `check_at`.
pub fn done(
    tenant: &TenantId,
    merge: &MergeId,
    check_at: Option<Millis>,
    now: Millis,
) -> Statement {
    Statement::new(
        "UPDATE merges SET status = 'done', check_at = ?3, updated_at = ?4
         WHERE tenant_id = ?1 AND id = ?2 AND status IN ('moving', 'done')",
    )
    .bind(tenant)
    .bind(merge)
    .bind(check_at)
    .bind(now)
}

/// What was written for a person who had become another already, by somebody who had read them before: it is the other's.
pub fn late(tenant: &TenantId, pair: &Pair, now: Millis) -> Vec<Statement> {
    let totals = ["total_emails_sent", "total_emails_opened", "total_clicks"];
    let mut sets: Vec<_> = totals
        .iter()
        .map(|column| format!("{column} = {column} + COALESCE((SELECT o.{column} FROM people o WHERE o.tenant_id = ?1 AND o.id = ?3), 0)"))
        .collect();
    let mut late: Vec<_> = totals
        .iter()
        .map(|column| format!("o.{column} > 0"))
        .collect();
    for flag in ["do_not_email", "do_not_sms", "do_not_call"] {
        // What the other asked for before is in the kept one's fields already, and may have been changed there since.
        let had = pair
            .changes
            .0
            .fields
            .iter()
            .any(|field| field.field == flag && field.other == true);
        if !had {
            late.push(format!("o.{flag} = 1"));
            sets.push(format!(
                "{flag} = CASE WHEN EXISTS (SELECT 1 FROM people o WHERE o.tenant_id = ?1 AND o.id = ?3 AND o.{flag} = 1) THEN 1 ELSE {flag} END"
            ));
        }
    }
    let kept = Statement::assembled(format!(
        "UPDATE people SET {}, updated_at = CASE WHEN updated_at >= ?4 THEN updated_at + 1 ELSE ?4 END
         WHERE tenant_id = ?1 AND id = ?2
           AND EXISTS (SELECT 1 FROM people o WHERE o.tenant_id = ?1 AND o.id = ?3 AND ({}))
           AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?5 AND m.status IN ('moving', 'done'))",
        sets.join(", "),
        late.join(" OR ")
    ))
    .bind(tenant)
    .bind(&pair.kept_id)
    .bind(&pair.other_id)
    .bind(now)
    .bind(&pair.merge_id);
    let other = Statement::new(
        "UPDATE people SET total_emails_sent = 0, total_emails_opened = 0, total_clicks = 0
         WHERE tenant_id = ?1 AND id = ?2 AND (total_emails_sent > 0 OR total_emails_opened > 0 OR total_clicks > 0)
           AND EXISTS (SELECT 1 FROM merges m WHERE m.tenant_id = ?1 AND m.id = ?3 AND m.status IN ('moving', 'done'))",
    )
    .bind(tenant)
    .bind(&pair.other_id)
    .bind(&pair.merge_id);
    vec![kept, other]
}
