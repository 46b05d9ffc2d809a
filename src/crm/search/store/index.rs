//! The SQL of keeping the index.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::crm::search::document::{Class, Document, Term, newest_first};
use crate::crm::search::edits;
use crate::crm::search::model::Kind;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::ids::TenantId;

/// A record that changed since the index was brought up to date.
#[derive(Debug, Clone, Deserialize)]
pub struct Mark {
    /// Whose.
    pub tenant_id: TenantId,
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub record_id: String,
    /// Another one with every change.
    pub token: i64,
}

/// What the index has of a record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Indexed {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub record_id: String,
    /// Where it belonged.
    pub location_id: Option<String>,
    /// Whose it was.
    pub owner_id: Option<String>,
    /// Under which terms.
    pub terms: Json<BTreeSet<Term>>,
}

/// Records that changed: of a tenant, or of all.
///
/// # Errors
/// The database's.
pub async fn marks(db: &Db, tenant: Option<&TenantId>, most: usize) -> Result<Vec<Mark>, DbError> {
    const COLUMNS: &str = "SELECT tenant_id, kind, record_id, token FROM search_pending";
    const ORDER: &str = "ORDER BY tenant_id, kind, record_id";
    let statement = match tenant {
        Some(tenant) => Statement::assembled(format!(
            "{COLUMNS} WHERE tenant_id = ?1 {ORDER} LIMIT {most}"
        ))
        .bind(tenant),
        None => Statement::assembled(format!("{COLUMNS} {ORDER} LIMIT {most}")),
    };
    db.fetch_all(statement).await
}

/// A record's mark and some of the others of its tenant: what hangs on it, unless an import is under way.
///
/// # Errors
/// The database's.
pub async fn marks_around(
    db: &Db,
    tenant: &TenantId,
    kind: Kind,
    record_id: &str,
    most: usize,
) -> Result<Vec<Mark>, DbError> {
    let own = Statement::new(
        "SELECT tenant_id, kind, record_id, token FROM search_pending WHERE tenant_id = ?1 AND kind = ?2 AND record_id = ?3",
    );
    let others = Statement::assembled(format!(
        "SELECT tenant_id, kind, record_id, token FROM search_pending WHERE tenant_id = ?1 AND (kind <> ?2 OR record_id <> ?3)
         ORDER BY tenant_id, kind, record_id LIMIT {most}"
    ));
    let of = |statement: Statement| statement.bind(tenant).bind(kind.as_str()).bind(record_id);
    let mut marks = Vec::new();
    for outcome in db.batch(vec![of(own), of(others)]).await? {
        marks.extend(outcome.rows.decode::<Mark>()?);
    }
    Ok(marks)
}

/// What the index has of these records.
///
/// # Errors
/// The database's.
pub async fn indexed(
    db: &Db,
    tenant: &TenantId,
    kind: Kind,
    records: &[&str],
) -> Result<Vec<Indexed>, DbError> {
    let statement = Statement::new(
        "SELECT kind, record_id, location_id, owner_id, terms FROM search_documents
         WHERE tenant_id = ?1 AND kind = ?2 AND record_id {in ?3}",
    );
    db.fetch_all(
        statement
            .bind(tenant)
            .bind(kind.as_str())
            .bind_json(records),
    )
    .await
}

/// A known word and what it is kept under.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    variant: String,
    word: String,
}

/// Which of these words nobody has used yet.
///
/// # Errors
/// The database's.
pub async fn unknown(
    db: &Db,
    tenant: &TenantId,
    words: &BTreeSet<String>,
) -> Result<Vec<String>, DbError> {
    let asked: Vec<_> = words
        .iter()
        .map(|word| Kept {
            variant: edits::stem(word),
            word: word.clone(),
        })
        .collect();
    let statement = Statement::new(
        "SELECT r.variant, r.word FROM {rows ?2 AS r (variant TEXT, word TEXT)}
         WHERE NOT EXISTS (SELECT 1 FROM search_typos t WHERE t.tenant_id = ?1 AND t.variant = r.variant AND t.word = r.word)",
    );
    let unknown: Vec<Kept> = db
        .fetch_all(statement.bind(tenant).bind_json(&asked))
        .await?;
    Ok(unknown.into_iter().map(|kept| kept.word).collect())
}

