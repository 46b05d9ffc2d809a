//! Whether a request that a cookie speaks for was made by one of our own pages. A browser sends cookies with whatever makes
//! it call us; a program that shows a token in `Authorization` cannot be misled like that and is not asked.

use http::{HeaderMap, Method, header};

use crate::error::{Error, Result};

/// Checks a request that is authenticated by a cookie, or that is about to set one.
///
/// Browsers say where a request comes from in `Sec-Fetch-Site`, and all of them name the `Origin` of what changes
/// something. Our own site is believed by either; any other origin must be among the allowed ones. Without either header
/// the request is refused: no browser of today makes one.
///
/// # Errors
/// [`Error::Refused`] with `cross_site_request`.
pub fn check(method: &Method, headers: &HeaderMap, allowed_origins: &[String]) -> Result<()> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    let origin_allowed = text(header::ORIGIN.as_str())
        .is_some_and(|origin| allowed_origins.iter().any(|allowed| allowed == origin));
    let allowed = match text("sec-fetch-site") {
        Some("same-origin") => true,
        // `none` is the person's own doing (an address typed in): no page makes a request that changes something so.
        _ => origin_allowed,
    };
    if allowed {
        return Ok(());
    }
    Err(Error::refused(
        "cross_site_request",
        "This request does not come from a page of ours. A program sends its token in `Authorization: Bearer`.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, given: &[(&'static str, &'static str)]) -> bool {
        let headers = given
            .iter()
            .map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, header::HeaderValue::from_static(value))
            })
            .collect();
        let allowed = ["https://platform.example".to_string()];
        check(method, &headers, &allowed).is_ok()
    }

    #[test]
    fn only_our_own_pages_change_something() {
        let post = |given| asked(&Method::POST, given);
        for ours in [
            &[("origin", "https://platform.example")][..],
            &[("sec-fetch-site", "same-origin"), ("origin", "null")],
            &[
                ("sec-fetch-site", "same-site"),
                ("origin", "https://platform.example"),
            ],
        ] {
            assert!(post(ours), "{ours:?}");
        }
        for others in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://platform.example.evil.example")],
            &[("origin", "http://platform.example")],
            &[("sec-fetch-site", "cross-site")],
            &[
                ("sec-fetch-site", "same-site"),
                ("origin", "https://evil.example"),
            ],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(!post(others), "{others:?}");
        }
    }

    #[test]
    fn reading_is_not_asked() {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert!(asked(&method, &[("sec-fetch-site", "cross-site")]));
        }
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(!asked(&method, &[("sec-fetch-site", "cross-site")]));
        }
    }
}
