//! Pure: how a file's text is written, and bringing it into UTF-8, piece by piece.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The characters of Windows-1252 that Latin-1 does not have, from 0x80 to 0x9F; zero where there is none.
const WINDOWS_1252: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
    0x0152, 0, 0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc,
    0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
];

/// How text is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, the lower byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, the higher byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// What spreadsheets on Windows write unless told otherwise.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// Every one there is, in the order of the CHECK.
    pub const ALL: [Encoding; 4] = [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Windows1252,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Windows1252 => "windows-1252",
        }
    }
}

/// Finds out how a text is written while it goes by.
#[derive(Default)]
pub struct Detector {
    /// The first bytes, where a mark would be.
    first: Vec<u8>,
    /// The beginning of a character whose end is still to come.
    open: Vec<u8>,
    is_not_utf8: bool,
    is_not_1252: bool,
    has_zero: bool,
}

impl Detector {
    /// The next bytes.
    pub fn see(&mut self, bytes: &[u8]) {
        let wanted = 4_usize.saturating_sub(self.first.len());
        self.first.extend(bytes.iter().take(wanted));
        self.has_zero |= bytes.contains(&0);
        self.is_not_1252 |= bytes.iter().any(|byte| character_1252(*byte).is_none());
        if self.is_not_utf8 {
            return;
        }
        // Only the few bytes around the border are copied.
        let border = 4_usize.saturating_sub(self.open.len()).min(bytes.len());
        let (head, rest) = match self.open.is_empty() {
            true => (&[][..], bytes),
            false => bytes.split_at_checked(border).unwrap_or((bytes, &[])),
        };
        self.open.extend_from_slice(head);
        let mut seen = std::mem::take(&mut self.open);
        self.check(&mut seen);
        if !seen.is_empty() && !rest.is_empty() {
            seen.extend_from_slice(rest);
            self.check(&mut seen);
            self.open = seen;
            return;
        }
        if !seen.is_empty() {
            self.open = seen;
            return;
        }
        match std::str::from_utf8(rest) {
            Ok(_) => {}
            Err(error) => match error.error_len() {
                Some(_) => self.is_not_utf8 = true,
                None => self.open = rest.get(error.valid_up_to()..).unwrap_or_default().to_vec(),
            },
        }
    }

    /// Takes away what is whole of these bytes.
    fn check(&mut self, bytes: &mut Vec<u8>) {
        match std::str::from_utf8(bytes) {
            Ok(_) => bytes.clear(),
            Err(error) if error.error_len().is_some() => {
                self.is_not_utf8 = true;
                bytes.clear();
            }
            Err(error) => {
                bytes.drain(..error.valid_up_to());
            }
        }
    }

    /// The first bytes.
    pub fn first(&self) -> &[u8] {
        &self.first
    }

    /// What it is.
    ///
    /// # Errors
    /// When it is none that can be read; says what would be right.
    pub fn encoding(&self) -> Result<Encoding, &'static str> {
        let unknown = "is not text in an encoding that can be read: save it as CSV in UTF-8";
        match self.first.as_slice() {
            [0xff, 0xfe, ..] => return Ok(Encoding::Utf16Le),
            [0xfe, 0xff, ..] => return Ok(Encoding::Utf16Be),
            _ if self.has_zero => return Err(unknown),
            _ => {}
        }
        match (self.is_not_utf8 || !self.open.is_empty(), self.is_not_1252) {
            (false, _) => Ok(Encoding::Utf8),
            (true, false) => Ok(Encoding::Windows1252),
            (true, true) => Err(unknown),
        }
    }
}

fn character_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => WINDOWS_1252
            .get(usize::from(byte - 0x80))
            .filter(|code| **code > 0)
            .and_then(|code| char::from_u32(u32::from(*code))),
        _ => Some(char::from(byte)),
    }
}

/// Brings a text into UTF-8.
pub struct Decoder {
    encoding: Encoding,
    /// Half of a unit.
    byte: Option<u8>,
    /// The first half of a character of two units.
    high: Option<u16>,
}

impl Decoder {
    /// Of a text that is written so.
    pub fn new(encoding: Encoding) -> Self {
        Decoder {
            encoding,
            byte: None,
            high: None,
        }
    }

    /// The text of the next bytes. A mark at the beginning is no text. What stands for nothing becomes U+FFFD.
    pub fn decode(&mut self, bytes: &[u8]) -> String {
        match self.encoding {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Windows1252 => bytes
                .iter()
                .map(|byte| character_1252(*byte).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
            Encoding::Utf16Le | Encoding::Utf16Be => self.utf16(bytes),
        }
    }

    fn utf16(&mut self, bytes: &[u8]) -> String {
        let mut text = String::with_capacity(bytes.len());
        for byte in bytes {
            let Some(first) = self.byte.take() else {
                self.byte = Some(*byte);
                continue;
            };
            let unit = match self.encoding {
                Encoding::Utf16Be => u16::from_be_bytes([first, *byte]),
                _ => u16::from_le_bytes([first, *byte]),
            };
            if (0xd800..0xdc00).contains(&unit) {
                self.high = Some(unit);
                continue;
            }
            let units = self.high.take().into_iter().chain([unit]);
            for character in char::decode_utf16(units) {
                match character {
                    Ok('\u{feff}') => {}
                    Ok(character) => text.push(character),
                    Err(_) => text.push(char::REPLACEMENT_CHARACTER),
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(bytes: &[u8], size: usize) -> Result<Encoding, &'static str> {
        let mut detector = Detector::default();
        bytes.chunks(size).for_each(|piece| detector.see(piece));
        detector.encoding()
    }

    #[test]
    fn each_is_known_and_read_wherever_it_is_cut() {
        let text = "Café Zoë – “Ñandú” 😀 €5";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}")
                .encode_utf16()
                .flat_map(bytes)
                .collect()
        };
        let latin = b"Caf\xe9 \x80 \x93x\x94";
        for size in 1..9 {
            for (bytes, encoding, read) in [
                (text.as_bytes().to_vec(), Encoding::Utf8, text),
                (utf16(u16::to_le_bytes), Encoding::Utf16Le, text),
                (utf16(u16::to_be_bytes), Encoding::Utf16Be, text),
                (latin.to_vec(), Encoding::Windows1252, "Café € “x”"),
            ] {
                assert_eq!(detect(&bytes, size), Ok(encoding), "{size}");
                if encoding == Encoding::Utf8 {
                    continue;
                }
                let mut decoder = Decoder::new(encoding);
                let decoded: String = bytes
                    .chunks(size)
                    .map(|piece| decoder.decode(piece))
                    .collect();
                assert_eq!(decoded, read);
            }
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&b"a\0b"[..], b"\xff\x81\x8d", b"caf\xc3"] {
            let found = detect(bytes, 2);
            assert!(
                matches!(found, Err(_) | Ok(Encoding::Windows1252)),
                "{bytes:?}"
            );
        }
        assert!(detect(b"a\0b", 1).is_err());
        assert!(detect(b"\xe9\x81", 1).is_err());
    }
}
