//! What is wrong with a template, where, and in which words: for whoever writes one, while they write it.

use minijinja::Error;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::FieldError;

/// Of which kind a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TemplateProblemKind")]
pub enum ProblemKind {
    /// A part that must say something is empty.
    Empty,
    /// It cannot be read as a template.
    Syntax,
    /// It names a variable that there is not.
    UnknownVariable,
    /// A link's target cannot be tracked.
    Link,
    /// A marketing email without a way to unsubscribe.
    MissingUnsubscribe,
    /// A marketing email without the postal address.
    MissingAddress,
    /// It can be read, but not rendered: an unknown filter, or a wrong call.
    Rendering,
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TemplateProblem")]
pub struct Problem {
    /// Of which kind.
    pub kind: ProblemKind,
    /// In which part: `subject`, `preview_text`, `body_html` or `body_text`.
    pub field: &'static str,
    /// In words.
    pub message: String,
    /// The line of that part as it was written, from 1, where that is known.
    pub line: Option<usize>,
    /// The column in it, from 1, in characters.
    pub column: Option<usize>,
    /// The variable that there is not.
    pub variable: Option<String>,
}

impl Problem {
    /// A problem of a part as a whole.
    pub fn new(kind: ProblemKind, field: &'static str, message: impl Into<String>) -> Self {
        Problem {
            kind,
            field,
            message: message.into(),
            line: None,
            column: None,
            variable: None,
        }
    }

    /// What the template engine complains about; with its place when what it read is the part as it was written.
    pub fn of_engine(
        kind: ProblemKind,
        field: &'static str,
        error: &Error,
        written: Option<&str>,
    ) -> Self {
        let detail = error
            .detail()
            .map(|detail| format!(": {detail}"))
            .unwrap_or_default();
        let verb = match kind {
            ProblemKind::Rendering => "does not render",
            _ => "does not parse",
        };
        let mut problem = Problem::new(kind, field, format!("{verb}: {}{detail}", error.kind()));
        if let Some(text) = written {
            problem.line = error.line();
            if let Some((line, column)) = error.range().and_then(|range| place(text, range.start)) {
                (problem.line, problem.column) = (Some(line), Some(column));
            }
        }
        problem
    }

    /// A variable that there is not, where it is first named.
    pub fn unknown(field: &'static str, name: &str, names: &str, written: Option<&str>) -> Self {
        let message = format!("`{name}` is not a variable; use one of {names}");
        let mut problem = Problem::new(ProblemKind::UnknownVariable, field, message);
        problem.variable = Some(name.to_string());
        let at = written.and_then(|text| place(text, first_use(text, name)?));
        if let Some((line, column)) = at {
            (problem.line, problem.column) = (Some(line), Some(column));
        }
        problem
    }
}

impl From<Problem> for FieldError {
    fn from(problem: Problem) -> Self {
        let place = match (problem.line, problem.column) {
            (Some(line), Some(column)) => format!(" (line {line}, column {column})"),
            (Some(line), None) => format!(" (line {line})"),
            _ => String::new(),
        };
        FieldError::new(problem.field, problem.message + &place)
    }
}

/// Line and column, from 1, of a byte of a text.
fn place(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(..at)?;
    let line_start = before.rfind('\n').map_or(0, |position| position + 1);
    let line = before.matches('\n').count() + 1;
    let column = before.get(line_start..)?.chars().count() + 1;
    Some((line, column))
}

/// Where a name is first used between the marks of an expression or a statement.
fn first_use(text: &str, name: &str) -> Option<usize> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    text.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + name.len()..).unwrap_or_default();
        let opened = before.rfind("{{").max(before.rfind("{%"));
        let closed = before.rfind("}}").max(before.rfind("%}"));
        let is_inside = opened.is_some() && opened > closed;
        let is_word = !before.ends_with(|character| is_part(character) || character == '.')
            && !after.starts_with(is_part);
        is_inside && is_word
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_lines_and_characters_from_one() {
        let text = "ab\ncä{{ x }}";
        assert_eq!(place(text, 0), Some((1, 1)));
        assert_eq!(place(text, text.find('x').unwrap()), Some((2, 6)));
        assert_eq!(place(text, 99), None);
    }

    #[test]
    fn a_name_is_found_where_it_is_used_and_not_where_it_is_said() {
        let text = "nam {{ 'a' }} names {{ names.nam }}\n{{ nam }}";
        assert_eq!(
            first_use(text, "nam").map(|at| place(text, at).unwrap()),
            Some((2, 4))
        );
        assert_eq!(first_use("nam", "nam"), None);
    }
}
