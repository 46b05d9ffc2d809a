//! What the guard reads off a request.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, Method};

use crate::audit;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::Operation;
use crate::http::body::read_bytes;

/// The address that the edge vouches for. No other header is believed: anybody can send one.
pub fn address(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("cf-connecting-ip")
        .and_then(|value| value.to_str().ok())
}

/// Whether a method changes something.
pub fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Reads the body of a write, so that its hash is known before the handler sees it.
///
/// # Errors
/// A body that is too large or breaks off.
pub async fn with_hash(
    platform: &Platform,
    operation: &Operation,
    request: Request,
) -> Result<(Request, String)> {
    let (parts, body, bytes) = read(operation, request).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let keys = &platform.config.audit_keys;
    let hash = audit::request_hash(keys, parts.method.as_str(), path, &bytes);
    Ok((Request::from_parts(parts, body), hash))
}

/// Whether a write is the one that has this hash, which may have been made under an older key.
///
/// # Errors
/// A body that breaks off.
pub async fn has_hash(
    platform: &Platform,
    operation: &Operation,
    request: Request,
    hash: &str,
) -> Result<bool> {
    let (parts, _, bytes) = read(operation, request).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let keys = &platform.config.audit_keys;
    let method = parts.method.as_str();
    Ok(audit::is_request_hash(keys, hash, method, path, &bytes))
}

/// What a request's hash is made of, and the body for the handler. A file is not read: what stands for it is how long the
/// client says it is.
async fn read(operation: &Operation, request: Request) -> Result<(Parts, Body, Bytes)> {
    let (parts, body) = request.into_parts();
    let (body, bytes) = match (operation.takes_a_file, writes(&parts.method)) {
        (true, _) => {
            let length = parts.headers.get(CONTENT_LENGTH);
            let bytes = length.map_or_else(Bytes::new, |length| {
                Bytes::copy_from_slice(length.as_bytes())
            });
            (body, bytes)
        }
        (false, true) => {
            let bytes = Bytes::from(read_bytes(Request::new(body)).await?);
            (Body::from(bytes.clone()), bytes)
        }
        (false, false) => (Body::empty(), Bytes::new()),
    };
    Ok((parts, body, bytes))
}
