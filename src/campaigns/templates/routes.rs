//! `/api/v1/templates`.

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::compile::{self, Compiled, Source};
use super::model::{Template, TemplateIn, is_template_id};
use super::render::{self, Links, Recipient};
use super::store;
use crate::campaigns::tenants;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{Answer, Body, Caller, PageParams, Query, data, listing};

/// The routes.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/templates", get(list))
        .route("/api/v1/templates/{id}", get(show).put(put))
        .route("/api/v1/templates/{id}/preview", post(preview))
}

#[derive(Deserialize)]
struct ListQuery {
    category: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Answer> {
    let page = query.page.page()?;
    let category = query.category.unwrap_or_default();
    let mut templates = store::list(
        &platform.db,
        &caller.tenant,
        &category,
        &page.after,
        page.probe(),
    )
    .await?;
    let next = page.cut(&mut templates, |template| template.id.clone());
    Ok(listing(&templates, page.limit, next))
}

async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer> {
    Ok(data(&find(&platform, &caller, &id).await?))
}

async fn put(
    State(platform): State<Platform>,
    caller: Caller,
    Path(id): Path<String>,
    Body(input): Body<TemplateIn>,
) -> Result<Answer> {
    if !is_template_id(&id) {
        return Err(Error::field(
            "id",
            "must be 1 to 50 lower-case letters, digits and hyphens",
        ));
    }
    let variables = compile::check(&Source {
        subject: &input.subject,
        preview_text: input.preview_text.as_deref().unwrap_or_default(),
        body_html: &input.body_html,
        body_text: input.body_text.as_deref(),
        layout: input.layout,
        purpose: input.purpose,
    })
    .map_err(Error::Invalid)?;
    store::put(
        &platform.db,
        &caller.tenant,
        &id,
        &input,
        &variables,
        platform.now(),
    )
    .await?;
    Ok(data(&find(&platform, &caller, &id).await?))
}

/// With what a preview is rendered; sample values stand in for what is not given.
#[derive(Debug, Default, Deserialize, Validate)]
#[serde(deny_unknown_fields, default)]
struct PreviewIn {
    #[garde(inner(length(chars, max = 120)))]
    first_name: Option<String>,
    #[garde(inner(length(chars, max = 120)))]
    business_name: Option<String>,
    #[garde(inner(length(chars, max = 120)))]
    community: Option<String>,
}

#[derive(Serialize)]
struct PreviewOut {
    subject: String,
    html: String,
    text: String,
}

async fn preview(
    State(platform): State<Platform>,
    caller: Caller,
    Path(id): Path<String>,
    Body(input): Body<PreviewIn>,
) -> Result<Answer> {
    let template = find(&platform, &caller, &id).await?;
    let tenant = tenants::find(&platform.db, &caller.tenant)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    let compiled = Compiled::new(&Source {
        subject: &template.subject,
        preview_text: template.preview_text.as_deref().unwrap_or_default(),
        body_html: &template.body_html,
        body_text: template.body_text.as_deref(),
        layout: template.layout,
        purpose: template.purpose,
    })
    .map_err(Error::Invalid)?;
    let recipient = Recipient {
        first_name: input.first_name.as_deref().unwrap_or("Maria"),
        last_name: "Lopez",
        business_name: input
            .business_name
            .as_deref()
            .unwrap_or("Harbor Street Bakery"),
        community: input.community.as_deref().unwrap_or("Ely"),
        county: "White Pine County",
        state: "NV",
        industry: "Bakery",
        landing_page_url: &tenant.landing_base_url,
        campaign_id: "PREVIEW",
        sender_name: &tenant.sender_name,
        sender_company: &tenant.name,
        postal_address: &tenant.postal_address,
    };
    let rendered = render::render(&compiled, &recipient, Links::for_preview())
        .map_err(|error| Error::field("id", format!("does not render: {error}")))?;
    Ok(data(&PreviewOut {
        subject: rendered.subject,
        html: rendered.html,
        text: rendered.text,
    }))
}

async fn find(platform: &Platform, caller: &Caller, id: &str) -> Result<Template> {
    store::find(&platform.db, &caller.tenant, id)
        .await?
        .ok_or(Error::NotFound("template"))
}
