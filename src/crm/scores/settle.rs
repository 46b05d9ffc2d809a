//! Calculating scores anew: of businesses with which something happened, and of those whose scores have decayed.
//!
//! Triggers mark what happened in the transaction in which it happens, so that nothing that counts is missed, whoever writes it.
//! The queue's consumer settles the marks soon after; the tick settles what is left.

use std::collections::{BTreeMap, BTreeSet};

use super::calculate;
use super::decay::ends_at;
use super::model::{BY_HAND, Contribution, STATUS, Values};
use super::rules::ScoringRules;
use super::store::{self, Calculation, Due, Known, MOST_MARKS, Mark};
use crate::crm::model::{LeadStatus, Score};
use crate::edge::clock::{Millis, Stopwatch};
use crate::edge::db::{Db, DbError};
use crate::edge::platform::Platform;
use crate::edge::{log, random};
use crate::ids::{BusinessId, TenantId};
use crate::live::{self, Topic};

/// Businesses a step.
const STEP: usize = 250;
/// How often a calculation is made anew when another was faster.
const ATTEMPTS: u32 = 5;

/// Calculates a business's scores after a write, and says what it shows now; `None` when nothing can be said. The write is
/// done: that the scores could not follow must not look as if it were not, and the tick makes up for it.
pub async fn after_write(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    now: Millis,
) -> Option<Values> {
    let settled = async {
        settle(db, tenant, std::slice::from_ref(business), now).await?;
        store::shown(db, tenant, business).await
    };
    settled.await.unwrap_or_else(|error| {
        log::error("scores", &[("error", &error.to_string())]);
        None
    })
}

/// Calculates the scores of some businesses with which something happened, after a delivery of events. Whatever fails stays
/// marked for the tick.
pub async fn after_events(platform: &Platform) {
    let settled = async {
        let marked = store::marked(&platform.db, None).await?;
        step(platform, marked).await
    };
    if let Err(error) = settled.await {
        log::error("scores", &[("error", &error.to_string())]);
    }
}

/// Calculates scores, beginning new steps for `turn` milliseconds, and says how many.
///
/// # Errors
/// The database's; what is not done is marked, or due, still.
pub async fn tick(platform: &Platform, turn: Millis) -> Result<usize, DbError> {
    run(platform, None, turn).await
}

/// A tick for one tenant, or for all.
pub(super) async fn run(
    platform: &Platform,
    tenant: Option<&TenantId>,
    turn: Millis,
) -> Result<usize, DbError> {
    let (db, now) = (&platform.db, platform.now());
    let mut calculated = 0;
    let stopwatch = Stopwatch::start();
    while stopwatch.elapsed() < turn {
        let mut done = step(platform, store::marked(db, tenant).await?).await?;
        if done == 0 {
            done = step(platform, store::due(db, tenant, now, STEP).await?).await?;
        }
        if done == 0 {
            break;
        }
        calculated += done;
    }
    Ok(calculated)
}

async fn step(platform: &Platform, due: Vec<Due>) -> Result<usize, DbError> {
    let mut by_tenant: BTreeMap<TenantId, BTreeSet<BusinessId>> = BTreeMap::new();
    for one in due {
        by_tenant
            .entry(one.tenant_id)
            .or_default()
            .insert(one.business_id);
    }
    let mut calculated = 0;
    for (tenant, businesses) in by_tenant {
        let businesses: Vec<_> = businesses.into_iter().collect();
        for businesses in businesses.chunks(STEP) {
            // One tenant's trouble is not the others'.
            match settle(&platform.db, &tenant, businesses, platform.now()).await {
                Ok(()) => {
                    calculated += businesses.len();
                    for business in businesses {
                        live::changed(platform, &tenant, Topic::Scores, Some(business.as_str()));
                    }
                }
                Err(error) => log::error("scores", &[("error", &error.to_string())]),
            }
        }
    }
    Ok(calculated)
}

async fn settle(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
    now: Millis,
) -> Result<(), DbError> {
    let mut rest = businesses.to_vec();
    for _ in 0..ATTEMPTS {
        let known = store::known(db, tenant, &rest).await?;
        let is_gone =
            |business: &&BusinessId| known.standings.iter().all(|one| one.id != **business);
        let gone: Vec<_> = rest.iter().filter(is_gone).collect();
        if !gone.is_empty() {
            store::forget(db, tenant, &gone).await?;
        }
        let calculations = calculations(&known, now);
        if calculations.is_empty() {
            return Ok(());
        }
        let written = store::write(db, tenant, &calculations, now).await?;
        rest = calculations
            .into_iter()
            .map(|one| one.business_id)
            .filter(|business| !written.contains(business))
            .collect();
        if rest.is_empty() {
            return Ok(());
        }
    }
    Ok(())
}

