//! Pure: the rows of a sheet, as they come out of the archive, as lines of CSV.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::book::attribute;
use super::strings::Strings;
use super::{Fault, broken};
use crate::http::csv;

/// The largest element that is waited for, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;
/// The most cells of a row.
const CELLS: usize = 1_000;

/// Cuts XML into the elements of one name, wherever it is cut itself.
pub struct Pieces {
    name: &'static str,
    waiting: Vec<u8>,
}

impl Pieces {
    /// Of the elements of this name.
    pub fn of(name: &'static str) -> Self {
        Pieces {
            name,
            waiting: Vec::new(),
        }
    }

    /// The elements that are whole now, each from its start to its end.
    ///
    /// # Errors
    /// What is no text, or an element without an end.
    pub fn add(&mut self, bytes: &[u8]) -> Result<Vec<String>, Fault> {
        self.waiting.extend_from_slice(bytes);
        let (mut found, mut used) = (Vec::new(), 0);
        loop {
            match self.next(used) {
                Ok((start, end)) => {
                    let element = self.waiting.get(start..end).unwrap_or_default();
                    let element = std::str::from_utf8(element).map_err(|_| broken())?;
                    found.push(element.to_string());
                    used = end;
                }
                Err(waits_from) => {
                    self.waiting.drain(..waits_from);
                    break;
                }
            }
        }
        match self.waiting.len() > LARGEST {
            true => Err(broken()),
            false => Ok(found),
        }
    }

    /// Where the next element is; else from where on more has to come.
    fn next(&self, from: usize) -> Result<(usize, usize), usize> {
        let mut at = from;
        loop {
            let rest = self.waiting.get(at..).unwrap_or_default();
            let start = at + position(rest, b'<').unwrap_or(rest.len());
            let rest = self.waiting.get(start..).unwrap_or_default();
            let close = start + position(rest, b'>').ok_or(start)? + 1;
            let tag = self.waiting.get(start + 1..close - 1).unwrap_or_default();
            if !self.is_ours(tag) {
                at = close;
            } else if tag.last() == Some(&b'/') {
                return Ok((start, close));
            } else {
                return self.end(close).map(|end| (start, end)).ok_or(start);
            }
        }
    }

    fn end(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let rest = self.waiting.get(at..)?;
            let start = at + rest.windows(2).position(|two| two == b"</")?;
            let close = start + position(self.waiting.get(start..)?, b'>')?;
            if self.is_ours(self.waiting.get(start + 2..close)?) {
                return Some(close + 1);
            }
            at = close;
        }
    }

    /// Whether a tag is of our name, whatever its prefix.
    fn is_ours(&self, tag: &[u8]) -> bool {
        let end = tag
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || *byte == b'/')
            .unwrap_or(tag.len());
        let name = tag.get(..end).unwrap_or_default();
        let local = name.rsplit(|byte| *byte == b':').next().unwrap_or(name);
        local == self.name.as_bytes()
    }
}

fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    bytes.iter().position(|byte| *byte == wanted)
}

/// The rows of a sheet.
pub struct Rows(Pieces);

impl Default for Rows {
    fn default() -> Self {
        Rows(Pieces::of("row"))
    }
}

impl Rows {
    /// Adds the lines of the rows that are whole now.
    ///
    /// # Errors
    /// A sheet that is broken.
    pub fn read(
        &mut self,
        bytes: &[u8],
        strings: &Strings,
        lines: &mut String,
    ) -> Result<(), Fault> {
        for row in self.0.add(bytes)? {
            let cells = cells(&row, strings)?;
            if cells.iter().any(|cell| !cell.is_empty()) {
                csv::line_as_it_is(lines, cells.iter().map(String::as_str));
            }
        }
        Ok(())
    }
}

