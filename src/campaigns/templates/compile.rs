//! From a template's source to something that renders: checked strictly when it is saved, compiled once per revision.

use std::collections::BTreeSet;

use minijinja::value::Rest;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use super::html;
use super::model::{Layout, Purpose};
use super::render::Links;
use crate::error::FieldError;

/// Every variable a template may use.
pub const VARIABLES: [&str; 15] = [
    "first_name",
    "last_name",
    "business_name",
    "community",
    "county",
    "state",
    "industry",
    "landing_page_url",
    "unsubscribe_url",
    "postal_address",
    "sender_name",
    "sender_company",
    "preview_text",
    "subject",
    "campaign_id",
];
/// Names of the engine's and our own, which are no variables.
const BUILT_IN_NAMES: [&str; 6] = [
    "button",
    "track_link",
    "links",
    "range",
    "dict",
    "namespace",
];

/// The base email, rendered from MJML when the crate was built.
const BASE_HTML: &str = include_str!(concat!(env!("OUT_DIR"), "/email_base.html"));
/// Where the body goes in it.
const BODY_MARK: &str = "BODY-GOES-HERE";
/// What the base layout puts under the text part.
const BASE_TEXT_FOOTER: &str =
    "\n\n-- \n{{ sender_company }}, {{ postal_address }}\nUnsubscribe: {{ unsubscribe_url }}\n";

/// The source of a template, whoever it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The subject line.
    pub subject: &'a str,
    /// What mail clients show beside the subject.
    pub preview_text: &'a str,
    /// The body, HTML.
    pub body_html: &'a str,
    /// The body as text, if written.
    pub body_text: Option<&'a str>,
    /// What surrounds the body.
    pub layout: Layout,
    /// Why it is sent.
    pub purpose: Purpose,
}

/// A template ready to render. Names of its parts: `subject.txt`, `preview.txt`, `body.html`, `body.txt`.
pub struct Compiled {
    environment: Environment<'static>,
}

impl Compiled {
    /// Compiles a template.
    ///
    /// # Errors
    /// What does not parse, by field.
    pub fn new(source: &Source<'_>) -> Result<Self, Vec<FieldError>> {
        let mut environment = environment();
        let mut errors = Vec::new();
        for (field, name, text) in parts(source).map_err(|error| vec![error])? {
            if let Err(error) = environment.add_template_owned(name, text) {
                errors.push(complaint(field, &error));
            }
        }
        if errors.is_empty() {
            Ok(Compiled { environment })
        } else {
            Err(errors)
        }
    }

    /// Renders one part.
    ///
    /// # Errors
    /// The engine's.
    pub fn render(&self, part: &str, context: &Value) -> Result<String, Error> {
        self.environment.get_template(part)?.render(context)
    }

    fn names_in(&self, part: &str) -> BTreeSet<String> {
        self.environment
            .get_template(part)
            .map(|template| template.undeclared_variables(false).into_iter().collect())
            .unwrap_or_default()
    }
}

/// Compiles and checks a template as it is saved: unknown variables, what the law asks, and whether it renders. Returns the
/// variables it uses.
///
/// # Errors
/// Every complaint, by field.
pub fn check(source: &Source<'_>) -> Result<Vec<String>, Vec<FieldError>> {
    let compiled = Compiled::new(source)?;
    let mut used = BTreeSet::new();
    let mut errors = Vec::new();
    for (field, part) in [
        ("subject", "subject.txt"),
        ("preview_text", "preview.txt"),
        ("body_html", "body.html"),
        ("body_text", "body.txt"),
    ] {
        // A derived text part says nothing that the HTML did not.
        if part == "body.txt" && source.body_text.is_none() {
            continue;
        }
        for name in compiled.names_in(part) {
            if BUILT_IN_NAMES.contains(&name.as_str()) {
                continue;
            }
            if !VARIABLES.contains(&name.as_str()) {
                errors.push(FieldError::new(
                    field,
                    format!(
                        "`{name}` is not a variable; use one of {}",
                        VARIABLES.join(", ")
                    ),
                ));
            }
            used.insert(name);
        }
    }
    errors.extend(legal_complaints(source, &compiled));
    if errors.is_empty() {
        errors.extend(trial_complaints(&compiled));
    }
    if errors.is_empty() {
        Ok(used.into_iter().collect())
    } else {
        Err(errors)
    }
}

