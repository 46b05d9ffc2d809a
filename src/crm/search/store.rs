//! The SQL of search. Nothing that was typed is part of a statement: it is bound, and read as JSON by the engine.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::candidates::{Arm, Entry, STRETCH};
use super::document::{Document, Field, Term, newest_first};
use super::edits;
use super::model::Kind;
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::http::scope::Scope;
use crate::ids::{BusinessId, TenantId};
use crate::tables::Table;

const DOCUMENTS: Table = Table {
    name: "search_documents",
    columns: "kind, record_id, business_id, title, subtitle, fields",
};
/// Words that a variant brings at most.
const WORDS_A_VARIANT: usize = 32;
/// An id's length: what of an entry is the record.
const ID: usize = 36;

/// A document as stored.
#[derive(Debug, Deserialize)]
pub struct Stored {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub record_id: String,
    /// The business that it is, or belongs to.
    pub business_id: BusinessId,
    /// What it is called.
    pub title: String,
    /// What tells it from others of that name.
    pub subtitle: Option<String>,
    /// What is searched.
    pub fields: Json<Vec<Field>>,
}

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

/// The first entries of each stretch, in the order of the stretches.
///
/// # Errors
/// The database's.
pub async fn walk(db: &Db, scope: &Scope, arms: &[Arm]) -> Result<Vec<Vec<Entry>>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        i: usize,
        found: Option<String>,
    }
    // Which of three indexes a stretch lies in.
    let within = match (&scope.reach.owner, &scope.reach.locations) {
        (Some(_), Some(_)) => "t.owner_id = p.owner_id AND t.location_id = p.location_id",
        (Some(_), None) => "t.owner_id = p.owner_id",
        (None, Some(_)) => "t.location_id = p.location_id",
        (None, None) => "true",
    };
    let statement = Statement::assembled(format!(
        "SELECT p.i, (SELECT string_agg(x.entry, '\n') FROM (
           SELECT t.record_id || t.term AS entry FROM search_terms t
           WHERE t.tenant_id = ?1 AND {within} AND t.kind = p.kind AND t.class = p.class AND t.term >= p.low AND t.term < p.high
           ORDER BY t.term, t.newest_first, t.record_id LIMIT {STRETCH}) AS x) AS found
         FROM {{rows ?2 AS p (i BIGINT, kind TEXT, class BIGINT, low TEXT, high TEXT, location_id TEXT, owner_id TEXT)}}"
    ));
    let rows: Vec<Row> = db
        .fetch_all(statement.bind(&scope.tenant).bind_json(arms))
        .await?;
    let mut walked: Vec<Vec<Entry>> = arms.iter().map(|_| Vec::new()).collect();
    for row in rows {
        if let (Some(slot), Some(found)) = (walked.get_mut(row.i), row.found) {
            slot.extend(found.split('\n').filter_map(entry));
        }
    }
    Ok(walked)
}

fn entry(text: &str) -> Option<Entry> {
    let (record_id, term) = text.split_at_checked(ID)?;
    Some(Entry {
        record_id: record_id.into(),
        term: term.into(),
    })
}

/// The known words that are kept under one of these variants.
///
/// # Errors
/// The database's.
pub async fn kept_under(
    db: &Db,
    tenant: &TenantId,
    variants: &BTreeSet<String>,
) -> Result<BTreeSet<String>, DbError> {
    #[derive(Serialize)]
    struct Variant<'a> {
        variant: &'a str,
    }
    #[derive(Deserialize)]
    struct Row {
        words: Option<String>,
    }
    if variants.is_empty() {
        return Ok(BTreeSet::new());
    }
    let variants: Vec<_> = variants.iter().map(|variant| Variant { variant }).collect();
    let statement = Statement::assembled(format!(
        "SELECT (SELECT string_agg(x.word, ' ') FROM (
           SELECT t.word FROM search_typos t WHERE t.tenant_id = ?1 AND t.variant = p.variant
           ORDER BY t.word LIMIT {WORDS_A_VARIANT}) AS x) AS words
         FROM {{rows ?2 AS p (variant TEXT)}}"
    ));
    let rows: Vec<Row> = db
        .fetch_all(statement.bind(tenant).bind_json(&variants))
        .await?;
    let words = rows.iter().filter_map(|row| row.words.as_deref());
    Ok(words
        .flat_map(|words| words.split(' '))
        .map(str::to_string)
        .collect())
}

/// Those of these records that are there and within reach.
///
/// # Errors
/// The database's.
pub async fn documents(
    db: &Db,
    scope: &Scope,
    kind: Kind,
    records: &[&str],
) -> Result<Vec<Stored>, DbError> {
    let ids = crate::edge::db::Value::Json(serde_json::json!(records).to_string());
    let conditions = reach::by_business(scope)
        .and("kind = ?", [kind.as_str().into()])
        .and("record_id {in ?}", [ids])
        .and("is_gone = 0", []);
    db.fetch_all(DOCUMENTS.select(conditions)).await
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

#[derive(Serialize)]
struct TermRow {
    kind: Kind,
    record_id: String,
    token: i64,
    class: i64,
    term: String,
    newest_first: i64,
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
    const TERMS: &str = "{rows ?2 AS r (kind TEXT, record_id TEXT, token BIGINT, class BIGINT, term TEXT, newest_first BIGINT, location_id TEXT, owner_id TEXT)}";
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
            newest_first,
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
