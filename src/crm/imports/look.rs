//! Pure: what the beginning of a file tells: what stands between its cells, its header, its first rows.

use super::records;

/// How much of a file is looked at, in bytes.
pub const LOOK: usize = 64 * 1024;
/// The most columns of a file.
const COLUMNS: usize = 200;
/// The longest name of a column, in characters.
const COLUMN_NAME: usize = 100;
/// Rows that are shown.
const SAMPLES: usize = 5;
/// What is shown of a cell, in characters.
const SAMPLE: usize = 100;
/// What may stand between two cells.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Found {
    /// What stands between two cells.
    pub separator: u8,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The first rows.
    pub samples: Vec<Vec<String>>,
    /// Where the first row begins, in bytes.
    pub body_position: usize,
}

/// Looks at the beginning of a text.
///
/// # Errors
/// What is wrong with the file, and what would be right.
pub fn look(text: &[u8], is_whole: bool) -> Result<Found, String> {
    let separator = separator(text, is_whole);
    let mut records = records::read(text, is_whole, separator, SAMPLES + 1).into_iter();
    let Some(header) = records.next() else {
        return Err(match is_whole {
            true => "is empty: the first line must name the columns".into(),
            false => format!("has a header of more than {LOOK} bytes"),
        });
    };
    if let Some(fault) = header.fault {
        return Err(format!("has a header that cannot be read: {fault}"));
    }
    let columns = columns(&header.cells)?;
    let samples = records
        .filter(|record| record.fault.is_none())
        .map(|record| {
            let cells = record.cells.into_iter().take(columns.len());
            cells
                .map(|cell| cell.chars().filter(|c| *c != '\0').take(SAMPLE).collect())
                .collect()
        })
        .collect();
    Ok(Found {
        separator,
        columns,
        samples,
        body_position: header.end,
    })
}

/// The one that cuts the first rows into the most columns, as many in each.
fn separator(text: &[u8], is_whole: bool) -> u8 {
    let score = |separator: u8| {
        let records = records::read(text, is_whole, separator, 20);
        let header = records.first().map_or(0, |record| record.cells.len());
        let alike = records
            .iter()
            .filter(|record| record.cells.len() == header)
            .count();
        match header {
            0 | 1 => (0, 0),
            _ => (alike, header),
        }
    };
    let mut best = (b',', (0, 0));
    for separator in SEPARATORS {
        let found = score(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

fn columns(cells: &[String]) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = cells
        .iter()
        .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if names.is_empty() {
        return Err("has an empty header: the first line must name the columns".into());
    }
    if names.len() > COLUMNS {
        return Err(format!("has {} columns; {COLUMNS} at most", names.len()));
    }
    for index in 0..names.len() {
        let (before, from) = names.split_at_mut(index);
        let Some(name) = from.first_mut() else {
            continue;
        };
        if name.is_empty() {
            *name = format!("(column {})", index + 1);
        }
        if name.chars().count() > COLUMN_NAME || name.contains(char::is_control) {
            return Err(format!(
                "has a column, the {}th, whose name is longer than {COLUMN_NAME} characters or no plain text",
                index + 1
            ));
        }
        if before.contains(name) {
            return Err(format!(
                "has the column {name} twice: give each column a name of its own"
            ));
        }
        if looks_like_data(name) {
            return Err(format!(
                "has no header: the first line must name the columns, and {name} is no name of one"
            ));
        }
    }
    Ok(names)
}

fn looks_like_data(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits > 0
        && name
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'(' | b')' | b' '));
    is_number || crate::http::checks::email(name, &()).is_ok() || name.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found() {
        for (text, separator) in [
            ("Name,Phone\nA,1\n", b','),
            ("Name;Notes\nA;\"one, two\"\nB;c, d\n", b';'),
            ("Name\tPhone\nA, Inc\t1\n", b'\t'),
            ("Name\nA\n", b','),
        ] {
            let found = look(text.as_bytes(), true).unwrap();
            assert_eq!(found.separator, separator, "{text}");
            assert_eq!(found.columns[0], "Name");
        }
        let found = look(b"\xef\xbb\xbf Business  Name ,,Zip,\r\nA,x,1,\r\n", true).unwrap();
        assert_eq!(found.columns, ["Business Name", "(column 2)", "Zip"]);
        assert_eq!(found.samples, [["A", "x", "1"]]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wide = "c,".repeat(201);
        for (text, complaint) in [
            ("", "is empty"),
            ("\n\n", "is empty"),
            (",,\na,b,c\n", "an empty header"),
            ("Phone,Name,Phone\n", "Phone twice"),
            ("dana@example.com,Ann\n", "no header"),
            ("Harbor Bakery,(727) 555-0142\n", "no header"),
            ("a\u{7},b\n", "no plain text"),
            (wide.as_str(), "201 columns"),
        ] {
            let said = look(text.as_bytes(), true).unwrap_err();
            assert!(said.contains(complaint), "{text}: {said}");
        }
        let many: Vec<String> = (0..201).map(|n| format!("c{n}x")).collect();
        let said = look(many.join(",").as_bytes(), true).unwrap_err();
        assert!(said.contains("201 columns"), "{said}");
        let long = "x".repeat(LOOK);
        assert!(
            look(long.as_bytes(), false)
                .unwrap_err()
                .contains("more than")
        );
    }
}
