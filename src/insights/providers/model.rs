//! Types of what is told about outside services.

use schemars::JsonSchema;
use serde::Serialize;

use crate::edge::clock::Millis;

/// How a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Set up, and nothing stands in its way.
    Ready,
    /// It only pretends, which is meant so outside production.
    Test,
    /// Not set up, and nothing needs it.
    Off,
    /// Something is missing that is needed.
    Incomplete,
    /// Somebody switched it off.
    Held,
    /// Today's limit is reached.
    UsedUp,
    /// The service takes less than we have, or does not answer.
    Troubled,
}

/// A service.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Service")]
pub struct ServiceOut {
    /// How it is.
    pub state: ServiceState,
    /// The same in words.
    pub words: String,
    /// The settings that are missing.
    pub missing: Vec<&'static str>,
}

/// All of them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Providers")]
pub struct ProvidersOut {
    /// What carries email.
    pub email: EmailOut,
    /// The content database.
    pub content: ContentOut,
    /// Whose sign-in is accepted.
    pub sign_in: SignInOut,
    /// Where files are kept.
    pub storage: ServiceOut,
}

/// What carries email.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmailService")]
pub struct EmailOut {
    /// `ses` or `outbox`.
    pub provider: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Where it is, as in `us-east-1`.
    pub region: Option<String>,
    /// How it is.
    pub state: ServiceState,
    /// The same in words.
    pub words: String,
    /// The settings that are missing.
    pub missing: Vec<&'static str>,
    /// Whether it tells us what became of emails.
    pub receipts: ServiceOut,
    /// What goes out a day.
    pub quota: QuotaOut,
    /// What it did not take, and when that is tried again; null when nothing waits for it.
    pub waiting: Option<WaitingOut>,
}

/// A day's emails. Days are counted in UTC.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmailQuota")]
pub struct QuotaOut {
    /// The most a day; null for as many as there are.
    pub limit: Option<i64>,
    /// How many went out today.
    pub used: i64,
    /// How many may still go out today; null without a limit.
    pub left: Option<i64>,
    /// How many went out yesterday.
    pub used_yesterday: i64,
    /// When the next day begins.
    #[serde(with = "crate::time::Rfc3339")]
    pub resets_at: Millis,
}

/// What a provider did not take.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "EmailsWaiting")]
pub struct WaitingOut {
    /// How many batches of up to 50 emails wait for it, among the thousand oldest.
    pub batches: i64,
    /// What it said, or what happened.
    pub reason: Option<String>,
    /// When the first is tried again.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub next_at: Option<Millis>,
}

/// The content database.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ContentService")]
pub struct ContentOut {
    /// How it is.
    pub state: ServiceState,
    /// The same in words.
    pub words: String,
    /// The settings that are missing.
    pub missing: Vec<&'static str>,
    /// How many minutes after a pull the next one begins by itself; never when null.
    pub every_minutes: Option<i64>,
    /// When records were last brought over, all through.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub last_done_at: Option<Millis>,
    /// Whether it tells us of changes at once.
    pub webhook: ServiceOut,
}

/// Whose sign-in is accepted.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SignInService")]
pub struct SignInOut {
    /// How it is.
    pub state: ServiceState,
    /// The same in words.
    pub words: String,
    /// What people call each of them.
    pub names: Vec<String>,
}
