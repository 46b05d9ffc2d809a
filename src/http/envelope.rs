//! One shape for every answer: `{ "data": …, "meta": … }`, or `{ "error": { "code", "message", "details" } }`.

use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::Serialize;

use super::description::Output;
#[cfg(not(target_arch = "wasm32"))]
use super::description::{AnswerShape, Description};
use super::edit;
use super::frame::InnerText;
use crate::edge::clock::Millis;
use crate::edge::log;
use crate::error::{Error, FieldError};

/// `200` with data.
pub struct Answer<T>(Encoded<T>);
/// `201` with what was made.
pub struct Created<T>(Encoded<T>);
/// `202` with what is under way.
pub struct Accepted<T>(Encoded<T>);
/// `200` with one page of a list.
pub struct Listing<T>(Encoded<T>);
/// `204`.
pub struct NoContent;

/// A body, already written; the type says of what.
struct Encoded<T> {
    body: Option<Vec<u8>>,
    updated_at: Option<Millis>,
    of: PhantomData<fn() -> T>,
}

#[derive(Serialize)]
struct Data<'a, T: Serialize> {
    data: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Meta>,
}

#[derive(Serialize)]
struct Meta {
    pagination: Pagination,
}

#[derive(Serialize)]
struct Pagination {
    limit: usize,
    next_cursor: Option<String>,
}

/// `200` with data.
pub fn data<T: Serialize>(data: &T) -> Answer<T> {
    Answer(encode(data, None))
}

/// `201` with what was made.
pub fn created<T: Serialize>(data: &T) -> Created<T> {
    Created(encode(data, None))
}

/// `202` with what is under way.
pub fn accepted<T: Serialize>(data: &T) -> Accepted<T> {
    Accepted(encode(data, None))
}

/// `200` with one page of a list and the cursor to the next.
pub fn listing<T: Serialize>(items: &[T], limit: usize, next_cursor: Option<String>) -> Listing<T> {
    let meta = Meta {
        pagination: Pagination { limit, next_cursor },
    };
    Listing(encode(&items, Some(meta)))
}

fn encode<T: Serialize, Of>(data: &T, meta: Option<Meta>) -> Encoded<Of> {
    let body = serde_json::to_vec(&Data { data, meta })
        .inspect_err(|error| {
            log::error(
                "an answer does not serialise",
                &[("error", &error.to_string())],
            );
        })
        .ok();
    Encoded {
        body,
        updated_at: None,
        of: PhantomData,
    }
}

