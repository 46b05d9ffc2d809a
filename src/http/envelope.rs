//! One shape for every answer: `{ "data": …, "meta": … }`, or `{ "error": { "code", "message", "details" } }`.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use crate::edge::log;
use crate::error::{Error, FieldError};

/// A successful answer.
pub struct Answer {
    status: StatusCode,
    body: Vec<u8>,
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
pub fn data<T: Serialize>(data: &T) -> Answer {
    answer(StatusCode::OK, data, None)
}

/// `201` with what was made.
pub fn created<T: Serialize>(data: &T) -> Answer {
    answer(StatusCode::CREATED, data, None)
}

/// `202` with what is under way.
pub fn accepted<T: Serialize>(data: &T) -> Answer {
    answer(StatusCode::ACCEPTED, data, None)
}

/// `200` with one page of a list and the cursor to the next.
pub fn listing<T: Serialize>(items: &[T], limit: usize, next_cursor: Option<String>) -> Answer {
    let meta = Meta {
        pagination: Pagination { limit, next_cursor },
    };
    answer(StatusCode::OK, &items, Some(meta))
}

fn answer<T: Serialize>(status: StatusCode, data: &T, meta: Option<Meta>) -> Answer {
    match serde_json::to_vec(&Data { data, meta }) {
        Ok(body) => Answer { status, body },
        Err(error) => {
            log::error(
                "an answer does not serialise",
                &[("error", &error.to_string())],
            );
            Answer {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                body: b"{}".to_vec(),
            }
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        json(self.status, self.body)
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
            Error::Conflict { code, message } => (StatusCode::CONFLICT, *code, message.clone()),
            Error::MethodNotAllowed => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "This path does not take that method.".to_string(),
            ),
            Error::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "unauthorized",
                "Send a valid API key: `Authorization: Bearer fib_…`.".to_string(),
            ),
            Error::TooLarge { limit } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                format!("The body may have at most {limit} bytes."),
            ),
            Error::Internal(text) => {
                log::error("request failed", &[("error", text)]);
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal_error",
                    "Something went wrong on our side. Nothing was half-written; try again."
                        .to_string(),
                )
            }
        };
        let details: &[FieldError] = match &self {
            Error::Invalid(fields) => fields,
            _ => &[],
        };
        let failure = Failure {
            error: FailureBody {
                code,
                message,
                details,
            },
        };
        json(status, serde_json::to_vec(&failure).unwrap_or_default())
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let mut response = Response::new(axum::body::Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
