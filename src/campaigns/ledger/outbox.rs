//! The sends of a whole tenant, newest first.
//!
//! Three ways lead to them, none of which scans the ledger: those of a person or a business are found with the enrolments,
//! those that need somebody (failed, unknown) by an index of their own, and all others through the planner's rounds, of which
//! one page looks at so many and no more.

use std::collections::HashMap;

use super::SendStatus;
use super::rounds::{self, Round, Which};
use super::store::{SENDS, Send};
use crate::campaigns::sequences::Channel;
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{BusinessId, PersonId, RoundId, SendId, SequenceId};
use crate::tables::Conditions;

/// Rounds read at once, and sends that one page looks at.
const ROUNDS_AT_ONCE: i64 = 10;
const ROUNDS_A_PAGE: usize = 100;
const LOOKED_AT_A_PAGE: usize = 5_000;
/// Rows read by their keys at once.
const AT_ONCE: usize = 1_000;

/// Which sends are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// With this status.
    pub status: Option<SendStatus>,
    /// On this channel.
    pub channel: Option<Channel>,
    /// Of this sequence.
    pub sequence: Option<SequenceId>,
    /// To this person.
    pub person: Option<PersonId>,
    /// To somebody at this business.
    pub business: Option<BusinessId>,
    /// Planned then or later.
    pub planned_since: Option<Millis>,
    /// Planned before.
    pub planned_until: Option<Millis>,
    /// Taken by the provider then or later.
    pub sent_since: Option<Millis>,
    /// Taken by the provider before.
    pub sent_until: Option<Millis>,
}

/// One page, and the cursor to the next. It may be short where a filter leaves out most of what it looked at.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    page: &Page,
) -> Result<(Vec<Send>, Option<String>)> {
    let conditions = conditions(scope, filter);
    let is_unsettled = matches!(
        filter.status,
        Some(SendStatus::Failed | SendStatus::Unknown)
    );
    match (&filter.person, &filter.business) {
        (Some(person), _) => {
            let found = "id IN (SELECT s.id FROM enrolments e CROSS JOIN send_log s
                 WHERE e.tenant_id = ? AND e.person_id = ? AND s.tenant_id = ?
                   AND s.id >= substr(e.id, 1, 24) AND s.id < substr(e.id, 1, 24) || 'g' AND s.enrolment_id = e.id)";
            let tenant = &scope.tenant;
            let conditions = conditions.and(found, [tenant.into(), person.into(), tenant.into()]);
            sorted(db, conditions, page).await
        }
        (None, Some(business)) => {
            let found = "id IN (SELECT s.id FROM people p CROSS JOIN enrolments e CROSS JOIN send_log s
                 WHERE p.tenant_id = ? AND p.business_id = ? AND e.tenant_id = ? AND e.person_id = p.id AND s.tenant_id = ?
                   AND s.id >= substr(e.id, 1, 24) AND s.id < substr(e.id, 1, 24) || 'g' AND s.enrolment_id = e.id)";
            let tenant = &scope.tenant;
            let values = [tenant.into(), business.into(), tenant.into(), tenant.into()];
            sorted(db, conditions.and(found, values), page).await
        }
        (None, None) if is_unsettled => sorted(db, conditions, page).await,
        (None, None) => by_rounds(db, scope, filter, conditions, page).await,
    }
}

fn conditions(scope: &Scope, filter: &Filter) -> Conditions {
    let conditions = reach::by_business(scope)
        .and_if("sequence_id = ?", filter.sequence.as_ref())
        .and_if("channel = ?", filter.channel.map(Channel::as_str))
        .and_if("person_id = ?", filter.person.as_ref())
        .and_if("business_id = ?", filter.business.as_ref())
        .and_if("planned_at >= ?", filter.planned_since)
        .and_if("planned_at < ?", filter.planned_until)
        .and_if("sent_at >= ?", filter.sent_since)
        .and_if("sent_at < ?", filter.sent_until);
    match filter.status {
        // As the index of these says it, or it would not be used.
        Some(SendStatus::Failed) => conditions.and("status = 'failed'", []),
        Some(SendStatus::Unknown) => conditions.and("status = 'unknown'", []),
        status => conditions.and_if("status = ?", status.map(SendStatus::as_str)),
    }
}

fn no_cursor() -> Error {
    Error::field("cursor", "must be a next_cursor of this list")
}

