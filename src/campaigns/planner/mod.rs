//! The planner: each minute it decides the due step of each enrolment, writes that into the ledger, and puts what is to be
//! sent on the queue. Bounded per tick; what it does not reach, the next tick does. Two ticks at once do no harm: the
//! ledger row is unique and the enrolment moves on only from where it was read.

mod decide;
mod moves;
mod store;

use serde::Serialize;

use super::batches::{self, Swept};
use super::counts::Days;
use super::enrolments;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::Result;

/// Enrolments decided in one round: one walk, one write.
const ROUND: i64 = 500;
/// Enrolment jobs taken up in one tick, and steps of each: about three hundred queries, well under what an invocation has.
const JOBS_A_TICK: i64 = 4;
const JOB_STEPS_A_TICK: u32 = 10;

/// What a tick has done.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Tick {
    /// Ledger rows written as pending.
    pub planned: u64,
    /// Ledger rows written as skipped.
    pub skipped: u64,
    /// Enrolments that ended.
    pub ended: u64,
    /// What the sweep of batches found.
    pub swept: Swept,
    /// Whether more was due than the bound allowed.
    pub more: bool,
}

/// One tick. A sequence that fails is logged and does not hold up the others.
///
/// # Errors
/// When not even the list of sequences can be read.
pub async fn tick(platform: &Platform) -> Result<Tick> {
    let mut tick = Tick::default();
    for (tenant, job) in enrolments::store::running_jobs(&platform.db, JOBS_A_TICK).await? {
        let advanced = enrolments::jobs::advance(platform, &tenant, &job, JOB_STEPS_A_TICK).await;
        report("enrolment job", job.as_str(), advanced.map(drop));
    }
    for due in store::sequences_with_work(&platform.db, platform.now()).await? {
        let worked = work_on(platform, &due, &mut tick).await;
        report("sequence", due.id.as_str(), worked);
    }
    Ok(tick)
}

fn report(what: &str, id: &str, result: Result<()>) {
    if let Err(error) = result {
        log::error(
            "planner",
            &[("what", what), ("id", id), ("error", &error.to_string())],
        );
    }
}

async fn work_on(platform: &Platform, due: &store::Due, tick: &mut Tick) -> Result<()> {
    let running = due.is_running();
    let (db, queues) = (&platform.db, &platform.queues);
    if due.has_overdue_batches(platform.now()) {
        let attempts = platform.config.send_attempts;
        let now = platform.now();
        let swept =
            batches::sweep(db, queues, &due.tenant_id, &due.id, running, attempts, now).await?;
        tick.swept.requeued += swept.requeued;
        tick.swept.parked += swept.parked;
        tick.swept.given_up += swept.given_up;
    }
    if !running {
        return Ok(());
    }
    let days = Days::of(&due.timezone);
    if due.moves_pending.0 {
        moves::advance(platform, &due.tenant_id, &due.id, &days).await?;
    }
    loop {
        let left = u64::try_from(platform.config.planner_sends_per_tick)
            .unwrap_or(u64::MAX)
            .saturating_sub(tick.planned + tick.skipped);
        if left == 0 {
            tick.more = true;
            return Ok(());
        }
        let limit = ROUND.min(i64::try_from(left).unwrap_or(ROUND));
        if plan_round(platform, due, &days, limit, tick).await? < limit {
            return Ok(());
        }
    }
}

/// Plans up to `limit` due enrolments of a sequence. Returns how many were due.
async fn plan_round(
    platform: &Platform,
    of: &store::Due,
    days: &Days,
    limit: i64,
    tick: &mut Tick,
) -> Result<i64> {
    let (tenant, sequence) = (&of.tenant_id, &of.id);
    let now = platform.now();
    let due = store::due_enrolments(&platform.db, tenant, sequence, now, limit).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let input = store::load_facts(&platform.db, tenant, sequence, &due).await?;
    let plans: Vec<_> = due
        .iter()
        .filter_map(|enrolment| decide::decide(enrolment, &input, now))
        .collect();
    let batches = store::write(platform, tenant, sequence, &plans, days, now).await?;
    for plan in &plans {
        match &plan.ledger {
            Some(row) if row.status == "pending" => tick.planned += 1,
            Some(_) => tick.skipped += 1,
            None => {}
        }
        tick.ended += u64::from(plan.enrolment.status != "active");
    }
    let messages = batches.into_iter().map(|id| (id, 0));
    batches::enqueue(&platform.queues, tenant, messages).await?;
    // An enrolment that cannot be planned at all stays due; without this the round would never end.
    if plans.is_empty() {
        log::error(
            "planner",
            &[
                ("sequence", sequence.as_str()),
                ("error", "nothing that is due can be planned"),
            ],
        );
        return Ok(0);
    }
    Ok(i64::try_from(due.len()).unwrap_or(limit))
}
