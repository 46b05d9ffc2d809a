//! Taking a file in: it goes into the bucket as it comes, and is looked at on its way.

use super::encoding::{Detector, Encoding};
use super::model::{Format, Import, What};
use super::store::{self, New};
use super::{convert, files};
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::http::file::Upload;
use crate::ids::ImportId;

/// The largest file, in bytes: what the edge lets through anyway.
pub const LARGEST: usize = 100_000_000;

/// How the files begin that are none of ours.
const ZIP: [u8; 4] = [b'P', b'K', 3, 4];
const OLD_EXCEL: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// Keeps a file, and looks at it when that takes but a moment; else it is converted in the background.
///
/// # Errors
/// A file that is none of those that can be taken in, with what would be right; the bucket's; the database's.
pub async fn take(
    platform: &Platform,
    caller: &Caller,
    name: &str,
    what: What,
    upload: Upload,
) -> Result<Import> {
    let now = platform.now();
    let (tenant, id) = (&caller.tenant, ImportId::new(now));
    let (size, detector) = keep(platform, &files::sent(tenant, &id), upload).await?;
    let kind = kind_of(&detector).map_err(|complaint| Error::field("file", complaint));
    let (format, encoding) = match kind {
        Ok(kind) => kind,
        Err(error) => return Err(drop_files(platform, caller, &id, error).await),
    };
    let new = New {
        id: &id,
        name,
        what,
        format,
        encoding,
        file_size: size,
        created_by: &caller.actor.key(),
    };
    if (format, encoding) == (Format::Csv, Encoding::Utf8) {
        // Nothing is to be converted: a file that does not hold is refused at once, and leaves no trace.
        let key = files::sent(tenant, &id);
        let found = match convert::look(platform, &key, size).await? {
            Ok(found) => found,
            Err(complaint) => {
                let error = Error::field("file", complaint);
                return Err(drop_files(platform, caller, &id, error).await);
            }
        };
        store::insert(&platform.db, tenant, &new, now).await?;
        return convert::enter(platform, tenant, &id, what, (&key, size), &found).await;
    }
    let import = store::insert(&platform.db, tenant, &new, now).await?;
    let message = super::consumer::message(tenant, &id);
    platform
        .queues
        .send(QueueName::Imports, vec![(message, 0)])
        .await?;
    Ok(import)
}

async fn keep(platform: &Platform, key: &str, mut upload: Upload) -> Result<(u64, Detector)> {
    let mut file = platform.bucket.write(key);
    let mut detector = Detector::default();
    let largest = u64::try_from(LARGEST).unwrap_or(u64::MAX);
    loop {
        let bytes = match upload.next().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(error) => {
                file.abandon().await;
                return Err(error);
            }
        };
        detector.see(&bytes);
        file.add(&bytes).await?;
        if file.size() > largest {
            file.abandon().await;
            return Err(Error::TooLarge { limit: LARGEST });
        }
    }
    if file.size() == 0 {
        return Err(Error::field(
            "file",
            "is empty: send the file as the body of the request",
        ));
    }
    Ok((file.finish().await?, detector))
}

/// What a file is, as its first bytes and its text tell; nobody's word is taken for it.
fn kind_of(detector: &Detector) -> std::result::Result<(Format, Encoding), &'static str> {
    if detector.first() == ZIP {
        return Ok((Format::Xlsx, Encoding::Utf8));
    }
    if detector.first() == OLD_EXCEL {
        return Err("is of an old Excel (XLS): save it as XLSX or CSV");
    }
    detector.encoding().map(|encoding| (Format::Csv, encoding))
}

async fn drop_files(platform: &Platform, caller: &Caller, id: &ImportId, error: Error) -> Error {
    let gone = platform.bucket.delete(files::all(&caller.tenant, id)).await;
    if let Err(failure) = gone {
        crate::edge::log::error("file not deleted", &[("error", &failure.0)]);
    }
    error
}
