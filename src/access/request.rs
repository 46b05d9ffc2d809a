//! What the guard reads off a request.

use axum::body::Body;
use axum::extract::Request;
use http::{HeaderMap, Method};

use crate::audit;
use crate::edge::platform::Platform;
use crate::error::Result;
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
pub async fn with_hash(platform: &Platform, request: Request) -> Result<(Request, String)> {
    let (parts, body) = request.into_parts();
    let bytes = match writes(&parts.method) {
        true => read_bytes(Request::new(body)).await?,
        false => Vec::new(),
    };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let keys = &platform.config.audit_keys;
    let hash = audit::request_hash(keys, parts.method.as_str(), path, &bytes);
    Ok((Request::from_parts(parts, Body::from(bytes)), hash))
}

/// Whether a write is the one that has this hash, which may have been made under an older key.
///
/// # Errors
/// A body that breaks off.
pub async fn has_hash(platform: &Platform, request: Request, hash: &str) -> Result<bool> {
    let (parts, body) = request.into_parts();
    let bytes = read_bytes(Request::new(body)).await?;
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let keys = &platform.config.audit_keys;
    let method = parts.method.as_str();
    Ok(audit::is_request_hash(keys, hash, method, path, &bytes))
}
