//! What is wrong with a document, and where.

use std::fmt;

use serde::de::Error;

/// Why no value came of a text.
#[derive(Debug)]
pub enum Unreadable {
    /// It is no JSON.
    Syntax(serde_json::Error),
    /// It is JSON of another shape.
    Shape(Fault),
}

impl Unreadable {
    /// Where the mistake is, without a word of the text itself.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Unreadable::Syntax(error) => {
                format!("line {}, column {}", error.line(), error.column())
            }
            Unreadable::Shape(fault) => fault.path(),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Syntax(error) => error.fmt(formatter),
            Unreadable::Shape(fault) => fault.fmt(formatter),
        }
    }
}

impl std::error::Error for Unreadable {}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Unreadable::Syntax(error)
    }
}

impl From<Fault> for Unreadable {
    fn from(fault: Fault) -> Self {
        Unreadable::Shape(fault)
    }
}

/// A part of a document that does not fit, on the heap because it is the rare case and travels up through each level.
#[derive(Debug)]
pub struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    /// The innermost step first.
    path: Vec<Step>,
    message: String,
}

#[derive(Debug)]
enum Step {
    Field(String),
    Index(usize),
}

impl Fault {
    /// The part's path, such as `steps[1].day`; empty for the document itself. A missing field is named too.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.0.path.iter().rev() {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    pub(super) fn in_field(mut self, name: &str) -> Self {
        self.0.path.push(Step::Field(name.into()));
        self
    }

    pub(super) fn in_entry(mut self, index: usize) -> Self {
        self.0.path.push(Step::Index(index));
        self
    }

    fn new(message: String) -> Self {
        Fault(Box::new(Inner {
            path: Vec::new(),
            message,
        }))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path().as_str() {
            "" => formatter.write_str(self.message()),
            path => write!(formatter, "{path}: {}", self.message()),
        }
    }
}

impl std::error::Error for Fault {}

impl Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::new(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Fault::new("is missing".into()).in_field(field)
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Fault::new(format!("must be one of {}", expected.join(", ")))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Fault::new(match expected {
            [] => "is unknown: there are no fields here".into(),
            _ => format!("is unknown: there are {}", expected.join(", ")),
        })
    }
}
