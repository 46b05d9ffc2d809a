//! Carrying over what there may be much of, or back, a step at a time. Each step is a transaction of its own that moves up to
//! 500 rows of one table and writes down which. A kill between two steps leaves the merge where it was: a tick goes on.

use super::model::{Merge, MergeStatus, Pair};
use super::registry::HANGING;
use super::store::moves::{self, Search, Shift};
use super::store::{self, records, undo};
use crate::crm::duplicates::evidence::What;
use crate::crm::scores;
use crate::edge::clock::{MINUTE, Millis};
use crate::edge::db::{Db, DbError};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::http::scope::Scope;
use crate::ids::{MergeId, TenantId};

/// Rows of a step.
const STEP: i64 = 500;
/// Steps before the answer: ten thousand rows.
pub const STEPS_AT_ONCE: u32 = 20;
/// Merges that a tick takes up, and steps of each.
const MERGES_A_TICK: i64 = 10;
const STEPS_A_TICK: u32 = 20;
/// When a merge that is done is looked at once more: by then, whoever had read the records before it has written what they had to.
const LAST_LOOK: Millis = 10 * MINUTE;
/// When a tick goes on with what was left: soon, but not beside the request that is at it.
const GO_ON: Millis = MINUTE;

/// Goes on with merges that have something left.
///
/// # Errors
/// When not even their list can be read.
pub async fn tick(platform: &Platform) -> Result<(), DbError> {
    let (db, now) = (&platform.db, platform.now());
    for (tenant, merge) in store::due(db, now, MERGES_A_TICK).await? {
        if let Err(error) = advance(db, &tenant, &merge, STEPS_A_TICK, now).await {
            let (id, error) = (merge.as_str(), error.to_string());
            log::error("merge", &[("id", id), ("error", &error)]);
        }
    }
    Ok(())
}

/// Does up to `steps` steps of a merge, or of undoing it.
///
/// # Errors
/// The database's; what is done is done, and a tick goes on.
pub async fn advance(
    db: &Db,
    tenant: &TenantId,
    id: &MergeId,
    steps: u32,
    now: Millis,
) -> Result<(), DbError> {
    let Some(merge) = store::find(db, &Scope::whole(tenant), id).await? else {
        return Ok(());
    };
    let pairs = store::pairs(db, tenant, &[id]).await?;
    match merge.status {
        MergeStatus::Moving | MergeStatus::Done => {
            carry_over(db, tenant, &merge, &pairs, steps, now).await
        }
        MergeStatus::Undoing => carry_back(db, tenant, id, &pairs, steps, now).await,
        MergeStatus::Undone => Ok(()),
    }
}

async fn carry_over(
    db: &Db,
    tenant: &TenantId,
    merge: &Merge,
    pairs: &[Pair],
    steps: u32,
    now: Millis,
) -> Result<(), DbError> {
    let mut left = steps;
    let mut moved = false;
    for pair in pairs {
        let businesses = businesses(db, tenant, pair).await?;
        let search = Search {
            from: &pair.other_id,
            to: &pair.kept_id,
            holder: &pair.kept_id,
            businesses: &businesses,
        };
        for hanging in HANGING.iter().filter(|hanging| hanging.on() == pair.what) {
            loop {
                let ids = search.ids(db, tenant, hanging, STEP).await?;
                if ids.is_empty() {
                    break;
                }
                if left == 0 {
                    return later(db, tenant, merge, now).await;
                }
                left -= 1;
                moved = true;
                let shift = Shift {
                    place: hanging.place(),
                    from: pair.other_id.clone(),
                    to: pair.kept_id.clone(),
                    ids,
                };
                let statements = vec![
                    moves::go_on(tenant, &merge.id, now),
                    moves::enter(tenant, &merge.id, 0, &shift),
                    moves::shift(tenant, &merge.id, &shift, search.businesses),
                ];
                match db.batch(statements).await {
                    // Somebody else is at it too.
                    Err(DbError::Unique) => return later(db, tenant, merge, now).await,
                    // Undone meanwhile.
                    Ok(outcomes) if outcomes.first().is_none_or(|first| first.changes == 0) => {
                        return Ok(());
                    }
                    other => drop(other?),
                }
            }
        }
    }
    let mut statements: Vec<_> = pairs
        .iter()
        .filter(|pair| pair.what == What::People)
        .flat_map(|pair| moves::late(tenant, pair, now))
        .collect();
    let is_first_look = merge.status == MergeStatus::Moving || moved;
    let check_at = is_first_look.then_some(now + LAST_LOOK);
    statements.push(scores::again(tenant, &businesses_of(pairs)));
    statements.push(moves::done(tenant, &merge.id, check_at, now));
    db.batch(statements).await.map(drop)
}

/// Where the timelines are that speak of two people: at the businesses that they were at, and at those that these have become
/// part of since.
async fn businesses(db: &Db, tenant: &TenantId, pair: &Pair) -> Result<Vec<String>, DbError> {
    let mut businesses = pair.changes.0.businesses.clone();
    if pair.what == What::People {
        let people = [pair.kept_id.as_str(), pair.other_id.as_str()];
        businesses.extend(records::businesses_of(db, tenant, &people).await?);
    }
    Ok(businesses)
}

/// The businesses that a merge is about.
fn businesses_of(pairs: &[Pair]) -> Vec<&str> {
    let of_businesses = pairs.iter().filter(|pair| pair.what == What::Businesses);
    of_businesses
        .flat_map(|pair| [pair.kept_id.as_str(), pair.other_id.as_str()])
        .collect()
}

async fn later(db: &Db, tenant: &TenantId, merge: &Merge, now: Millis) -> Result<(), DbError> {
    db.run(undo::check_at(tenant, &merge.id, now + GO_ON))
        .await
        .map(drop)
}

async fn carry_back(
    db: &Db,
    tenant: &TenantId,
    id: &MergeId,
    pairs: &[Pair],
    steps: u32,
    now: Millis,
) -> Result<(), DbError> {
    for _ in 0..steps {
        let Some(last) = undo::last_move(db, tenant, id).await? else {
            let again = scores::again(tenant, &businesses_of(pairs));
            let statements = vec![again, undo::undone(tenant, id, now)];
            return db.batch(statements).await.map(drop);
        };
        let of_move = pairs.iter().find(|pair| pair.other_id == last.from_id);
        let businesses = match of_move {
            Some(pair) => businesses(db, tenant, pair).await?,
            None => Vec::new(),
        };
        db.batch(vec![
            moves::back(tenant, id, &last, &businesses),
            undo::forget_move(tenant, id, last.number),
        ])
        .await?;
    }
    db.run(undo::check_at(tenant, id, now)).await.map(drop)
}
