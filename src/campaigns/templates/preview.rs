//! `POST /api/v1/templates/{id}/preview`: a template as somebody would get it, and what is wrong with it.

use axum::extract::Path;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::problems::Problem;
use super::shown::{self, Draft, StepRef, Wanted};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{Answer, Body, Caller, data};
use crate::ids::PersonId;

/// With what a preview is rendered; somebody made up stands in for what is not given.
#[derive(Debug, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TemplatePreviewIn")]
pub(super) struct PreviewIn {
    /// As this person.
    #[garde(skip)]
    person_id: Option<PersonId>,
    /// As this step sends it: with its subject, its preview text and its landing page.
    #[garde(dive)]
    step: Option<StepRef>,
    /// What is not kept yet.
    #[garde(dive)]
    template: Option<Draft>,
    /// Instead of the person's.
    #[garde(inner(length(chars, max = 120)))]
    first_name: Option<String>,
    /// Instead of the person's business's.
    #[garde(inner(length(chars, max = 120)))]
    business_name: Option<String>,
    /// Instead of the person's community.
    #[garde(inner(length(chars, max = 120)))]
    community: Option<String>,
}

/// A template as somebody would get it. The texts are null when it cannot be rendered.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TemplatePreview")]
pub(super) struct PreviewOut {
    /// The subject line.
    subject: Option<String>,
    /// What mail clients show beside the subject.
    preview_text: Option<String>,
    /// The HTML part.
    html: Option<String>,
    /// The text part.
    text: Option<String>,
    /// The variables that it uses.
    variables: Vec<String>,
    /// What is wrong with it; it can be kept when this is empty.
    problems: Vec<Problem>,
}

pub(super) async fn preview(
    platform: Platform,
    caller: Caller,
    Path(id): Path<String>,
    Body(input): Body<PreviewIn>,
) -> Result<Answer<PreviewOut>> {
    let wanted = Wanted {
        draft: input.template.as_ref(),
        person: input.person_id.as_ref(),
        step: input.step.as_ref(),
    };
    let shown = shown::load(&platform, &caller, &id, &wanted).await?;
    let look = shown.look(&input.given());
    let (subject, preview_text, html, text) = match look.rendered {
        Some(rendered) => (
            Some(rendered.subject),
            Some(rendered.preview_text),
            Some(rendered.html),
            Some(rendered.text),
        ),
        None => (None, None, None, None),
    };
    Ok(data(&PreviewOut {
        subject,
        preview_text,
        html,
        text,
        variables: look.variables,
        problems: look.problems,
    }))
}

impl PreviewIn {
    fn given(&self) -> shown::Given<'_> {
        shown::Given {
            first_name: self.first_name.as_deref(),
            business_name: self.business_name.as_deref(),
            community: self.community.as_deref(),
        }
    }
}
