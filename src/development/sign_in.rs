//! `/dev/sign-in?to=/path`: signs the browser in as somebody made up, and sends it on.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::Query;
use crate::identity::answer::not_kept;
use crate::identity::client::Client;
use crate::identity::sessions::cookies;
use crate::identity::{demo, return_to};

pub(super) fn routes() -> Router {
    Router::new().route("/dev/sign-in", get(sign_in))
}

#[derive(Deserialize)]
struct Parameters {
    to: Option<String>,
}

async fn sign_in(
    platform: Platform,
    client: Client,
    Query(query): Query<Parameters>,
) -> Result<Response> {
    let wanted = query.to.as_deref().unwrap_or("/");
    let location = return_to::path(&platform.config.public_url, wanted)
        .and_then(|path| HeaderValue::from_str(&path).ok())
        .ok_or_else(|| Error::field("to", "must be a path of ours, such as /docs"))?;
    let signed_in = demo::sign_in(&platform, &client).await?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    cookies::set(&mut response, &platform.config, &signed_in, platform.now());
    Ok(not_kept(response))
}
