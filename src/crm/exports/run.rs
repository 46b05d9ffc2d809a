//! Writing an export, file by file. Each file is written before it is entered, and entered once: so it can be killed anywhere.
//! (R2's own uploads in parts want parts of one size, which pages of records do not come in.)

use super::store::Segment;
use super::{file, source, store};
use crate::crm::exports::model::{Export, ExportStatus};
use crate::edge::clock::{Millis, SECOND, machine_now};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::csv;
use crate::ids::{ExportId, TenantId};
use crate::live::{self, Topic};

/// How long one message's work may take before the rest is left to the next.
const TURN: Millis = 12 * SECOND;
/// Records that are read at a time.
const ROWS: usize = 500;
/// How large a file may grow before the next is begun, in bytes.
const FILE: usize = 2 * 1024 * 1024;

/// Goes on with an export for a while. True when there is more to do.
///
/// # Errors
/// The bucket's; the database's.
pub async fn work(platform: &Platform, tenant: &TenantId, id: &ExportId) -> Result<bool> {
    let began = machine_now();
    let Some(mut export) = store::find(&platform.db, tenant, id).await? else {
        return Ok(false);
    };
    while export.status == ExportStatus::Running {
        if machine_now() - began >= TURN {
            return Ok(true);
        }
        match step(platform, tenant, &export).await? {
            Some(next) => {
                live::changed(platform, tenant, Topic::Exports, Some(next.id.as_str()));
                platform.live.flush().await;
                export = next;
            }
            None => return Ok(false),
        }
    }
    Ok(false)
}

async fn step(platform: &Platform, tenant: &TenantId, export: &Export) -> Result<Option<Export>> {
    let mut text = String::new();
    if export.segments == 0 {
        csv::line(&mut text, export.columns.0.iter().map(String::as_str));
    }
    let (mut cursor, mut rows, mut is_last) = (export.cursor.clone(), 0, false);
    while text.len() < FILE && !is_last {
        let page = source::page(platform, tenant, export, cursor.as_deref(), ROWS).await?;
        text.push_str(&page.text);
        rows += page.rows;
        is_last = page.next.is_none();
        cursor = page.next;
    }
    let key = file::key(tenant, &export.id, export.segments);
    let size = i64::try_from(text.len()).unwrap_or(0);
    platform.bucket.put(&key, text.into_bytes()).await?;
    let segment = Segment {
        number: export.segments,
        sizes: export.sizes.0.iter().copied().chain([size]).collect(),
        size,
        rows: i64::try_from(rows).unwrap_or(0),
        next: cursor.as_deref(),
    };
    Ok(store::advance(&platform.db, tenant, &export.id, &segment, platform.now()).await?)
}

/// Removes the files whose time is over.
///
/// # Errors
/// The bucket's; the database's.
pub async fn remove_old(platform: &Platform, limit: i64) -> Result<()> {
    let (db, now) = (&platform.db, platform.now());
    for (tenant, id) in store::old(db, now, limit).await? {
        let Some(export) = store::find(db, &tenant, &id).await? else {
            continue;
        };
        platform.bucket.delete(file::keys(&tenant, &export)).await?;
        store::removed(db, &tenant, &id, now).await?;
    }
    Ok(())
}
