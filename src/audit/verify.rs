//! Verification: reads the log from a place on and says what is wrong with it.

use std::collections::HashSet;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chain::ChainKey;
use super::judge::{Link, Problem, ProblemKind, Stretch, judge};
use super::model::{Chained, Head};
use super::store::{self, Row};
use crate::config::AuditKeys;
use crate::edge::db::{Db, DbError};
use crate::ids::TenantId;

/// The last place there can be: D1's numbers are exact up to here.
pub const LAST: i64 = 1 << 53;
/// The most entries one call looks at.
pub const MOST: i64 = 20_000;
/// Entries a read.
const CHUNK: i64 = 1_000;
/// How many altered entries are tried against each other's places.
const MOST_COMPARED: usize = 50;

/// What was found.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditReport")]
pub struct Report {
    /// Where it began.
    pub from_sequence: i64,
    /// How many entries were looked at.
    pub checked: usize,
    /// What is wrong, in order; up to a hundred places.
    pub problems: Vec<Problem>,
    /// Whether this was the log's end.
    pub complete: bool,
    /// Where to go on.
    pub next_sequence: i64,
    /// The log's end. Who keeps it elsewhere can tell later that the log still contains it.
    pub head: Option<End>,
}

/// The last entry, or one that was the last.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, JsonSchema)]
#[schemars(rename = "AuditLogEnd")]
pub struct End {
    /// Its place.
    #[garde(range(min = 1, max = LAST))]
    pub sequence: i64,
    /// Its hash.
    #[garde(length(max = 68))]
    pub hash: String,
}

/// What was read.
#[derive(Default)]
struct Read {
    head: Option<Head>,
    /// The entry right before the first one of the stretch.
    before: Option<Row>,
    links: Vec<Link>,
    altered: Vec<Chained>,
    reached_end: bool,
    /// Where the next call goes on, if the upkeep removed the entries that were due.
    resume_at: Option<i64>,
}

/// Verifies up to `limit` entries of a tenant's log, from a place on.
///
/// # Errors
/// The database's.
pub async fn verify(
    db: &Db,
    tenant: &TenantId,
    keys: &AuditKeys,
    from_sequence: i64,
    limit: i64,
) -> Result<Report, DbError> {
    let key = ChainKey::new(keys, tenant);
    let limit = limit.clamp(1, MOST);
    let read = read(db, tenant, &key, from_sequence, limit).await?;
    Ok(report(&key, read, from_sequence))
}

/// Adds to a report whether the log still contains an entry that somebody knows of. The log alone cannot tell: an intruder may
/// have put an older state of it back, whole and sealed as it once was.
///
/// # Errors
/// The database's.
pub async fn check_known(
    db: &Db,
    tenant: &TenantId,
    known: &End,
    report: &mut Report,
) -> Result<(), DbError> {
    let (first_sequence, hash) = store::first_and_known(db, tenant, known.sequence).await?;
    let is_past = first_sequence.is_some_and(|first| known.sequence < first);
    if !is_past && hash.as_deref() != Some(&known.hash) {
        report.problems.push(Problem {
            sequence: known.sequence,
            kind: ProblemKind::Head,
            entry_id: None,
            count: 1,
        });
    }
    Ok(())
}

async fn read(
    db: &Db,
    tenant: &TenantId,
    key: &ChainKey,
    from: i64,
    limit: i64,
) -> Result<Read, DbError> {
    let mut read = Read::default();
    // One entry before the first: what it should follow from.
    let mut next = from.saturating_sub(1);
    let mut left = limit;
    loop {
        let wanted = left.saturating_add(1).min(CHUNK);
        let (head, rows) = store::stretch(db, tenant, next, wanted).await?;
        let begins = head.as_ref().map_or(1, |head| head.first_sequence);
        let began = read.head.as_ref().map(|head| head.first_sequence);
        // The upkeep removed entries between two reads: what is missing here was due.
        if began.is_some_and(|began| began < begins && begins > next) {
            read.resume_at = Some(begins);
            return Ok(read);
        }
        read.head = head;
        let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < wanted);
        for row in rows {
            if row.sequence() < from {
                read.before = Some(row);
                continue;
            }
            if left == 0 {
                return Ok(read);
            }
            left -= 1;
            next = row.sequence().saturating_add(1);
            read.take(key, row);
        }
        if is_last {
            read.reached_end = true;
            return Ok(read);
        }
        next = next.max(from);
    }
}

