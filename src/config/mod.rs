//! The settings: one typed, validated struct. A missing or wrong one is named when the Worker starts.

mod reader;

use serde::Deserialize;

use crate::ids::TenantId;
use reader::Reader;

/// Where the platform runs, which decides what is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// For real recipients. `/dev/*` does not exist and the clock cannot be moved.
    Production,
    /// On somebody's machine.
    Development,
    /// Under test.
    Test,
}

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// The D1 binding `DB`.
    D1,
    /// The Hyperdrive binding `HYPERDRIVE`.
    Postgres,
}

/// Who carries email away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailProvider {
    /// Nobody: messages are kept and shown at `/dev/outbox`.
    Outbox,
    /// Amazon SES.
    Ses,
}

/// A key among others: its id, which what it signs carries, and its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberedKey {
    /// 1 to 255; of an audit key also 0, which a key without an id has.
    pub id: u8,
    /// 32 bytes.
    pub secret: [u8; 32],
}

/// The audit log's keys.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditKeys {
    /// Keys what is written from now on.
    pub current: NumberedKey,
    /// Under which older entries were written.
    pub older: Vec<NumberedKey>,
}

impl AuditKeys {
    /// All of them, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &NumberedKey> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

/// Access to Amazon SES.
#[derive(Clone)]
pub struct SesSettings {
    /// As in `us-east-1`.
    pub region: String,
    /// Base URL; the service's own unless set.
    pub endpoint: String,
    /// Access key id.
    pub access_key_id: String,
    /// Secret access key.
    pub secret_access_key: String,
    /// The configuration set that publishes events.
    pub configuration_set: Option<String>,
}

/// Somebody else's sign-in that is accepted here: Google, or any OpenID provider.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenIdProvider {
    /// In our paths: lower-case letters, digits and hyphens.
    pub id: String,
    /// On the button.
    pub name: String,
    /// As its discovery document and its tokens name it.
    pub issuer: String,
    /// What it knows us by.
    pub client_id: String,
    /// Shared with it.
    pub client_secret: String,
    /// The organization whose accounts alone are accepted (Google's `hd`).
    pub hosted_domain: Option<String>,
}

/// The Content API.
#[derive(Clone)]
pub struct ContentApi {
    /// Base URL, without a slash at the end.
    pub url: String,
    /// What it knows us by.
    pub key: String,
}

/// The content database, from which communities and businesses are brought over.
#[derive(Clone)]
pub struct ContentSettings {
    /// Set when both its URL and its key are.
    pub api: Option<ContentApi>,
    /// The settings without which nothing is pulled, if they are not set.
    pub missing: Vec<&'static str>,
    /// What its webhook signs with.
    pub webhook_secret: Option<String>,
    /// Whose records they become.
    pub tenant: TenantId,
    /// How many minutes after a pull the next one begins; `None` for never.
    pub every_minutes: Option<i64>,
}

/// All settings.
#[derive(Clone)]
pub struct Config {
    /// `ENVIRONMENT`: `production` (default), `development` or `test`.
    pub environment: Environment,
    /// `DATABASE`: `d1` (default) or `postgres`.
    pub database: Database,
    /// `PUBLIC_URL`: where recipients reach this Worker, without a slash at the end.
    pub public_url: String,
    /// `API_KEY`: the secret that opens `/api/v1`, at least 24 characters.
    pub api_key: String,
    /// `API_KEY_TENANT_ID`: whose key that is.
    pub api_key_tenant: TenantId,
    /// `TRACKING_KEYS`: `id:64 hex digits`, comma-separated. The first signs, all verify.
    pub tracking_keys: Vec<NumberedKey>,
    /// `AUDIT_KEY`: 64 hex digits, or `id:64 hex digits`, comma-separated: the first keys the audit log's chain, so that who can
    /// write to the database cannot forge it, all verify. A key must outlive every entry that was written under it: without it
    /// they look altered.
    pub audit_keys: AuditKeys,
    /// `SESSION_KEY`: 64 hex digits. Signs access tokens and what a browser carries through a sign-in elsewhere.
    pub session_key: [u8; 32],
    /// `OPENID_PROVIDERS`: JSON, a list of providers whose sign-in is accepted. Default: none.
    pub openid_providers: Vec<OpenIdProvider>,
    /// Whose pages may call with a cookie: our own origin, and `CORS_ORIGINS`.
    pub allowed_origins: Vec<String>,
    /// `EMAIL_PROVIDER`: `outbox` (default) or `ses`.
    pub email_provider: EmailProvider,
    /// `SES_REGION`, `SES_ENDPOINT`, `SES_ACCESS_KEY_ID`, `SES_SECRET_ACCESS_KEY`, `SES_CONFIGURATION_SET`; set when the provider is `ses`.
    pub ses: Option<SesSettings>,
    /// `SNS_TOPIC_ARNS`: the topics whose notifications are believed, comma-separated.
    pub sns_topic_arns: Vec<String>,
    /// `SNS_CERTIFICATE_ORIGIN`: outside production, where signing certificates are fetched instead of at Amazon.
    pub sns_certificate_origin: Option<String>,
    /// `CONTENT_API_URL`, `CONTENT_API_KEY`: where communities and businesses are pulled from; off without them.
    /// `CONTENT_WEBHOOK_SECRET`: what its webhook signs with, at least 24 characters; off without it. `CONTENT_TENANT_ID`:
    /// whose records they become, the tenant of `API_KEY_TENANT_ID` unless set. `CONTENT_SYNC_MINUTES`: how long after a pull
    /// the next one begins, 15 unless set; 0 for never.
    pub content: ContentSettings,
    /// `PLANNER_SENDS_PER_TICK`: the most ledger rows one tick writes. Default 10,000.
    pub planner_sends_per_tick: usize,
    /// `SEND_BATCH_SIZE`: sends a queue message and provider call, 1 to 50. Default 50.
    pub send_batch_size: usize,
    /// `LEASE_SECONDS`: how long a dispatcher may hold a batch. Default 120.
    pub lease_seconds: u32,
    /// `SEND_ATTEMPTS`: hand-overs tried before a send is failed. Default 6.
    pub send_attempts: u32,
    /// `RETRY_BASE_SECONDS`: the first retry's delay; doubles each time. Default 30.
    pub retry_base_seconds: u32,
    /// `PROVIDER_TIMEOUT_SECONDS`: how long a provider may take to answer. Default 30.
    pub provider_timeout_seconds: u32,
}

