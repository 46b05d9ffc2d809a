//! From pending sends to questions for the gate and messages for the provider.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::store::{Leased, PendingSend};
use crate::campaigns::counts::Days;
use crate::campaigns::gate::Question;
use crate::campaigns::sequences::store::{self as sequences, Loaded};
use crate::campaigns::sequences::{Sequence, SequenceStatus, Step};
use crate::campaigns::suppressions;
use crate::campaigns::templates::compile::{Compiled, Source};
use crate::campaigns::templates::render::{self, Links};
use crate::campaigns::templates::{self, Template};
use crate::campaigns::tenants::{self, Tenant};
use crate::campaigns::tracking::token::Signer;
use crate::campaigns::{batches, quota, schedule};
use crate::crm::recipients::{self, Recipient};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{PersonId, SequenceId, TenantId};
use crate::providers::email::{Email, Occasion};

/// Everything the sends of one delivery ask about.
pub struct Context {
    /// Sends left of today's quota; `None` without one.
    pub quota_left: Option<i64>,
    tenant: Tenant,
    sequences: HashMap<SequenceId, Sequence>,
    versions: HashMap<SequenceId, BTreeMap<i64, Loaded>>,
    templates: HashMap<(SequenceId, i64, i64), std::result::Result<Compiled, String>>,
    people: HashMap<PersonId, Recipient>,
    suppressed: HashMap<String, String>,
    zones: HashMap<String, TimeZone>,
    utc: TimeZone,
    signer: Arc<Signer>,
}

impl Context {
    /// Loads it all, one query per kind.
    ///
    /// # Errors
    /// The database's, or a tenant that is gone.
    pub async fn load(platform: &Platform, tenant_id: &TenantId, leased: &Leased) -> Result<Self> {
        let db = &platform.db;
        let people: Vec<_> = leased.sends.iter().map(|send| &send.person_id).collect();
        let people = recipients::load(db, tenant_id, &people).await?;
        let addresses: Vec<_> = people
            .values()
            .filter_map(|person| person.email.as_deref())
            .collect();
        let suppressed = suppressions::store::among(db, tenant_id, &addresses).await?;
        let tenant = tenants::find(db, tenant_id)
            .await?
            .ok_or(Error::NotFound("tenant"))?;
        let quota_left =
            quota::left(db, tenant_id, tenant.daily_send_limit, platform.now()).await?;
        let mut context = Context {
            quota_left,
            tenant,
            sequences: HashMap::new(),
            versions: HashMap::new(),
            templates: HashMap::new(),
            people,
            suppressed,
            zones: HashMap::new(),
            utc: TimeZone::UTC,
            signer: Arc::new(Signer::new(&platform.config.tracking_keys)),
        };
        context.load_sequences(platform, tenant_id, leased).await?;
        context
            .compile_templates(platform, tenant_id, leased)
            .await?;
        context.zones = leased
            .sends
            .iter()
            .filter_map(|send| send.timezone.clone())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter_map(|name| schedule::time_zone(&name).map(|zone| (name, zone)))
            .collect();
        Ok(context)
    }

    async fn load_sequences(
        &mut self,
        platform: &Platform,
        tenant: &TenantId,
        leased: &Leased,
    ) -> Result<()> {
        let mut wanted: BTreeMap<&SequenceId, BTreeSet<i64>> = BTreeMap::new();
        for send in &leased.sends {
            wanted
                .entry(&send.sequence_id)
                .or_default()
                .insert(send.version);
        }
        for (id, versions) in wanted {
            let versions: Vec<_> = versions.into_iter().collect();
            if let Some(sequence) = sequences::find(&platform.db, tenant, id).await? {
                self.sequences.insert(id.clone(), sequence);
            }
            let loaded = sequences::load_versions(&platform.db, tenant, id, &versions).await?;
            self.versions.insert(id.clone(), loaded);
        }
        Ok(())
    }

    async fn compile_templates(
        &mut self,
        platform: &Platform,
        tenant: &TenantId,
        leased: &Leased,
    ) -> Result<()> {
        let mut steps: BTreeMap<(SequenceId, i64, i64), Step> = BTreeMap::new();
        for send in &leased.sends {
            if let Some((step, _)) = self.step_of(send) {
                steps.insert(key_of(send), step.clone());
            }
        }
        let ids: BTreeSet<_> = steps
            .values()
            .map(|step| step.template_id.as_str())
            .collect();
        let found = templates::store::find_many(&platform.db, tenant, &ids).await?;
        for (key, step) in &steps {
            let compiled = match found.get(&step.template_id) {
                Some(template) => compile(template, step),
                None => Err("template_not_found".to_string()),
            };
            self.templates.insert(key.clone(), compiled);
        }
        Ok(())
    }