/// What is written to bring the index up to date.
#[derive(Debug, Default)]
pub struct Update {
    /// The marks that are done with, with what the index has and what it is to have.
    pub records: Vec<(Mark, Option<Indexed>, Option<Document>)>,
    /// Words that nobody has used yet.
    pub new_words: Vec<String>,
}

impl Update {
    /// The same in portions of so many terms at most, or of one record.
    pub fn portions(self, most_terms: usize) -> Vec<Update> {
        let mut new_words: BTreeSet<String> = self.new_words.into_iter().collect();
        let mut portions: Vec<Update> = Vec::new();
        let mut room = 0;
        for record in self.records {
            let (before, after) = (record.1.as_ref(), record.2.as_ref());
            let terms = before.map_or(0, |indexed| indexed.terms.0.len())
                + after.map_or(0, |document| document.terms().len());
            if terms > room || portions.is_empty() {
                portions.push(Update::default());
                room = most_terms;
            }
            room = room.saturating_sub(terms);
            if let Some(portion) = portions.last_mut() {
                let words = after.map(Document::vocabulary).unwrap_or_default();
                let new = words.into_iter().filter(|word| new_words.remove(word));
                portion.new_words.extend(new);
                portion.records.push(record);
            }
        }
        portions
    }
}

#[derive(Serialize)]
struct TermRow {
    kind: Kind,
    record_id: String,
    token: i64,
    class: Class,
    term: String,
    newest_first: String,
    location_id: Option<String>,
    owner_id: Option<String>,
}

/// Writes it as one transaction; of each record only if it has not changed again since its mark was read.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn write(
    db: &Db,
    tenant: &TenantId,
    update: &Update,
    now: Millis,
) -> Result<(), DbError> {
    /// The condition on each entry `r` that its record's mark is the one that was read.
    const UNCHANGED: &str = "EXISTS (SELECT 1 FROM search_pending m
       WHERE m.tenant_id = ?1 AND m.kind = r.kind AND m.record_id = r.record_id AND m.token = r.token)";
    const TERMS: &str = "{rows ?2 AS r (kind TEXT, record_id TEXT, token BIGINT, class TEXT, term TEXT, newest_first TEXT, location_id TEXT, owner_id TEXT)}";
    // Row values are found by an index when all their columns are of one type, as in all of these.
    let (removed, added) = difference(update);
    let documents: Vec<_> = update.records.iter().filter_map(document_row).collect();
    let marks: Vec<_> = update
        .records
        .iter()
        .map(|(mark, _, document)| {
            serde_json::json!({
                "kind": mark.kind, "record_id": mark.record_id, "token": mark.token,
                "is_gone": i64::from(document.is_none()),
            })
        })
        .collect();
    let kept: Vec<_> = update
        .new_words
        .iter()
        .flat_map(|word| {
            let variants = edits::kept_under(word).into_iter();
            variants.map(|variant| Kept {
                variant,
                word: word.clone(),
            })
        })
        .collect();
    let statement = |sql: String| Statement::assembled(sql).bind(tenant);
    db.batch(vec![
        statement(format!(
            "DELETE FROM search_terms WHERE tenant_id = ?1 AND (kind, class, term, newest_first, record_id) IN
               (SELECT r.kind, r.class, r.term, r.newest_first, r.record_id FROM {TERMS} WHERE {UNCHANGED})"
        ))
        .bind_json(&removed),
        statement(format!(
            "INSERT INTO search_terms (tenant_id, kind, class, term, newest_first, record_id, location_id, owner_id)
             SELECT ?1, r.kind, r.class, r.term, r.newest_first, r.record_id, r.location_id, r.owner_id
             FROM {TERMS} WHERE {UNCHANGED}
             ON CONFLICT (tenant_id, kind, class, term, newest_first, record_id) DO UPDATE
               SET location_id = excluded.location_id, owner_id = excluded.owner_id"
        ))
        .bind_json(&added),
        statement(
            "INSERT INTO search_typos (tenant_id, variant, word)
             SELECT ?1, r.variant, r.word FROM {rows ?2 AS r (variant TEXT, word TEXT)}
             WHERE true ON CONFLICT (tenant_id, variant, word) DO NOTHING"
                .into(),
        )
        .bind_json(&kept),
        statement(format!(
            "INSERT INTO search_documents (tenant_id, kind, record_id, business_id, location_id, owner_id, title, subtitle, fields, terms, is_gone, indexed_at)
             SELECT ?1, r.kind, r.record_id, r.business_id, r.location_id, r.owner_id, r.title, r.subtitle, r.fields, r.terms, 0, ?3
             FROM {{rows ?2 AS r (kind TEXT, record_id TEXT, token BIGINT, business_id TEXT, location_id TEXT, owner_id TEXT, title TEXT, subtitle TEXT, fields JSON, terms JSON)}}
             WHERE {UNCHANGED}
             ON CONFLICT (tenant_id, kind, record_id) DO UPDATE SET
               business_id = excluded.business_id, location_id = excluded.location_id, owner_id = excluded.owner_id,
               title = excluded.title, subtitle = excluded.subtitle, fields = excluded.fields, terms = excluded.terms,
               is_gone = 0, indexed_at = excluded.indexed_at"
        ))
        .bind_json(&documents)
        .bind(now),
        statement(format!(
            "DELETE FROM search_documents WHERE tenant_id = ?1 AND (kind, record_id) IN
               (SELECT r.kind, r.record_id FROM {{rows ?2 AS r (kind TEXT, record_id TEXT, token BIGINT, is_gone BIGINT)}}
                WHERE r.is_gone = 1 AND {UNCHANGED})"
        ))
        .bind_json(&marks),
        statement(
            "DELETE FROM search_pending WHERE tenant_id = ?1 AND (kind, record_id, token) IN
               (SELECT r.kind, r.record_id, r.token FROM {rows ?2 AS r (kind TEXT, record_id TEXT, token BIGINT)})"
                .into(),
        )
        .bind_json(&marks),
    ])
    .await
    .map(drop)
}