/// The cells of a row.
fn cells(row: &str, strings: &Strings) -> Result<Vec<String>, Fault> {
    let mut reader = Reader::from_str(row);
    let mut cells: Vec<String> = Vec::new();
    let (mut column, mut kind, mut text, mut takes) = (0, String::new(), String::new(), false);
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => match start.local_name().as_ref() {
                "c" => {
                    let place = attribute(&start, "r").and_then(|place| column_of(&place));
                    column = place.unwrap_or(cells.len());
                    kind = attribute(&start, "t").unwrap_or_default();
                    text.clear();
                }
                "v" | "t" => takes = true,
                // How a word is to be pronounced is no part of the text.
                "rPh" => drop(reader.read_to_end(start.name())),
                _ => {}
            },
            Event::Text(part) if takes => text.push_str(&part.xml10_content()),
            Event::CData(part) if takes => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) if takes => text.extend(character(&reference)),
            Event::End(end) => match end.local_name().as_ref() {
                "v" | "t" => takes = false,
                "c" => {
                    if column >= CELLS {
                        return Err(Fault::File(format!("has more than {CELLS} columns")));
                    }
                    if cells.len() <= column {
                        cells.resize(column + 1, String::new());
                    }
                    if let Some(cell) = cells.get_mut(column) {
                        *cell = value(&kind, &text, strings)?;
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(cells),
            _ => {}
        }
    }
}

fn value(kind: &str, text: &str, strings: &Strings) -> Result<String, Fault> {
    Ok(match kind {
        "s" => {
            let index = text.trim().parse().map_err(|_| broken())?;
            strings.get(index).ok_or_else(broken)?.to_string()
        }
        "b" => match text.trim() {
            "1" => "true".into(),
            _ => "false".into(),
        },
        // Such as #REF!: nothing.
        "e" => String::new(),
        "" | "n" => number(text.trim()),
        _ => text.to_string(),
    })
}

/// A number as people write it: a telephone number is kept as `7.275550142E9` now and then.
fn number(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.contains(['E', 'e']) => format!("{number}"),
        _ => text.to_string(),
    }
}

/// The text within an element, without what tells how it is pronounced.
///
/// # Errors
/// What is broken.
pub fn text_in(element: &str) -> Result<String, Fault> {
    let mut reader = Reader::from_str(element);
    let (mut text, mut takes) = (String::new(), false);
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => match start.local_name().as_ref() {
                "t" => takes = true,
                "rPh" => drop(reader.read_to_end(start.name())),
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "t" => takes = false,
            Event::Text(part) if takes => text.push_str(&part.xml10_content()),
            Event::CData(part) if takes => text.push_str(&part.xml10_content()),
            Event::GeneralRef(reference) if takes => text.extend(character(&reference)),
            Event::Eof => return Ok(text),
            _ => {}
        }
    }
}

/// A character that is written as a reference.
fn character(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match reference.xml10_content().as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The column of a place such as `AB12`, from 0 on.
fn column_of(place: &str) -> Option<usize> {
    let mut column = 0_usize;
    for letter in place.bytes().take_while(u8::is_ascii_alphabetic).take(4) {
        let number = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column * 26 + number;
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = r#"<?xml version="1.0"?><worksheet><sheetPr/><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="C1" t="str"><v>A &amp; B, &#233;</v></c></row>
        <row r="2"/>
        <x:row r="3"><x:c r="B3"><x:v>7.275550142E9</x:v></x:c><x:c t="b"><x:v>1</x:v></x:c><x:c t="e"><x:v>#REF!</x:v></x:c></x:row>
        </sheetData></worksheet>"#;

    #[test]
    fn rows_are_lines_wherever_the_sheet_is_cut() {
        for size in [1, 7, 50, 10_000] {
            let (mut rows, mut lines) = (Rows::default(), String::new());
            for piece in SHEET.as_bytes().chunks(size) {
                assert!(rows.read(piece, &Strings::default(), &mut lines).is_ok());
            }
            assert_eq!(lines, "Name,,\"A & B, é\"\r\n,7275550142,true,\r\n");
        }
    }

    #[test]
    fn places_and_texts() {
        for (place, column) in [
            ("A1", Some(0)),
            ("Z9", Some(25)),
            ("AB12", Some(27)),
            ("7", None),
        ] {
            assert_eq!(column_of(place), column, "{place}");
        }
        let text = text_in(
            "<si><r><t>a</t></r><rPh><t>x</t></rPh><r><t xml:space=\"preserve\"> b</t></r></si>",
        );
        assert_eq!(text.ok().as_deref(), Some("a b"));
    }
}
