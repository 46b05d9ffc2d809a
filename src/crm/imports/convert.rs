//! Bringing a file into CSV in UTF-8, once, and looking at its beginning.

use std::collections::BTreeMap;

use super::encoding::{Decoder, Encoding};
use super::fields::guess;
use super::look::{self, Found, LOOK};
use super::model::{Format, Import, MappingIn, What};
use super::{files, store, xlsx};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{ImportId, TenantId};

/// What is read of the bucket at a time, in bytes.
const PIECE: u64 = 1024 * 1024;

/// Converts a file and enters what was found in it. A file that does not hold makes the import fail, with the reason. Doing
/// it again does no harm.
///
/// # Errors
/// The bucket's; the database's.
pub async fn convert(platform: &Platform, tenant: &TenantId, import: &Import) -> Result<()> {
    let (from, to) = (
        files::sent(tenant, &import.id),
        files::text(tenant, &import.id),
    );
    let size = u64::try_from(import.file_size).unwrap_or(0);
    let written = match (import.format, import.encoding) {
        (Format::Xlsx, _) => xlsx::convert(platform, &from, size, &to).await?,
        (Format::Csv, Encoding::Utf8) => Ok(size),
        (Format::Csv, encoding) => Ok(decode(platform, &from, size, &to, encoding).await?),
    };
    let is_text = (import.format, import.encoding) == (Format::Csv, Encoding::Utf8);
    let key = if is_text { &from } else { &to };
    let looked = match written {
        Ok(0) => Err("is empty: the first line must name the columns".to_string()),
        Ok(size) => look(platform, key, size).await?.map(|found| (found, size)),
        Err(complaint) => Err(complaint),
    };
    match looked {
        Ok((found, size)) => {
            let text = (key.as_str(), size);
            enter(platform, tenant, &import.id, import.what, text, &found).await?;
        }
        Err(complaint) => {
            let reason = format!("The file {complaint}.");
            store::fail(&platform.db, tenant, &import.id, &reason, platform.now()).await?;
        }
    }
    Ok(())
}

/// Looks at the beginning of a text.
///
/// # Errors
/// The bucket's. Inside, what is wrong with the file.
pub async fn look(
    platform: &Platform,
    key: &str,
    size: u64,
) -> Result<std::result::Result<Found, String>> {
    let most = u64::try_from(LOOK).unwrap_or(u64::MAX);
    let beginning = platform.bucket.read(key, 0, most).await?;
    let beginning = beginning.ok_or_else(|| Error::Internal(format!("{key} is gone")))?;
    Ok(look::look(&beginning, size <= most))
}

/// Enters what was found: the import is ready to be mapped then.
///
/// # Errors
/// The database's.
pub async fn enter(
    platform: &Platform,
    tenant: &TenantId,
    id: &ImportId,
    what: What,
    text: (&str, u64),
    found: &Found,
) -> Result<Import> {
    let now = platform.now();
    let guessed = guessed(what, &found.columns);
    match store::looked_at(&platform.db, tenant, id, text, found, &guessed, now).await? {
        Some(import) => Ok(import),
        // Somebody else was faster.
        None => store::get(&platform.db, tenant, id).await,
    }
}

fn guessed(what: What, columns: &[String]) -> MappingIn {
    let columns: BTreeMap<String, String> = columns
        .iter()
        .zip(guess(what, columns))
        .filter_map(|(column, target)| Some((column.clone(), target?.name(what))))
        .collect();
    MappingIn {
        columns,
        ..MappingIn::default()
    }
}

async fn decode(
    platform: &Platform,
    from: &str,
    size: u64,
    to: &str,
    encoding: Encoding,
) -> Result<u64> {
    let mut text = platform.bucket.write(to);
    let mut decoder = Decoder::new(encoding);
    let mut position = 0;
    while position < size {
        let bytes = platform.bucket.read(from, position, PIECE).await?;
        let bytes = bytes.ok_or_else(|| Error::Internal(format!("{from} is gone")))?;
        position += u64::try_from(bytes.len()).unwrap_or(PIECE).max(1);
        text.add(decoder.decode(&bytes).as_bytes()).await?;
    }
    Ok(text.finish().await?)
}