/// The terms to remove and those to add.
fn difference(update: &Update) -> (Vec<TermRow>, Vec<TermRow>) {
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    for (mark, indexed, document) in &update.records {
        let is = document.as_ref().map(Document::terms).unwrap_or_default();
        let nothing = BTreeSet::new();
        let was = indexed
            .as_ref()
            .map_or(&nothing, |indexed| &indexed.terms.0);
        let of = document.as_ref();
        let (location_id, owner_id) = (
            of.and_then(|document| document.location_id.clone()),
            of.and_then(|document| document.owner_id.clone()),
        );
        let stays = indexed.as_ref().is_some_and(|indexed| {
            indexed.location_id == location_id && indexed.owner_id == owner_id
        });
        let newest_first = newest_first(&mark.record_id);
        let row = |term: &Term| TermRow {
            kind: mark.kind,
            record_id: mark.record_id.clone(),
            token: mark.token,
            class: term.class,
            term: term.term.clone(),
            newest_first: newest_first.clone(),
            location_id: location_id.clone(),
            owner_id: owner_id.clone(),
        };
        removed.extend(was.difference(&is).map(row));
        added.extend(
            is.iter()
                .filter(|term| !stays || !was.contains(*term))
                .map(row),
        );
    }
    (removed, added)
}

fn document_row(
    (mark, _, document): &(Mark, Option<Indexed>, Option<Document>),
) -> Option<serde_json::Value> {
    let document = document.as_ref()?;
    Some(serde_json::json!({
        "kind": mark.kind, "record_id": mark.record_id, "token": mark.token,
        "business_id": document.business_id, "location_id": document.location_id, "owner_id": document.owner_id,
        "title": document.title, "subtitle": document.subtitle,
        "fields": document.fields, "terms": document.terms(),
    }))
}
