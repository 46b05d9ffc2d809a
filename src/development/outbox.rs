//! `/dev/outbox`: the messages that the outbox provider kept.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header;
use serde::{Deserialize, Serialize};

use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Query, data};
use crate::providers::outbox::{self, Kept};

pub(super) fn routes() -> Router {
    Router::new()
        .route("/dev/outbox", get(list))
        .route("/dev/outbox.json", get(list_json))
        .route("/dev/outbox/{id}", get(show))
        .route("/dev/outbox/{id}/html", get(html))
        .route("/dev/outbox/{id}/eml", get(eml))
}

/// Messages a page.
const PAGE: i64 = 50;

#[derive(Deserialize)]
struct ListQuery {
    to: Option<String>,
    before: Option<String>,
}

async fn kept(platform: &Platform, query: &ListQuery) -> Result<Vec<Kept>> {
    let tenant = &platform.config.api_key_tenant;
    let to = query.to.as_deref().unwrap_or_default();
    let before = query.before.as_deref().unwrap_or_default();
    Ok(outbox::list(&platform.db, tenant, to, before, PAGE).await?)
}

#[derive(Template)]
#[template(path = "outbox_list.html")]
struct ListPage {
    messages: Vec<Kept>,
    to: String,
    older: Option<String>,
}

impl ListPage {
    fn time(moment: &i64) -> String {
        crate::time::format(*moment)
    }
}

async fn list(platform: Platform, Query(query): Query<ListQuery>) -> Result<Response> {
    let messages = kept(&platform, &query).await?;
    let full = i64::try_from(messages.len()).unwrap_or(PAGE) == PAGE;
    let older = messages
        .last()
        .filter(|_| full)
        .map(|message| message.id.clone());
    page(&ListPage {
        messages,
        to: query.to.unwrap_or_default(),
        older,
    })
}

#[derive(Serialize)]
struct WithLinks {
    #[serde(flatten)]
    message: Kept,
    links: Vec<String>,
}

async fn list_json(
    platform: Platform,
    Query(query): Query<ListQuery>,
) -> Result<Answer<Vec<WithLinks>>> {
    let messages: Vec<_> = kept(&platform, &query)
        .await?
        .into_iter()
        .map(|message| WithLinks {
            links: message.links(),
            message,
        })
        .collect();
    Ok(data(&messages))
}

#[derive(Template)]
#[template(path = "outbox_message.html")]
struct MessagePage {
    message: Kept,
    links: Vec<String>,
}

async fn show(platform: Platform, Path(id): Path<String>) -> Result<Response> {
    let message = find(&platform, &id).await?;
    let links = message.links();
    page(&MessagePage { message, links })
}

async fn html(platform: Platform, Path(id): Path<String>) -> Result<Response> {
    Ok(Html(find(&platform, &id).await?.html).into_response())
}

async fn eml(platform: Platform, Path(id): Path<String>) -> Result<Response> {
    let message = find(&platform, &id).await?.to_rfc5322();
    Ok(([(header::CONTENT_TYPE, "message/rfc822")], message).into_response())
}

async fn find(platform: &Platform, id: &str) -> Result<Kept> {
    outbox::find(&platform.db, &platform.config.api_key_tenant, id)
        .await?
        .ok_or(Error::NotFound("message"))
}

fn page(template: &impl Template) -> Result<Response> {
    let html = template
        .render()
        .map_err(|error| Error::Internal(error.to_string()))?;
    Ok(Html(html).into_response())
}