/// What follows a place in the order of planning.
async fn sorted(
    db: &Db,
    conditions: Conditions,
    page: &Page,
) -> Result<(Vec<Send>, Option<String>)> {
    let conditions = match page.after.split_once('/') {
        None if page.after.is_empty() => conditions,
        Some((at, id)) => {
            let at: Millis = at.parse().map_err(|_| no_cursor())?;
            let id = SendId::parse(id).ok_or_else(no_cursor)?;
            conditions.and("(planned_at, id) < (?, ?)", [at.into(), id.into()])
        }
        None => return Err(no_cursor()),
    };
    let limit = page.probe();
    let tail = format!("ORDER BY planned_at DESC, id DESC LIMIT {limit}");
    let statement = SENDS.select_as(SENDS.columns, conditions, &tail);
    let mut rows: Vec<Send> = db.fetch_all(statement).await?;
    let next = page.cut(&mut rows, |row| format!("{}/{}", row.planned_at, row.id));
    Ok((rows, next))
}

/// Where a page begins among the rounds: behind a send of a round, or behind all of it.
struct Place {
    round: RoundId,
    send: Option<SendId>,
}

fn place(page: &Page) -> Result<Option<Place>> {
    if page.after.is_empty() {
        return Ok(None);
    }
    let (round, send) = page.after.split_once('/').ok_or_else(no_cursor)?;
    Ok(Some(Place {
        round: RoundId::parse(round).ok_or_else(no_cursor)?,
        send: match send {
            "" => None,
            send => Some(SendId::parse(send).ok_or_else(no_cursor)?),
        },
    }))
}

async fn by_rounds(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    conditions: Conditions,
    page: &Page,
) -> Result<(Vec<Send>, Option<String>)> {
    let begins = place(page)?;
    let mut which = Which {
        sequence: filter.sequence.clone(),
        since: filter.planned_since,
        // What went out by then was planned by then.
        until: filter.planned_until.or(filter.sent_until),
        from: None,
        before: None,
    };
    match &begins {
        Some(Place { round, send: None }) => which.before = Some(round.clone()),
        Some(Place { round, .. }) => which.from = Some(round.clone()),
        None => {}
    }
    let mut begins_behind = begins.and_then(|place| place.send);
    let mut found: Vec<(RoundId, Send)> = Vec::new();
    let (mut rounds_seen, mut looked_at) = (0, 0);
    let enough = page.limit + 1;
    loop {
        let rounds = rounds::newest(db, &scope.tenant, &which, ROUNDS_AT_ONCE).await?;
        let is_last = i64::try_from(rounds.len()).unwrap_or(0) < ROUNDS_AT_ONCE;
        let mut last = None;
        for round in &rounds {
            let behind = begins_behind.take();
            looked_at += of_round(db, &conditions, round, behind, enough, &mut found).await?;
            rounds_seen += 1;
            if found.len() >= enough {
                return Ok(cut(page, found));
            }
            last = Some(round.id.clone());
            if looked_at >= LOOKED_AT_A_PAGE || rounds_seen >= ROUNDS_A_PAGE {
                let next = Page::cursor(&format!("{}/", round.id));
                return Ok((
                    found.into_iter().map(|(_, send)| send).collect(),
                    Some(next),
                ));
            }
        }
        if is_last {
            return Ok((found.into_iter().map(|(_, send)| send).collect(), None));
        }
        (which.from, which.before) = (None, last);
    }
}

/// The sends of a round that are asked for, by their ids downwards, until there are `enough`. Returns how many it looked at.
async fn of_round(
    db: &Db,
    conditions: &Conditions,
    round: &Round,
    behind: Option<SendId>,
    enough: usize,
    found: &mut Vec<(RoundId, Send)>,
) -> Result<usize> {
    let mut ids: Vec<_> = round.send_ids.0.iter().collect();
    ids.sort_unstable_by(|one, other| other.cmp(one));
    if let Some(behind) = &behind {
        ids.retain(|id| *id < behind);
    }
    let mut looked_at = 0;
    for ids in ids.chunks(AT_ONCE) {
        looked_at += ids.len();
        let of_this = conditions
            .clone()
            .and("planned_at = ?", [round.planned_at.into()]);
        let rows: Vec<Send> = SENDS.by_ids(db, of_this, ids).await?;
        let mut by_id: HashMap<_, _> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        for id in ids {
            if let Some(row) = by_id.remove(*id) {
                found.push((round.id.clone(), row));
            }
        }
        if found.len() >= enough {
            break;
        }
    }
    Ok(looked_at)
}

fn cut(page: &Page, mut found: Vec<(RoundId, Send)>) -> (Vec<Send>, Option<String>) {
    let next = page.cut(&mut found, |(round, send)| format!("{round}/{}", send.id));
    (found.into_iter().map(|(_, send)| send).collect(), next)
}