/// What a marketing email must carry, in each of its parts.
fn legal_complaints(source: &Source<'_>, compiled: &Compiled) -> Vec<FieldError> {
    if source.purpose != Purpose::Marketing {
        return Vec::new();
    }
    [("body_html", "body.html"), ("body_text", "body.txt")]
        .into_iter()
        .flat_map(|(field, part)| {
            let names = compiled.names_in(part);
            [
                ("unsubscribe_url", "an unsubscribe link"),
                ("postal_address", "the postal address"),
            ]
            .into_iter()
            .filter(move |(name, _)| !names.contains(*name))
            .map(move |(name, what)| {
                FieldError::new(
                    field,
                    format!(
                        "a marketing email needs {what}: use {{{{ {name} }}}} or the base layout"
                    ),
                )
            })
        })
        .collect()
}

/// Renders with everything there and with everything empty: an unknown filter or a wrong call shows only then.
fn trial_complaints(compiled: &Compiled) -> Vec<FieldError> {
    let links = Value::from_object(Links::for_preview());
    let context = |text: &str| {
        let mut values: std::collections::BTreeMap<&str, Value> = VARIABLES
            .iter()
            .map(|name| (*name, Value::from(text)))
            .collect();
        values.insert("links", links.clone());
        Value::from(values)
    };
    let mut errors = Vec::new();
    for (field, part) in [
        ("subject", "subject.txt"),
        ("preview_text", "preview.txt"),
        ("body_html", "body.html"),
        ("body_text", "body.txt"),
    ] {
        let failed = [context("x"), context("")]
            .iter()
            .find_map(|context| compiled.render(part, context).err());
        errors.extend(failed.map(|error| complaint(field, &error)));
    }
    errors
}

type Part = (&'static str, &'static str, String);

fn parts(source: &Source<'_>) -> Result<Vec<Part>, FieldError> {
    let html_error = |error: html::HtmlError| FieldError::new("body_html", error.0);
    let tracked = html::track_links(source.body_html).map_err(html_error)?;
    let text = match source.body_text {
        Some(text) => text.to_string(),
        None => html::derive_text(source.body_html).map_err(html_error)?,
    };
    let (html, text) = match source.layout {
        Layout::Base => (
            BASE_HTML.replace(BODY_MARK, &tracked),
            text + BASE_TEXT_FOOTER,
        ),
        Layout::None => (tracked, text),
    };
    Ok(vec![
        ("subject", "subject.txt", source.subject.to_string()),
        (
            "preview_text",
            "preview.txt",
            source.preview_text.to_string(),
        ),
        ("body_html", "body.html", with_pixel(html)),
        ("body_text", "body.txt", text),
    ])
}

