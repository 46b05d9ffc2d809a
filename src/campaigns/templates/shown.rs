//! A template as it is shown to whoever writes it: with what they have not kept yet, as one of their people, in a step.

use garde::Validate;
use schemars::JsonSchema;
use serde::Deserialize;

use super::compile::{self, Source};
use super::model::{Layout, Purpose, Template};
use super::problems::{Problem, ProblemKind};
use super::render::{self, Links, Recipient, Rendered};
use super::store;
use crate::audit::{self, Entry};
use crate::campaigns::sequences::Step;
use crate::campaigns::sequences::store as sequences;
use crate::campaigns::tenants::{self, Tenant};
use crate::crm::{reach, recipients};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::checks;
use crate::http::patch::nullable;
use crate::http::{Caller, Permission};
use crate::ids::{PersonId, SequenceId};

/// What a template says instead of what is kept; what is not named is as it is kept.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TemplateDraft")]
pub struct Draft {
    /// The subject line.
    #[garde(inner(length(chars, max = 250), custom(checks::one_line)))]
    pub subject: Option<String>,
    /// What mail clients show beside the subject.
    #[garde(inner(length(chars, max = 250), custom(checks::one_line)))]
    pub preview_text: Option<String>,
    /// The body, HTML.
    #[garde(inner(length(bytes, max = 100_000)))]
    pub body_html: Option<String>,
    /// The body as text; null for what is derived from the HTML.
    #[serde(deserialize_with = "nullable")]
    #[garde(inner(inner(length(bytes, max = 100_000))))]
    pub body_text: Option<Option<String>>,
    /// What surrounds the body.
    #[garde(skip)]
    pub layout: Option<Layout>,
    /// Why it is sent.
    #[garde(skip)]
    pub purpose: Option<Purpose>,
}

/// A step of a sequence.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepRef {
    /// The sequence.
    #[garde(skip)]
    pub sequence_id: SequenceId,
    /// Of which version; of the latest unless said.
    #[garde(skip)]
    pub version: Option<i64>,
    /// The step's number in it.
    #[garde(skip)]
    pub step_number: i64,
}

/// How a template is to be shown.
pub struct Wanted<'a> {
    /// What is not kept yet.
    pub draft: Option<&'a Draft>,
    /// As whom; as somebody made up when absent.
    pub person: Option<&'a PersonId>,
    /// In which step; in none when absent.
    pub step: Option<&'a StepRef>,
}

/// What is shown instead of a person's own.
#[derive(Default)]
pub struct Given<'a> {
    /// Their first name.
    pub first_name: Option<&'a str>,
    /// Their business's name.
    pub business_name: Option<&'a str>,
    /// Their community's name.
    pub community: Option<&'a str>,
}

/// A template, ready to be shown.
pub struct Shown {
    /// Who sends it.
    pub tenant: Tenant,
    person: Option<recipients::Recipient>,
    step: Option<Step>,
    written: Written,
}

/// What a template says, wherever it stands.
#[derive(Default)]
struct Written {
    subject: String,
    preview_text: String,
    body_html: String,
    body_text: Option<String>,
    layout: Layout,
    purpose: Purpose,
}

/// What became of showing it.
pub struct Look {
    /// The variables that it uses.
    pub variables: Vec<String>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// Its words, when it renders.
    pub rendered: Option<Rendered>,
}

/// Loads what showing a template takes.
///
/// # Errors
/// [`Error::NotFound`] of a template that is neither kept nor given; a person or a step that is not there;
/// [`Error::Forbidden`] for a person without the permission to see people, for a draft without that to write templates; the
/// database's.
pub async fn load(
    platform: &Platform,
    caller: &Caller,
    id: &str,
    wanted: &Wanted<'_>,
) -> Result<Shown> {
    let (db, tenant_id) = (&platform.db, &caller.tenant);
    // What somebody may not keep they may not have rendered either.
    if wanted.draft.is_some() {
        caller.require(Permission::TemplatesWrite)?;
    }
    let kept = store::find(db, tenant_id, id).await?;
    if kept.is_none() && wanted.draft.is_none() {
        return Err(Error::NotFound("template"));
    }
    let tenant = tenants::find(db, tenant_id)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    let person = match wanted.person {
        Some(person) => Some(find_person(platform, caller, person).await?),
        None => None,
    };
    let step = match wanted.step {
        Some(step) => Some(find_step(platform, caller, step).await?),
        None => None,
    };
    if step.as_ref().is_some_and(|step| step.template_id != id) {
        let message = "this step sends another template";
        return Err(Error::field("step.step_number", message));
    }
    let mut written = kept.map(Written::of).unwrap_or_default();
    if let Some(step) = &step {
        written.take_headers(step);
    }
    if let Some(draft) = wanted.draft {
        written.take(draft);
    }
    Ok(Shown {
        tenant,
        person,
        step,
        written,
    })
}

