//! Files that come in and go out: as streams, never as a whole.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use http_body_util::BodyExt;

#[cfg(not(target_arch = "wasm32"))]
use super::description::{AnswerShape, Description};
use super::description::{Input, Output};
use crate::edge::bucket::{Bucket, BucketError};
use crate::error::{Error, Result};

/// What is read of the bucket at a time, in bytes.
const PIECE: u64 = 1024 * 1024;

/// A file that is sent as a request's body.
pub struct Upload(Body);

impl Input for Upload {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        description.file = &[
            "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/octet-stream",
        ];
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let is_form = kind.is_some_and(|kind| {
            kind.as_bytes().starts_with(b"multipart/")
                || kind.as_bytes().starts_with(b"application/x-www-form")
        });
        match is_form {
            true => Err(Error::field(
                "Content-Type",
                "must be text/csv or that of an XLSX file: send the file itself, not a form",
            )),
            false => Ok(Upload(request.into_body())),
        }
    }
}

impl Upload {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When it breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        while let Some(frame) = self.0.frame().await {
            let frame = frame.map_err(|_| Error::Malformed("the body broke off".into()))?;
            if let Ok(bytes) = frame.into_data() {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }
}

/// A file of the bucket, or several that are one behind the other, for a client to keep.
pub struct Download {
    /// Where it is.
    pub bucket: Arc<Bucket>,
    /// The keys with their sizes in bytes.
    pub parts: Vec<(String, u64)>,
    /// What it is called: letters, digits, hyphens and a dot.
    pub name: String,
}

impl Output for Download {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        description
            .answers
            .push((200, AnswerShape::Media("text/csv")));
        description.headers.push("Content-Disposition");
    }
}

/// What of a file is still to be sent.
struct Rest {
    bucket: Arc<Bucket>,
    parts: std::vec::IntoIter<(String, u64)>,
    current: Option<(String, u64)>,
    offset: u64,
}

impl Rest {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, BucketError> {
        loop {
            let Some((key, size)) = &self.current else {
                return Ok(None);
            };
            if self.offset < *size {
                let piece = self.bucket.read(key, self.offset, PIECE).await?;
                let piece = piece.ok_or_else(|| BucketError(format!("{key} is gone")))?;
                self.offset += u64::try_from(piece.len()).unwrap_or(PIECE).max(1);
                return Ok(Some((Bytes::from(piece), self)));
            }
            self.current = self.parts.next();
            self.offset = 0;
        }
    }
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let mut parts = self.parts.into_iter();
        let rest = Rest {
            bucket: self.bucket,
            current: parts.next(),
            parts,
            offset: 0,
        };
        let pieces = futures_util::stream::try_unfold(rest, |rest| async move {
            rest.next().await.map_err(|error| {
                crate::edge::log::error("download broke off", &[("error", &error.0)]);
                std::io::Error::other("the file broke off")
            })
        });
        let mut response = Response::new(Body::from_stream(pieces));
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        );
        let disposition = format!("attachment; filename=\"{}\"", self.name);
        if let Ok(value) = HeaderValue::from_str(&disposition) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        response
    }
}
