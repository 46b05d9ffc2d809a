//! Reading a file piece by piece.

use super::model::Import;
use super::records::{self, Record, Skip};
use crate::edge::bucket::Bucket;
use crate::error::{Error, Result};

/// How much of a file is read at a time, in bytes. What it comes to must fit into one value of D1, which is 2 MB.
const WINDOW: u64 = 256 * 1024;
/// The most rows of a piece.
pub(super) const ROWS: usize = 1_000;

/// A piece of a file.
pub struct Piece {
    /// Its rows.
    pub records: Vec<Record>,
    /// Where the next one begins, in bytes.
    pub to: i64,
    /// Whether it is the last.
    pub is_last: bool,
}

/// The piece that begins at this place.
///
/// # Errors
/// The bucket's; a file that is gone.
pub async fn read(bucket: &Bucket, import: &Import, from: i64) -> Result<Piece> {
    let key = import
        .text_key
        .as_deref()
        .ok_or_else(|| Error::Internal("an import without its file".into()))?;
    let size = unsigned(import.text_size);
    let position = unsigned(from);
    if position >= size {
        return Ok(Piece {
            records: Vec::new(),
            to: import.text_size,
            is_last: true,
        });
    }
    let separator = import.separator.bytes().next().unwrap_or(b',');
    let window = bytes(bucket, key, position, size).await?;
    let reaches_end = position + length(&window) >= size;
    let mut records = records::read(&window, reaches_end, separator, ROWS);
    let is_full = records.len() >= ROWS;
    let mut to = match records.last() {
        Some(last) => position + u64::try_from(last.end).unwrap_or(0),
        None if reaches_end => size,
        None => {
            let end = skip(bucket, key, position, size, separator).await?;
            records.push(Record {
                cells: Vec::new(),
                fault: Some(records::too_long()),
                end: 0,
            });
            end
        }
    };
    if reaches_end && !is_full {
        to = size;
    }
    Ok(Piece {
        records,
        to: i64::try_from(to).unwrap_or(i64::MAX),
        is_last: to >= size,
    })
}

/// Where a record ends that is longer than what is read at a time.
async fn skip(bucket: &Bucket, key: &str, from: u64, size: u64, separator: u8) -> Result<u64> {
    let mut skip = Skip::new(separator);
    let mut position = from;
    while position < size {
        let window = bytes(bucket, key, position, size).await?;
        let (read, ended) = skip.over(&window);
        if ended {
            return Ok(position + u64::try_from(read).unwrap_or(0));
        }
        position += length(&window).max(1);
    }
    Ok(size)
}

async fn bytes(bucket: &Bucket, key: &str, from: u64, size: u64) -> Result<Vec<u8>> {
    let most = WINDOW.min(size.saturating_sub(from));
    let bytes = bucket.read(key, from, most).await?;
    bytes.ok_or_else(|| Error::Internal(format!("{key} is gone")))
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
