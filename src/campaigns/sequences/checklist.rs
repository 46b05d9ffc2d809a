//! What a sequence needs before it sends: shown to whoever is about to activate it, and asked by activating itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Sequence, SequenceStatus, Step};
use super::store::{self, Loaded};
use crate::campaigns::schedule::{self, StepTime};
use crate::campaigns::templates::compile::{self, Source};
use crate::campaigns::templates::problems::{Problem, ProblemKind};
use crate::campaigns::templates::{self, Template};
use crate::campaigns::tenants::{self, Tenant};
use crate::config::{Config, EmailProvider};
use crate::crm::recipients;
use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::checks;
use crate::ids::TenantId;

/// What there is to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ChecklistItemKey")]
pub enum ItemKey {
    /// A version with steps.
    Version,
    /// Each step has a template that renders.
    Templates,
    /// Each marketing email can be unsubscribed from.
    UnsubscribeLink,
    /// Who writes.
    Sender,
    /// Where they are.
    PostalAddress,
    /// Where links lead.
    LandingPages,
    /// Who carries the emails.
    Provider,
    /// How bounces and complaints come back.
    Receipts,
    /// How many a day.
    Quota,
    /// When.
    Windows,
    /// Whether sending is switched on.
    Sending,
    /// To whom.
    Audience,
}

/// One thing to check.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChecklistItem")]
pub struct Item {
    /// What.
    pub key: ItemKey,
    /// Whether it is as it should be.
    pub ok: bool,
    /// Whether the sequence cannot be activated without it.
    pub required: bool,
    /// How it is, or what to do.
    pub words: String,
    /// Where it is not, one by one.
    pub details: Vec<String>,
}

/// All there is to check.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Checklist {
    /// Whether everything that is required is there.
    pub is_ready: bool,
    /// The version that it is about: the published one, or else the latest, which activating publishes.
    pub version: i64,
    /// One by one.
    pub items: Vec<Item>,
}

impl Checklist {
    /// That everything that is required is there.
    ///
    /// # Errors
    /// [`Error::Conflict`] with `sequence_not_ready`, which says what is not.
    pub fn must_hold(&self) -> Result<()> {
        let open = self.items.iter().filter(|item| item.required && !item.ok);
        let words: Vec<_> = open.map(|item| item.words.as_str()).collect();
        match words.is_empty() {
            true => Ok(()),
            false => Err(Error::conflict("sequence_not_ready", words.join(" "))),
        }
    }
}

/// Checks a sequence.
///
/// # Errors
/// The database's.
pub async fn of(platform: &Platform, id: &TenantId, sequence: &Sequence) -> Result<Checklist> {
    let db = &platform.db;
    let version = sequence.current_version.unwrap_or(sequence.latest_version);
    let loaded = store::load_versions(db, id, &sequence.id, &[version])
        .await?
        .remove(&version)
        .ok_or(Error::NotFound("version"))?;
    let tenant = tenants::find(db, id)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    let wanted: BTreeSet<_> = loaded
        .steps
        .iter()
        .map(|step| step.template_id.as_str())
        .collect();
    let templates = templates::store::find_many(db, id, &wanted).await?;
    let has_people = recipients::is_anybody(db, id).await?;
    let found = look_at_templates(&loaded.steps, &templates);
    let is_published = sequence.current_version.is_some();
    let is_production = platform.config.is_production();
    let items = vec![
        steps(&loaded, is_published),
        with_templates(&found),
        unsubscribe_links(&found),
        sender(&tenant),
        postal_address(&tenant, &found),
        landing_pages(&tenant),
        provider(&platform.config, is_production),
        receipts(&platform.config, is_production),
        quota(&tenant),
        windows(&loaded, &tenant, platform.now()),
        sending(&tenant),
        audience(has_people, sequence.status),
    ];
    Ok(Checklist {
        is_ready: items.iter().all(|item| item.ok || !item.required),
        version,
        items,
    })
}

/// An item that is as it should be when no detail is missing.
fn item(key: ItemKey, details: Vec<String>, ok: impl Into<String>, otherwise: &str) -> Item {
    let is_ok = details.is_empty();
    Item {
        key,
        ok: is_ok,
        required: true,
        words: if is_ok { ok.into() } else { otherwise.into() },
        details,
    }
}