impl Config {
    /// Reads the settings through `get` (the Worker's variables and secrets).
    ///
    /// # Errors
    /// Every setting that is missing or wrong, by name, in one text.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut reader = Reader {
            get: &get,
            errors: Vec::new(),
        };
        let environment = reader.choice(
            "ENVIRONMENT",
            Environment::Production,
            &[
                ("production", Environment::Production),
                ("development", Environment::Development),
                ("test", Environment::Test),
            ],
        );
        let email_provider = reader.choice(
            "EMAIL_PROVIDER",
            EmailProvider::Outbox,
            &[
                ("outbox", EmailProvider::Outbox),
                ("ses", EmailProvider::Ses),
            ],
        );
        let certificate_origin = reader.optional("SNS_CERTIFICATE_ORIGIN");
        if certificate_origin.is_some() && environment == Environment::Production {
            reader.fail(
                "SNS_CERTIFICATE_ORIGIN",
                "is for tests only: leave it out in production",
            );
        }
        let public_url = reader.url("PUBLIC_URL");
        let api_key_tenant = reader.tenant("API_KEY_TENANT_ID");
        let config = Config {
            environment,
            database: reader.choice(
                "DATABASE",
                Database::D1,
                &[("d1", Database::D1), ("postgres", Database::Postgres)],
            ),
            allowed_origins: reader.origins("CORS_ORIGINS", &public_url),
            public_url,
            api_key: reader.secret("API_KEY", 24),
            content: reader.content(environment, &api_key_tenant),
            api_key_tenant,
            tracking_keys: reader.tracking_keys("TRACKING_KEYS"),
            audit_keys: reader.audit_keys("AUDIT_KEY"),
            session_key: reader.key("SESSION_KEY"),
            openid_providers: reader.openid_providers("OPENID_PROVIDERS", environment),
            email_provider,
            ses: (email_provider == EmailProvider::Ses).then(|| reader.ses()),
            sns_topic_arns: reader.list("SNS_TOPIC_ARNS"),
            sns_certificate_origin: certificate_origin,
            planner_sends_per_tick: reader.number("PLANNER_SENDS_PER_TICK", 10_000, 1, 1_000_000),
            send_batch_size: reader.number("SEND_BATCH_SIZE", 50, 1, 50),
            lease_seconds: reader.number("LEASE_SECONDS", 120, 5, 900),
            send_attempts: reader.number("SEND_ATTEMPTS", 6, 1, 50),
            retry_base_seconds: reader.number("RETRY_BASE_SECONDS", 30, 0, 3_600),
            provider_timeout_seconds: reader.number("PROVIDER_TIMEOUT_SECONDS", 30, 1, 300),
        };
        if reader.errors.is_empty() {
            Ok(config)
        } else {
            Err(reader.errors.join("; "))
        }
    }

    /// The settings without which SES does not tell us what became of emails.
    pub fn missing_for_receipts(&self) -> Vec<&'static str> {
        let set = self
            .ses
            .as_ref()
            .and_then(|ses| ses.configuration_set.as_ref());
        [
            ("SES_CONFIGURATION_SET", set.is_none()),
            ("SNS_TOPIC_ARNS", self.sns_topic_arns.is_empty()),
        ]
        .into_iter()
        .filter(|(_, is_missing)| *is_missing)
        .map(|(name, _)| name)
        .collect()
    }

    /// Whether `/dev/*` exists and the clock may be moved.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Settings for native tests.
    pub(crate) fn test_config() -> Config {
        Config::read(|name| setting(name).map(str::to_string)).unwrap()
    }

    fn setting(name: &str) -> Option<&'static str> {
        match name {
            "ENVIRONMENT" => Some("test"),
            "PUBLIC_URL" => Some("https://platform.example/"),
            "API_KEY" => Some("fib_test_0123456789abcdef"),
            "API_KEY_TENANT_ID" => Some("01900000-0000-7000-8000-000000000001"),
            "TRACKING_KEYS" => {
                Some("7:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
            }
            "AUDIT_KEY" => Some("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"),
            "SESSION_KEY" => {
                Some("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f")
            }
            _ => None,
        }
    }

    #[test]
    fn defaults_hold_when_only_the_required_ones_are_there() {
        let config = test_config();
        assert_eq!(config.public_url, "https://platform.example");
        assert_eq!(config.database, Database::D1);
        assert_eq!(config.send_batch_size, 50);
        assert_eq!(config.tracking_keys.len(), 1);
        assert_eq!(
            config.content.missing,
            ["CONTENT_API_URL", "CONTENT_API_KEY"]
        );
        assert!(config.content.api.is_none() && config.content.webhook_secret.is_none());
    }

    #[test]
    fn audit_keys_are_numbered_and_the_first_is_current() {
        let (one, other) = ("01".repeat(32), "02".repeat(32));
        let read = |text: String| {
            Config::read(|name| match name {
                "AUDIT_KEY" => Some(text.clone()),
                name => setting(name).map(str::to_string),
            })
        };
        let ids = |text: String| -> Vec<u8> {
            let config = read(text).unwrap();
            config.audit_keys.all().map(|key| key.id).collect()
        };
        assert_eq!(ids(one.clone()), [0]);
        assert_eq!(ids(format!("7:{one}")), [7]);
        assert_eq!(ids(format!(" 2:{other}, 1:{one},{one}")), [2, 1, 0]);
        let config = read(format!("2:{other},{one}")).unwrap();
        assert_eq!(config.audit_keys.current.secret, [2; 32]);
        assert_eq!(config.audit_keys.older[0].secret, [1; 32]);
        for wrong in [
            format!("1:{one},1:{other}"),
            format!("{one},{other}"),
            format!("0:{one}"),
            format!("256:{one}"),
            format!("1:{one},"),
            "1:00".into(),
        ] {
            let complaint = read(wrong.clone()).err().unwrap();
            assert!(
                complaint.starts_with("AUDIT_KEY must"),
                "{wrong}: {complaint}"
            );
        }
    }

    #[test]
    fn every_missing_or_wrong_setting_is_named() {
        let wrong = |name: &str| {
            match name {
            "EMAIL_PROVIDER" => Some("pigeon".to_string()),
            "SEND_BATCH_SIZE" => Some("51".to_string()),
            "PUBLIC_URL" => Some("localhost".to_string()),
            "TRACKING_KEYS" => Some("0:00".to_string()),
            "AUDIT_KEY" => Some("0g".to_string()),
            "SESSION_KEY" => Some("secret".to_string()),
            "CORS_ORIGINS" => Some("https://app.example.com/path".to_string()),
            "CONTENT_API_URL" => Some("ftp://content.example".to_string()),
            "CONTENT_WEBHOOK_SECRET" => Some("short".to_string()),
            "CONTENT_TENANT_ID" => Some("mine".to_string()),
            "CONTENT_SYNC_MINUTES" => Some("-1".to_string()),
            "OPENID_PROVIDERS" => Some(
                r#"[{"id":"G","name":"G","issuer":"http://a.example","client_id":"c","client_secret":"s"}]"#
                    .to_string(),
            ),
            _ => None,
        }
        };
        let text = Config::read(wrong).err().unwrap();
        for name in [
            "EMAIL_PROVIDER",
            "SEND_BATCH_SIZE",
            "PUBLIC_URL",
            "TRACKING_KEYS",
            "AUDIT_KEY",
            "SESSION_KEY must be",
            "CORS_ORIGINS",
            "CONTENT_API_URL must be",
            "CONTENT_WEBHOOK_SECRET must have",
            "CONTENT_TENANT_ID must be",
            "CONTENT_SYNC_MINUTES must be",
            "OPENID_PROVIDERS must give each provider an id",
            "OPENID_PROVIDERS must give each provider's issuer",
            "API_KEY is missing",
            "API_KEY_TENANT_ID is missing",
        ] {
            assert!(text.contains(name), "{name} in {text}");
        }
    }
}
