//! Starting runs and bringing them on.

use super::model::Run;
use super::pull::{LEASE, Pull, Step};
use super::store::{self, Leased};
use crate::config::{Config, ContentApi};
use crate::crm::model::RunKind;
use crate::edge::clock::{MINUTE, Millis};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{SyncRunId, TenantId};

/// Pages that one message's turn does.
const PAGES_A_TURN: usize = 10;
/// What was committed late over there has an older time than what was seen already: so far a run looks back.
const LOOK_BACK: Millis = 5 * MINUTE;

/// The API, if it is set up and this tenant's.
///
/// # Errors
/// A conflict that says which settings are missing.
pub fn api<'a>(config: &'a Config, tenant: &TenantId) -> Result<&'a ContentApi> {
    let content = &config.content;
    match &content.api {
        Some(api) if content.tenant == *tenant => Ok(api),
        Some(_) => Err(Error::conflict(
            "sync_is_off",
            "The content database belongs to another organization.",
        )),
        None => Err(Error::conflict(
            "sync_is_off",
            format!(
                "The sync is off: {} not set.",
                content.missing.join(" and ")
            ),
        )),
    }
}

/// Starts a run. Its pages are the queue's work.
///
/// # Errors
/// A conflict when the sync is off, or another run is under way; the database's.
pub async fn start(
    platform: &Platform,
    tenant: &TenantId,
    kind: RunKind,
    requested_by: Option<&str>,
) -> Result<Run> {
    api(&platform.config, tenant)?;
    let (db, now) = (&platform.db, platform.now());
    let updated_since = match kind {
        RunKind::Full => None,
        RunKind::Incremental => {
            let last = store::last_done(db, tenant).await?;
            let watermark = last.and_then(|run| run.watermark);
            watermark.map(|watermark| watermark.saturating_sub(LOOK_BACK).max(0))
        }
    };
    let run = store::start(db, tenant, kind, updated_since, requested_by, now).await?;
    let run = run.ok_or_else(|| {
        Error::conflict(
            "sync_is_running",
            "A run is under way: wait until it is over.",
        )
    })?;
    super::consumer::send_run(platform, tenant, &run.id).await;
    Ok(run)
}

/// Does some of a run's pages, if it is not somebody else's. True when there is more to do right away.
///
/// # Errors
/// The database's; the run goes on when it is let go.
pub async fn advance(platform: &Platform, tenant: &TenantId, id: &SyncRunId) -> Result<bool> {
    let Ok(api) = api(&platform.config, tenant) else {
        // Switched off while it was under way.
        return Ok(false);
    };
    let (db, now) = (&platform.db, platform.now());
    let token = hex::encode(crate::edge::random::bytes::<16>());
    let pull = Pull {
        platform,
        api,
        tenant,
        leased: Leased { id, token: &token },
    };
    let until = now.saturating_add(LEASE);
    let Some(mut run) = store::lease(db, tenant, &pull.leased, until, now).await? else {
        return Ok(false);
    };
    for _ in 0..PAGES_A_TURN {
        if pull.step(&run).await? == Step::Ended {
            return Ok(false);
        }
        run = store::get(db, tenant, id).await?;
    }
    store::release(db, tenant, &pull.leased).await?;
    Ok(true)
}
