//! Types of email templates.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::edge::clock::Millis;
use crate::edge::db::{Flag, Json};
use crate::http::checks;

/// What surrounds the body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// The platform's base email: header, footer with postal address and unsubscribe link.
    #[default]
    Base,
    /// Nothing: the body is the whole document.
    None,
}

impl Layout {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Layout::Base => "base",
            Layout::None => "none",
        }
    }
}

/// Why the email is sent, which decides what the law asks of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To win somebody: needs the postal address and an unsubscribe link.
    #[default]
    Marketing,
    /// Part of a business relation: a receipt, a reminder.
    Transactional,
}

impl Purpose {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Marketing => "marketing",
            Purpose::Transactional => "transactional",
        }
    }
}

/// A template as stored and as the API answers it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Template {
    /// The template's name in addresses and steps, as in `hook-001`.
    pub id: String,
    /// For people.
    pub name: String,
    /// The subject line.
    pub subject: String,
    /// What mail clients show beside the subject.
    pub preview_text: Option<String>,
    /// The body, HTML.
    pub body_html: String,
    /// The body as text; derived from the HTML when absent.
    pub body_text: Option<String>,
    /// What surrounds the body.
    pub layout: Layout,
    /// Why it is sent.
    pub purpose: Purpose,
    /// The variables it uses.
    pub variables: Option<Json<Vec<String>>>,
    /// A series or folder.
    pub category: Option<String>,
    /// Inactive templates cannot be put into new sequences.
    pub is_active: Flag,
    /// Goes up by one with each change.
    pub revision: i64,
    /// When it was made, in milliseconds since 1970.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// What a client sends to create or replace a template.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateIn {
    /// For people.
    #[garde(length(chars, min = 1, max = 120))]
    pub name: String,
    /// The subject line.
    #[garde(length(chars, min = 1, max = 250), custom(checks::one_line))]
    pub subject: String,
    /// What mail clients show beside the subject.
    #[garde(inner(length(chars, max = 250), custom(checks::one_line)))]
    pub preview_text: Option<String>,
    /// The body, HTML.
    #[garde(length(bytes, min = 1, max = 100_000))]
    pub body_html: String,
    /// The body as text.
    #[garde(inner(length(bytes, max = 100_000)))]
    pub body_text: Option<String>,
    /// What surrounds the body.
    #[serde(default)]
    #[garde(skip)]
    pub layout: Layout,
    /// Why it is sent.
    #[serde(default)]
    #[garde(skip)]
    pub purpose: Purpose,
    /// A series or folder.
    #[garde(inner(length(chars, max = 50)))]
    pub category: Option<String>,
    /// Inactive templates cannot be put into new sequences.
    #[serde(default = "yes")]
    #[garde(skip)]
    pub is_active: bool,
}

fn yes() -> bool {
    true
}

/// Whether a text can be a template's id: lower-case letters, digits and hyphens, up to 50.
pub fn is_template_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 50
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}