impl Written {
    fn of(template: Template) -> Self {
        Written {
            subject: template.subject,
            preview_text: template.preview_text.unwrap_or_default(),
            body_html: template.body_html,
            body_text: template.body_text,
            layout: template.layout,
            purpose: template.purpose,
        }
    }

    fn take_headers(&mut self, step: &Step) {
        if let Some(subject) = &step.subject {
            self.subject.clone_from(subject);
        }
        if let Some(preview_text) = &step.preview_text {
            self.preview_text.clone_from(preview_text);
        }
    }

    fn take(&mut self, draft: &Draft) {
        let put = |into: &mut String, text: &Option<String>| {
            if let Some(text) = text {
                into.clone_from(text);
            }
        };
        put(&mut self.subject, &draft.subject);
        put(&mut self.preview_text, &draft.preview_text);
        put(&mut self.body_html, &draft.body_html);
        if let Some(text) = &draft.body_text {
            self.body_text.clone_from(text);
        }
        self.layout = draft.layout.unwrap_or(self.layout);
        self.purpose = draft.purpose.unwrap_or(self.purpose);
    }
}

impl Shown {
    /// Looks for what is wrong with it, and renders it when that is possible. Its links lead straight to their targets.
    pub fn look(&self, given: &Given<'_>) -> Look {
        let written = &self.written;
        let inspection = compile::inspect(&Source {
            subject: &written.subject,
            preview_text: &written.preview_text,
            body_html: &written.body_html,
            body_text: written.body_text.as_deref(),
            layout: written.layout,
            purpose: written.purpose,
        });
        let mut problems = inspection.problems;
        for (field, text) in [
            ("subject", &written.subject),
            ("body_html", &written.body_html),
        ] {
            if text.trim().is_empty() {
                problems.push(Problem::new(
                    ProblemKind::Empty,
                    field,
                    "must say something",
                ));
            }
        }
        let (page, campaign_id) = match &self.step {
            Some(step) => (step.landing_page.as_str(), step.campaign_id.as_str()),
            None => ("preview", "PREVIEW"),
        };
        let url = render::landing_page_url(&self.tenant, page, campaign_id);
        let rendered = inspection.compiled.and_then(|compiled| {
            let as_known = match &self.person {
                Some(person) => Recipient::of(person, &self.tenant, &url, campaign_id),
                None => Recipient::sample(&self.tenant, &url, campaign_id),
            };
            let recipient = Recipient {
                first_name: given.first_name.unwrap_or(as_known.first_name),
                business_name: given.business_name.unwrap_or(as_known.business_name),
                community: given.community.unwrap_or(as_known.community),
                ..as_known
            };
            let rendered = render::render(&compiled, &recipient, Links::for_preview());
            rendered
                .map_err(|error| {
                    let kind = ProblemKind::Rendering;
                    problems.push(Problem::of_engine(kind, "body_html", &error, None));
                })
                .ok()
        });
        Look {
            variables: inspection.variables,
            problems,
            rendered,
        }
    }
}

/// A person within reach. Whom somebody looked at is in the audit log: only the operation with a person is about one.
async fn find_person(
    platform: &Platform,
    caller: &Caller,
    id: &PersonId,
) -> Result<recipients::Recipient> {
    caller.require(Permission::PeopleRead)?;
    let (db, tenant) = (&platform.db, &caller.tenant);
    let scope = caller.scope(Permission::PeopleRead);
    let unknown = || Error::field("person_id", "must be the id of an existing person");
    let mut found = recipients::load(db, tenant, &[id]).await?;
    let person = found.remove(id).filter(|person| !person.deleted.0);
    let person = person.ok_or_else(unknown)?;
    if !reach::reaches(db, &scope, &person.business_id).await? {
        return Err(unknown());
    }
    let mut entry = Entry::new(tenant.clone(), platform.now(), "template.shown_as_person");
    entry = entry.by(&caller.actor);
    entry.record_type = Some("people".into());
    entry.record_id = Some(id.to_string());
    entry.address = caller.address.as_deref().map(str::to_string);
    audit::record(platform, entry).await;
    Ok(person)
}

async fn find_step(platform: &Platform, caller: &Caller, wanted: &StepRef) -> Result<Step> {
    let (db, tenant, sequence) = (&platform.db, &caller.tenant, &wanted.sequence_id);
    let found = sequences::find(db, tenant, sequence)
        .await?
        .ok_or_else(|| Error::field("step.sequence_id", "no such sequence"))?;
    let version = wanted.version.unwrap_or(found.latest_version);
    let loaded = sequences::load_versions(db, tenant, sequence, &[version])
        .await?
        .remove(&version)
        .ok_or_else(|| Error::field("step.version", "no such version"))?;
    let mut steps = loaded.steps.into_iter();
    steps
        .find(|step| step.step_number == wanted.step_number)
        .ok_or_else(|| Error::field("step.step_number", "no such step"))
}
