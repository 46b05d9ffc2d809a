//! Rendering a compiled template for one recipient.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::compile::Compiled;
use super::variables::{self, Filling};
use crate::campaigns::tenants::Tenant;
use crate::campaigns::tracking::token::{Purpose, Signer};
use crate::crm::recipients;
use crate::ids::{SendId, TenantId};

/// A message's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject line.
    pub subject: String,
    /// What mail clients show beside the subject.
    pub preview_text: String,
    /// The HTML part.
    pub html: String,
    /// The text part.
    pub text: String,
}

/// What a template is rendered with.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// May be empty.
    pub first_name: &'a str,
    /// May be empty.
    pub last_name: &'a str,
    /// The business's name.
    pub business_name: &'a str,
    /// The community's name.
    pub community: &'a str,
    /// May be empty.
    pub county: &'a str,
    /// Two letters.
    pub state: &'a str,
    /// May be empty.
    pub industry: &'a str,
    /// Where the step's landing page is.
    pub landing_page_url: &'a str,
    /// The step's `campaign_id`.
    pub campaign_id: &'a str,
    /// Who signs.
    pub sender_name: &'a str,
    /// The sending company.
    pub sender_company: &'a str,
    /// The sending company's postal address, on one line.
    pub postal_address: &'a str,
}

/// Where a step's links lead, with the step's name for whoever counts there.
pub fn landing_page_url(tenant: &Tenant, landing_page: &str, campaign_id: &str) -> String {
    format!("{}/{landing_page}?c={campaign_id}", tenant.landing_base_url)
}

impl<'a> Recipient<'a> {
    /// A person of the CRM, written to by this tenant in this step.
    pub fn of(
        person: &'a recipients::Recipient,
        tenant: &'a Tenant,
        landing_page_url: &'a str,
        campaign_id: &'a str,
    ) -> Self {
        let text = |value: &'a Option<String>| value.as_deref().unwrap_or_default();
        Recipient {
            first_name: text(&person.first_name),
            last_name: text(&person.last_name),
            business_name: &person.business_name,
            community: text(&person.community),
            county: text(&person.county),
            state: text(&person.state),
            industry: text(&person.industry),
            landing_page_url,
            campaign_id,
            sender_name: &tenant.sender_name,
            sender_company: &tenant.name,
            postal_address: &tenant.postal_address,
        }
    }

    /// Nobody in particular: the variables' examples.
    pub fn sample(tenant: &'a Tenant, landing_page_url: &'a str, campaign_id: &'a str) -> Self {
        Recipient {
            first_name: variables::example("first_name"),
            last_name: variables::example("last_name"),
            business_name: variables::example("business_name"),
            community: variables::example("community"),
            county: variables::example("county"),
            state: variables::example("state"),
            industry: variables::example("industry"),
            landing_page_url,
            campaign_id,
            sender_name: &tenant.sender_name,
            sender_company: &tenant.name,
            postal_address: &tenant.postal_address,
        }
    }
}

/// Makes the signed links of one message.
#[derive(Debug)]
pub struct Links {
    signer: Option<Arc<Signer>>,
    base: String,
    tenant: TenantId,
    send: SendId,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

impl Links {
    /// Links of this send.
    pub fn new(signer: Arc<Signer>, base: &str, tenant: &TenantId, send: &SendId) -> Self {
        Links {
            signer: Some(signer),
            base: base.to_string(),
            tenant: tenant.clone(),
            send: send.clone(),
        }
    }

    /// Links that lead straight to their targets and count nothing, for previews and checks.
    pub fn for_preview() -> Self {
        Links {
            signer: None,
            base: String::new(),
            tenant: TenantId::from_bytes([0; 16]),
            send: SendId::from_bytes([0; 16]),
        }
    }

    /// The tracked link that leads to `target`.
    pub fn click(&self, target: &str) -> String {
        self.signed(Purpose::Click(target.to_string())).map_or_else(
            || target.to_string(),
            |token| format!("{}/t/c/{token}", self.base),
        )
    }

    /// The pixel's address.
    pub fn pixel(&self) -> String {
        self.signed(Purpose::Open)
            .map_or_else(String::new, |token| {
                format!("{}/t/o/{token}.gif", self.base)
            })
    }

