//! The list of refused rows: as they were in the file, with what is wrong with each, to be mended and sent again.

use super::model::Import;
use super::{files, store};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::csv;
use crate::ids::TenantId;

/// Rows that are read at a time.
const ROWS: i64 = 500;

/// Writes the list, and enters that the import is through.
///
/// # Errors
/// The bucket's; the database's.
pub async fn finish(platform: &Platform, tenant: &TenantId, import: &Import) -> Result<()> {
    let size = write(platform, tenant, import).await?;
    store::finish(&platform.db, tenant, &import.id, size, platform.now()).await?;
    Ok(())
}

/// Writes the list, and gives its size in bytes.
///
/// # Errors
/// The bucket's; the database's.
pub async fn write(platform: &Platform, tenant: &TenantId, import: &Import) -> Result<u64> {
    let mut file = platform.bucket.write(files::refused(tenant, &import.id));
    let columns = &import.columns.0;
    let mut text = String::new();
    let header = columns.iter().map(String::as_str);
    csv::line(&mut text, header.chain(["row", "refused_because"]));
    let mut after = 0;
    loop {
        let db = &platform.db;
        let rows = store::refusals::after(db, tenant, &import.id, after, ROWS).await?;
        let Some(last) = rows.last() else {
            break;
        };
        after = last.row_number;
        for row in &rows {
            let number = row.row_number.to_string();
            let cells = (0..columns.len())
                .map(|index| row.cells.0.get(index).map_or("", String::as_str))
                .chain([number.as_str(), row.reason.as_str()]);
            csv::line(&mut text, cells);
        }
        file.add(text.as_bytes()).await?;
        text.clear();
    }
    file.add(text.as_bytes()).await?;
    Ok(file.finish().await?)
}
