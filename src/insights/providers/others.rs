//! The services besides email, and how they are.

use super::model::{ContentOut, ServiceOut, ServiceState, SignInOut};
use crate::config::Config;
use crate::crm::sync;
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::ids::TenantId;

/// No file is kept under this.
const NO_FILE: &str = "nothing";

/// The content database.
///
/// # Errors
/// The database's.
pub async fn content(platform: &Platform, tenant: &TenantId) -> Result<ContentOut> {
    let content = &platform.config.content;
    let last_done_at = sync::last_done_at(&platform.db, tenant).await?;
    let is_ours = content.tenant == *tenant;
    let missing = match is_ours {
        true => content.missing.clone(),
        false => Vec::new(),
    };
    let failure = sync::failure(platform, tenant).await?;
    let is_on = sync::is_on(content, tenant);
    let (state, words) = match (is_ours, is_on, failure) {
        (false, ..) => (
            ServiceState::Off,
            "The content database belongs to another organization.".to_string(),
        ),
        (true, false, _) => (
            ServiceState::Off,
            "Communities and businesses are entered here; none are brought over.".to_string(),
        ),
        (true, true, Some(failure)) => (
            ServiceState::Troubled,
            format!("Bringing records over failed the last time: {failure}"),
        ),
        (true, true, None) => (
            ServiceState::Ready,
            "Communities and businesses are brought over from the content database.".to_string(),
        ),
    };
    Ok(ContentOut {
        state,
        words,
        missing,
        every_minutes: content.every_minutes.filter(|_| is_on),
        last_done_at,
        webhook: webhook(&platform.config, is_ours),
    })
}

fn webhook(config: &Config, is_ours: bool) -> ServiceOut {
    let is_on = is_ours && config.content.webhook_secret.is_some();
    let (state, words) = match is_on {
        true => (
            ServiceState::Ready,
            "Changes in the content database come over at once.",
        ),
        false => (
            ServiceState::Off,
            "Changes in the content database come over with the next pull.",
        ),
    };
    ServiceOut {
        state,
        words: words.into(),
        missing: match is_ours && !is_on {
            true => vec!["CONTENT_WEBHOOK_SECRET"],
            false => Vec::new(),
        },
    }
}

/// Whose sign-in is accepted beside passwords and links.
pub fn sign_in(config: &Config) -> SignInOut {
    let providers = &config.openid_providers;
    let names: Vec<_> = providers.iter().map(|one| one.name.clone()).collect();
    let (state, words) = match names.is_empty() {
        true => (
            ServiceState::Off,
            "People sign in with a password, or a link by email.".to_string(),
        ),
        false => (
            ServiceState::Ready,
            format!(
                "People sign in with {}, a password, or a link by email.",
                names.join(", ")
            ),
        ),
    };
    SignInOut {
        state,
        words,
        names,
    }
}

/// Where imports and exports are kept. It is asked for a file that there is not: no answer is no storage.
pub async fn storage(platform: &Platform) -> ServiceOut {
    let answered = platform.bucket.read(NO_FILE, 0, 1).await;
    let (state, words) = match &answered {
        Ok(_) => (
            ServiceState::Ready,
            "Files of imports and exports are kept in the platform's own storage.",
        ),
        Err(error) => {
            log::error("storage does not answer", &[("error", &error.0)]);
            (
                ServiceState::Troubled,
                "The storage for files does not answer: imports and exports do not work.",
            )
        }
    };
    ServiceOut {
        state,
        words: words.into(),
        missing: Vec::new(),
    }
}
