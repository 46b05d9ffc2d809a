//! Reads each kind of setting from its text, and says what would be right.

use super::{
    AuditKeys, ContentApi, ContentSettings, Environment, NumberedKey, OpenIdProvider, SesSettings,
};
use crate::ids::TenantId;
use crate::json;

/// Reads settings by name and gathers what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) get: &'a dyn Fn(&str) -> Option<String>,
    /// A sentence for each setting that is missing or wrong.
    pub(super) errors: Vec<String>,
}

impl Reader<'_> {
    pub(super) fn fail(&mut self, name: &str, complaint: &str) {
        self.errors.push(format!("{name} {complaint}"));
    }

    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.get)(name)
            .map(|text| text.trim().to_string())
            .filter(|text| !text.is_empty())
    }

    fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.fail(name, "is missing");
            String::new()
        })
    }

    pub(super) fn secret(&mut self, name: &str, least: usize) -> String {
        let secret = self.required(name);
        if !secret.is_empty() && secret.len() < least {
            self.fail(name, &format!("must have at least {least} characters"));
        }
        secret
    }

    /// One of the named values.
    pub(super) fn choice<T: Copy>(&mut self, name: &str, default: T, choices: &[(&str, T)]) -> T {
        let Some(text) = self.optional(name) else {
            return default;
        };
        let found = choices.iter().find(|(choice, _)| *choice == text);
        if found.is_none() {
            let names: Vec<_> = choices.iter().map(|(choice, _)| *choice).collect();
            self.fail(name, &format!("must be one of {}", names.join(", ")));
        }
        found.map_or(default, |(_, value)| *value)
    }

    pub(super) fn number<T>(&mut self, name: &str, default: T, least: T, most: T) -> T
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display + Copy,
    {
        let Some(text) = self.optional(name) else {
            return default;
        };
        match text.parse::<T>() {
            Ok(number) if number >= least && number <= most => number,
            _ => {
                self.fail(
                    name,
                    &format!("must be a whole number from {least} to {most}"),
                );
                default
            }
        }
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        self.optional(name)
            .map(|text| {
                text.split(',')
                    .map(|item| item.trim().to_string())
                    .collect()
            })
            .unwrap_or_default()
    }

    pub(super) fn url(&mut self, name: &str) -> String {
        let text = self.required(name);
        let is_web = url::Url::parse(&text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !text.is_empty() && !is_web {
            self.fail(name, "must be an http or https URL");
        }
        text.trim_end_matches('/').to_string()
    }

    pub(super) fn tenant(&mut self, name: &str) -> TenantId {
        let text = self.required(name);
        TenantId::parse(&text).unwrap_or_else(|| {
            if !text.is_empty() {
                self.fail(name, "must be a tenant's id");
            }
            TenantId::new(0)
        })
    }

    pub(super) fn tracking_keys(&mut self, name: &str) -> Vec<NumberedKey> {
        let text = self.required(name);
        let keys: Option<Vec<_>> = text.split(',').map(read_numbered_key).collect();
        keys.unwrap_or_else(|| {
            if !text.is_empty() {
                self.fail(
                    name,
                    "must be like 1:<64 hex digits>, comma-separated, ids 1 to 255",
                );
            }
            Vec::new()
        })
    }

    /// A key without an id has the id 0: it was there before there were several.
    pub(super) fn audit_keys(&mut self, name: &str) -> AuditKeys {
        let text = self.required(name);
        let read = |text: &str| match text.trim().contains(':') {
            true => read_numbered_key(text),
            false => read_secret(text).map(|secret| NumberedKey { id: 0, secret }),
        };
        let keys: Option<Vec<_>> = text.split(',').map(read).collect();
        let mut keys = keys.unwrap_or_default().into_iter();
        let current = keys.next();
        if current.is_none() && !text.is_empty() {
            let form =
                "must be 64 hex digits, or like 1:<64 hex digits>, comma-separated, ids 1 to 255";
            self.fail(name, form);
        }
        let keys = AuditKeys {
            current: current.unwrap_or(NumberedKey {
                id: 0,
                secret: [0; 32],
            }),
            older: keys.collect(),
        };
        let mut ids: Vec<_> = keys.all().map(|key| key.id).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != keys.all().count() {
            self.fail(name, "must give each key an id of its own");
        }
        keys
    }

    /// 32 bytes.
    pub(super) fn key(&mut self, name: &str) -> [u8; 32] {
        let text = self.required(name);
        let mut key = [0; 32];
        if !text.is_empty() && hex::decode_to_slice(&text, &mut key).is_err() {
            self.fail(name, "must be 64 hex digits");
        }
        key
    }

    /// Our own origin and those that the setting names.
    pub(super) fn origins(&mut self, name: &str, public_url: &str) -> Vec<String> {
        let named = self.list(name);
        let mut origins: Vec<_> = origin_of(public_url).into_iter().collect();
        for text in named {
            match origin_of(&text).filter(|origin| *origin == text) {
                Some(origin) => origins.push(origin),
                None => self.fail(name, "must be origins such as https://app.example.com"),
            }
        }
        origins
    }

    pub(super) fn openid_providers(
        &mut self,
        name: &str,
        environment: Environment,
    ) -> Vec<OpenIdProvider> {
        let Some(text) = self.optional(name) else {
            return Vec::new();
        };
        let providers: Vec<OpenIdProvider> = match json::read(&text) {
            Ok(providers) => providers,
            // The text holds secrets: only the place of the mistake is told.
            Err(error) => {
                self.fail(
                    name,
                    &format!(
                        "must be a JSON list of {{id, name, issuer, client_id, client_secret, hosted_domain?}}: see {}",
                        error.place()
                    ),
                );
                return Vec::new();
            }
        };
        let schemes: &[&str] = match environment {
            Environment::Production => &["https"],
            Environment::Development | Environment::Test => &["https", "http"],
        };
        for (index, provider) in providers.iter().enumerate() {
            let id_holds = !provider.id.is_empty()
                && provider
                    .id
                    .bytes()
                    .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
            let twice = providers
                .iter()
                .take(index)
                .any(|other| other.id == provider.id || other.issuer == provider.issuer);
            if !id_holds || twice {
                self.fail(
                    name,
                    "must give each provider an id and an issuer of its own, ids of a-z, 0-9 and hyphens",
                );
            }
            let issuer_holds = url::Url::parse(&provider.issuer)
                .is_ok_and(|url| schemes.contains(&url.scheme()) && url.has_host());
            if !issuer_holds {
                self.fail(name, "must give each provider's issuer as an https URL");
            }
        }
        providers
    }

    pub(super) fn content(
        &mut self,
        environment: Environment,
        tenant: &TenantId,
    ) -> ContentSettings {
        let (url, key) = ("CONTENT_API_URL", "CONTENT_API_KEY");
        let api_url = self.optional(url).map(|_| self.url(url));
        let is_open = api_url.as_ref().is_some_and(|url| url.starts_with("http:"));
        if is_open && environment == Environment::Production {
            self.fail(url, "must be an https URL: the key goes there");
        }
        let api_key = self.optional(key);
        let is_missing = [(url, api_url.is_none()), (key, api_key.is_none())];
        let missing = is_missing
            .iter()
            .filter(|(_, is)| *is)
            .map(|(name, _)| *name);
        let every_minutes = self.number("CONTENT_SYNC_MINUTES", 15, 0, 10_080);
        let secret = "CONTENT_WEBHOOK_SECRET";
        let owner = "CONTENT_TENANT_ID";
        ContentSettings {
            missing: missing.collect(),
            api: api_url
                .zip(api_key)
                .map(|(url, key)| ContentApi { url, key }),
            webhook_secret: self.optional(secret).map(|_| self.secret(secret, 24)),
            tenant: match self.optional(owner) {
                Some(_) => self.tenant(owner),
                None => tenant.clone(),
            },
            every_minutes: (every_minutes > 0).then_some(every_minutes),
        }
    }

    pub(super) fn ses(&mut self) -> SesSettings {
        let region = self.required("SES_REGION");
        SesSettings {
            endpoint: self
                .optional("SES_ENDPOINT")
                .unwrap_or_else(|| format!("https://email.{region}.amazonaws.com"))
                .trim_end_matches('/')
                .to_string(),
            region,
            access_key_id: self.required("SES_ACCESS_KEY_ID"),
            secret_access_key: self.required("SES_SECRET_ACCESS_KEY"),
            configuration_set: self.optional("SES_CONFIGURATION_SET"),
        }
    }
}

/// Scheme, host and port.
fn origin_of(url: &str) -> Option<String> {
    let origin = url::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

fn read_numbered_key(text: &str) -> Option<NumberedKey> {
    let (id, secret) = text.trim().split_once(':')?;
    Some(NumberedKey {
        id: id.parse().ok().filter(|id| *id > 0)?,
        secret: read_secret(secret)?,
    })
}

fn read_secret(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
    Some(bytes)
}
