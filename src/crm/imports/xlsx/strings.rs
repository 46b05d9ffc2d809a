//! The texts that the cells of a spreadsheet share.

use super::archive::Archive;
use super::sheet::{Pieces, text_in};
use super::{Fault, broken};

/// The most that is held of them, in bytes: they are the one thing that is held as a whole.
const MOST: usize = 40 * 1024 * 1024;

/// The texts, one behind the other.
#[derive(Default)]
pub struct Strings {
    all: String,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Strings {
    /// Reads them.
    ///
    /// # Errors
    /// A part that is broken, or too large; the bucket's.
    pub async fn read(archive: &Archive<'_>) -> Result<Self, Fault> {
        let mut unpacked = archive.unpack("xl/sharedStrings.xml").await?;
        let mut strings = Strings::default();
        let mut pieces = Pieces::of("si");
        while let Some(bytes) = unpacked.next().await? {
            for piece in pieces.add(&bytes)? {
                strings.add(&text_in(&piece)?)?;
            }
        }
        Ok(strings)
    }

    fn add(&mut self, text: &str) -> Result<(), Fault> {
        self.all.push_str(text);
        let end = u32::try_from(self.all.len()).map_err(|_| broken())?;
        self.ends.push(end);
        if self.all.len() > MOST {
            return Err(Fault::File(
                "holds too much text for a spreadsheet to be read: save it as CSV".into(),
            ));
        }
        Ok(())
    }

    /// The text of this number.
    pub fn get(&self, index: usize) -> Option<&str> {
        let at = |index: usize| {
            self.ends
                .get(index)
                .and_then(|end| usize::try_from(*end).ok())
        };
        let start = match index {
            0 => 0,
            _ => at(index - 1)?,
        };
        self.all.get(start..at(index)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_number() {
        let mut strings = Strings::default();
        for text in ["a", "", "é"] {
            assert!(strings.add(text).is_ok());
        }
        let all: Vec<_> = (0..4).map(|index| strings.get(index)).collect();
        assert_eq!(all, [Some("a"), Some(""), Some("é"), None]);
    }
}
