//! What the sync does every minute: it begins a run when it is time for one, and sees to it that nothing is left lying.

use super::{consumer, runs, store};
use crate::crm::model::RunKind;
use crate::edge::clock::{DAY, MINUTE};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};

/// After so long without a word a delivery's message counts as lost.
pub const LOST_AFTER: i64 = 10 * MINUTE;
/// Deliveries that are queued again in one tick.
const DELIVERIES_A_TICK: i64 = 100;
/// How long runs and deliveries are kept.
const KEPT: i64 = 90 * DAY;

/// The tick.
///
/// # Errors
/// The database's; the queue's.
pub async fn tick(platform: &Platform) -> Result<()> {
    let (db, now) = (&platform.db, platform.now());
    let content = &platform.config.content;
    let tenant = &content.tenant;
    if content.webhook_secret.is_some() {
        let again_at = now.saturating_add(LOST_AFTER);
        let waiting = store::waiting(db, tenant, again_at, DELIVERIES_A_TICK, now).await?;
        if !waiting.is_empty() {
            consumer::send_deliveries(platform, tenant, waiting).await?;
        }
    }
    if content.api.is_none() {
        return Ok(());
    }
    if let Some(run) = store::due(db, tenant, now).await? {
        consumer::send_run(platform, tenant, &run).await;
        return Ok(());
    }
    let Some(pause) = content.every_minutes else {
        return Ok(());
    };
    let last = store::last(db, tenant).await?;
    let is_time = last.is_none_or(|run| {
        run.finished_at
            .is_some_and(|_| now.saturating_sub(run.started_at) >= pause.saturating_mul(MINUTE))
    });
    if is_time {
        match runs::start(platform, tenant, RunKind::Incremental, None).await {
            // Somebody was faster.
            Ok(_) | Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Once a day: what is old is forgotten.
///
/// # Errors
/// The database's.
pub async fn forget_old(platform: &Platform) -> Result<()> {
    let tenant = &platform.config.content.tenant;
    let before = platform.now().saturating_sub(KEPT);
    Ok(store::forget_old(&platform.db, tenant, before).await?)
}
