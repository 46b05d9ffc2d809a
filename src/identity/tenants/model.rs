//! Types of tenants.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::http::checks::{email, hold, line};
use crate::http::input::Text;
use crate::http::patch::{nullable, present};
use crate::identity::checks;
use crate::ids::TenantId;

/// A tenant as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TenantOut {
    /// Its id.
    pub id: TenantId,
    /// The company.
    pub name: String,
    /// In addresses.
    pub slug: String,
    /// Who signs the emails.
    pub sender_name: String,
    /// Their From address.
    pub sender_email: String,
    /// Where replies go, if not there.
    pub reply_to_email: Option<String>,
    /// On one line; the law wants it in every marketing email.
    pub postal_address: String,
    /// Landing pages are under this.
    pub landing_base_url: String,
    /// IANA zone.
    pub timezone: String,
    /// The most emails a UTC day.
    pub daily_send_limit: Option<i64>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What is changed of a tenant; what is not named stays. The slug stays for good.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantPatch {
    /// The company.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(120))))]
    #[schemars(with = "Text")]
    pub name: Option<Text>,
    /// Who signs the emails.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(120))))]
    #[schemars(with = "Text")]
    pub sender_name: Option<Text>,
    /// Their From address.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(email)))]
    #[schemars(with = "Text")]
    pub sender_email: Option<Text>,
    /// Where replies go, if not there.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(email))))]
    pub reply_to_email: Option<Option<Text>>,
    /// On one line; the law wants it in every marketing email.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(line(255))))]
    #[schemars(with = "Text")]
    pub postal_address: Option<Text>,
    /// Landing pages are under this.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(base_url)))]
    #[schemars(with = "Text")]
    pub landing_base_url: Option<Text>,
    /// IANA zone.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(custom(checks::timezone)))]
    #[schemars(with = "Text")]
    pub timezone: Option<Text>,
    /// The most emails a UTC day.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(range(min = 0, max = 100_000_000))))]
    pub daily_send_limit: Option<Option<i64>>,
}

fn base_url(text: &str, _: &()) -> garde::Result {
    let holds = text.len() <= 500
        && url::Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
        });
    hold(holds, "must be a URL such as https://learn.example.com")
}
