//! Writing what a piece of a file came to: all of it in one transaction, together with how far the import has come. The first
//! statement takes the piece, and only if the import is still where the piece begins and nobody changed what was read; the
//! others write only what that one has taken. So a piece that is looked at twice is written once.

use serde::Serialize;
use serde_json::{Map, Value};

use super::LOST_AFTER;
use super::refusals::{self, Refused};
use crate::crm::imports::chunk::Counts;
use crate::crm::imports::entry::Entry;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{ImportId, TenantId};

/// The columns of a business that an import writes, with their types.
pub const BUSINESS: [(&str, &str); 32] = [
    ("external_id", "TEXT"),
    ("content_db_id", "BIGINT"),
    ("community_id", "TEXT"),
    ("industry_id", "TEXT"),
    ("name", "TEXT"),
    ("name_key", "TEXT"),
    ("legal_name", "TEXT"),
    ("description", "TEXT"),
    ("address_street", "TEXT"),
    ("address_city", "TEXT"),
    ("address_state", "TEXT"),
    ("address_zip", "TEXT"),
    ("address_lat", "DOUBLE PRECISION"),
    ("address_lng", "DOUBLE PRECISION"),
    ("timezone", "TEXT"),
    ("phone", "TEXT"),
    ("phone_key", "TEXT"),
    ("email", "TEXT"),
    ("website", "TEXT"),
    ("website_key", "TEXT"),
    ("employee_count_range", "TEXT"),
    ("year_established", "BIGINT"),
    ("annual_revenue_range", "TEXT"),
    ("google_business_id", "TEXT"),
    ("facebook_url", "TEXT"),
    ("instagram_handle", "TEXT"),
    ("yelp_url", "TEXT"),
    ("lead_status", "TEXT"),
    ("lead_score", "BIGINT"),
    ("health_score", "BIGINT"),
    ("source", "TEXT"),
    ("source_detail", "TEXT"),
];

/// The columns of a person that an import writes, with their types.
pub const PERSON: [(&str, &str); 17] = [
    ("external_id", "TEXT"),
    ("business_id", "TEXT"),
    ("first_name", "TEXT"),
    ("last_name", "TEXT"),
    ("email", "TEXT"),
    ("phone", "TEXT"),
    ("phone_key", "TEXT"),
    ("title", "TEXT"),
    ("role", "TEXT"),
    ("is_primary_contact", "BIGINT"),
    ("is_decision_maker", "BIGINT"),
    ("preferred_channel", "TEXT"),
    ("best_time_to_contact", "TEXT"),
    ("do_not_email", "BIGINT"),
    ("do_not_sms", "BIGINT"),
    ("do_not_call", "BIGINT"),
    ("bounced_at", "BIGINT"),
];

/// A piece of a file that was looked at.
pub struct Piece<'a> {
    /// Of which import.
    pub import: &'a ImportId,
    /// Where it begins, in bytes.
    pub from: i64,
    /// Where the next one begins.
    pub to: i64,
    /// Whether it is the last.
    pub is_last: bool,
    /// How many rows came to what.
    pub counts: Counts,
    /// The businesses that its rows are about, as they are to be.
    pub businesses: &'a [Entry],
    /// The people.
    pub people: &'a [Entry],
    /// The tags that are put on.
    pub tags: &'a [String],
    /// The businesses that get them.
    pub tagged: &'a [&'a str],
    /// The rows that were refused.
    pub refused: &'a [Refused],
}

#[derive(Serialize)]
struct Seen<'a> {
    id: &'a str,
    updated_at: Option<i64>,
}

#[derive(Serialize)]
struct Tagged<'a> {
    business_id: &'a str,
    tag_id: &'a str,
}

