//! Where the files of an export are, and sending them as one.

use super::model::{Export, ExportStatus};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::file::Download;
use crate::ids::{ExportId, TenantId};

/// One of an export's files.
pub fn key(tenant: &TenantId, export: &ExportId, number: i64) -> String {
    format!("exports/{tenant}/{export}/{number:06}")
}

/// All of them, and the one that may just be written.
pub fn keys(tenant: &TenantId, export: &Export) -> Vec<String> {
    (0..=export.segments)
        .map(|number| key(tenant, &export.id, number))
        .collect()
}

/// The file, for somebody to keep.
///
/// # Errors
/// When it is not written yet, or gone.
pub fn download(platform: &Platform, tenant: &TenantId, export: &Export) -> Result<Download> {
    if export.status != ExportStatus::Done {
        return Err(Error::conflict(
            "export_status",
            format!(
                "The export is {}; its file can be taken away while it is `done`.",
                export.status.as_str()
            ),
        ));
    }
    let parts = (0..).zip(&export.sizes.0).map(|(number, size)| {
        let size = u64::try_from(*size).unwrap_or(0);
        (key(tenant, &export.id, number), size)
    });
    Ok(Download {
        bucket: platform.bucket.clone(),
        parts: parts.collect(),
        name: format!("{}-{}.csv", export.what.as_str(), export.id),
    })
}
