//! `/api/v1/templates`.

use axum::extract::Path;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::compile::{self, Compiled, Source};
use super::model::{Template, TemplateIn, is_template_id};
use super::render::{self, Links, Recipient};
use super::store;
use crate::campaigns::tenants;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Edit, Listing, Operation, PageParams, Permission, Query, Routes, data,
    listing,
};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Templates")
        .get(
            "/api/v1/templates",
            list,
            Operation::new("listTemplates", Permission::TemplatesRead, "List templates"),
        )
        .get(
            "/api/v1/templates/{id}",
            show,
            Operation::new("getTemplate", Permission::TemplatesRead, "Get a template"),
        )
        .put(
            "/api/v1/templates/{id}",
            put,
            Operation::new(
                "putTemplate",
                Permission::TemplatesWrite,
                "Create or replace a template",
            )
                .description("An unknown variable, a missing postal address or a missing unsubscribe link is an error that says where.")
                .example(r#"{"name": "Hello", "subject": "{{ business_name }}, a question", "body_html": "<p>Hi {{ first_name | default('there', true) }}</p><p>{{ sender_name }}</p>"}"#),
        )
        .post(
            "/api/v1/templates/{id}/preview",
            preview,
            Operation::new("previewTemplate", Permission::TemplatesRead, "Render a template")
                .changes_nothing()
                .example(r#"{"first_name": "Maria", "business_name": "Harbor Street Bakery"}"#),
        )
}

#[derive(Deserialize, JsonSchema)]
struct ListQuery {
    category: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Listing<Template>> {
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
    platform: Platform,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Answer<Template>> {
    let template = find(&platform, &caller, &id).await?;
    Ok(data(&template).version(template.updated_at))
}

async fn put(
    platform: Platform,
    caller: Caller,
    Path(id): Path<String>,
    edit: Edit,
    Body(input): Body<TemplateIn>,
) -> Result<Answer<Template>> {
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
    if edit.expected.is_some() {
        // What is not there has no version.
        find(&platform, &caller, &id).await?;
    }
    if !store::put(&platform.db, &caller.tenant, &id, &input, &variables, edit).await? {
        return Err(Error::PreconditionFailed);
    }
    let template = find(&platform, &caller, &id).await?;
    Ok(data(&template).version(template.updated_at))
}

/// With what a preview is rendered; sample values stand in for what is not given.
#[derive(Debug, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct PreviewIn {
    #[garde(inner(length(chars, max = 120)))]
    first_name: Option<String>,
    #[garde(inner(length(chars, max = 120)))]
    business_name: Option<String>,
    #[garde(inner(length(chars, max = 120)))]
    community: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct PreviewOut {
    subject: String,
    html: String,
    text: String,
}

async fn preview(
    platform: Platform,
    caller: Caller,
    Path(id): Path<String>,
    Body(input): Body<PreviewIn>,
) -> Result<Answer<PreviewOut>> {
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