/// Writes a piece. False when somebody else did, or the import was stopped, or a record was changed since it was read.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn write(
    db: &Db,
    tenant: &TenantId,
    piece: &Piece<'_>,
    now: Millis,
) -> Result<bool, DbError> {
    let token = ImportId::new(now);
    let token = token.as_str();
    let (new_businesses, old_businesses) = parts(piece.businesses);
    let (new_people, old_people) = parts(piece.people);
    let mut statements = vec![take(
        tenant,
        piece,
        token,
        &old_businesses,
        &old_people,
        now,
    )];
    let scope = Scope {
        tenant,
        import: piece.import,
        token,
        now,
    };
    if !new_businesses.is_empty() {
        let extra = [("slug", "TEXT")];
        statements.push(scope.insert("businesses", &BUSINESS, &extra, &new_businesses));
    }
    if !old_businesses.is_empty() {
        statements.push(scope.update("businesses", &BUSINESS, &old_businesses));
    }
    if !new_people.is_empty() {
        statements.push(scope.insert("people", &PERSON, &[], &new_people));
    }
    if !old_people.is_empty() {
        statements.push(scope.update("people", &PERSON, &old_people));
    }
    if !piece.tags.is_empty() && !piece.tagged.is_empty() {
        statements.push(scope.tag(piece));
    }
    if !piece.refused.is_empty() {
        statements.push(refusals::keep(tenant, piece.import, token, piece.refused));
    }
    let outcomes = db.batch(statements).await?;
    Ok(outcomes.first().is_some_and(|taken| taken.changes > 0))
}

/// Those that are new, and those that are to be another than they were.
fn parts(entries: &[Entry]) -> (Vec<&Entry>, Vec<&Entry>) {
    let (new, known): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.is_new);
    let changed = known
        .into_iter()
        .filter(|entry| entry.is_changed())
        .collect();
    (new, changed)
}

fn take(
    tenant: &TenantId,
    piece: &Piece<'_>,
    token: &str,
    businesses: &[&Entry],
    people: &[&Entry],
    now: Millis,
) -> Statement {
    let seen = |entries: &[&Entry]| -> Vec<Value> {
        entries
            .iter()
            .filter_map(|entry| {
                serde_json::to_value(Seen {
                    id: &entry.id,
                    updated_at: entry.number("updated_at"),
                })
                .ok()
            })
            .collect()
    };
    let counts = &piece.counts;
    Statement::new(
        "UPDATE imports SET position = ?4, chunk = ?5, rows_done = rows_done + CAST(?6 AS BIGINT),
           rows_created = rows_created + CAST(?7 AS BIGINT), rows_updated = rows_updated + CAST(?8 AS BIGINT),
           rows_unchanged = rows_unchanged + CAST(?9 AS BIGINT), rows_refused = rows_refused + CAST(?10 AS BIGINT),
           rows_total = CASE WHEN ?11 = 1 THEN rows_done + CAST(?6 AS BIGINT) ELSE rows_total END,
           status = CASE WHEN ?11 = 1 THEN 'finishing' ELSE status END, progress_at = ?12, check_at = ?13, updated_at = ?12
         WHERE tenant_id = ?1 AND id = ?2 AND status = 'running' AND position = ?3
           AND NOT EXISTS (SELECT 1 FROM {rows ?14 AS r (id TEXT, updated_at BIGINT)}
             LEFT JOIN businesses b ON b.tenant_id = ?1 AND b.id = r.id
             WHERE b.updated_at IS DISTINCT FROM r.updated_at OR b.deleted_at IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM {rows ?15 AS r (id TEXT, updated_at BIGINT)}
             LEFT JOIN people p ON p.tenant_id = ?1 AND p.id = r.id
             WHERE p.updated_at IS DISTINCT FROM r.updated_at OR p.deleted_at IS NOT NULL)",
    )
    .bind(tenant)
    .bind(piece.import)
    .bind(piece.from)
    .bind(piece.to)
    .bind(token)
    .bind(counts.rows)
    .bind(counts.created)
    .bind(counts.updated)
    .bind(counts.unchanged)
    .bind(counts.refused)
    .bind(piece.is_last)
    .bind(now)
    .bind(now + LOST_AFTER)
    .bind_json(&seen(businesses))
    .bind_json(&seen(people))
}

