//! What somebody gets who signs in: tokens in the body for a program, in cookies for a browser.

use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::edge::clock::{Millis, SECOND};
use crate::edge::platform::Platform;
use crate::http::data;
use crate::http::description::Output;
#[cfg(not(target_arch = "wasm32"))]
use crate::http::description::{AnswerShape, Description};
use crate::identity::memberships::Place;
use crate::identity::sessions::{Method, SignedIn, cookies};
use crate::identity::users::UserOut;
use crate::ids::SessionId;

/// Somebody who is signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SignedInOut {
    /// Who.
    pub user: UserOut,
    /// The tenant that the session works in.
    pub tenant: Place,
    /// The session.
    pub session_id: SessionId,
    /// How it began.
    pub method: Method,
    /// Until when the access token is good, wherever it is.
    #[serde(with = "crate::time::Rfc3339")]
    pub expires_at: Millis,
    /// The tokens, unless they are in cookies.
    pub tokens: Option<TokensOut>,
}

/// A pair of tokens.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TokensOut {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// How long it is good, in seconds.
    pub expires_in: i64,
    /// Gives the next pair, once.
    pub refresh_token: String,
    /// How long it is good, in seconds.
    pub refresh_expires_in: i64,
}

/// The answer to whoever signs in.
pub struct SignedInAnswer(Response);

impl SignedInAnswer {
    /// With the tokens in cookies, or in the body.
    pub fn new(platform: &Platform, signed_in: &SignedIn, in_cookies: bool) -> Self {
        let now = platform.now();
        let seconds = |until: Millis| until.saturating_sub(now).max(0) / SECOND;
        let tokens = (!in_cookies).then(|| TokensOut {
            access_token: signed_in.access_token.clone(),
            expires_in: seconds(signed_in.access_expires_at),
            refresh_token: signed_in.refresh_token.clone(),
            refresh_expires_in: seconds(signed_in.refresh_expires_at),
        });
        let out = SignedInOut {
            user: UserOut::from(&signed_in.user),
            tenant: signed_in.tenant.clone(),
            session_id: signed_in.session.clone(),
            method: signed_in.method,
            expires_at: signed_in.access_expires_at,
            tokens,
        };
        let mut response = data(&out).into_response();
        if in_cookies {
            cookies::set(&mut response, &platform.config, signed_in, now);
        }
        SignedInAnswer(not_kept(response))
    }
}

/// An answer with secrets in it, which nobody on the way keeps.
pub fn not_kept(mut response: Response) -> Response {
    let value = http::HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(http::header::CACHE_CONTROL, value);
    response
}

impl IntoResponse for SignedInAnswer {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Output for SignedInAnswer {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        let shape = AnswerShape::Data(|generator| generator.subschema_for::<SignedInOut>());
        description.answers.push((200, shape));
    }
}

/// `204`, and the cookies are taken away.
pub struct SignedOutAnswer(Response);

impl SignedOutAnswer {
    /// Takes the browser's cookies away.
    pub fn new(platform: &Platform) -> Self {
        let mut response = http::StatusCode::NO_CONTENT.into_response();
        cookies::clear(&mut response, &platform.config);
        SignedOutAnswer(response)
    }
}

impl IntoResponse for SignedOutAnswer {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Output for SignedOutAnswer {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        description.answers.push((204, AnswerShape::Nothing));
    }
}

/// A browser is sent on, or shown a page that says why not.
pub struct Page(pub Response);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        self.0
    }
}

impl Output for Page {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        description.answers.push((303, AnswerShape::Nothing));
    }
}
