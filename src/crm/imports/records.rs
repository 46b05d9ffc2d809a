//! Pure: the records of a piece of CSV. A piece begins where a record begins; what is left of its last record is read again
//! with the next piece, unless the file ends there.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// The longest cell, in bytes: as much as a spreadsheet's cell can hold.
pub const CELL: usize = 32_767;
/// The longest record, in bytes.
pub const RECORD: usize = 128 * 1024;
/// The most cells of a record.
pub const CELLS: usize = 1_000;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its cells. Of one that is too large, none.
    pub cells: Vec<String>,
    /// Why it cannot be taken.
    pub fault: Option<String>,
    /// Where in the piece the next one begins.
    pub end: usize,
}

/// The next records of a piece, at most so many.
pub fn read(piece: &[u8], is_last: bool, separator: u8, most: usize) -> Vec<Record> {
    let mut reader = reader(separator);
    let mut output = vec![0; RECORD];
    let mut ends = vec![0; CELLS];
    let (mut records, mut position) = (Vec::new(), 0);
    while records.len() < most {
        let from = piece.get(position..).unwrap_or_default();
        match next(&mut reader, from, is_last, &mut output, &mut ends) {
            Some(mut record) => {
                position += record.end;
                record.end = position;
                records.push(record);
            }
            None => break,
        }
    }
    records
}

/// Finds the end of a record that is longer than a piece.
pub struct Skip {
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl Skip {
    /// A record that begins with the first piece.
    pub fn new(separator: u8) -> Self {
        Skip {
            reader: reader(separator),
            output: vec![0; 4_096],
            ends: vec![0; 64],
        }
    }

    /// How many bytes of this piece belong to the record, and whether it ends there.
    pub fn over(&mut self, piece: &[u8]) -> (usize, bool) {
        let mut position = 0;
        loop {
            let from = piece.get(position..).unwrap_or_default();
            let (result, read, _, _) =
                self.reader
                    .read_record(from, &mut self.output, &mut self.ends);
            position += read;
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => return (position, true),
                ReadRecordResult::InputEmpty => return (position, false),
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {}
            }
        }
    }
}

fn reader(separator: u8) -> Reader {
    ReaderBuilder::new().delimiter(separator).build()
}

/// The next record; `None` when the piece does not hold the whole of it.
fn next(
    reader: &mut Reader,
    from: &[u8],
    is_last: bool,
    output: &mut [u8],
    ends: &mut [usize],
) -> Option<Record> {
    let (mut read, mut written, mut cells) = (0, 0, 0);
    let mut fault = None;
    loop {
        let input = from.get(read..).unwrap_or_default();
        if input.is_empty() && !is_last {
            return None;
        }
        let (result, nin, nout, nends) = reader.read_record(
            input,
            output.get_mut(written..).unwrap_or_default(),
            ends.get_mut(cells..).unwrap_or_default(),
        );
        read += nin;
        written += nout;
        cells += nends;
        match result {
            ReadRecordResult::Record => break,
            ReadRecordResult::End => return None,
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => {
                fault = Some(too_long());
                written = 0;
            }
            ReadRecordResult::OutputEndsFull => {
                fault = Some(format!("the row has more than {CELLS} cells"));
                (written, cells) = (0, 0);
            }
        }
    }
    let mut record = Record {
        cells: Vec::new(),
        fault,
        end: read,
    };
    if record.fault.is_none() {
        fill(&mut record, output, ends.get(..cells).unwrap_or_default());
    }
    Some(record)
}

/// What is said of a record that is longer than any may be.
pub fn too_long() -> String {
    format!("the row has more than {RECORD} bytes: is there a quotation mark that never closes?")
}

fn fill(record: &mut Record, output: &[u8], ends: &[usize]) {
    let mut start = 0;
    for (index, end) in ends.iter().enumerate() {
        let cell = output.get(start..*end).unwrap_or_default();
        start = *end;
        if cell.len() > CELL && record.fault.is_none() {
            record.fault = Some(format!(
                "the cell in column {} has {} bytes; {CELL} at most",
                index + 1,
                cell.len()
            ));
        }
        let kept = cell.get(..CELL).unwrap_or(cell);
        record
            .cells
            .push(String::from_utf8_lossy(kept).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, is_last: bool) -> Vec<Vec<String>> {
        read(text.as_bytes(), is_last, b',', 100)
            .into_iter()
            .map(|record| record.cells)
            .collect()
    }

    #[test]
    fn lines_end_in_every_way() {
        let text = "a,b\r\n1,2\n3,\"4\n5\"\r6,7\r\n\r\n8,9";
        let all = [
            vec!["a", "b"],
            vec!["1", "2"],
            vec!["3", "4\n5"],
            vec!["6", "7"],
            vec!["8", "9"],
        ];
        assert_eq!(cells(text, true), all);
        assert_eq!(cells(text, false), all[..4]);
    }

    #[test]
    fn a_piece_can_end_anywhere() {
        let text = "\u{feff}name,note\r\n\"Ann\",\"one\r\ntwo\"\r\nBob,\"say \"\"hi\"\"\"\n\nCy,x"
            .as_bytes();
        let whole: Vec<_> = read(text, true, b',', 100)
            .into_iter()
            .map(|record| record.cells)
            .collect();
        assert_eq!(whole[0], ["name", "note"]);
        assert_eq!(whole[2], ["Bob", "say \"hi\""]);
        for size in 1..text.len() {
            let (mut position, mut found) = (0, Vec::new());
            let mut end = size;
            while position < text.len() {
                let piece = &text[position..end.min(text.len())];
                let is_last = end >= text.len();
                let records = read(piece, is_last, b',', 100);
                match records.last() {
                    Some(last) => position += last.end,
                    None if is_last => break,
                    // As whoever reads pieces does: a larger one.
                    None => end += size,
                }
                end = end.max(position + size);
                found.extend(records.into_iter().map(|record| record.cells));
            }
            assert_eq!(found, whole, "pieces of {size}");
        }
    }

    #[test]
    fn what_is_too_large_is_told() {
        let text = format!(
            "a,{}\nb,{}\nc,d\n",
            "x".repeat(CELL + 1),
            "y".repeat(RECORD)
        );
        let records = read(text.as_bytes(), true, b',', 10);
        assert!(
            records[0]
                .fault
                .as_deref()
                .unwrap()
                .contains("column 2 has 32768 bytes")
        );
        assert!(records[1].fault.as_deref().unwrap().contains("quotation"));
        assert_eq!((&records[2].fault, records.len()), (&None, 3));
        let wide = read(",".repeat(CELLS + 5).as_bytes(), true, b',', 10);
        assert!(
            wide[0]
                .fault
                .as_deref()
                .unwrap()
                .contains("more than 1000 cells")
        );
    }

    #[test]
    fn a_record_that_is_longer_than_a_piece_is_skipped() {
        let text = format!("\"{}\n\",b\nc,d", "x".repeat(10_000));
        let mut skip = Skip::new(b',');
        let (first, rest) = text.as_bytes().split_at(4_000);
        assert_eq!(skip.over(first), (4_000, false));
        let (read, ended) = skip.over(rest);
        assert!(ended);
        assert_eq!(&rest[read..], b"c,d");
        let mut open = Skip::new(b',');
        assert_eq!(open.over(b"\"abc"), (4, false));
        assert_eq!(open.over(b""), (0, true));
    }
}
