//! `POST /api/v1/templates/{id}/test`: a template as an email to somebody of the team, for them to look at where emails are
//! looked at. No ledger knows of it, and nothing in it counts anything.

use axum::extract::Path;
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shown::{self, Draft, Given, StepRef, Wanted};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, FieldError, Result};
use crate::http::caller::Actor;
use crate::http::{Answer, Body, Caller, data};
use crate::identity::memberships;
use crate::ids::{LetterId, PersonId, UserId};
use crate::providers::email::{CarriesEmail, Email, EmailProvider, HandOver, Occasion};

/// What the subject begins with.
const MARK: &str = "[Test] ";

/// To whom, and what.
#[derive(Debug, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "TemplateTestIn")]
pub(super) struct TestIn {
    /// To which member; to the caller unless said.
    #[garde(skip)]
    member_id: Option<UserId>,
    /// As this person would get it.
    #[garde(skip)]
    person_id: Option<PersonId>,
    /// As this step sends it.
    #[garde(dive)]
    step: Option<StepRef>,
    /// What is not kept yet.
    #[garde(dive)]
    template: Option<Draft>,
}

/// What went out.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TemplateTest")]
pub(super) struct TestOut {
    /// To which address.
    to: String,
    /// Under which subject.
    subject: String,
    /// Who carries it: `ses`, or `outbox`, which keeps it.
    provider: &'static str,
    /// Its id there.
    provider_message_id: String,
}

pub(super) async fn send(
    platform: Platform,
    caller: Caller,
    Path(id): Path<String>,
    Body(input): Body<TestIn>,
) -> Result<Answer<TestOut>> {
    let to = address(&platform, &caller, input.member_id.as_ref()).await?;
    let wanted = Wanted {
        draft: input.template.as_ref(),
        person: input.person_id.as_ref(),
        step: input.step.as_ref(),
    };
    let shown = shown::load(&platform, &caller, &id, &wanted).await?;
    let look = shown.look(&Given::default());
    let rendered = look
        .rendered
        .ok_or_else(|| Error::Invalid(look.problems.into_iter().map(FieldError::from).collect()))?;
    let tenant = shown.tenant;
    let reply_to = tenant.reply_to_email.as_ref();
    let email = Email {
        tenant: caller.tenant.clone(),
        occasion: Occasion::Letter {
            id: LetterId::new(platform.now()),
        },
        to,
        reply_to: reply_to.unwrap_or(&tenant.sender_email).clone(),
        from_name: tenant.sender_name,
        from_email: tenant.sender_email,
        subject: format!("{MARK}{}", rendered.subject),
        html: rendered.html,
        text: rendered.text,
    };
    let provider = EmailProvider::chosen(&platform);
    let outcomes = provider
        .hand_over(&platform, std::slice::from_ref(&email))
        .await;
    let provider_message_id = match outcomes.into_iter().next() {
        Some(HandOver::Accepted { message_id }) => message_id,
        outcome => return Err(not_sent(outcome)),
    };
    Ok(data(&TestOut {
        to: email.to,
        subject: email.subject,
        provider: provider.name(),
        provider_message_id,
    }))
}

/// The address of an active member: nobody else gets a test, so that it cannot be used to write to anybody.
async fn address(platform: &Platform, caller: &Caller, named: Option<&UserId>) -> Result<String> {
    let own = match &caller.actor {
        Actor::User { id, .. } => UserId::parse(id),
        Actor::ApiKey { .. } | Actor::SetupKey => None,
    };
    let complain = |message: &str| Error::field("member_id", message);
    let member = named
        .or(own.as_ref())
        .ok_or_else(|| complain("is needed: a key has no address"))?;
    memberships::address_of(&platform.db, &caller.tenant, member)
        .await?
        .ok_or_else(|| complain("must be the id of an active member"))
}

fn not_sent(outcome: Option<HandOver>) -> Error {
    let (words, reason) = match outcome {
        Some(HandOver::Refused { reason }) => ("The provider refused it", reason),
        Some(HandOver::TryLater { reason, .. }) => ("The provider does not take it now", reason),
        Some(HandOver::Unknown { reason }) => ("Nobody knows whether the provider took it", reason),
        Some(HandOver::Accepted { .. }) | None => ("The provider said nothing", String::new()),
    };
    log::error("a test was not handed over", &[("reason", &reason)]);
    Error::conflict("test_not_sent", format!("{words}: {reason}"))
}
