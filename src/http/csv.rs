//! Pure: writing CSV (RFC 4180), so that a spreadsheet shows what it is given and runs nothing of it.

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\n'];

/// Adds a line for people: a cell that a spreadsheet would run gets an apostrophe in front.
pub fn line<'a>(file: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    write(file, cells, true);
}

/// Adds a line for ourselves: every cell as it is.
pub fn line_as_it_is<'a>(file: &mut String, cells: impl IntoIterator<Item = &'a str>) {
    write(file, cells, false);
}

/// A cell as it was before [`line`] put an apostrophe in front of it.
pub fn without_mark(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => cell,
    }
}

fn write<'a>(file: &mut String, cells: impl IntoIterator<Item = &'a str>, for_people: bool) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            file.push(',');
        }
        let mark = if for_people && is_formula(cell) {
            "'"
        } else {
            ""
        };
        if cell.contains([',', ';', '\t', '"', '\r', '\n']) {
            file.push('"');
            file.push_str(mark);
            for character in cell.chars() {
                if character == '"' {
                    file.push('"');
                }
                file.push(character);
            }
            file.push('"');
        } else {
            file.push_str(mark);
            file.push_str(cell);
        }
    }
    file.push_str("\r\n");
}

/// A number and nothing else is no formula: a telephone number such as `+17275550142` stays what it is, and neither digits
/// nor what people put between them can call anything.
fn is_formula(cell: &str) -> bool {
    if !cell.starts_with(FORMULA) {
        return false;
    }
    let Some(rest) = cell.strip_prefix(['+', '-']) else {
        return true;
    };
    let is_number = rest.starts_with(|first: char| first.is_ascii_digit() || first == '(')
        && rest
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b' ' | b'.' | b'-' | b'(' | b')'));
    !is_number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        let mut file = String::new();
        line(&mut file, [text]);
        file.strip_suffix("\r\n").unwrap().to_string()
    }

    #[test]
    fn formulas_are_texts_and_quotes_are_doubled() {
        for (text, written) in [
            ("plain", "plain"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1,\"x\")", "\"'@SUM(A1,\"\"x\"\")\""),
            ("a, b", "\"a, b\""),
            ("-1\r\n", "\"'-1\r\n\""),
            ("\tx", "\"'\tx\""),
            ("+17275550142", "+17275550142"),
            ("+1 (727) 555-0142", "+1 (727) 555-0142"),
            ("-82.75", "-82.75"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
            ("+", "'+"),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn what_was_marked_is_read_as_it_was() {
        for text in [
            "=1+1",
            "@x",
            "plain",
            "'quoted'",
            "+17275550142",
            "O'Neil",
            "'",
        ] {
            let mut file = String::new();
            line(&mut file, [text]);
            assert_eq!(without_mark(file.trim_end()), text);
        }
    }

    #[test]
    fn for_ourselves_nothing_is_marked() {
        let mut file = String::new();
        line_as_it_is(&mut file, ["=1", "a\"b", "x;y"]);
        assert_eq!(file, "=1,\"a\"\"b\",\"x;y\"\r\n");
    }
}