/// An item of which nothing is to be told one by one.
fn plain(key: ItemKey, ok: bool, required: bool, words: impl Into<String>) -> Item {
    Item {
        key,
        ok,
        required,
        words: words.into(),
        details: Vec::new(),
    }
}

/// What was found wrong with the email of a step.
struct Finding {
    step: String,
    kind: Option<ProblemKind>,
    words: String,
}

/// What makes an email of a step: its template, and the step's own subject and preview text.
type Words<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

fn look_at_templates(steps: &[Step], templates: &BTreeMap<String, Template>) -> Vec<Finding> {
    let mut seen: BTreeMap<Words<'_>, Vec<Problem>> = BTreeMap::new();
    let mut found = Vec::new();
    for step in steps {
        let name = format!("Step {} ({})", step.step_number, step.campaign_id);
        let missing = |words: String| Finding {
            step: name.clone(),
            kind: None,
            words,
        };
        let id = step.template_id.as_str();
        let Some(template) = templates.get(id) else {
            found.push(missing(format!("there is no template `{id}`")));
            continue;
        };
        if !template.is_active.0 {
            found.push(missing(format!("the template `{id}` is inactive")));
        }
        let (subject, preview) = (step.subject.as_deref(), step.preview_text.as_deref());
        // Steps share templates: each email is looked at once.
        let problems = seen.entry((id, subject, preview)).or_insert_with(|| {
            let preview = preview.or(template.preview_text.as_deref());
            let source = Source {
                subject: subject.unwrap_or(&template.subject),
                preview_text: preview.unwrap_or_default(),
                body_html: &template.body_html,
                body_text: template.body_text.as_deref(),
                layout: template.layout,
                purpose: template.purpose,
            };
            compile::inspect(&source).problems
        });
        found.extend(problems.iter().map(|problem| Finding {
            step: name.clone(),
            kind: Some(problem.kind),
            words: format!("{}: {}", problem.field, problem.message),
        }));
    }
    found
}

/// The findings of which something holds, in words.
fn told(found: &[Finding], holds: impl Fn(Option<ProblemKind>) -> bool) -> Vec<String> {
    found
        .iter()
        .filter(|finding| holds(finding.kind))
        .map(|finding| format!("{}: {}", finding.step, finding.words))
        .collect()
}

fn steps(loaded: &Loaded, is_published: bool) -> Item {
    let (version, count) = (loaded.version.version, loaded.steps.len());
    let noun = if count == 1 { "step" } else { "steps" };
    let words = match (count, is_published) {
        (0, _) => format!("Version {version} has no steps. Add some."),
        (_, true) => format!("Version {version} is published, with {count} {noun}."),
        (_, false) => format!("Version {version}, with {count} {noun}, is published with it."),
    };
    plain(ItemKey::Version, count > 0, true, words)
}

fn with_templates(found: &[Finding]) -> Item {
    let is_legal = |kind| {
        matches!(
            kind,
            Some(ProblemKind::MissingUnsubscribe | ProblemKind::MissingAddress)
        )
    };
    item(
        ItemKey::Templates,
        told(found, |kind| !is_legal(kind)),
        "Every step has a template that can be sent.",
        "Some steps have no template that can be sent. Mend those templates.",
    )
}

fn unsubscribe_links(found: &[Finding]) -> Item {
    item(
        ItemKey::UnsubscribeLink,
        told(found, |kind| kind == Some(ProblemKind::MissingUnsubscribe)),
        "Every email that must can be unsubscribed from.",
        "Some emails cannot be unsubscribed from. Use the base layout, or put {{ unsubscribe_url }} into them.",
    )
}

fn sender(tenant: &Tenant) -> Item {
    let mut details = Vec::new();
    if tenant.sender_name.trim().is_empty() {
        details.push("The sender has no name.".to_string());
    }
    let addresses = [Some(&tenant.sender_email), tenant.reply_to_email.as_ref()];
    for address in addresses.into_iter().flatten() {
        if checks::email(address, &()).is_err() {
            details.push(format!("`{address}` is no email address."));
        }
    }
    let words = format!(
        "Emails come from {} <{}>.",
        tenant.sender_name, tenant.sender_email
    );
    let otherwise = "It is not clear whom emails come from. Complete the sender in the organization's settings.";
    item(ItemKey::Sender, details, words, otherwise)
}

