//! `/api/v1/auth/…`: signing in with what needs nobody else, staying signed in, and signing out.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::links;
use super::model::LinkPurpose;
use super::password;
use crate::access::principals::forget;
use crate::audit::Outcome;
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::checks;
use crate::http::{Accepted, Body, Operation, Routes, accepted};
use crate::identity::answer::{SignedInAnswer, SignedOutAnswer};
use crate::identity::audited;
use crate::identity::caller::{Browser, Me};
use crate::identity::client::Client;
use crate::identity::sessions::cookies::Cookie;
use crate::identity::sessions::{self, EndReason};
use crate::ids::TenantId;

const CROSS_SITE: &str =
    "a browser is to be signed in or out, or its cookie is used, by a page that is not ours";

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Sign-in")
        .post(
            "/api/v1/auth/password",
            with_password,
            Operation::public("signInWithPassword", "Sign in with a password")
                .description("From the fifth wrong password in a row on, each costs a growing wait.")
                .limited_as(Limit::SignIn)
                .error(401, "wrong_credentials", "the address or the password is wrong; which of them is not told")
                .error(403, "no_membership", "the user is no active member of that tenant, or of any")
                .error(403, "cross_site_request", CROSS_SITE)
                .error(429, "too_many_attempts", "too many wrong passwords for this user")
                .example(r#"{"email": "dana@example.com", "password": "correct horse battery"}"#),
        )
        .post(
            "/api/v1/auth/link",
            request_link,
            Operation::public("requestSignInLink", "Have a link sent by email")
                .description("The answer is the same whether or not somebody has this address. The link works once, for fifteen minutes.")
                .limited_as(Limit::SignIn)
                .example(r#"{"email": "dana@example.com"}"#),
        )
        .post(
            "/api/v1/auth/link/redeem",
            redeem_link,
            Operation::public("redeemSignInLink", "Use a link's token")
                .description("`password` is for a link with which one chooses a password; every other session of the user ends then.")
                .limited_as(Limit::SignIn)
                .error(401, "link_over", "the link was used before, or its time is over")
                .error(403, "no_membership", "the user is no active member of that tenant, or of any")
                .error(403, "cross_site_request", CROSS_SITE)
                .example(r#"{"token": "link_…"}"#),
        )
        .post(
            "/api/v1/auth/refresh",
            refresh,
            Operation::public("refreshSession", "Renew a session's tokens")
                .description("A refresh token is used once. One that comes again later than ten seconds after its use ends its session. A browser sends `{}`, and its cookies are renewed.")
                .conflict("refresh_in_progress", "the token was used in the last ten seconds, as by another tab: go on with the tokens that came of it")
                .error(401, "session_over", "the token is unknown, over, or was used before")
                .error(403, "no_membership", "the user is no active member of any tenant any more")
                .error(403, "cross_site_request", CROSS_SITE)
                .example(r#"{"refresh_token": "refresh_…"}"#),
        )
        .post(
            "/api/v1/auth/sign-out",
            sign_out,
            Operation::public("signOut", "Sign out")
                .description("Ends the session of the refresh token, of the access token, or of the cookies. It is no error when there is none.")
                .error(403, "cross_site_request", CROSS_SITE)
                .example("{}"),
        )
        .post(
            "/api/v1/auth/sign-out-everywhere",
            sign_out_everywhere,
            Operation::signed_in("signOutEverywhere", "End all sessions of one's own")
                .error(403, "not_a_user", "a key calls"),
        )
        .post(
            "/api/v1/auth/switch-tenant",
            switch_tenant,
            Operation::signed_in("switchTenant", "Work in another tenant")
                .secret_answer()
                .description("Needs the refresh token, as the tokens are renewed: in the body, or in a browser's cookie.")
                .conflict("refresh_in_progress", "the token was used in the last ten seconds")
                .error(401, "session_over", "the refresh token is not this session's, over, or was used before")
                .error(403, "no_membership", "the user is no active member of that tenant")
                .error(403, "not_a_user", "a key calls")
                .example(r#"{"tenant_id": "01900000-0000-7000-8000-000000000001", "refresh_token": "refresh_…"}"#),
        )
}

/// An address, a password, and where to put the tokens.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PasswordIn {
    /// The user's address.
    #[garde(length(bytes, max = 254))]
    email: String,
    /// The user's password.
    #[garde(length(chars, max = 1000))]
    password: String,
    /// The tenant to work in; the one of last time unless named.
    #[garde(skip)]
    tenant_id: Option<TenantId>,
    /// For browsers: the tokens are set as cookies.
    #[serde(default)]
    #[garde(skip)]
    cookie: bool,
}

async fn with_password(
    platform: Platform,
    browser: Browser,
    client: Client,
    Body(input): Body<PasswordIn>,
) -> Result<SignedInAnswer> {
    if input.cookie {
        browser.is_ours(&platform)?;
    }
    let (email, tenant) = (&input.email, input.tenant_id.as_ref());
    let signed_in = password::sign_in(&platform, email, &input.password, tenant, &client).await?;
    Ok(SignedInAnswer::new(&platform, &signed_in, input.cookie))
}

/// Whom to send a link.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LinkIn {
    /// The user's address.
    #[garde(custom(checks::email))]
    email: String,
    /// What it is for; `sign_in` unless said.
    #[garde(skip)]
    purpose: Option<LinkPurpose>,
}

/// What is answered to everybody.
#[derive(Serialize, JsonSchema)]
struct LinkRequested {
    /// The address, as it was given.
    email: String,
}

async fn request_link(
    platform: Platform,
    Body(input): Body<LinkIn>,
) -> Result<Accepted<LinkRequested>> {
    let purpose = input.purpose.unwrap_or(LinkPurpose::SignIn);
    links::request(&platform, &input.email, purpose).await?;
    Ok(accepted(&LinkRequested { email: input.email }))
}

/// A link's token.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RedeemIn {
    /// The last part of the link.
    #[garde(skip)]
    token: String,
    /// For a link with which one chooses a password.
    #[garde(skip)]
    password: Option<String>,
    /// The tenant to work in; the one of last time unless named.
    #[garde(skip)]
    tenant_id: Option<TenantId>,
    /// For browsers: the tokens are set as cookies.
    #[serde(default)]
    #[garde(skip)]
    cookie: bool,
}

async fn redeem_link(
    platform: Platform,
    browser: Browser,
    client: Client,
    Body(input): Body<RedeemIn>,
) -> Result<SignedInAnswer> {
    if input.cookie {
        browser.is_ours(&platform)?;
    }
    let (password, tenant) = (input.password.as_deref(), input.tenant_id.as_ref());
    let signed_in = links::redeem(&platform, &input.token, password, tenant, &client).await?;
    Ok(SignedInAnswer::new(&platform, &signed_in, input.cookie))
}

/// A refresh token, unless it is in a cookie.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefreshIn {
    /// The newest refresh token; a browser leaves it out.
    #[garde(skip)]
    refresh_token: Option<String>,
}

