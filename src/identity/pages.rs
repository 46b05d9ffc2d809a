//! The pages that links in our letters lead to. Looking at one changes nothing, because programs look at links before people
//! do; its button does.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Request};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use url::form_urlencoded;

use super::answer::not_kept;
use super::caller::Browser;
use super::client::Client;
use super::invitations::accept;
use super::sessions::{SignedIn, cookies};
use super::sign_in::links;
use super::sign_in::model::LinkPurpose;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::body::read_bytes;
use crate::json::{self, Node};

/// Nothing but our own styles is loaded, the form goes to us, and nobody puts the page into a frame.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The routes.
pub fn routes() -> Router {
    Router::new()
        .route("/auth/link/{token}", get(link).post(use_link))
        .route(
            "/auth/invitation/{token}",
            get(invitation).post(accept_invitation),
        )
}

#[derive(Template)]
#[template(path = "sign_in_page.html")]
struct Page<'a> {
    title: &'a str,
    message: &'a str,
    /// What was wrong with what was entered.
    complaint: Option<&'a str>,
    asks_name: bool,
    asks_password: bool,
    password_is_needed: bool,
    /// Without one there is nothing to do.
    button: Option<&'a str>,
    code: &'a str,
}

impl Page<'_> {
    const EMPTY: Page<'static> = Page {
        title: "",
        message: "",
        complaint: None,
        asks_name: false,
        asks_password: false,
        password_is_needed: false,
        button: None,
        code: "",
    };

    fn answer(&self, status: StatusCode) -> Result<Response> {
        let html = self
            .render()
            .map_err(|error| Error::Internal(error.to_string()))?;
        let mut response = not_kept((status, Html(html)).into_response());
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CONTENT_POLICY),
        );
        // The form says where it comes from only if the page may be named to ourselves.
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        );
        Ok(response)
    }
}

/// A page that says what went wrong.
///
/// # Errors
/// When it does not render.
pub fn problem(status: StatusCode, title: &str, message: &str, code: &str) -> Result<Response> {
    let page = Page {
        title,
        message,
        code,
        ..Page::EMPTY
    };
    page.answer(status)
}

/// What went wrong, on a page; what is our own fault stays an error.
fn told(error: Error) -> Result<Response> {
    match error {
        Error::Unauthenticated { code, message } => {
            problem(StatusCode::UNAUTHORIZED, "This link is over", message, code)
        }
        Error::Refused { code, message } => problem(
            StatusCode::FORBIDDEN,
            "You are not signed in",
            &message,
            code,
        ),
        other => Err(other),
    }
}

#[derive(Default, Deserialize)]
struct Entered {
    name: Option<String>,
    password: Option<String>,
}

/// What was entered into the form. A field that was left empty was not entered.
async fn entered(request: Request) -> Result<Entered> {
    let bytes = read_bytes(request).await?;
    let entered: Entered = json::shape(Node::of_texts(form_urlencoded::parse(&bytes)))
        .map_err(|_| Error::Malformed("the body is no form".into()))?;
    let given = |text: Option<String>| text.filter(|text| !text.is_empty() && !text.contains('\0'));
    Ok(Entered {
        name: given(entered.name)
            .map(|name| name.chars().filter(|c| !c.is_control()).take(120).collect()),
        password: given(entered.password),
    })
}

/// The browser is signed in and goes on.
fn signed_in(platform: &Platform, signed_in: &SignedIn) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    response
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::from_static("/"));
    cookies::set(&mut response, &platform.config, signed_in, platform.now());
    not_kept(response)
}

fn link_page(purpose: LinkPurpose, complaint: Option<&str>) -> Result<Response> {
    let page = match purpose {
        LinkPurpose::SignIn => Page {
            title: "Sign in?",
            message: "Press the button, and you are signed in with this browser.",
            button: Some("Sign in"),
            ..Page::EMPTY
        },
        LinkPurpose::SetPassword => Page {
            title: "Choose your password",
            message: "At least 12 characters; a few unrelated words do well. You are signed out everywhere else.",
            complaint,
            asks_password: true,
            password_is_needed: true,
            button: Some("Set the password and sign in"),
            ..Page::EMPTY
        },
    };
    page.answer(match complaint {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    })
}

async fn link(platform: Platform, Path(token): Path<String>) -> Result<Response> {
    match links::look_at(&platform, &token).await {
        Ok(link) => link_page(link.purpose, None),
        Err(error) => told(error),
    }
}

async fn use_link(
    platform: Platform,
    browser: Browser,
    client: Client,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response> {
    if let Err(error) = browser.is_ours(&platform) {
        return told(error);
    }
    let entered = entered(request).await?;
    match links::redeem(
        &platform,
        &token,
        entered.password.as_deref(),
        None,
        &client,
    )
    .await
    {
        Ok(somebody) => Ok(signed_in(&platform, &somebody)),
        Err(Error::Invalid(fields)) => link_page(
            LinkPurpose::SetPassword,
            fields.first().map(|field| field.message.as_str()),
        ),
        Err(error) => told(error),
    }
}

async fn invitation_page(
    platform: &Platform,
    token: &str,
    complaint: Option<&str>,
) -> Result<Response> {
    let invitation = match accept::look_at(platform, token).await {
        Ok(invitation) => invitation,
        Err(error) => return told(error),
    };
    let is_new = !accept::is_known(platform, &invitation).await?;
    let title = format!("Join {}", invitation.tenant_name);
    let message = format!("You were invited as {}.", invitation.email);
    let page = Page {
        title: &title,
        message: &message,
        complaint,
        asks_name: is_new,
        asks_password: is_new,
        button: Some("Accept the invitation"),
        ..Page::EMPTY
    };
    page.answer(match complaint {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    })
}

async fn invitation(platform: Platform, Path(token): Path<String>) -> Result<Response> {
    invitation_page(&platform, &token, None).await
}

async fn accept_invitation(
    platform: Platform,
    browser: Browser,
    client: Client,
    Path(token): Path<String>,
    request: Request,
) -> Result<Response> {
    if let Err(error) = browser.is_ours(&platform) {
        return told(error);
    }
    let entered = entered(request).await?;
    let (name, password) = (entered.name.as_deref(), entered.password.as_deref());
    match accept::accept(&platform, &token, name, password, &client).await {
        Ok(somebody) => Ok(signed_in(&platform, &somebody)),
        Err(Error::Invalid(fields)) => {
            let complaint = fields
                .first()
                .map(|field| format!("The {} {}", field.field, field.message));
            invitation_page(&platform, &token, complaint.as_deref()).await
        }
        Err(error) => told(error),
    }
}