/// What every statement of a piece has in common.
struct Scope<'a> {
    tenant: &'a TenantId,
    import: &'a ImportId,
    token: &'a str,
    now: Millis,
}

const TAKEN: &str =
    "EXISTS (SELECT 1 FROM imports i WHERE i.tenant_id = ?1 AND i.id = ?2 AND i.chunk = ?3)";

impl Scope<'_> {
    fn begin(&self, sql: String) -> Statement {
        Statement::assembled(sql)
            .bind(self.tenant)
            .bind(self.import)
            .bind(self.token)
    }

    fn insert(
        &self,
        table: &str,
        columns: &[(&str, &str)],
        further: &[(&str, &str)],
        entries: &[&Entry],
    ) -> Statement {
        let all: Vec<_> = columns.iter().chain(further).collect();
        let names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        let read: Vec<_> = names.iter().map(|name| format!("r.{name}")).collect();
        let typed: Vec<_> = all
            .iter()
            .map(|(name, kind)| format!("{name} {kind}"))
            .collect();
        let rows: Vec<Value> = entries
            .iter()
            .map(|entry| {
                let mut row = entry.current.clone();
                row.insert("id".into(), entry.id.as_str().into());
                Value::Object(row)
            })
            .collect();
        self.begin(format!(
            "INSERT INTO {table} (tenant_id, id, {}, created_at, updated_at)
             SELECT ?1, r.id, {}, CAST(?5 AS BIGINT), CAST(?5 AS BIGINT)
             FROM {{rows ?4 AS r (id TEXT, {})}} WHERE {TAKEN}",
            names.join(", "),
            read.join(", "),
            typed.join(", ")
        ))
        .bind_json(&rows)
        .bind(self.now)
    }

    fn update(&self, table: &str, columns: &[(&str, &str)], entries: &[&Entry]) -> Statement {
        let sets: Vec<_> = columns
            .iter()
            .map(|(name, kind)| {
                // A type of two words would be two arguments of the fragment.
                let kind = if kind.starts_with("DOUBLE") {
                    "FLOAT8"
                } else {
                    kind
                };
                format!("{name} = {{field ?4 id '{name}' {kind}}}")
            })
            .collect();
        let rows: Map<String, Value> = entries
            .iter()
            .map(|entry| (entry.id.clone(), Value::Object(entry.current.clone())))
            .collect();
        let ids: Vec<_> = entries.iter().map(|entry| &entry.id).collect();
        self.begin(format!(
            "UPDATE {table} SET {}, updated_at = CASE WHEN updated_at >= ?6 THEN updated_at + 1 ELSE ?6 END
             WHERE tenant_id = ?1 AND id {{in ?5}} AND {TAKEN}",
            sets.join(", ")
        ))
        .bind_json(&rows)
        .bind_json(&ids)
        .bind(self.now)
    }

    /// A tag that is there no more is left out.
    fn tag(&self, piece: &Piece<'_>) -> Statement {
        let rows: Vec<_> = piece
            .tagged
            .iter()
            .flat_map(|business_id| {
                piece.tags.iter().map(move |tag_id| Tagged {
                    business_id,
                    tag_id,
                })
            })
            .collect();
        self.begin(format!(
            "INSERT INTO business_tag (tenant_id, business_id, tag_id, added_at)
             SELECT ?1, r.business_id, r.tag_id, CAST(?5 AS BIGINT)
             FROM {{rows ?4 AS r (business_id TEXT, tag_id TEXT)}}
             WHERE {TAKEN} AND EXISTS (SELECT 1 FROM tags t WHERE t.tenant_id = ?1 AND t.id = r.tag_id)
             ON CONFLICT (tenant_id, business_id, tag_id) DO NOTHING"
        ))
        .bind_json(&rows)
        .bind(self.now)
    }
}