fn respond<T>(status: StatusCode, encoded: Encoded<T>) -> Response {
    let Some(body) = encoded.body else {
        return Error::Internal("an answer does not serialise".into()).into_response();
    };
    let mut response = json(status, body);
    let tag = encoded.updated_at.map(edit::tag);
    if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

impl<T> Listing<T> {
    /// The body as it would be sent, for what reads a list from within.
    ///
    /// # Errors
    /// When an entry does not serialise: a mistake of our own.
    pub fn into_body(self) -> Result<Vec<u8>, Error> {
        let unwritten = || Error::Internal("an answer does not serialise".into());
        self.0.body.ok_or_else(unwritten)
    }
}

impl<T> Answer<T> {
    /// Says which version this is.
    #[must_use]
    pub fn version(mut self, updated_at: Millis) -> Self {
        self.0.updated_at = Some(updated_at);
        self
    }
}

impl<T> Created<T> {
    /// Says which version this is.
    #[must_use]
    pub fn version(mut self, updated_at: Millis) -> Self {
        self.0.updated_at = Some(updated_at);
        self
    }
}

macro_rules! answers {
    ($($name:ident, $status:ident, $number:literal, $shape:ident;)*) => {$(
        impl<T> IntoResponse for $name<T> {
            fn into_response(self) -> Response {
                respond(StatusCode::$status, self.0)
            }
        }

        impl<T: JsonSchema> Output for $name<T> {
            #[cfg(not(target_arch = "wasm32"))]
            fn describe(description: &mut Description) {
                let shape = AnswerShape::$shape(|generator| generator.subschema_for::<T>());
                description.answers.push(($number, shape));
            }
        }
    )*};
}

answers! {
    Answer, OK, 200, Data;
    Created, CREATED, 201, Data;
    Accepted, ACCEPTED, 202, Data;
    Listing, OK, 200, List;
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl Output for NoContent {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        description.answers.push((204, AnswerShape::Nothing));
    }
}

/// One of two successful answers.
pub enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

impl<A: IntoResponse, B: IntoResponse> IntoResponse for Either<A, B> {
    fn into_response(self) -> Response {
        match self {
            Either::First(answer) => answer.into_response(),
            Either::Second(answer) => answer.into_response(),
        }
    }
}

impl<A: Output, B: Output> Output for Either<A, B> {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        A::describe(description);
        B::describe(description);
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    error: FailureBody<'a>,
}

#[derive(Serialize)]
struct FailureBody<'a> {
    code: &'a str,
    message: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    details: &'a [FieldError],
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, message) = match &self {
            Error::Invalid(fields) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "validation_failed",
                fields.first().map_or_else(
                    || "The input is not valid.".to_string(),
                    |field| format!("{}: {}", field.field, field.message),
                ),
            ),
            Error::Malformed(text) => (StatusCode::BAD_REQUEST, "malformed_request", text.clone()),
            Error::NotFound(what) => (
                StatusCode::NOT_FOUND,
                "not_found",
                format!("No such {what}."),
            ),
            Error::Merged { what, into } => (
                StatusCode::NOT_FOUND,
                "merged",
                format!("This {what} was merged into {into}. Go on with that one."),
            ),
            Error::Conflict { code, message } => (StatusCode::CONFLICT, *code, message.clone()),
            Error::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This path does not take that method.".to_string(),
            ),
            Error::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "Sign in, or send a valid API key: `Authorization: Bearer fib_…`.".to_string(),
            ),
            Error::Forbidden(permission) => (
                StatusCode::FORBIDDEN,
                "forbidden",
                format!("This needs the permission `{}`.", permission.as_str()),
            ),
            Error::Refused { code, message } => (StatusCode::FORBIDDEN, *code, message.clone()),
            Error::Unprocessable { code, message } => {
                (StatusCode::UNPROCESSABLE_ENTITY, *code, message.clone())
            }
            Error::TooMany {
                code,
                retry_after_seconds,
            } => (
                StatusCode::TOO_MANY_REQUESTS,
                *code,
                format!("Too many requests. Go on in {retry_after_seconds} seconds."),
            ),
            Error::PreconditionFailed => (
                StatusCode::PRECONDITION_FAILED,
                "changed_meanwhile",
                "Somebody else changed it since you read it. Read it again, then change it."
                    .to_string(),
            ),
            Error::Unauthenticated { code, message } => {
                (StatusCode::UNAUTHORIZED, *code, (*message).to_string())
            }
            Error::TooLarge { limit } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                format!("The body may have at most {limit} bytes."),
            ),
            Error::Internal(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                "Something went wrong on our side. Nothing was half-written; try again."
                    .to_string(),
            ),
        };
        let merged_into;
        let details: &[FieldError] = match &self {
            Error::Invalid(fields) => fields,
            Error::Merged { into, .. } => {
                merged_into = [FieldError::new("merged_into", into)];
                &merged_into
            }
            _ => &[],
        };
        let failure = Failure {
            error: FailureBody {
                code,
                message,
                details,
            },
        };
        let mut response = json(status, serde_json::to_vec(&failure).unwrap_or_default());
        match self {
            Error::TooMany {
                retry_after_seconds,
                ..
            } => {
                let value = HeaderValue::from(retry_after_seconds);
                response.headers_mut().insert(header::RETRY_AFTER, value);
            }
            // For the log line, which knows the request.
            Error::Internal(text) => {
                response.extensions_mut().insert(InnerText(text));
            }
            _ => {}
        }
        response
    }
}

/// A JSON body as it is.
pub fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(axum::body::Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