/// The new scores of each business of which enough is known: when there are too many marks for one step, those behind them wait.
pub(super) fn calculations(known: &Known, now: Millis) -> Vec<Calculation> {
    let last_seen = match known.marks.len() < MOST_MARKS {
        true => None,
        false => known.marks.last().map(|mark| &mark.business_id),
    };
    known
        .standings
        .iter()
        .filter(|standing| last_seen.is_none_or(|last| standing.id <= *last))
        .filter_map(|standing| {
            let business = &standing.id;
            let marks: Vec<_> = known
                .marks
                .iter()
                .filter(|mark| mark.business_id == *business)
                .cloned()
                .collect();
            let contributions = known
                .contributions
                .iter()
                .filter(|stored| stored.business_id == *business)
                .map(|stored| stored.contribution.clone())
                .collect();
            let before = known
                .calculated
                .iter()
                .find(|calculated| calculated.business_id == *business)
                .map_or(0, |calculated| calculated.calculation);
            if before == 0 && marks.is_empty() {
                return None;
            }
            let changed = change(&known.rules, contributions, &marks, now);
            Some(Calculation {
                business_id: business.clone(),
                known: before,
                calculation: number(),
                values: calculate::values(&known.rules, standing.lead_status, &changed.all, now),
                next_at: calculate::next_change(
                    &known.rules,
                    standing.lead_status,
                    &changed.all,
                    now,
                ),
                added: changed.added,
                removed: changed.removed,
                marks,
            })
        })
        .collect()
}

/// What counts after some things happened.
struct Changed {
    all: Vec<Contribution>,
    added: Vec<Contribution>,
    removed: Vec<(Score, String)>,
}

fn change(rules: &ScoringRules, before: Vec<Contribution>, marks: &[Mark], now: Millis) -> Changed {
    let (ended, mut all): (Vec<_>, Vec<_>) = before
        .into_iter()
        .partition(|one| one.ends_at.is_some_and(|end| end <= now));
    let mut removed: BTreeSet<(Score, String)> =
        ended.into_iter().map(|one| (one.score, one.id)).collect();
    let mut added: Vec<Contribution> = Vec::new();
    // What was set by hand is counted from what else there is, so that it comes last.
    let mut in_order: Vec<_> = marks.iter().collect();
    in_order.sort_by_key(|mark| mark.fact.starts_with("by_hand/"));
    for mark in in_order {
        for score in Score::ALL {
            let (id, new) = match read(rules, *score, mark, &all, now) {
                Some(Effect::Counts(new)) => (new.id.clone(), Some(new)),
                Some(Effect::Ends(id)) => (id, None),
                None => continue,
            };
            let is_same = |one: &Contribution| one.score == *score && one.id == id;
            let is_fact = new.as_ref().is_some_and(|new| new.id != new.reason);
            if is_fact && all.iter().any(is_same) {
                // It counts already.
                continue;
            }
            all.retain(|one| !is_same(one));
            added.retain(|one| !is_same(one));
            match new {
                Some(new) => {
                    removed.remove(&(*score, id));
                    all.push(new.clone());
                    added.push(new);
                }
                None => {
                    removed.insert((*score, id));
                }
            }
        }
    }
    Changed {
        all,
        added,
        removed: removed.into_iter().collect(),
    }
}

enum Effect {
    Counts(Contribution),
    Ends(String),
}

/// What a mark means for a score.
fn read(
    rules: &ScoringRules,
    score: Score,
    mark: &Mark,
    all: &[Contribution],
    now: Millis,
) -> Option<Effect> {
    // Another's clock may be ahead, and a version's time is a little ahead of two changes at once.
    let occurred_at = mark.occurred_at.min(now);
    let contribution = |id: &str, reason: &str, points, half_life_days, detail| Contribution {
        score,
        id: id.into(),
        reason: reason.into(),
        points,
        half_life_days,
        occurred_at,
        ends_at: ends_at(points, half_life_days, occurred_at),
        person_id: mark.person_id.clone(),
        detail,
    };
    let word = mark.word.as_deref().unwrap_or_default();
    if let Some(activity) = mark.fact.strip_prefix("happened/") {
        let rule = rules.of(score).on(word)?;
        let new = contribution(activity, word, rule.points, rule.half_life_days, None);
        let is_over = new.ends_at.is_some_and(|end| end <= now);
        return (!is_over).then_some(Effect::Counts(new));
    }
    if let Some(set) = mark.fact.strip_prefix("by_hand/") {
        if set != score.as_str() {
            return None;
        }
        let Some(wanted) = mark.value else {
            return Some(Effect::Ends(BY_HAND.into()));
        };
        let points = calculate::points_to(rules, score, wanted, all, now);
        let half_life = Some(rules.by_hand_half_life_days);
        let mut new = contribution(
            BY_HAND,
            BY_HAND,
            points,
            half_life,
            Some(wanted.to_string()),
        );
        // Counted from now: until then the others have decayed.
        new.occurred_at = now;
        new.ends_at = ends_at(points, half_life, now);
        return Some(Effect::Counts(new));
    }
    let status = LeadStatus::ALL
        .iter()
        .find(|status| status.as_str() == word)?;
    match rules.of(score).status(*status) {
        0 => Some(Effect::Ends(STATUS.into())),
        points => Some(Effect::Counts(contribution(
            STATUS,
            STATUS,
            points,
            None,
            Some(word.into()),
        ))),
    }
}

/// A number that no other calculation has; never 0.
fn number() -> i64 {
    let [a, b, c, d, e, f] = random::bytes();
    // 48 bits: a double holds them.
    i64::from_be_bytes([0, 0, a, b, c, d, e, f]).max(1)
}
