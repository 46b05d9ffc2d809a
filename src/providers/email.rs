//! Carrying email: what a provider is given, what it answers, and which provider does it.

use std::future::Future;

use super::{outbox, ses};
use crate::config::EmailProvider as Choice;
use crate::edge::platform::Platform;
use crate::ids::{SendId, TenantId};

/// A message ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Whose.
    pub tenant: TenantId,
    /// The ledger row it is for; travels with the message so that receipts find their way back.
    pub send: SendId,
    /// The address it goes to.
    pub to: String,
    /// The sender's name.
    pub from_name: String,
    /// The sender's address.
    pub from_email: String,
    /// Where replies go.
    pub reply_to: String,
    /// The subject line.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
    /// Where one click unsubscribes (RFC 8058).
    pub unsubscribe_url: String,
}

impl Email {
    /// The header fields that a provider does not write by itself: one-click unsubscribing, as bulk receivers ask for.
    pub fn extra_headers(&self) -> [(&'static str, String); 2] {
        let by_mail = format!("mailto:{}?subject=unsubscribe", self.reply_to);
        [
            (
                "List-Unsubscribe",
                format!("<{}>, <{by_mail}>", self.unsubscribe_url),
            ),
            (
                "List-Unsubscribe-Post",
                "List-Unsubscribe=One-Click".to_string(),
            ),
        ]
    }
}

/// What a provider did with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandOver {
    /// It took the message.
    Accepted {
        /// Its own id for it.
        message_id: String,
    },
    /// It did not take the message and never will.
    Refused {
        /// Why.
        reason: String,
    },
    /// It did not take the message now.
    TryLater {
        /// Why.
        reason: String,
        /// How long it wants to be left alone, in seconds.
        retry_after: Option<u32>,
    },
    /// Nobody knows whether it took the message.
    Unknown {
        /// What happened.
        reason: String,
    },
}

/// Somebody who carries email.
pub trait CarriesEmail {
    /// The name in the ledger.
    fn name(&self) -> &'static str;

    /// Hands messages over, up to 50, and says what became of each, in order.
    fn hand_over(
        &self,
        platform: &Platform,
        emails: &[Email],
    ) -> impl Future<Output = Vec<HandOver>> + Send;
}

/// The provider that the settings chose.
pub enum EmailProvider {
    /// Nothing leaves the machine.
    Outbox(outbox::Outbox),
    /// Amazon SES.
    Ses(ses::Ses),
}

impl EmailProvider {
    /// The settings' choice.
    pub fn chosen(platform: &Platform) -> Self {
        match (platform.config.email_provider, &platform.config.ses) {
            (Choice::Ses, Some(settings)) => EmailProvider::Ses(ses::Ses::new(settings.clone())),
            _ => EmailProvider::Outbox(outbox::Outbox),
        }
    }
}

impl CarriesEmail for EmailProvider {
    fn name(&self) -> &'static str {
        match self {
            EmailProvider::Outbox(provider) => provider.name(),
            EmailProvider::Ses(provider) => provider.name(),
        }
    }

    async fn hand_over(&self, platform: &Platform, emails: &[Email]) -> Vec<HandOver> {
        match self {
            EmailProvider::Outbox(provider) => provider.hand_over(platform, emails).await,
            EmailProvider::Ses(provider) => provider.hand_over(platform, emails).await,
        }
    }
}

/// The same outcome for every message.
pub fn all_alike(emails: &[Email], outcome: &HandOver) -> Vec<HandOver> {
    emails.iter().map(|_| outcome.clone()).collect()
}
