//! `/api/v1/auth/openid/…`: the way to a provider and back, for browsers.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::flow::{self, Arrival, COOKIE_SECONDS};
use crate::edge::limiter::Limit;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Operation, Query, Routes, data};
use crate::identity::answer::{Page, not_kept};
use crate::identity::caller::Browser;
use crate::identity::client::Client;
use crate::identity::sessions::cookies::{self, Cookie};
use crate::identity::{pages, return_to};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Sign-in")
        .get(
            "/api/v1/auth/providers",
            providers,
            Operation::public("listSignInProviders", "List whose sign-in is accepted"),
        )
        .get(
            "/api/v1/auth/openid/{provider}/start",
            start,
            Operation::public("startOpenIdSignIn", "Go and sign in elsewhere")
                .description(
                    "For browsers. They come back to `return_to`, which is a path of ours.",
                )
                .limited_as(Limit::SignIn),
        )
        .get(
            "/api/v1/auth/openid/{provider}/callback",
            callback,
            Operation::public("finishOpenIdSignIn", "Come back from signing in elsewhere")
                .description(
                    "Where providers send browsers back to. What is not right is shown on a page.",
                )
                .limited_as(Limit::SignIn),
        )
}

/// Somebody whose sign-in is accepted.
#[derive(Serialize, JsonSchema)]
struct ProviderOut {
    /// In the path.
    id: String,
    /// On the button.
    name: String,
}

async fn providers(platform: Platform) -> Result<Answer<Vec<ProviderOut>>> {
    let providers = platform.config.openid_providers.iter();
    let all: Vec<_> = providers
        .map(|provider| ProviderOut {
            id: provider.id.clone(),
            name: provider.name.clone(),
        })
        .collect();
    Ok(data(&all))
}

#[derive(Deserialize, JsonSchema)]
struct StartQuery {
    /// A path of ours; `/` unless said.
    return_to: Option<String>,
}

async fn start(
    platform: Platform,
    Path(id): Path<String>,
    Query(query): Query<StartQuery>,
) -> Result<Page> {
    let provider = flow::provider(&platform, &id)?;
    let wanted = query.return_to.as_deref().unwrap_or("/");
    let return_to = return_to::path(&platform.config.public_url, wanted)
        .ok_or_else(|| Error::field("return_to", "must be a path of ours, such as /inbox"))?;
    let departure = match flow::depart(&platform, provider, return_to).await? {
        Ok(departure) => departure,
        Err(refusal) => return refused(&refusal),
    };
    let mut response = go_to(&departure.location)?;
    let cookie = Cookie::OpenId.set(&platform.config, &departure.cookie, COOKIE_SECONDS);
    cookies::append(&mut response, cookie.into_iter());
    Ok(Page(response))
}

#[derive(Deserialize, JsonSchema)]
struct CallbackQuery {
    /// To be exchanged for who somebody is.
    code: Option<String>,
    /// As we gave it.
    state: Option<String>,
    /// Instead of a code.
    error: Option<String>,
    /// Who sends the browser back.
    iss: Option<String>,
}

async fn callback(
    platform: Platform,
    browser: Browser,
    client: Client,
    Path(id): Path<String>,
    Query(query): Query<CallbackQuery>,
) -> Result<Page> {
    let provider = flow::provider(&platform, &id)?;
    let cookie = browser.cookie(&platform, Cookie::OpenId);
    let arrival = Arrival {
        code: query.code,
        state: query.state,
        error: query.error,
        iss: query.iss,
    };
    let mut response =
        match flow::arrive(&platform, provider, cookie.as_deref(), &arrival, &client).await {
            Ok(Ok((signed_in, return_to))) => {
                let mut response = go_to(&return_to)?;
                cookies::set(&mut response, &platform.config, &signed_in, platform.now());
                response
            }
            Ok(Err(refusal)) => refused(&refusal)?.0,
            Err(Error::Refused { code, .. } | Error::Unauthenticated { code, .. }) => {
                refused(&Refusal::new(code, "after signing in there"))?.0
            }
            Err(error) => return Err(error),
        };
    // Whatever came of it, the cookie has done its service.
    let gone = Cookie::OpenId.set(&platform.config, "", 0);
    cookies::append(&mut response, gone.into_iter());
    Ok(Page(response))
}

fn go_to(location: &str) -> Result<Response> {
    let location = HeaderValue::from_str(location)
        .map_err(|_| Error::Internal("a location that is no header".into()))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    Ok(not_kept(response))
}

/// A page that says why not, in words that tell a stranger nothing.
fn refused(refusal: &Refusal) -> Result<Page> {
    log::info(
        "sign-in elsewhere refused",
        &[("code", refusal.code), ("detail", &refusal.detail)],
    );
    let (status, message) = match refusal.code {
        "not_invited" | "no_membership" | "invitation_over" | "user_disabled" => (
            StatusCode::FORBIDDEN,
            "You are not a member here. Ask somebody in your organization to invite you, with the address that you sign in with.",
        ),
        "email_not_verified" => (
            StatusCode::FORBIDDEN,
            "The address of that account is not confirmed. Confirm it there, then sign in again.",
        ),
        "wrong_hosted_domain" => (
            StatusCode::FORBIDDEN,
            "Only accounts of this organization are accepted. Choose another account.",
        ),
        "provider_unusable" => (
            StatusCode::BAD_GATEWAY,
            "The other side does not answer as it should. Try again in a while, or sign in another way.",
        ),
        "refused_there" => (
            StatusCode::UNAUTHORIZED,
            "The other side did not sign you in. Try again, or sign in another way.",
        ),
        _ => (
            StatusCode::UNAUTHORIZED,
            "This sign-in cannot be trusted. Start it again from our own page, in the same browser.",
        ),
    };
    pages::problem(status, "You are not signed in", message, refusal.code).map(Page)
}