    fn step_of(&self, send: &PendingSend) -> Option<(&Step, &Loaded)> {
        let loaded = self.versions.get(&send.sequence_id)?.get(&send.version)?;
        Some((loaded.step(send.step_number)?, loaded))
    }

    /// The tenant's days.
    pub fn days(&self) -> Days {
        Days::of(&self.tenant.timezone)
    }

    /// Why a send waits that the gate holds back.
    pub fn reason_to_wait(&self, send: &PendingSend) -> &'static str {
        let sequence = self.sequences.get(&send.sequence_id);
        match sequence.is_some_and(|sequence| sequence.status == SequenceStatus::Paused) {
            true => batches::PAUSED,
            false if !self.tenant.is_sending.0 => batches::SWITCHED_OFF,
            false => batches::DEFERRED,
        }
    }

    /// What the gate is asked; `None` when the step is gone.
    pub fn question(&self, send: &PendingSend, quota_left: Option<i64>) -> Option<Question<'_>> {
        let (step, loaded) = self.step_of(send)?;
        let person = self.people.get(&send.person_id);
        let email = person.and_then(|person| person.email.as_deref());
        let sequence = self.sequences.get(&send.sequence_id)?;
        let archived = sequence.status == SequenceStatus::Archived;
        Some(Question {
            sending_is_on: self.tenant.is_sending.0,
            sequence_active: sequence.status == SequenceStatus::Active,
            enrolment_stopped: archived || send.enrolment_status.as_deref() == Some("stopped"),
            has_address: email.is_some(),
            deleted: person.is_none_or(|person| person.deleted.0),
            do_not_email: person.is_some_and(|person| person.do_not_email.0),
            suppressed: email
                .and_then(|email| self.suppressed.get(email))
                .map(String::as_str),
            window: step.window(&loaded.version),
            zone: send
                .timezone
                .as_ref()
                .and_then(|name| self.zones.get(name))
                .unwrap_or(&self.utc),
            quota_left,
        })
    }

    /// Renders a send. The error is the reason for the ledger.
    ///
    /// # Errors
    /// A template that does not compile or render any more.
    pub fn compose(
        &self,
        platform: &Platform,
        tenant_id: &TenantId,
        send: &PendingSend,
    ) -> std::result::Result<Email, String> {
        let (step, _) = self.step_of(send).ok_or("step_not_found")?;
        let person = self.people.get(&send.person_id).ok_or("person_not_found")?;
        let compiled = match self.templates.get(&key_of(send)) {
            Some(Ok(compiled)) => compiled,
            Some(Err(reason)) => return Err(reason.clone()),
            None => return Err("template_not_found".into()),
        };
        let links = Links::new(
            self.signer.clone(),
            &platform.config.public_url,
            tenant_id,
            &send.id,
        );
        let unsubscribe_url = links.unsubscribe();
        let landing_page_url =
            render::landing_page_url(&self.tenant, &step.landing_page, &step.campaign_id);
        let recipient =
            render::Recipient::of(person, &self.tenant, &landing_page_url, &step.campaign_id);
        let rendered = render::render(compiled, &recipient, links)
            .map_err(|error| format!("template_error: {error}"))?;
        let reply_to = self
            .tenant
            .reply_to_email
            .as_ref()
            .unwrap_or(&self.tenant.sender_email);
        Ok(Email {
            tenant: tenant_id.clone(),
            occasion: Occasion::Campaign {
                send: send.id.clone(),
                unsubscribe_url,
            },
            to: person.email.clone().ok_or("no_address")?,
            from_name: self.tenant.sender_name.clone(),
            from_email: self.tenant.sender_email.clone(),
            reply_to: reply_to.clone(),
            subject: rendered.subject,
            html: rendered.html,
            text: rendered.text,
        })
    }
}

fn key_of(send: &PendingSend) -> (SequenceId, i64, i64) {
    (send.sequence_id.clone(), send.version, send.step_number)
}

/// Compiles a template with the step's own subject and preview, where it has them.
fn compile(template: &Template, step: &Step) -> std::result::Result<Compiled, String> {
    let preview = step
        .preview_text
        .as_ref()
        .or(template.preview_text.as_ref());
    Compiled::new(&Source {
        subject: step.subject.as_ref().unwrap_or(&template.subject),
        preview_text: preview.map(String::as_str).unwrap_or_default(),
        body_html: &template.body_html,
        body_text: template.body_text.as_deref(),
        layout: template.layout,
        purpose: template.purpose,
    })
    .map_err(|errors| {
        let errors: Vec<_> = errors.into_iter().map(|error| error.message).collect();
        format!("template_error: {}", errors.join("; "))
    })
}
