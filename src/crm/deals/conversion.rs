//! How deals fare in a pipeline, from their history within a time. What happened before it and after it plays no part, so
//! that the figures of a time that is over stay what they are.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::model::{Conversion, StageConversion, Transition};
use super::store::{self, MoveRow};
use crate::crm::model::StageKind;
use crate::crm::pipelines;
use crate::crm::pipelines::model::StageOut;
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::{DealId, MoveId, PipelineId, StageId};

/// Moves that are read at once.
const MOVES_AT_ONCE: usize = 5_000;
/// The most moves that one answer looks at.
const MOST_MOVES: usize = 100_000;

/// The figures of what happened from one time on, until another.
///
/// # Errors
/// [`Error::NotFound`]; more moves than are looked at; the database's.
pub async fn of(
    db: &Db,
    scope: &Scope,
    pipeline: &PipelineId,
    from: Millis,
    to: Millis,
) -> Result<Conversion> {
    if !pipelines::store::exists(db, &scope.tenant, pipeline).await? {
        return Err(Error::NotFound("pipeline"));
    }
    let stages = pipelines::store::stages_ever(db, &scope.tenant, pipeline).await?;
    let there = pipelines::store::stages(db, &scope.tenant, pipeline).await?;
    let mut figures = Figures::new(&stages);
    let (mut behind, before) = (MoveId::floor(from), MoveId::floor(to));
    let mut count = 0;
    loop {
        let moves =
            store::moves_between(db, scope, pipeline, &behind, &before, MOVES_AT_ONCE).await?;
        count += moves.len();
        if count > MOST_MOVES {
            return Err(Error::field(
                "from",
                format!("choose a shorter time: more than {MOST_MOVES} moves are in this one"),
            ));
        }
        let Some(last) = moves.last() else { break };
        behind = last.id.clone();
        let is_last = moves.len() < MOVES_AT_ONCE;
        moves.iter().for_each(|row| figures.add(row));
        if is_last {
            break;
        }
    }
    Ok(figures.conclude(&there, from, to))
}

/// Deals are numbered as they come: a number takes less room in many sets than an id.
type Number = u32;

struct Figures<'a> {
    stages: HashMap<&'a StageId, &'a StageOut>,
    numbers: HashMap<DealId, Number>,
    /// Who came into the pipeline.
    entered: HashSet<Number>,
    /// What each deal is, and where.
    now: HashMap<Number, (StageKind, StageId)>,
    per_stage: HashMap<StageId, Tally>,
    ways: BTreeMap<(StageId, StageId), HashSet<Number>>,
}

#[derive(Default)]
struct Tally {
    entered: HashSet<Number>,
    moved_on: HashSet<Number>,
    went_back: HashSet<Number>,
    stayed: HashMap<Number, Millis>,
}

impl<'a> Figures<'a> {
    fn new(stages: &'a [StageOut]) -> Self {
        Figures {
            stages: stages.iter().map(|stage| (&stage.id, stage)).collect(),
            numbers: HashMap::new(),
            entered: HashSet::new(),
            now: HashMap::new(),
            per_stage: HashMap::new(),
            ways: BTreeMap::new(),
        }
    }

    /// One move more; they come in the order of time.
    fn add(&mut self, row: &MoveRow) {
        let next = Number::try_from(self.numbers.len()).unwrap_or(Number::MAX);
        let deal = *self.numbers.entry(row.deal_id.clone()).or_insert(next);
        match &row.from_stage_id {
            None => {
                self.entered.insert(deal);
            }
            Some(from) => {
                let (on, back) = self.direction(from, &row.to_stage_id);
                let tally = self.per_stage.entry(from.clone()).or_default();
                let stayed = row.stayed_ms.unwrap_or(0);
                let sum = tally.stayed.entry(deal).or_default();
                *sum = sum.saturating_add(stayed);
                // Who was there before the time began did not come within it.
                if tally.entered.contains(&deal) {
                    if on {
                        tally.moved_on.insert(deal);
                    }
                    if back {
                        tally.went_back.insert(deal);
                    }
                    let way = (from.clone(), row.to_stage_id.clone());
                    self.ways.entry(way).or_default().insert(deal);
                }
            }
        }
        let to = self.per_stage.entry(row.to_stage_id.clone()).or_default();
        to.entered.insert(deal);
        self.now.insert(deal, (row.status, row.to_stage_id.clone()));
    }

