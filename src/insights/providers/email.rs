//! What carries email, and how it is.

use super::model::{EmailOut, QuotaOut, ServiceOut, ServiceState, WaitingOut};
use crate::campaigns::tenants::{self, Tenant};
use crate::campaigns::{batches, quota};
use crate::config::{Config, EmailProvider};
use crate::edge::clock::DAY;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::TenantId;

/// Looks.
///
/// # Errors
/// The database's.
pub async fn look(platform: &Platform, id: &TenantId) -> Result<EmailOut> {
    let (db, now, config) = (&platform.db, platform.now(), &platform.config);
    let tenant = tenants::find(db, id)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    let today = now.div_euclid(DAY);
    let used = quota::sent_on(db, id, today).await?;
    let quota = QuotaOut {
        limit: tenant.daily_send_limit,
        used,
        left: tenant.daily_send_limit.map(|limit| (limit - used).max(0)),
        used_yesterday: quota::sent_on(db, id, today - 1).await?,
        resets_at: (today + 1) * DAY,
    };
    let refused = batches::refused(db, id, now).await?;
    let waiting = (refused.batches > 0).then_some(WaitingOut {
        batches: refused.batches,
        reason: refused.reason,
        next_at: refused.next_at,
    });
    let (provider, name) = match config.email_provider {
        EmailProvider::Ses => ("ses", "Amazon SES"),
        EmailProvider::Outbox => ("outbox", "Outbox"),
    };
    let (state, words) = state(config, &tenant, &quota, waiting.is_some());
    Ok(EmailOut {
        provider,
        name,
        region: config.ses.as_ref().map(|ses| ses.region.clone()),
        state,
        words,
        missing: match state {
            ServiceState::Incomplete => vec!["EMAIL_PROVIDER"],
            _ => Vec::new(),
        },
        receipts: receipts(config),
        quota,
        waiting,
    })
}

/// What stands most in the way comes first.
fn state(
    config: &Config,
    tenant: &Tenant,
    quota: &QuotaOut,
    is_waiting: bool,
) -> (ServiceState, String) {
    let is_outbox = config.email_provider == EmailProvider::Outbox;
    if is_outbox && config.is_production() {
        let words = "No email provider is set up: emails are kept here and reach nobody.";
        return (ServiceState::Incomplete, words.into());
    }
    if !tenant.is_sending.0 {
        let words = "Sending is switched off. Emails wait until it is switched on; none is lost.";
        return (ServiceState::Held, words.into());
    }
    if quota.left == Some(0) {
        let words = "Today's limit is reached. The next emails go out tomorrow (UTC).";
        return (ServiceState::UsedUp, words.into());
    }
    if is_waiting {
        let words = "The provider did not take all emails. They are tried again by themselves.";
        return (ServiceState::Troubled, words.into());
    }
    match is_outbox {
        true => (
            ServiceState::Test,
            "Emails are kept here and shown in the outbox. Nothing leaves this installation."
                .into(),
        ),
        false => (
            ServiceState::Ready,
            "Emails go out through Amazon SES.".into(),
        ),
    }
}

fn receipts(config: &Config) -> ServiceOut {
    let missing = config.missing_for_receipts();
    let (state, words) = match (config.email_provider, missing.is_empty()) {
        (EmailProvider::Outbox, _) => {
            return ServiceOut {
                state: ServiceState::Off,
                words: "The outbox has nothing to tell.".into(),
                missing: Vec::new(),
            };
        }
        (EmailProvider::Ses, true) => (
            ServiceState::Ready,
            "Deliveries, bounces and complaints come back from Amazon SES.",
        ),
        (EmailProvider::Ses, false) => (
            ServiceState::Incomplete,
            "Bounces and complaints are not heard of, so that addresses that do not work go on being written to.",
        ),
    };
    ServiceOut {
        state,
        words: words.into(),
        missing,
    }
}
