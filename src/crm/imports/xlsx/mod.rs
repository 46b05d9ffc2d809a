//! A spreadsheet's first sheet as CSV. The file is a ZIP archive of XML; both are read as streams, so that only the texts that
//! the sheet's cells share are held. What a formula came to is taken, and dates are the numbers that they are kept as.

mod archive;
mod book;
mod sheet;
mod strings;

use self::archive::{Archive, Unpacked};
use self::strings::Strings;
use crate::edge::platform::Platform;
use crate::error::Result;

/// The most that a part of the archive may unpack to, in bytes: a small file can claim to be of any size.
const MOST_UNPACKED: u64 = 1_000_000_000;

/// Why a file is no spreadsheet that can be read, or that something else went wrong.
pub(super) enum Fault {
    /// The file.
    File(String),
    /// Ours.
    Ours(crate::error::Error),
}

impl From<crate::error::Error> for Fault {
    fn from(error: crate::error::Error) -> Self {
        Fault::Ours(error)
    }
}

impl From<crate::edge::bucket::BucketError> for Fault {
    fn from(error: crate::edge::bucket::BucketError) -> Self {
        Fault::Ours(error.into())
    }
}

/// It is no spreadsheet.
fn broken() -> Fault {
    Fault::File("is no XLSX spreadsheet that can be read: save it again, or as CSV".into())
}

/// Writes the first sheet as CSV, and gives its size in bytes.
///
/// # Errors
/// The bucket's. Inside, what is wrong with the file.
pub async fn convert(
    platform: &Platform,
    from: &str,
    size: u64,
    to: &str,
) -> Result<std::result::Result<u64, String>> {
    match write(platform, from, size, to).await {
        Ok(size) => Ok(Ok(size)),
        Err(Fault::File(complaint)) => Ok(Err(complaint)),
        Err(Fault::Ours(error)) => Err(error),
    }
}

async fn write(
    platform: &Platform,
    from: &str,
    size: u64,
    to: &str,
) -> std::result::Result<u64, Fault> {
    let archive = Archive::open(&platform.bucket, from, size).await?;
    let sheet = book::first_sheet(&archive).await?;
    let strings = match archive.find("xl/sharedStrings.xml") {
        Some(_) => Strings::read(&archive).await?,
        None => Strings::default(),
    };
    let mut unpacked = archive.unpack(&sheet).await?;
    let mut rows = sheet::Rows::default();
    let mut file = platform.bucket.write(to);
    let mut text = String::new();
    while let Some(bytes) = unpacked.next().await? {
        rows.read(&bytes, &strings, &mut text)?;
        file.add(text.as_bytes()).await?;
        text.clear();
    }
    Ok(file.finish().await?)
}

/// The whole of a small part of the archive.
async fn whole(mut unpacked: Unpacked<'_>, most: usize) -> std::result::Result<String, Fault> {
    let mut all = Vec::new();
    while let Some(bytes) = unpacked.next().await? {
        all.extend_from_slice(&bytes);
        if all.len() > most {
            return Err(broken());
        }
    }
    String::from_utf8(all).map_err(|_| broken())
}