    /// Whether a move leads on, and whether it leads back. To be lost is neither.
    fn direction(&self, from: &StageId, to: &StageId) -> (bool, bool) {
        let (Some(from), Some(to)) = (self.stages.get(from), self.stages.get(to)) else {
            return (false, false);
        };
        match (from.kind, to.kind) {
            (_, StageKind::Lost) => (false, false),
            (StageKind::Won, StageKind::Won) => (false, false),
            (_, StageKind::Won) => (true, false),
            (StageKind::Open, StageKind::Open) => {
                let (from, to) = ((from.position, &from.id), (to.position, &to.id));
                (to > from, to < from)
            }
            (_, StageKind::Open) => (false, true),
        }
    }

    fn conclude(self, there: &[StageOut], from: Millis, to: Millis) -> Conversion {
        let count_of = |deals: &HashSet<Number>, holds: &dyn Fn(&(StageKind, StageId)) -> bool| {
            let holds = |deal: &&Number| self.now.get(*deal).is_some_and(holds);
            number(deals.iter().filter(holds).count())
        };
        let won = |now: &(StageKind, StageId)| now.0 == StageKind::Won;
        let lost = |now: &(StageKind, StageId)| now.0 == StageKind::Lost;
        let gone = self.stages.values().filter(|stage| {
            let was_used = self.per_stage.contains_key(&stage.id);
            was_used && !there.iter().any(|other| other.id == stage.id)
        });
        let mut gone: Vec<_> = gone.copied().collect();
        gone.sort_by_key(|stage| (stage.position, stage.id.clone()));
        let nothing = Tally::default();
        let stages = there.iter().chain(gone).map(|stage| {
            let tally = self.per_stage.get(&stage.id).unwrap_or(&nothing);
            let (entered, moved_on) = (number(tally.entered.len()), number(tally.moved_on.len()));
            let days = days(tally.stayed.values());
            StageConversion {
                stage_id: stage.id.clone(),
                name: stage.name.clone(),
                entered,
                moved_on,
                went_back: number(tally.went_back.len()),
                won: count_of(&tally.entered, &won),
                lost: count_of(&tally.entered, &lost),
                still_here: count_of(&tally.entered, &|now| now.1 == stage.id),
                rate: part(moved_on, entered),
                median_days: median(&days),
                mean_days: mean(&days),
            }
        });
        let ways = self.ways.iter().filter_map(|((way_from, way_to), deals)| {
            let came = self.per_stage.get(way_from)?.entered.len();
            let deals = number(deals.len());
            Some(Transition {
                from_stage_id: way_from.clone(),
                to_stage_id: way_to.clone(),
                deals,
                rate: part(deals, number(came))?,
            })
        });
        let entered = number(self.entered.len());
        let won_of_entered = count_of(&self.entered, &won);
        Conversion {
            from,
            to,
            entered,
            won: won_of_entered,
            lost: count_of(&self.entered, &lost),
            win_rate: part(won_of_entered, entered),
            stages: stages.collect(),
            moves: ways.collect(),
        }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Counts and milliseconds are far below where a float would round them.
#[allow(clippy::cast_precision_loss)]
fn real(number: i64) -> f64 {
    number as f64
}

fn part(some: i64, all: i64) -> Option<f64> {
    (all > 0).then(|| real(some) / real(all))
}

/// In order.
fn days<'a>(stays: impl Iterator<Item = &'a Millis>) -> Vec<f64> {
    let mut days: Vec<_> = stays.map(|stay| real(*stay) / real(DAY)).collect();
    days.sort_by(f64::total_cmp);
    days
}

fn median(days: &[f64]) -> Option<f64> {
    let upper = *days.get(days.len() / 2)?;
    match days.len() % 2 {
        1 => Some(upper),
        _ => Some((days.get(days.len() / 2 - 1)? + upper) / 2.0),
    }
}

fn mean(days: &[f64]) -> Option<f64> {
    (!days.is_empty()).then(|| days.iter().sum::<f64>() / real(number(days.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_averages() {
        assert_eq!((median(&[]), mean(&[])), (None, None));
        assert_eq!((median(&[3.0]), mean(&[3.0])), (Some(3.0), Some(3.0)));
        assert_eq!(median(&[1.0, 2.0, 9.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 3.0, 10.0]), Some(2.5));
        assert_eq!(mean(&[1.0, 2.0, 3.0, 10.0]), Some(4.0));
        assert_eq!(part(0, 0), None);
    }
}
