//! One error type and its one mapping to HTTP. The public text is ours; what an inner layer said goes to the log only.

use serde::Serialize;

use crate::edge::db::DbError;
use crate::permission::Permission;

/// Everything that can go wrong on a request's path.
#[derive(Debug)]
pub enum Error {
    /// The input does not hold. Each entry names its field.
    Invalid(Vec<FieldError>),
    /// The request cannot be read at all (not JSON, wrong content type).
    Malformed(String),
    /// No such thing, or it belongs to another tenant.
    NotFound(&'static str),
    /// It is a part of another record now.
    Merged {
        /// What it was.
        what: &'static str,
        /// The id of that other.
        into: String,
    },
    /// The thing is not in a state that allows this. `code` is stable, `message` says what would be right.
    Conflict {
        /// The machine-readable code.
        code: &'static str,
        /// What stands in the way and what would help.
        message: String,
    },
    /// The path is there, but not with this method.
    MethodNotAllowed,
    /// No or wrong credentials.
    Unauthorized,
    /// What was given to sign in with does not hold. `code` is stable, `message` says what would help.
    Unauthenticated {
        /// The machine-readable code.
        code: &'static str,
        /// What would help. Never which part was wrong.
        message: &'static str,
    },
    /// The caller lacks a permission.
    Forbidden(Permission),
    /// Refused, whoever asks with whatever permission. `code` is stable, `message` says why.
    Refused {
        /// The machine-readable code.
        code: &'static str,
        /// Why, and what would help.
        message: String,
    },
    /// Understood, and wrong as a whole. `code` is stable, `message` says what would be right.
    Unprocessable {
        /// The machine-readable code.
        code: &'static str,
        /// What is wrong, and what would be right.
        message: String,
    },
    /// Too much, too fast.
    TooMany {
        /// The machine-readable code.
        code: &'static str,
        /// When to go on.
        retry_after_seconds: u32,
    },
    /// The version that the caller knows is not the current one (`If-Match`).
    PreconditionFailed,
    /// The body is larger than the route takes.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Something inside failed. The text is for the log.
    Internal(String),
}

/// What is wrong with one field and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Path of the field, as in `steps[3].day_offset`.
    pub field: String,
    /// The complaint, in words for a person.
    pub message: String,
}

/// The result of everything above the edge.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One field is wrong.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Invalid(vec![FieldError::new(field, message)])
    }

    /// Refused.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Error::Refused {
            code,
            message: message.into(),
        }
    }

    /// A state stands in the way.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Error::Conflict {
            code,
            message: message.into(),
        }
    }
}

impl FieldError {
    /// A complaint about a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        FieldError {
            field: field.into(),
            message: message.into(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Invalid(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|field| format!("{}: {}", field.field, field.message))
                    .collect();
                write!(f, "invalid: {}", fields.join("; "))
            }
            Error::Malformed(text) => write!(f, "malformed: {text}"),
            Error::NotFound(what) => write!(f, "no such {what}"),
            Error::Merged { what, into } => write!(f, "the {what} was merged into {into}"),
            Error::Conflict { code, message } => write!(f, "{code}: {message}"),
            Error::MethodNotAllowed => f.write_str("method not allowed"),
            Error::Unauthorized => f.write_str("unauthorized"),
            Error::Unauthenticated { code, message } => write!(f, "{code}: {message}"),
            Error::Forbidden(permission) => write!(f, "lacks {}", permission.as_str()),
            Error::Refused { code, message } | Error::Unprocessable { code, message } => {
                write!(f, "{code}: {message}")
            }
            Error::TooMany { code, .. } => f.write_str(code),
            Error::PreconditionFailed => f.write_str("precondition failed"),
            Error::TooLarge { limit } => write!(f, "larger than {limit} bytes"),
            Error::Internal(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Error {}

impl From<DbError> for Error {
    fn from(error: DbError) -> Self {
        Error::Internal(error.to_string())
    }
}

impl From<crate::edge::bucket::BucketError> for Error {
    fn from(error: crate::edge::bucket::BucketError) -> Self {
        Error::Internal(format!("bucket: {}", error.0))
    }
}

impl From<crate::edge::live::LiveError> for Error {
    fn from(error: crate::edge::live::LiveError) -> Self {
        use crate::edge::live::LiveError;
        match error {
            LiveError::Full => Error::TooMany {
                code: "too_many_pages",
                retry_after_seconds: 60,
            },
            LiveError::Unreachable(_) => Error::Internal(format!("live: {error}")),
        }
    }
}

impl From<crate::edge::queue::QueueError> for Error {
    fn from(error: crate::edge::queue::QueueError) -> Self {
        Error::Internal(format!("queue: {}", error.0))
    }
}
