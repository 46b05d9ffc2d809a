//! A ZIP archive in the bucket, read by ranges: its directory, and its parts as they unpack.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

use super::{Fault, MOST_UNPACKED, broken};
use crate::edge::bucket::Bucket;

/// What is read of the bucket at a time, in bytes.
const PIECE: u64 = 256 * 1024;
/// What is unpacked at a time, in bytes.
const UNPACKED: usize = 256 * 1024;
/// The end of an archive with the longest comment, in bytes.
const END: u64 = 22 + 65_535;
/// The largest directory, in bytes.
const DIRECTORY: u64 = 4 * 1024 * 1024;
/// How a part is packed: not at all, or deflated.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// An archive.
pub struct Archive<'a> {
    bucket: &'a Bucket,
    key: &'a str,
    size: u64,
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    name: String,
    method: u16,
    packed: u64,
    offset: u64,
}

impl<'a> Archive<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    /// A file that is no archive; the bucket's.
    pub async fn open(bucket: &'a Bucket, key: &'a str, size: u64) -> Result<Self, Fault> {
        let mut archive = Archive {
            bucket,
            key,
            size,
            parts: Vec::new(),
        };
        let from = size.saturating_sub(END);
        let tail = archive.read(from, END).await?;
        let end = (0..tail.len())
            .rev()
            .find(|at| tail.get(*at..at + 4) == Some(b"PK\x05\x06"))
            .ok_or_else(broken)?;
        let (length, offset) = (
            u32_at(&tail, end + 12).ok_or_else(broken)?,
            u32_at(&tail, end + 16).ok_or_else(broken)?,
        );
        let length = u64::from(length);
        if length > DIRECTORY {
            return Err(broken());
        }
        let directory = archive.read(u64::from(offset), length).await?;
        archive.parts = parts(&directory).ok_or_else(broken)?;
        Ok(archive)
    }

    /// The name of the part, as it is in the archive, whatever its case.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.part(name).map(|part| part.name.as_str())
    }

    /// Begins to unpack a part.
    ///
    /// # Errors
    /// A part that is not there, or packed in another way; the bucket's.
    pub async fn unpack(&self, name: &str) -> Result<Unpacked<'_>, Fault> {
        let part = self.part(name).ok_or_else(broken)?;
        if ![STORED, DEFLATED].contains(&part.method) {
            return Err(broken());
        }
        let head = self.read(part.offset, 30).await?;
        let (name, extra) = (
            u16_at(&head, 26).ok_or_else(broken)?,
            u16_at(&head, 28).ok_or_else(broken)?,
        );
        let from = part.offset + 30 + u64::from(name) + u64::from(extra);
        Ok(Unpacked {
            archive: self,
            position: from,
            end: from.saturating_add(part.packed),
            state: (part.method == DEFLATED).then(|| InflateState::new_boxed(DataFormat::Raw)),
            packed: Vec::new(),
            used: 0,
            unpacked: 0,
            is_done: false,
        })
    }

    fn part(&self, name: &str) -> Option<&Part> {
        self.parts
            .iter()
            .find(|part| part.name.eq_ignore_ascii_case(name))
    }

    /// A range, as far as the file goes.
    async fn read(&self, offset: u64, most: u64) -> Result<Vec<u8>, Fault> {
        let most = most.min(self.size.saturating_sub(offset));
        if most == 0 {
            return Err(broken());
        }
        let bytes = self.bucket.read(self.key, offset, most).await?;
        bytes.ok_or_else(|| {
            Fault::Ours(crate::error::Error::Internal(format!(
                "{} is gone",
                self.key
            )))
        })
    }
}

/// The directory's entries.
fn parts(directory: &[u8]) -> Option<Vec<Part>> {
    let (mut parts, mut at) = (Vec::new(), 0);
    while directory.get(at..at + 4) == Some(b"PK\x01\x02") {
        let length = |offset| u16_at(directory, at + offset).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        parts.push(Part {
            name: String::from_utf8_lossy(directory.get(at + 46..at + 46 + name)?)
                .replace('\\', "/"),
            method: u16_at(directory, at + 10)?,
            packed: u64::from(u32_at(directory, at + 20)?),
            offset: u64::from(u32_at(directory, at + 42)?),
        });
        at += 46 + name + extra + comment;
    }
    (!parts.is_empty()).then_some(parts)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

/// A part that is being unpacked.
pub struct Unpacked<'a> {
    archive: &'a Archive<'a>,
    position: u64,
    end: u64,
    /// `None` for what is not packed.
    state: Option<Box<InflateState>>,
    packed: Vec<u8>,
    used: usize,
    unpacked: u64,
    is_done: bool,
}

impl Unpacked<'_> {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// A part that is broken or far too large; the bucket's.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        loop {
            if self.is_done {
                return Ok(None);
            }
            if self.used >= self.packed.len() && self.position < self.end {
                let most = PIECE.min(self.end - self.position);
                self.packed = self.archive.read(self.position, most).await?;
                self.position += u64::try_from(self.packed.len()).unwrap_or(PIECE).max(1);
                self.used = 0;
            }
            let bytes = self.unpack()?;
            self.unpacked += u64::try_from(bytes.len()).unwrap_or(0);
            if self.unpacked > MOST_UNPACKED {
                return Err(Fault::File(
                    "unpacks to more than a spreadsheet may hold: save it as CSV".into(),
                ));
            }
            if !bytes.is_empty() {
                return Ok(Some(bytes));
            }
        }
    }

    fn unpack(&mut self) -> Result<Vec<u8>, Fault> {
        let input = self.packed.get(self.used..).unwrap_or_default();
        let Some(state) = &mut self.state else {
            let bytes = input.to_vec();
            self.used = self.packed.len();
            self.is_done = self.position >= self.end;
            return Ok(bytes);
        };
        let had_input = !input.is_empty();
        let mut bytes = vec![0; UNPACKED];
        let result = inflate(state, input, &mut bytes, MZFlush::None);
        self.used += result.bytes_consumed;
        bytes.truncate(result.bytes_written);
        match result.status {
            Ok(MZStatus::StreamEnd) => self.is_done = true,
            Ok(_) if had_input || !bytes.is_empty() => {}
            // Nothing came in and nothing went out: it breaks off.
            _ if bytes.is_empty() => return Err(broken()),
            _ => {}
        }
        Ok(bytes)
    }
}
