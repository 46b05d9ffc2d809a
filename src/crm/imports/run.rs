//! Working an import off, piece by piece. Each piece can be done anywhere and any number of times: it counts once.

use std::collections::BTreeSet;

use super::chunk::{Chunk, Reading, slug_of};
use super::model::{Checked, Import, ImportStatus, What};
use super::pieces::{self, Piece};
use super::rows::{Given, Plan, place};
use super::store::chunk as write;
use super::store::known::{self, Question};
use super::store::refusals::Refused;
use super::{convert, refused, store};
use crate::crm::backfill;
use crate::edge::clock::{Millis, SECOND, machine_now};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{BusinessId, ImportId, TenantId};

/// How long one message's work may take before the rest is left to the next.
const TURN: Millis = 12 * SECOND;
/// How often a piece is looked at anew when a record was changed since it was read.
const ATTEMPTS: u32 = 5;
/// Reasons that a trial lists.
const REASONS: usize = 100;

/// Goes on with an import for a while. True when there is more to do.
///
/// # Errors
/// The bucket's; the database's.
pub async fn work(platform: &Platform, tenant: &TenantId, id: &ImportId) -> Result<bool> {
    let Some(import) = store::find(&platform.db, tenant, id).await? else {
        return Ok(false);
    };
    match import.status {
        ImportStatus::Converting => {
            convert::convert(platform, tenant, &import).await?;
            Ok(false)
        }
        ImportStatus::Checking => check(platform, tenant, import).await,
        ImportStatus::Running => run(platform, tenant, import).await,
        ImportStatus::Finishing => {
            refused::finish(platform, tenant, &import).await?;
            Ok(false)
        }
        _ => Ok(false),
    }
}

async fn run(platform: &Platform, tenant: &TenantId, mut import: Import) -> Result<bool> {
    let (began, plan) = (machine_now(), plan(&import)?);
    backfill::all_of(&platform.db, tenant).await?;
    let mut attempts = 0;
    while machine_now() - began < TURN {
        let piece = pieces::read(&platform.bucket, &import, import.position).await?;
        if write_piece(platform, tenant, &import, &plan, &piece).await? {
            attempts = 0;
            import.position = piece.to;
            import.rows_done += count(piece.records.len());
            if piece.is_last {
                return Ok(true);
            }
            continue;
        }
        // Somebody else did it, or the import was stopped; or a record was changed since it was read: then once more.
        let now = store::get(&platform.db, tenant, &import.id).await?;
        let is_where_it_was =
            now.status == ImportStatus::Running && now.position == import.position;
        attempts += 1;
        if !is_where_it_was {
            return Ok(false);
        }
        if attempts >= ATTEMPTS {
            return Err(Error::Internal("a piece is changed again and again".into()));
        }
    }
    Ok(true)
}

async fn write_piece(
    platform: &Platform,
    tenant: &TenantId,
    import: &Import,
    plan: &Plan,
    piece: &Piece,
) -> Result<bool> {
    let chunk = look(platform, tenant, import, plan, piece).await?;
    // The header is row 1.
    let refused: Vec<_> = chunk
        .refusals(import.rows_done + 2)
        .into_iter()
        .map(|(index, refusal)| Refused {
            row_number: refusal.row,
            reason: refusal.reason,
            cells: piece.records.get(index).map_or(Vec::new(), |record| {
                let cells = record.cells.iter();
                cells.map(|cell| cell.replace('\0', "\u{fffd}")).collect()
            }),
        })
        .collect();
    let tags = &import.mapping.0.tags;
    let tagged = match tags.is_empty() {
        true => Vec::new(),
        false => chunk.businesses(),
    };
    let written = write::Piece {
        import: &import.id,
        from: import.position,
        to: piece.to,
        is_last: piece.is_last,
        counts: chunk.counts(),
        businesses: &chunk.book.entries,
        people: &chunk.people,
        tags,
        tagged: &tagged,
        refused: &refused,
    };
    Ok(write::write(&platform.db, tenant, &written, platform.now()).await?)
}

