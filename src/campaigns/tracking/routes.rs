//! `/u/{token}`: the unsubscribe page. (The pixel and the links are answered in `edge::hot_path`.)

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use super::token::{Purpose, Signer, Token};
use crate::campaigns::suppressions::unsubscribe;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};

/// The routes.
pub fn routes() -> Router {
    Router::new().route("/u/{token}", get(ask).post(unsubscribe_now))
}

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct Page {
    title: &'static str,
    message: &'static str,
    ask: bool,
}

impl Page {
    fn answer(&self, status: StatusCode) -> Result<Response> {
        let html = self
            .render()
            .map_err(|error| Error::Internal(error.to_string()))?;
        Ok((status, Html(html)).into_response())
    }
}

fn read(platform: &Platform, token: &str) -> Option<Token> {
    Signer::new(&platform.config.tracking_keys)
        .verify(token)
        .filter(|token| token.purpose == Purpose::Unsubscribe)
}

/// Scanners follow links, so a GET changes nothing.
async fn ask(platform: Platform, Path(token): Path<String>) -> Result<Response> {
    match read(&platform, &token) {
        None => not_valid(),
        Some(_) => Page {
            title: "Unsubscribe?",
            message: "Press the button and we will not send you these emails any more.",
            ask: true,
        }
        .answer(StatusCode::OK),
    }
}

/// One click, without cookie or confirmation (RFC 8058); mail clients post here by themselves.
async fn unsubscribe_now(platform: Platform, Path(token): Path<String>) -> Result<Response> {
    let Some(token) = read(&platform, &token) else {
        return not_valid();
    };
    if !unsubscribe::recipient_of(&platform, &token.tenant, &token.send).await? {
        return not_valid();
    }
    Page {
        title: "You are unsubscribed",
        message: "It took effect at once. You will not get these emails any more.",
        ask: false,
    }
    .answer(StatusCode::OK)
}

fn not_valid() -> Result<Response> {
    Page {
        title: "This link is not valid",
        message: "Please use the link from the email as it is, or reply to the email and we will take care of it.",
        ask: false,
    }
    .answer(StatusCode::NOT_FOUND)
}