fn postal_address(tenant: &Tenant, found: &[Finding]) -> Item {
    let mut details = told(found, |kind| kind == Some(ProblemKind::MissingAddress));
    if tenant.postal_address.trim().is_empty() {
        details.push("The organization has no postal address.".to_string());
    }
    item(
        ItemKey::PostalAddress,
        details,
        format!("Emails carry the address {}.", tenant.postal_address),
        "Emails must carry a postal address. Enter it in the organization's settings, and use the base layout or {{ postal_address }}.",
    )
}

fn landing_pages(tenant: &Tenant) -> Item {
    let url = &tenant.landing_base_url;
    let is_web = url::Url::parse(url)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let words = match is_web {
        true => format!("Links lead to {url}."),
        false => {
            "Links lead nowhere. Enter the landing pages' address in the organization's settings."
                .into()
        }
    };
    plain(ItemKey::LandingPages, is_web, true, words)
}

fn provider(config: &Config, is_production: bool) -> Item {
    let (ok, words) = match (config.email_provider, is_production) {
        (EmailProvider::Ses, _) => (true, "Emails go out through Amazon SES."),
        (EmailProvider::Outbox, false) => (
            true,
            "Emails are kept here and shown in the outbox; nothing leaves this test installation.",
        ),
        (EmailProvider::Outbox, true) => (
            false,
            "No email provider is set up: emails would be kept here and reach nobody. Set EMAIL_PROVIDER.",
        ),
    };
    plain(ItemKey::Provider, ok, true, words)
}

/// Without them nobody hears of bounces and complaints, and addresses that do not want mail go on getting it.
fn receipts(config: &Config, is_production: bool) -> Item {
    let is_ses = config.email_provider == EmailProvider::Ses;
    let missing = config.missing_for_receipts();
    let words = match (is_ses, missing.is_empty()) {
        (false, _) => "Nothing bounces from the outbox.".to_string(),
        (true, true) => "Bounces and complaints come back from Amazon SES.".to_string(),
        (true, false) => format!(
            "Bounces and complaints would not be heard of. Set {}.",
            missing.join(" and ")
        ),
    };
    let ok = !is_ses || missing.is_empty();
    plain(ItemKey::Receipts, ok, is_production, words)
}

fn quota(tenant: &Tenant) -> Item {
    let (ok, words) = match tenant.daily_send_limit {
        None => (true, "There is no daily limit.".to_string()),
        Some(limit) if limit > 0 => (true, format!("Up to {limit} emails go out a day.")),
        Some(_) => (
            false,
            "The daily limit is 0, so that nothing goes out. Raise it in the organization's settings.".to_string(),
        ),
    };
    plain(ItemKey::Quota, ok, true, words)
}

fn windows(loaded: &Loaded, tenant: &Tenant, now: Millis) -> Item {
    let Some(zone) = schedule::time_zone(&tenant.timezone) else {
        let words = format!(
            "`{}` is no time zone. Choose one in the organization's settings.",
            tenant.timezone
        );
        return plain(ItemKey::Windows, false, true, words);
    };
    let details = loaded
        .steps
        .iter()
        .filter(|step| {
            let time = StepTime {
                started_at: now,
                day_offset: step.day_offset,
                not_before: now,
                after_date_of: None,
                window: step.window(&loaded.version),
                zone: &zone,
                spread: step.id.as_str(),
            };
            schedule::due_at(&time).is_none()
        })
        .map(|step| {
            let (number, name) = (step.step_number, &step.campaign_id);
            format!("Step {number} ({name}): there is no time at which it could be sent")
        })
        .collect();
    item(
        ItemKey::Windows,
        details,
        "Every step has a time at which it can be sent.",
        "Some steps can never be sent. Change the hours of the version, or of those steps.",
    )
}

fn sending(tenant: &Tenant) -> Item {
    let words = match tenant.is_sending.0 {
        true => "Sending is switched on.",
        false => "Sending is switched off: emails wait until it is switched on.",
    };
    plain(ItemKey::Sending, tenant.is_sending.0, false, words)
}

fn audience(has_people: bool, status: SequenceStatus) -> Item {
    let words = match (has_people, status) {
        (false, _) => "Nobody here has an email address yet. Bring people in, then enrol them.",
        (true, SequenceStatus::Draft) => {
            "There are people with an email address. Enrol them once it is active."
        }
        (true, _) => "There are people with an email address.",
    };
    plain(ItemKey::Audience, has_people, false, words)
}
