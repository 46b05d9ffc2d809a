//! Carrying email: what a provider is given, what it answers, and which provider does it.

use std::future::Future;

use super::{outbox, ses};
use crate::config::EmailProvider as Choice;
use crate::edge::platform::Platform;
use crate::ids::{LetterId, SendId, TenantId};

/// What a message is for, which decides what travels with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occasion {
    /// A send of a campaign.
    Campaign {
        /// The ledger row it is for; travels with the message so that receipts find their way back.
        send: SendId,
        /// Where one click unsubscribes (RFC 8058).
        unsubscribe_url: String,
    },
    /// Something that one of our users asked for or has to know, as a link to sign in. There is nothing to unsubscribe from.
    Letter {
        /// Its id.
        id: LetterId,
    },
}

/// A message ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// Whose.
    pub tenant: TenantId,
    /// What it is for.
    pub occasion: Occasion,
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
}

impl Email {
    /// The message's own id with us.
    pub fn id(&self) -> &str {
        match &self.occasion {
            Occasion::Campaign { send, .. } => send.as_str(),
            Occasion::Letter { id } => id.as_str(),
        }
    }

    /// The ledger row it is for, if it is a campaign's.
    pub fn send(&self) -> Option<&SendId> {
        match &self.occasion {
            Occasion::Campaign { send, .. } => Some(send),
            Occasion::Letter { .. } => None,
        }
    }

    /// The header fields that a provider does not write by itself: one-click unsubscribing, as bulk receivers ask for.
    pub fn extra_headers(&self) -> Vec<(&'static str, String)> {
        let Occasion::Campaign {
            unsubscribe_url, ..
        } = &self.occasion
        else {
            return Vec::new();
        };
        let by_mail = format!("mailto:{}?subject=unsubscribe", self.reply_to);
        vec![
            (
                "List-Unsubscribe",
                format!("<{unsubscribe_url}>, <{by_mail}>"),
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
