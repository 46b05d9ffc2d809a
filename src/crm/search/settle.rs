//! Bringing the index up to date with what changed.
//!
//! Triggers mark a record in the transaction that changes it, whoever changes it: a request, an import, a statement by hand. So
//! no change is missed. What a mark leads to cannot be written in SQL: words are folded and taken apart in the code. The API
//! settles the marks of its own writes before it answers; the tick settles what others left.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Document;
use super::model::Kind;
use super::store::index::{self, Indexed, Mark, Update};
use crate::crm::{businesses, notes, people};
use crate::edge::clock::{Millis, Stopwatch};
use crate::edge::db::{Db, DbError};
use crate::edge::log;
use crate::ids::TenantId;

/// Records a step brings up to date.
const STEP: usize = 200;
/// Terms that are written at once: they travel as one value, of two megabytes at most. (A new word is kept under some dozen others.)
const MOST_TERMS: usize = 4_000;
/// Records that a request waits for. What an import leaves is the tick's.
const OF_A_REQUEST: usize = 20;

/// Brings the index up to date after a record was written, and what else waits, if it is not much. The write is done: that the
/// index could not follow must not look as if it were not, and the tick makes up for it.
pub async fn after_write(db: &Db, tenant: &TenantId, kind: Kind, id: &str, now: Millis) {
    let settled = async {
        let marks = index::marks_around(db, tenant, kind, id, OF_A_REQUEST).await?;
        settle(db, &marks, now).await
    };
    if let Err(error) = settled.await {
        log::error("search index", &[("error", &error.to_string())]);
    }
}

/// Brings the index up to date, beginning new steps for `turn` milliseconds, and says how many records that were.
///
/// # Errors
/// The database's; what is not done stays marked.
pub async fn tick(db: &Db, turn: Millis, now: Millis) -> Result<usize, DbError> {
    run(db, None, turn, now).await
}

/// A tick for one tenant, or for all.
pub(super) async fn run(
    db: &Db,
    tenant: Option<&TenantId>,
    turn: Millis,
    now: Millis,
) -> Result<usize, DbError> {
    let mut settled = 0;
    let stopwatch = Stopwatch::start();
    while stopwatch.elapsed() < turn {
        let marks = index::marks(db, tenant, STEP).await?;
        settle(db, &marks, now).await?;
        settled += marks.len();
        if marks.len() < STEP {
            break;
        }
    }
    Ok(settled)
}

async fn settle(db: &Db, marks: &[Mark], now: Millis) -> Result<(), DbError> {
    let mut by_tenant: BTreeMap<&TenantId, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        by_tenant.entry(&mark.tenant_id).or_default().push(mark);
    }
    for (tenant, marks) in by_tenant {
        for update in prepare(db, tenant, &marks).await?.portions(MOST_TERMS) {
            index::write(db, tenant, &update, now).await?;
        }
    }
    Ok(())
}

/// Reads what the marked records are now, and what the index has of them.
pub(super) async fn prepare(
    db: &Db,
    tenant: &TenantId,
    marks: &[&Mark],
) -> Result<Update, DbError> {
    let mut update = Update::default();
    let mut words = BTreeSet::new();
    for kind in Kind::ALL {
        let marks: Vec<_> = marks.iter().filter(|mark| mark.kind == *kind).collect();
        if marks.is_empty() {
            continue;
        }
        let ids: Vec<_> = marks.iter().map(|mark| mark.record_id.as_str()).collect();
        let indexed = index::indexed(db, tenant, *kind, &ids).await?.into_iter();
        let mut indexed: BTreeMap<String, Indexed> = indexed
            .map(|indexed| (indexed.record_id.clone(), indexed))
            .collect();
        let documents = read(db, tenant, *kind, &ids).await?.into_iter();
        let mut documents: BTreeMap<String, Document> = documents
            .map(|document| (document.record_id.clone(), document))
            .collect();
        for mark in marks {
            let document = documents.remove(&mark.record_id);
            words.extend(document.iter().flat_map(Document::vocabulary));
            let record = ((**mark).clone(), indexed.remove(&mark.record_id), document);
            update.records.push(record);
        }
    }
    if !words.is_empty() {
        update.new_words = index::unknown(db, tenant, &words).await?;
    }
    Ok(update)
}

/// The documents of those of these records that are there.
async fn read(
    db: &Db,
    tenant: &TenantId,
    kind: Kind,
    ids: &[&str],
) -> Result<Vec<Document>, DbError> {
    match kind {
        Kind::Business => businesses::searchable::documents(db, tenant, ids).await,
        Kind::Person => people::searchable::documents(db, tenant, ids).await,
        Kind::Note => notes::searchable::documents(db, tenant, ids).await,
    }
}