    /// Where the recipient unsubscribes.
    pub fn unsubscribe(&self) -> String {
        self.signed(Purpose::Unsubscribe).map_or_else(
            || "#unsubscribe".to_string(),
            |token| format!("{}/u/{token}", self.base),
        )
    }

    fn signed(&self, purpose: Purpose) -> Option<String> {
        self.signer
            .as_ref()
            .and_then(|signer| signer.sign(&self.tenant, &self.send, &purpose))
    }
}

impl Object for Links {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "pixel" => Some(Value::from_safe_string(self.pixel())),
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Str(&["pixel"])
    }
}

/// Renders all parts. A step's own subject and preview are templates too, given already compiled into `compiled`.
///
/// # Errors
/// The engine's, for the log: the template was checked when it was saved.
pub fn render(
    compiled: &Compiled,
    recipient: &Recipient<'_>,
    links: Links,
) -> Result<Rendered, minijinja::Error> {
    let unsubscribe_url = links.unsubscribe();
    let links = Value::from_object(links);
    let context = |subject: &str, preview_text: &str| {
        let mut values = variables::fill(&Filling {
            recipient,
            unsubscribe_url: &unsubscribe_url,
            subject,
            preview_text,
        });
        values.insert("links", links.clone());
        Value::from(values)
    };
    let headers = context("", "");
    let subject = one_line(&compiled.render("subject.txt", &headers)?);
    let preview_text = one_line(&compiled.render("preview.txt", &headers)?);
    let context = context(&subject, &preview_text);
    Ok(Rendered {
        html: compiled.render("body.html", &context)?,
        text: compiled.render("body.txt", &context)?,
        subject,
        preview_text,
    })
}

/// A value with a line break must not reach a header.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaigns::templates::compile::Source;
    use crate::campaigns::templates::{Layout, Purpose as TemplatePurpose};
    use crate::config::NumberedKey;

    fn rendered(subject: &str, body: &str, recipient: &Recipient<'_>) -> Rendered {
        let compiled = Compiled::new(&Source {
            subject,
            preview_text: "See {{ community }}",
            body_html: body,
            body_text: None,
            layout: Layout::Base,
            purpose: TemplatePurpose::Marketing,
        })
        .unwrap();
        let signer = Arc::new(Signer::new(&[NumberedKey {
            id: 1,
            secret: [1; 32],
        }]));
        let tenant = TenantId::from_bytes([1; 16]);
        let links = Links::new(
            signer,
            "https://p.example",
            &tenant,
            &SendId::from_bytes([2; 16]),
        );
        render(&compiled, recipient, links).unwrap()
    }

    const JOE: Recipient<'_> = Recipient {
        first_name: "",
        last_name: "",
        business_name: "Joe's & <Sons>",
        community: "Ely",
        county: "",
        state: "NV",
        industry: "",
        landing_page_url: "https://learn.example/claim?c=HOOK-001",
        campaign_id: "HOOK-001",
        sender_name: "Dana",
        sender_company: "Fibonacco",
        postal_address: "1 Main St, Ely, NV 89301",
    };

    #[test]
    fn escapes_in_html_and_not_in_subject_and_text() {
        let message = rendered(
            "About {{ business_name }}",
            "<p>Hi {{ first_name | default('there', true) }} of {{ business_name }}</p>{{ button('Go & see', landing_page_url) }}",
            &JOE,
        );
        assert_eq!(message.subject, "About Joe's & <Sons>");
        assert!(
            message
                .html
                .contains("Hi there of Joe&#x27;s &amp; &lt;Sons&gt;"),
            "{}",
            message.html
        );
        assert!(message.html.contains("Go &amp; see</a>"));
        assert!(
            message.text.contains("Hi there of Joe's & <Sons>"),
            "{}",
            message.text
        );
        assert!(message.text.contains("Go & see: https://p.example/t/c/"));
        assert!(message.text.contains("1 Main St, Ely, NV 89301"));
        assert!(
            message.html.contains("https://p.example/t/o/")
                && message.html.contains("https://p.example/u/")
        );
        assert!(!message.html.contains("{{"), "{}", message.html);
    }

    #[test]
    fn a_line_break_in_a_value_does_not_reach_the_subject() {
        let evil = Recipient {
            business_name: "A\r\nBcc: x@y.example",
            ..JOE
        };
        let message = rendered("About {{ business_name }}", "<p>x</p>", &evil);
        assert_eq!(message.subject, "About A Bcc: x@y.example");
    }
}
