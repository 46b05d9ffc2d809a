//! `/api/v1/openapi.json` and `/docs`: the contract, for programs and for people. Both say nothing about anybody, so that
//! they are open to all; both are made when the crate is built (`build.rs`), so that serving them costs nothing.

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH,
};
use http::{HeaderMap, HeaderValue, StatusCode};

/// The routes.
pub fn routes() -> Router {
    Router::new()
        .route("/api/v1/openapi.json", get(contract))
        .route("/docs", get(page))
}

/// A text that changes only when another version of the Worker is deployed.
struct Fixed {
    text: &'static str,
    etag: &'static str,
    headers: &'static [(HeaderName, &'static str)],
}

async fn contract(headers: HeaderMap) -> Response {
    answer(
        &headers,
        &Fixed {
            text: include_str!(concat!(env!("OUT_DIR"), "/openapi.json")),
            etag: concat!("\"", env!("CONTRACT_HASH"), "\""),
            headers: &[(CONTENT_TYPE, "application/json")],
        },
    )
}

/// The page runs its own script and asks its own origin; whatever else might get into it does nothing.
const POLICY: &str = concat!(
    "default-src 'none'; script-src 'sha256-",
    env!("DOCS_SCRIPT_HASH"),
    "'; style-src 'sha256-",
    env!("DOCS_STYLE_HASH"),
    "'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

async fn page(headers: HeaderMap) -> Response {
    answer(
        &headers,
        &Fixed {
            text: include_str!(concat!(env!("OUT_DIR"), "/docs.html")),
            etag: concat!("\"", env!("DOCS_HASH"), "\""),
            headers: &[
                (CONTENT_TYPE, "text/html; charset=utf-8"),
                (CONTENT_SECURITY_POLICY, POLICY),
            ],
        },
    )
}

fn answer(asked: &HeaderMap, fixed: &Fixed) -> Response {
    let known = is_known(asked, fixed.etag);
    let mut response = Response::new(match known {
        true => Body::empty(),
        false => Body::from(fixed.text),
    });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = response.headers_mut();
    for (name, value) in fixed.headers {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    headers.insert(ETAG, HeaderValue::from_static(fixed.etag));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=300"),
    );
    response
}

/// Whether the caller has this version. A proxy that compresses makes the tag a weak one.
fn is_known(asked: &HeaderMap, etag: &str) -> bool {
    asked
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',')
                .map(|tag| tag.trim())
                .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_this_version_is_not_sent_it_again() {
        let known = |tags: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(tags));
            is_known(&headers, "\"a\"")
        };
        for tags in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(known(tags), "{tags}");
        }
        for tags in ["\"b\"", "a", ""] {
            assert!(!known(tags), "{tags}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"a\""));
    }
}
