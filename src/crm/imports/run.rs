//! Working an import off, piece by piece. Each piece can be done anywhere and any number of times: it counts once.

use futures_util::future::join;

use super::looked::{self, Looked};
use super::model::{Checked, Import, ImportStatus};
use super::pieces::{self, Piece};
use super::rows::Plan;
use super::store::chunk as write;
use super::store::refusals::Refused;
use super::{convert, refused, store};
use crate::crm::backfill;
use crate::edge::clock::{Millis, SECOND, machine_now};
use crate::edge::db::Db;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{ImportId, TenantId};
use crate::live::{self, Topic};

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

async fn run(platform: &Platform, tenant: &TenantId, import: Import) -> Result<bool> {
    let plan = plan(&import)?;
    backfill::all_of(&platform.db, tenant).await?;
    let another = platform.db.another();
    let run = Run {
        platform,
        beside: another.as_ref().unwrap_or(&platform.db),
        tenant,
        plan: &plan,
    };
    let outcome = run.go_on(import).await;
    if let Some(another) = &another {
        another.close().await;
    }
    outcome
}

/// An import at work: a piece is written while the next is looked at, on a connection of its own.
struct Run<'a> {
    platform: &'a Platform,
    beside: &'a Db,
    tenant: &'a TenantId,
    plan: &'a Plan,
}

impl<'a> Run<'a> {
    async fn go_on(&self, mut import: Import) -> Result<bool> {
        let mut attempts = 0;
        let first = pieces::read(&self.platform.bucket, &import, import.position).await?;
        let mut looked = self.look(&import, first).await?;
        looked.settle(None);
        // However long the first look took, what was looked at is written.
        let began = machine_now();
        while machine_now() - began < TURN {
            let (written, next) =
                join(self.write(&import, &looked), self.next(&import, &looked)).await;
            if written? {
                attempts = 0;
                live::changed(
                    self.platform,
                    self.tenant,
                    Topic::Imports,
                    Some(import.id.as_str()),
                );
                self.platform.live.flush().await;
                import.position = looked.piece.to;
                import.rows_done += count(looked.piece.records.len());
                let Some(mut next) = next? else {
                    return Ok(true);
                };
                let is_outdated = next.hangs_on(&looked);
                if is_outdated {
                    next = self.look(&import, next.piece).await?;
                }
                next.settle((!is_outdated).then_some(&looked));
                looked = next;
                continue;
            }
            // Somebody else did it, or the import was stopped; or a record was changed since it was read: then once more.
            let now = store::get(&self.platform.db, self.tenant, &import.id).await?;
            let is_where_it_was =
                now.status == ImportStatus::Running && now.position == import.position;
            attempts += 1;
            if !is_where_it_was {
                return Ok(false);
            }
            if attempts >= ATTEMPTS {
                return Err(Error::Internal("a piece is changed again and again".into()));
            }
            looked = self.look(&import, looked.piece).await?;
            looked.settle(None);
        }
        Ok(true)
    }

    /// The piece behind this one, looked at; `None` behind the last.
    async fn next(&self, import: &Import, looked: &Looked<'_>) -> Result<Option<Looked<'a>>> {
        if looked.piece.is_last {
            return Ok(None);
        }
        let piece = pieces::read(&self.platform.bucket, import, looked.piece.to).await?;
        self.look(import, piece).await.map(Some)
    }

    async fn look(&self, import: &Import, piece: Piece) -> Result<Looked<'a>> {
        let now = self.platform.now();
        looked::look(self.beside, self.tenant, import, self.plan, piece, now).await
    }

    async fn write(&self, import: &Import, looked: &Looked<'_>) -> Result<bool> {
        let Looked { chunk, piece, .. } = looked;
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
        let (db, now) = (&self.platform.db, self.platform.now());
        Ok(write::write(db, self.tenant, &written, now).await?)
    }
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
        let (db, now) = (&platform.db, platform.now());
        let Looked { piece, chunk, .. } =
            looked::look(db, tenant, &import, &plan, piece, now).await?;
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
        let seen = import.updated_at;
        match store::checked(db, tenant, &import.id, seen, &checked, now).await? {
            Some(next) if next.status == ImportStatus::Checking => {
                live::changed(platform, tenant, Topic::Imports, Some(next.id.as_str()));
                platform.live.flush().await;
                import = next;
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// How its columns are read.
///
/// # Errors
/// A mapping that does not hold, by its place.
pub(super) fn plan(import: &Import) -> Result<Plan> {
    Plan::new(import.what, &import.columns.0, &import.mapping.0)
        .map_err(|(place, complaint)| Error::field(place, complaint))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(0)
}