/// The refresh token, and whether it came in a cookie.
fn refresh_token(
    platform: &Platform,
    browser: &Browser,
    given: Option<String>,
) -> Result<(String, bool)> {
    if let Some(token) = given {
        return Ok((token, false));
    }
    browser.is_ours(platform)?;
    let token = browser
        .cookie(platform, Cookie::Refresh)
        .ok_or_else(sessions::refresh::over)?;
    Ok((token, true))
}

async fn refresh(
    platform: Platform,
    browser: Browser,
    client: Client,
    Body(input): Body<RefreshIn>,
) -> Result<SignedInAnswer> {
    let (token, in_cookies) = refresh_token(&platform, &browser, input.refresh_token)?;
    let signed_in = sessions::refresh::refresh(&platform, &token, &client).await?;
    Ok(SignedInAnswer::new(&platform, &signed_in, in_cookies))
}

async fn sign_out(
    platform: Platform,
    browser: Browser,
    client: Client,
    Body(input): Body<RefreshIn>,
) -> Result<SignedOutAnswer> {
    let session = browser
        .session(&platform, input.refresh_token.as_deref())
        .await?;
    if let Some((user, session)) = session {
        let reason = EndReason::SignedOut;
        sessions::store::end(&platform.db, &user, &session, reason, platform.now()).await?;
        forget();
        audited::event(&platform, &user, &client, "sign_out", Outcome::Success).await;
    }
    Ok(SignedOutAnswer::new(&platform))
}

async fn sign_out_everywhere(platform: Platform, me: Me) -> Result<SignedOutAnswer> {
    let reason = EndReason::SignedOutEverywhere;
    let end = sessions::store::end_all(&me.user, None, reason, platform.now());
    platform.db.execute(end).await?;
    forget();
    Ok(SignedOutAnswer::new(&platform))
}

/// Where to work.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SwitchIn {
    /// The tenant.
    #[garde(skip)]
    tenant_id: TenantId,
    /// The newest refresh token; a browser leaves it out.
    #[garde(skip)]
    refresh_token: Option<String>,
}

async fn switch_tenant(
    platform: Platform,
    me: Me,
    browser: Browser,
    client: Client,
    Body(input): Body<SwitchIn>,
) -> Result<SignedInAnswer> {
    let (token, in_cookies) = refresh_token(&platform, &browser, input.refresh_token)?;
    let session = sessions::refresh::session_of(&platform, &token).await?;
    if session.is_none_or(|(_, session)| session != me.session) {
        return Err(sessions::refresh::over());
    }
    let (db, now) = (&platform.db, platform.now());
    if !sessions::store::switch_tenant(db, &me.user, &me.session, &input.tenant_id, now).await? {
        return Err(sessions::start::no_membership());
    }
    let signed_in = sessions::refresh::refresh(&platform, &token, &client).await?;
    Ok(SignedInAnswer::new(&platform, &signed_in, in_cookies))
}
