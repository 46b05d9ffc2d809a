//! The variables that a template may use: what each is called, what it is, and how it is filled. Rendering, checking and the
//! list that people choose from all read this one table.

use std::collections::BTreeMap;

use minijinja::Value;
use schemars::JsonSchema;
use serde::Serialize;

use super::render::Recipient;

/// Where a variable's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "VariableOrigin")]
pub enum Origin {
    /// The person who is written to.
    Person,
    /// Their business.
    Business,
    /// The community of their business.
    Community,
    /// The step of the sequence.
    Step,
    /// The organization that writes.
    Organization,
    /// The message itself.
    Message,
}

/// What variables are filled from.
pub struct Filling<'a> {
    /// Whom it is for.
    pub recipient: &'a Recipient<'a>,
    /// Where they unsubscribe.
    pub unsubscribe_url: &'a str,
    /// The rendered subject; empty while that is rendered itself.
    pub subject: &'a str,
    /// The rendered preview text; empty while that is rendered itself.
    pub preview_text: &'a str,
}

/// A variable.
pub struct Variable {
    /// As a template names it.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// A value as it may be; previews that are shown as nobody in particular have it.
    pub example: &'static str,
    /// Where it comes from.
    pub origin: Origin,
    /// What a template may say when it is empty; of one that is never empty, nothing.
    pub fallback: Option<&'static str>,
    value: fn(&Filling<'_>) -> Value,
}

/// A variable, as the API answers it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TemplateVariable")]
pub struct VariableOut {
    /// As a template names it.
    pub name: &'static str,
    /// As one writes it.
    pub usage: String,
    /// For people.
    pub label: &'static str,
    /// A value as it may be.
    pub example: &'static str,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it can be empty; then `usage` says what stands there instead.
    pub may_be_empty: bool,
}

impl From<&Variable> for VariableOut {
    fn from(variable: &Variable) -> Self {
        let name = variable.name;
        VariableOut {
            name,
            usage: match variable.fallback {
                Some("") | None => format!("{{{{ {name} }}}}"),
                Some(text) => format!("{{{{ {name} | default('{text}', true) }}}}"),
            },
            label: variable.label,
            example: variable.example,
            origin: variable.origin,
            may_be_empty: variable.fallback.is_some(),
        }
    }
}

macro_rules! variables {
    ($($name:literal, $label:literal, $example:literal, $origin:ident, $fallback:expr, $value:expr;)*) => {
        /// All of them, in the order in which people are shown them.
        pub static ALL: &[Variable] = &[$(Variable {
            name: $name,
            label: $label,
            example: $example,
            origin: Origin::$origin,
            fallback: $fallback,
            value: $value,
        }),*];
    };
}

variables! {
    "first_name", "First name", "Maria", Person, Some("there"), |of| of.recipient.first_name.into();
    "last_name", "Last name", "Lopez", Person, Some(""), |of| of.recipient.last_name.into();
    "business_name", "Name of the business", "Harbor Street Bakery", Business, None, |of| of.recipient.business_name.into();
    "industry", "Line of business", "Bakery", Business, Some("business"), |of| of.recipient.industry.into();
    "community", "Community", "Ely", Community, Some("your town"), |of| of.recipient.community.into();
    "county", "County", "White Pine County", Community, Some("your county"), |of| of.recipient.county.into();
    "state", "State, two letters", "NV", Community, Some("your state"), |of| of.recipient.state.into();
    "landing_page_url", "Address of the step's landing page", "https://learn.example.com/hello?c=HOOK-001", Step, None, |of| of.recipient.landing_page_url.into();
    "campaign_id", "Name of the step", "HOOK-001", Step, None, |of| of.recipient.campaign_id.into();
    "sender_name", "Who signs", "Dana", Organization, None, |of| of.recipient.sender_name.into();
    "sender_company", "The sending organization", "Learning Center", Organization, None, |of| of.recipient.sender_company.into();
    "postal_address", "Its postal address", "1 Main St, Ely, NV 89301", Organization, None, |of| of.recipient.postal_address.into();
    "unsubscribe_url", "Where one unsubscribes", "https://platform.example.com/u/…", Message, None, |of| Value::from_safe_string(of.unsubscribe_url.to_string());
    "subject", "The subject line; not in the subject itself", "A question about Harbor Street Bakery", Message, None, |of| of.subject.into();
    "preview_text", "The preview text; not in the subject", "Two minutes, no more", Message, Some(""), |of| of.preview_text.into();
}

/// Whether a template may use this name.
pub fn is_one(name: &str) -> bool {
    ALL.iter().any(|variable| variable.name == name)
}

/// The names, for a complaint.
pub fn names() -> String {
    let names: Vec<_> = ALL.iter().map(|variable| variable.name).collect();
    names.join(", ")
}

/// A variable's example.
pub fn example(name: &str) -> &'static str {
    ALL.iter()
        .find(|variable| variable.name == name)
        .map_or("", |variable| variable.example)
}

/// Every variable with its value.
pub fn fill(from: &Filling<'_>) -> BTreeMap<&'static str, Value> {
    ALL.iter()
        .map(|variable| (variable.name, (variable.value)(from)))
        .collect()
}

/// Every variable with the same text, for trials.
pub fn fill_all(text: &str) -> BTreeMap<&'static str, Value> {
    ALL.iter()
        .map(|variable| (variable.name, Value::from(text)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_variable_is_filled_from_its_own_place() {
        let recipient = Recipient {
            first_name: "first_name",
            last_name: "last_name",
            business_name: "business_name",
            community: "community",
            county: "county",
            state: "state",
            industry: "industry",
            landing_page_url: "landing_page_url",
            campaign_id: "campaign_id",
            sender_name: "sender_name",
            sender_company: "sender_company",
            postal_address: "postal_address",
        };
        let filled = fill(&Filling {
            recipient: &recipient,
            unsubscribe_url: "unsubscribe_url",
            subject: "subject",
            preview_text: "preview_text",
        });
        assert_eq!(filled.len(), ALL.len());
        for (name, value) in filled {
            assert_eq!(value.as_str(), Some(name));
        }
    }

    #[test]
    fn examples_are_found_by_name() {
        assert_eq!(example("first_name"), "Maria");
        assert!(is_one("county") && !is_one("links") && !is_one(""));
        assert!(ALL.iter().all(|variable| !variable.example.is_empty()));
    }
}