async fn check(platform: &Platform, tenant: &TenantId, mut import: Import) -> Result<bool> {
    let (began, plan) = (machine_now(), plan(&import)?);
    backfill::all_of(&platform.db, tenant).await?;
    while machine_now() - began < TURN {
        let mut checked: Checked = import
            .checked
            .take()
            .map(|checked| checked.0)
            .unwrap_or_default();
        let piece = pieces::read(&platform.bucket, &import, checked.position).await?;
        let chunk = look(platform, tenant, &import, &plan, &piece).await?;
        let counts = chunk.counts();
        let room = REASONS.saturating_sub(checked.refusals.len());
        let refusals = chunk.refusals(checked.rows + 2).into_iter();
        checked
            .refusals
            .extend(refusals.map(|(_, refusal)| refusal).take(room));
        checked.rows += counts.rows;
        checked.would_create += counts.created;
        checked.would_update += counts.updated;
        checked.would_leave += counts.unchanged;
        checked.would_refuse += counts.refused;
        checked.position = piece.to;
        checked.is_complete = piece.is_last;
        let (db, seen, now) = (&platform.db, import.updated_at, platform.now());
        match store::checked(db, tenant, &import.id, seen, &checked, now).await? {
            Some(next) if next.status == ImportStatus::Checking => import = next,
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// What the rows of a piece come to.
async fn look<'a>(
    platform: &Platform,
    tenant: &TenantId,
    import: &Import,
    plan: &'a Plan,
    piece: &Piece,
) -> Result<Chunk<'a>> {
    let db = &platform.db;
    let mut asked = Question::default();
    let defaults = plan.defaults();
    let givens: Vec<Result<Given<'_>, String>> = piece
        .records
        .iter()
        .map(|record| match &record.fault {
            Some(fault) => Err(fault.clone()),
            None => plan.read(&record.cells),
        })
        .collect();
    for given in givens.iter().flatten().chain([&defaults]) {
        let named = |field: &str| given.business.get(field).map(place);
        asked.communities.extend(named("community_id"));
        asked.industries.extend(named("industry_id"));
    }
    let mut places = known::places(db, tenant, &asked).await?;
    let usual = defaults.business.get("community_id").map(place);
    let usual = usual.and_then(|name| places.communities.get(&name));
    let readings: Vec<Result<Reading<'_>, String>> = givens
        .into_iter()
        .map(|given| given.map(|given| Reading::of(given, usual.map(String::as_str), &places)))
        .collect();
    let mut people = BTreeSet::new();
    for Reading { given, keys } in readings.iter().flatten() {
        if !keys.is_empty() {
            asked.keys.push(keys.clone());
        }
        let id = given.business_id.and_then(BusinessId::parse);
        asked.business_ids.extend(id.map(|id| id.to_string()));
        match import.what {
            What::Businesses => asked.slugs.extend(given.business.get("name").map(slug_of)),
            What::People => people.extend(given.person.get("external_id").map(str::to_string)),
        }
    }
    let mut known = known::businesses(db, tenant, &asked, &mut places).await?;
    let now = platform.now();
    let mut chunk = Chunk::new(plan, import.what, import.mapping.0.known, places, now);
    for entry in known.businesses {
        chunk.book.add(entry);
    }
    let there: Vec<&str> = chunk
        .book
        .entries
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    for person in known::people(db, tenant, &there, &people).await? {
        chunk.add_person(person);
    }
    for reading in readings {
        chunk.take(reading);
    }
    chunk.give_slugs(&mut known.slugs);
    Ok(chunk)
}

fn plan(import: &Import) -> Result<Plan> {
    Plan::new(import.what, &import.columns.0, &import.mapping.0)
        .map_err(|(place, complaint)| Error::field(place, complaint))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}
