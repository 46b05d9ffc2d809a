//! The cookies of a browser that is signed in. Scripts cannot read them, and they are not sent with what other sites do,
//! except when somebody follows a link to us.
//!
//! Over https their names begin with `__Host-` or `__Secure-`, which has the browser refuse them from anybody but us. Over
//! http, which is for development, browsers take no such names.

use http::header::{COOKIE, HeaderValue, SET_COOKIE};
use http::{HeaderMap, Response};

use super::SignedIn;
use crate::config::Config;
use crate::edge::clock::{Millis, SECOND};

/// Where the refresh token is sent to, and nowhere else.
const REFRESH_PATH: &str = "/api/v1/auth";

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The access token.
    Access,
    /// The refresh token.
    Refresh,
    /// What a browser carries through a sign-in at somebody else's.
    OpenId,
}

impl Cookie {
    fn name(self, config: &Config) -> &'static str {
        match (self, is_secure(config)) {
            (Cookie::Access, true) => "__Host-session",
            (Cookie::Access, false) => "session",
            (Cookie::Refresh, true) => "__Secure-refresh",
            (Cookie::Refresh, false) => "refresh",
            (Cookie::OpenId, true) => "__Secure-openid",
            (Cookie::OpenId, false) => "openid",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Cookie::Access => "/",
            Cookie::Refresh => REFRESH_PATH,
            Cookie::OpenId => "/api/v1/auth/openid",
        }
    }

    /// Its value in a request.
    pub fn read(self, config: &Config, headers: &HeaderMap) -> Option<String> {
        let name = self.name(config);
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_string())
    }

    /// The header that sets it for so many seconds; zero takes it away.
    pub fn set(self, config: &Config, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if is_secure(config) { "; Secure" } else { "" };
        let (name, path) = (self.name(config), self.path());
        let text = format!(
            "{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
        );
        HeaderValue::from_str(&text).ok()
    }
}

fn is_secure(config: &Config) -> bool {
    config.public_url.starts_with("https://")
}

/// Puts the tokens into an answer's cookies.
pub fn set<T>(response: &mut Response<T>, config: &Config, signed_in: &SignedIn, now: Millis) {
    let seconds = |until: Millis| until.saturating_sub(now).max(0) / SECOND;
    let cookies = [
        Cookie::Access.set(
            config,
            &signed_in.access_token,
            seconds(signed_in.access_expires_at),
        ),
        Cookie::Refresh.set(
            config,
            &signed_in.refresh_token,
            seconds(signed_in.refresh_expires_at),
        ),
    ];
    append(response, cookies.into_iter().flatten());
}

/// Takes the tokens out of the browser.
pub fn clear<T>(response: &mut Response<T>, config: &Config) {
    let cookies = [Cookie::Access, Cookie::Refresh];
    append(
        response,
        cookies
            .iter()
            .filter_map(|cookie| cookie.set(config, "", 0)),
    );
}

/// Adds cookies to an answer.
pub fn append<T>(response: &mut Response<T>, cookies: impl Iterator<Item = HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::test_config;

    #[test]
    fn a_cookie_is_written_and_read() {
        let config = test_config();
        let set = Cookie::Access.set(&config, "access_x", 600).unwrap();
        assert_eq!(
            set.to_str().unwrap(),
            "__Host-session=access_x; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure"
        );
        let mut headers = HeaderMap::new();
        headers.append(
            COOKIE,
            HeaderValue::from_static("a=b; __Host-session=access_x;c"),
        );
        assert_eq!(
            Cookie::Access.read(&config, &headers).as_deref(),
            Some("access_x")
        );
        assert_eq!(Cookie::Refresh.read(&config, &headers), None);
    }

    #[test]
    fn over_http_the_names_are_plain() {
        let config = Config {
            public_url: "http://localhost:8787".into(),
            ..test_config()
        };
        let set = Cookie::Refresh.set(&config, "x", 0).unwrap();
        assert_eq!(
            set.to_str().unwrap(),
            "refresh=x; Path=/api/v1/auth; Max-Age=0; HttpOnly; SameSite=Lax"
        );
    }
}
