//! Emails to our own users: a link to sign in, an invitation. They come in a tenant's name, because that is whom people know.

use askama::Template;

use crate::campaigns::tenants::{self, Tenant};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{LetterId, TenantId};
use crate::providers::email::{CarriesEmail, Email, EmailProvider, HandOver, Occasion};

/// What a letter says. Paragraphs are plain text.
pub struct Letter {
    /// The subject line, and the heading.
    pub subject: String,
    /// Before the button.
    pub paragraphs: Vec<String>,
    /// On the button.
    pub button: &'static str,
    /// Where the button leads.
    pub url: String,
    /// Behind the button, in small.
    pub note: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    tenant: &'a Tenant,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
    tenant: &'a Tenant,
}

/// Sends a letter. Whether the provider took it is not told to whoever asked: that would say who is a user here.
///
/// # Errors
/// A tenant that is none; the database's.
pub async fn send(
    platform: &Platform,
    tenant_id: &TenantId,
    to: &str,
    letter: &Letter,
) -> Result<()> {
    let tenant = tenants::find(&platform.db, tenant_id)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    let render =
        |error: askama::Error| Error::Internal(format!("a letter does not render: {error}"));
    let (letter, tenant_ref) = (letter, &tenant);
    let html = Html {
        letter,
        tenant: tenant_ref,
    }
    .render()
    .map_err(render)?;
    let text = Text {
        letter,
        tenant: tenant_ref,
    }
    .render()
    .map_err(render)?;
    let email = Email {
        tenant: tenant_id.clone(),
        occasion: Occasion::Letter {
            id: LetterId::new(platform.now()),
        },
        to: to.to_string(),
        from_name: tenant.name.clone(),
        from_email: tenant.sender_email.clone(),
        reply_to: tenant
            .reply_to_email
            .clone()
            .unwrap_or_else(|| tenant.sender_email.clone()),
        subject: letter.subject.clone(),
        html,
        text,
    };
    let outcomes = EmailProvider::chosen(platform)
        .hand_over(platform, std::slice::from_ref(&email))
        .await;
    for outcome in outcomes {
        if let HandOver::Refused { reason }
        | HandOver::TryLater { reason, .. }
        | HandOver::Unknown { reason } = outcome
        {
            log::error(
                "a letter was not handed over",
                &[("letter", email.id()), ("reason", &reason)],
            );
        }
    }
    Ok(())
}