impl Read {
    fn take(&mut self, key: &ChainKey, row: Row) {
        match row {
            Row::Whole(row) => {
                let is_ours = key.is_ours(&row);
                self.links.push(Link {
                    sequence: row.sequence,
                    id: Some(row.entry.id.clone()),
                    previous_hash: row.previous_hash.clone(),
                    hash: row.hash.clone(),
                    is_ours,
                });
                if !is_ours && self.altered.len() < MOST_COMPARED {
                    self.altered.push(*row);
                }
            }
            Row::Broken {
                sequence,
                previous_hash,
                hash,
            } => self.links.push(Link {
                sequence,
                id: None,
                previous_hash,
                hash,
                is_ours: false,
            }),
        }
    }
}

fn report(key: &ChainKey, read: Read, from_sequence: i64) -> Report {
    let begins = read.head.as_ref().map_or(1, |head| head.first_sequence);
    let ends = read.head.as_ref().map_or(0, |head| head.sequence);
    let first = from_sequence.max(begins);
    let last_read = read.links.last().map_or(first - 1, |link| link.sequence);
    let last = match read.reached_end {
        true => last_read.max(ends),
        false => last_read,
    };
    let mut problems = head_problem(key, &read, last_read);
    // What lies before the stretch says nothing if it is not as we wrote it.
    let before = match (&read.head, &read.before) {
        (Some(head), _) if first == begins && key.is_sealed(head) => {
            Some(head.first_previous_hash.as_str())
        }
        (_, Some(Row::Whole(row))) if row.sequence == first - 1 && key.is_ours(row) => {
            Some(row.hash.as_str())
        }
        _ => None,
    };
    let end = read
        .head
        .as_ref()
        .filter(|head| read.reached_end && problems.is_empty() && head.sequence == last)
        .map(|head| head.hash.as_str());
    let stretch = Stretch {
        first,
        last,
        before,
        end,
    };
    let exchanged = exchanged(key, &read.altered);
    problems.extend(judge(&stretch, &read.links));
    for problem in &mut problems {
        if problem.kind == ProblemKind::Altered && exchanged.contains(&problem.sequence) {
            problem.kind = ProblemKind::Reordered;
        }
    }
    Report {
        from_sequence,
        checked: read.links.len(),
        problems,
        complete: read.reached_end,
        next_sequence: read.resume_at.unwrap_or(last.saturating_add(1)),
        head: read.head.map(|head| End {
            sequence: head.sequence,
            hash: head.hash,
        }),
    }
}

/// Whether the head is as we left it.
fn head_problem(key: &ChainKey, read: &Read, last_read: i64) -> Vec<Problem> {
    let is_whole = match &read.head {
        Some(head) => key.is_sealed(head) && last_read <= head.sequence,
        None => read.links.is_empty(),
    };
    if is_whole {
        return Vec::new();
    }
    vec![Problem {
        sequence: read.head.as_ref().map_or(0, |head| head.sequence),
        kind: ProblemKind::Head,
        entry_id: None,
        count: 1,
    }]
}

/// The places of altered entries that say what another altered one should say: somebody swapped what they say and left the hashes.
fn exchanged(key: &ChainKey, altered: &[Chained]) -> HashSet<i64> {
    let belongs = |said: &Chained, place: &Chained| {
        said.sequence != place.sequence
            && key.is_hash_of(&place.hash, &place.previous_hash, &said.entry)
    };
    altered
        .iter()
        .filter(|said| altered.iter().any(|place| belongs(said, place)))
        .map(|said| said.sequence)
        .collect()
}
