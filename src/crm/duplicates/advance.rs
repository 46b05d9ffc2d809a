//! Comparing: each minute the records whose keys have changed are looked up by them, some hundred at a time. What it does not
//! reach the next tick does; doing it twice changes nothing.

use super::evidence::What;
use super::{find, store};
use crate::edge::clock::{Millis, Stopwatch};
use crate::edge::platform::Platform;
use crate::edge::{log, random};
use crate::error::Result;
use crate::ids::TenantId;

/// Records compared in one step.
const STEP: i64 = 500;
/// Steps in one tick of each kind of record, of all tenants: four round trips each.
const STEPS_A_TICK: u32 = 20;
/// Steps in which one tenant's turn ends, so that one who takes in a million leaves the others theirs.
const STEPS_A_TURN: u32 = 10;
/// Tenants were made within this time, in milliseconds: a turn begins somewhere in it.
const TWO_YEARS: f64 = 730.0 * 24.0 * 3_600_000.0;

/// Compares what has changed, beginning new steps for `time` milliseconds: half of them for each kind of record. Returns how many
/// records that were.
///
/// # Errors
/// The database's; the next tick goes on.
pub async fn advance(platform: &Platform, time: Millis) -> Result<u64> {
    let mut compared = 0;
    for what in What::ALL {
        let turn = Turn {
            platform,
            what,
            stopwatch: Stopwatch::start(),
            time: time / 2,
        };
        let mut left = STEPS_A_TICK;
        // Not always the same first.
        #[allow(clippy::cast_possible_truncation)]
        let back = (TWO_YEARS * random::fraction()) as Millis;
        let mut after = TenantId::new(platform.now() - back).to_string();
        // Round after round, until one from the beginning finds nobody.
        let (mut from_the_beginning, mut found) = (false, false);
        while left > 0 && turn.has_time() {
            match store::next_tenant(&platform.db, what, &after).await? {
                Some(tenant) => {
                    let steps = left.min(STEPS_A_TURN);
                    let (done, number) = turn.of(&tenant, steps).await?;
                    left -= done;
                    compared += number;
                    (after, found) = (tenant.to_string(), true);
                }
                None if from_the_beginning && !found => break,
                None => {
                    after.clear();
                    (from_the_beginning, found) = (true, false);
                }
            }
        }
    }
    if compared > 0 {
        log::info("duplicates", &[("compared", &compared.to_string())]);
    }
    Ok(compared)
}

/// Comparing one kind of record.
struct Turn<'a> {
    platform: &'a Platform,
    what: What,
    stopwatch: Stopwatch,
    time: Millis,
}

impl Turn<'_> {
    fn has_time(&self) -> bool {
        self.stopwatch.elapsed() < self.time
    }

    /// A tenant's: the steps it took, one at least, and the records compared.
    async fn of(&self, tenant: &TenantId, steps: u32) -> Result<(u32, u64)> {
        let (db, what, mut compared) = (&self.platform.db, self.what, 0);
        for step in 1..=steps {
            let changed = store::changed(db, tenant, what, STEP).await?;
            if !changed.is_empty() {
                let (found, outdated) = find::pairs_of(db, tenant, what, &changed).await?;
                let results = (found.as_slice(), outdated.as_slice());
                let now = self.platform.now();
                store::write(db, tenant, what, &changed, results, now).await?;
            }
            let number = u64::try_from(changed.len()).unwrap_or(0);
            compared += number;
            let is_through = i64::try_from(number).unwrap_or(STEP) < STEP;
            if is_through || !self.has_time() {
                return Ok((step, compared));
            }
        }
        Ok((steps, compared))
    }
}
