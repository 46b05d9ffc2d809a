//! `/api/v1/templates`.

use axum::extract::Path;
use schemars::JsonSchema;
use serde::Deserialize;

use super::compile::{self, Source};
use super::model::{Template, TemplateIn, is_template_id};
use super::variables::{self, VariableOut};
use super::{preview, store, test_send};
use crate::edge::limiter::Limit;
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
            preview::preview,
            Operation::new("previewTemplate", Permission::TemplatesRead, "Render a template")
                .changes_nothing()
                .description("As one of your people sees it (`person_id`, which needs `people:read`), or somebody made up; as a step sends it (`step`). `template` (which needs `templates:write`) says what it says instead of what is kept, so that an editor can show it while it is written; then it need not be kept at all. What is wrong with it is no error but in `problems`; when it cannot be rendered, the texts are null.")
                .example(r#"{"template": {"subject": "A question about {{ business_name }}", "body_html": "<p>Hi {{ first_name | default('there', true) }}</p>"}}"#),
        )
        .post(
            "/api/v1/templates/{id}/test",
            test_send::send,
            Operation::new(
                "sendTestEmail",
                Permission::TemplatesWrite,
                "Send a template to somebody of the team",
            )
                .description("Through the provider of the settings, to a member's own address and nobody else's, its subject marked with `[Test]`. It is in no ledger, counts for no quota, and its links count nothing. Takes what a preview takes; `person_id` needs `people:read`.")
                .limited_as(Limit::Heavy)
                .conflict("test_not_sent", "the provider did not take it; the message says why")
                .example(r#"{"member_id": "01900000-0000-7000-8000-000000000001"}"#),
        )
        .get(
            "/api/v1/template-variables",
            list_variables,
            Operation::new(
                "listTemplateVariables",
                Permission::TemplatesRead,
                "List the variables that a template may use",
            )
                .description("Besides these there are `button(label, url)` and `track_link(url)`."),
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

async fn list_variables(_caller: Caller) -> Result<Answer<Vec<VariableOut>>> {
    let all: Vec<_> = variables::ALL.iter().map(VariableOut::from).collect();
    Ok(data(&all))
}

async fn find(platform: &Platform, caller: &Caller, id: &str) -> Result<Template> {
    store::find(&platform.db, &caller.tenant, id)
        .await?
        .ok_or(Error::NotFound("template"))
}
