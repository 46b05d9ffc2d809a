//! What surrounds every answer: the request's id, the headers that keep browsers safe, which other sites' pages may call, and
//! one line in the log.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::Error;

/// What an inner layer said went wrong. It is for the log alone.
#[derive(Debug, Clone)]
pub struct InnerText(pub String);

/// The id of a request, for whoever handles it.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// How long a browser may remember what another site's pages may do, in seconds.
const PREFLIGHT_REMEMBERED: &str = "7200";
const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const ASKED_HEADERS: &str = "authorization, content-type, idempotency-key, if-match, x-request-id";
const ANSWERED_HEADERS: &str = "etag, idempotent-replayed, ratelimit, ratelimit-policy, retry-after, x-next-cursor, x-request-id";

/// The headers of every answer: an answer that may hold personal data is kept nowhere.
const HEADERS: &[(HeaderName, &str)] = &[
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=63072000; includeSubDomains",
    ),
    (header::CACHE_CONTROL, "no-store"),
];
/// What a browser may do with data: nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
/// What a browser may do with a page of ours: show it with its own style, and send its forms back here. A page that needs
/// more says so itself.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: https:; \
     form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'";

/// Puts the frame around a request.
pub async fn frame(platform: Platform, mut request: Request, next: Next) -> Response {
    let started = platform.now();
    let id = request_id(&platform, request.headers());
    let origin = allowed_origin(&platform, request.headers());
    let method = request.method().clone();
    let id_text = id.to_str().unwrap_or_default().to_string();
    request.extensions_mut().insert(RequestId(id_text));
    // The path as it is declared: what stands in its place may be personal.
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("(none)".to_string(), |path| path.as_str().to_string());
    let mut response = if method == Method::OPTIONS {
        preflight(origin.as_ref())
    } else if request.uri().path().contains("%00") {
        // No path of ours has a zero character, and Postgres takes none in a text.
        Error::NotFound("page").into_response()
    } else {
        next.run(request).await
    };
    let took = (platform.now() - started).to_string();
    let status = response.status().as_u16().to_string();
    let mut fields = vec![
        ("request_id", id.to_str().unwrap_or_default()),
        ("method", method.as_str()),
        ("path", &path),
        ("status", &status),
        ("milliseconds", &took),
    ];
    let inner = response.extensions().get::<InnerText>().cloned();
    match &inner {
        Some(InnerText(text)) => {
            fields.push(("error", text));
            log::error("request failed", &fields);
        }
        None => log::info("request", &fields),
    }
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let is_page = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = if is_page { PAGE_POLICY } else { DATA_POLICY };
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(policy));
    headers.insert(HeaderName::from_static("x-request-id"), id);
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            HeaderValue::from_static("true"),
        );
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(ANSWERED_HEADERS),
        );
    }
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    response
}

/// The caller's own id if it sent a sensible one.
fn request_id(platform: &Platform, headers: &HeaderMap) -> HeaderValue {
    let sensible = |value: &&HeaderValue| {
        value.to_str().is_ok_and(|text| {
            (1..=100).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        })
    };
    headers
        .get("x-request-id")
        .filter(sensible)
        .cloned()
        .unwrap_or_else(|| {
            let id = crate::ids::ActivityId::new(platform.now());
            HeaderValue::from_str(id.as_str()).unwrap_or(HeaderValue::from_static("none"))
        })
}

/// The origin that asks, if its pages may call.
fn allowed_origin(platform: &Platform, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let allowed = &platform.config.allowed_origins;
    allowed
        .iter()
        .any(|allowed| allowed.as_bytes() == origin.as_bytes())
        .then(|| origin.clone())
}

/// What a browser asks before it sends another site's request. Without an allowed origin nothing is allowed.
fn preflight(origin: Option<&HeaderValue>) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if origin.is_some() {
        let headers = response.headers_mut();
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static(METHODS),
        );
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static(ASKED_HEADERS),
        );
        headers.insert(
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static(PREFLIGHT_REMEMBERED),
        );
    }
    response
}
