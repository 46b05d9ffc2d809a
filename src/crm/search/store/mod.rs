//! The SQL of finding; that of keeping the index is in [`index`]. Nothing that was typed is part of a statement: it is bound,
//! and read as JSON by the engine.

pub mod index;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::crm::reach;
use crate::crm::search::candidates::{Arm, Entry, STRETCH};
use crate::crm::search::document::Field;
use crate::crm::search::model::Kind;
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
    // Which of three indexes a stretch lies in. Of one's own records those elsewhere are left out when they are read.
    let within = match (&scope.reach.owner, &scope.reach.locations) {
        (Some(_), _) => "t.owner_id = p.owner_id",
        (None, Some(_)) => "t.location_id = p.location_id",
        (None, None) => "true",
    };
    let statement = Statement::assembled(format!(
        "SELECT p.i, (SELECT string_agg(x.entry, '\n') FROM (
           SELECT t.record_id || t.term AS entry FROM search_terms t
           WHERE t.tenant_id = ?1 AND {within} AND t.kind = p.kind AND t.class = p.class AND t.term >= p.low AND t.term < p.high
           ORDER BY t.term, t.newest_first, t.record_id LIMIT {STRETCH}) AS x) AS found
         FROM {{rows ?2 AS p (i BIGINT, kind TEXT, class TEXT, low TEXT, high TEXT, location_id TEXT, owner_id TEXT)}}"
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