/// The pixel goes last, so that a mail cut short by its client was not "read".
fn with_pixel(html: String) -> String {
    const PIXEL: &str = r#"<img src="{{ links.pixel }}" width="1" height="1" alt="" style="display:block;border:0;" />"#;
    match html.rfind("</body>") {
        Some(position) => {
            let (before, after) = html.split_at(position);
            format!("{before}{PIXEL}{after}")
        }
        None => html + PIXEL,
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    environment.add_function("button", button);
    environment.add_function("track_link", track_link);
    environment
}

/// `button("Label", url)`: a button that also Outlook shows as one; in the text part a line with the link.
fn button(
    state: &State<'_, '_>,
    label: String,
    url: String,
    rest: Rest<Value>,
) -> Result<Value, Error> {
    if !rest.is_empty() {
        return Err(Error::new(
            ErrorKind::TooManyArguments,
            "button takes a label and a URL",
        ));
    }
    let link = with_links(state, |links| links.click(&url))?;
    if *state.auto_escape() == AutoEscape::None {
        return Ok(Value::from(format!("{label}: {link}")));
    }
    let label = minijinja::HtmlEscape(&label);
    Ok(Value::from_safe_string(format!(
        r##"<table role="presentation" border="0" cellpadding="0" cellspacing="0" style="border-collapse:separate;margin:8px 0 24px;"><tr><td align="center" bgcolor="#0b69a3" role="presentation" style="border:none;border-radius:6px;background:#0b69a3;" valign="middle"><a href="{link}" style="display:inline-block;background:#0b69a3;color:#ffffff;font-size:16px;font-weight:700;line-height:1.2;margin:0;text-decoration:none;padding:14px 26px;border-radius:6px;" target="_blank">{label}</a></td></tr></table>"##
    )))
}

/// `track_link(url)`: the signed link that leads there. Links in the HTML are put through it by themselves.
fn track_link(state: &State<'_, '_>, url: String) -> Result<Value, Error> {
    with_links(state, |links| links.click(&url)).map(Value::from_safe_string)
}

fn with_links<T>(state: &State<'_, '_>, read: impl FnOnce(&Links) -> T) -> Result<T, Error> {
    state
        .lookup("links")
        .as_ref()
        .and_then(Value::downcast_object_ref::<Links>)
        .map(read)
        .ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidOperation,
                "links can only be made for a recipient",
            )
        })
}

fn complaint(field: &'static str, error: &Error) -> FieldError {
    let place = error
        .line()
        .map(|line| format!(" (line {line})"))
        .unwrap_or_default();
    let detail = error
        .detail()
        .map(|detail| format!(": {detail}"))
        .unwrap_or_default();
    FieldError::new(
        field,
        format!("does not parse{place}: {}{detail}", error.kind()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(body_html: &str) -> Source<'_> {
        Source {
            subject: "For {{ business_name }}",
            preview_text: "",
            body_html,
            body_text: None,
            layout: Layout::Base,
            purpose: Purpose::Marketing,
        }
    }

    #[test]
    fn lists_the_variables_it_uses() {
        let used = check(&source("<p>{{ first_name }}</p>")).unwrap();
        assert!(
            used.contains(&"first_name".to_string()) && used.contains(&"business_name".to_string())
        );
    }

    #[test]
    fn an_unknown_variable_is_named_with_its_field() {
        let errors = check(&source("<p>{{ frist_name }}</p>")).unwrap_err();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].field, "body_html");
        assert!(errors[0].message.contains("`frist_name`"));
    }

    #[test]
    fn what_does_not_parse_or_run_is_refused() {
        assert!(
            check(&source("<p>{{ first_name </p>")).unwrap_err()[0]
                .message
                .contains("does not parse")
        );
        assert!(check(&source("<p>{{ first_name | shout }}</p>")).is_err());
        assert!(check(&source("<p>{{ button('x') }}</p>")).is_err());
        let mut bad_subject = source("<p>x</p>");
        bad_subject.subject = "{% if %}";
        assert_eq!(check(&bad_subject).unwrap_err()[0].field, "subject");
    }

    #[test]
    fn marketing_without_address_and_unsubscribe_link_is_refused() {
        let mut bare = source("<html><body>Buy!</body></html>");
        bare.layout = Layout::None;
        let fields: Vec<_> = check(&bare)
            .unwrap_err()
            .into_iter()
            .map(|error| error.field)
            .collect();
        assert_eq!(fields, ["body_html", "body_html", "body_text", "body_text"]);
        bare.purpose = Purpose::Transactional;
        assert!(check(&bare).is_ok());
        let mut whole = source(
            r#"<body>{{ postal_address }} <a href="{{ unsubscribe_url }}">off {{ unsubscribe_url }}</a></body>"#,
        );
        whole.layout = Layout::None;
        assert!(check(&whole).is_ok());
    }
}
