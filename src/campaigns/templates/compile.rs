//! From a template's source to something that renders: checked strictly when it is saved, compiled once per revision.

use std::collections::BTreeSet;

use minijinja::value::Rest;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use super::html;
use super::model::{Layout, Purpose};
use super::problems::{Problem, ProblemKind};
use super::render::Links;
use super::variables;
use crate::error::FieldError;

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
        Compiled::of_parts(source).map_err(fields)
    }

    fn of_parts(source: &Source<'_>) -> Result<Self, Vec<Problem>> {
        let mut environment = environment();
        let mut problems = Vec::new();
        for (field, name, text) in parts(source).map_err(|problem| vec![problem])? {
            if let Err(error) = environment.add_template_owned(name, text) {
                problems.push(Problem::of_engine(ProblemKind::Syntax, field, &error, None));
            }
        }
        match problems.is_empty() {
            true => Ok(Compiled { environment }),
            false => Err(problems),
        }
    }

    /// The parts as they were written, neither tracked nor surrounded: what is wrong in them has its place there.
    fn as_written(source: &Source<'_>) -> Result<Self, Vec<Problem>> {
        let mut environment = environment();
        let mut problems = Vec::new();
        for (field, name) in PARTS {
            let text = written(source, field).unwrap_or_default();
            if let Err(error) = environment.add_template_owned(name, text.to_string()) {
                let kind = ProblemKind::Syntax;
                problems.push(Problem::of_engine(kind, field, &error, Some(text)));
            }
        }
        match problems.is_empty() {
            true => Ok(Compiled { environment }),
            false => Err(problems),
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

/// Each part as people write it, and its name when it is compiled.
const PARTS: [(&str, &str); 4] = [
    ("subject", "subject.txt"),
    ("preview_text", "preview.txt"),
    ("body_html", "body.html"),
    ("body_text", "body.txt"),
];

/// A part's text as it was written; the text part may not be.
fn written<'a>(source: &Source<'a>, field: &str) -> Option<&'a str> {
    match field {
        "subject" => Some(source.subject),
        "preview_text" => Some(source.preview_text),
        "body_html" => Some(source.body_html),
        _ => source.body_text,
    }
}

/// What a look at a template found.
pub struct Inspection {
    /// The variables that it uses.
    pub variables: Vec<String>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// The template, when it can be rendered in spite of that.
    pub compiled: Option<Compiled>,
}

/// Compiles and checks a template as it is saved: unknown variables, what the law asks, and whether it renders. Returns the
/// variables it uses.
///
/// # Errors
/// Every complaint, by field.
pub fn check(source: &Source<'_>) -> Result<Vec<String>, Vec<FieldError>> {
    let inspection = inspect(source);
    match inspection.problems.is_empty() {
        true => Ok(inspection.variables),
        false => Err(fields(inspection.problems)),
    }
}

/// Looks for everything that is wrong with a template, and compiles it when it can be rendered all the same.
pub fn inspect(source: &Source<'_>) -> Inspection {
    let unusable = |problems| Inspection {
        variables: Vec::new(),
        problems,
        compiled: None,
    };
    let as_written = match Compiled::as_written(source) {
        Ok(as_written) => as_written,
        Err(problems) => return unusable(problems),
    };
    let compiled = match Compiled::of_parts(source) {
        Ok(compiled) => compiled,
        Err(problems) => return unusable(problems),
    };
    let (variables, mut problems) = names(source, &compiled);
    if problems.is_empty() {
        problems = trial(source, &as_written, &compiled);
    }
    let renders = problems.is_empty();
    problems.extend(legal_complaints(source, &compiled));
    Inspection {
        variables,
        problems,
        compiled: renders.then_some(compiled),
    }
}

/// The variables that a template uses, and the names in it that are none.
fn names(source: &Source<'_>, compiled: &Compiled) -> (Vec<String>, Vec<Problem>) {
    let mut used = BTreeSet::new();
    let mut problems = Vec::new();
    for (field, part) in PARTS {
        // A derived text part says nothing that the HTML did not.
        let Some(text) = written(source, field) else {
            continue;
        };
        for name in compiled.names_in(part) {
            if BUILT_IN_NAMES.contains(&name.as_str()) {
                continue;
            }
            if !variables::is_one(&name) {
                let all = variables::names();
                problems.push(Problem::unknown(field, &name, &all, Some(text)));
            }
            used.insert(name);
        }
    }
    (used.into_iter().collect(), problems)
}

/// What a marketing email must carry, in each of its parts.
fn legal_complaints(source: &Source<'_>, compiled: &Compiled) -> Vec<Problem> {
    if source.purpose != Purpose::Marketing {
        return Vec::new();
    }
    let needs = [
        (
            ProblemKind::MissingUnsubscribe,
            "unsubscribe_url",
            "an unsubscribe link",
        ),
        (
            ProblemKind::MissingAddress,
            "postal_address",
            "the postal address",
        ),
    ];
    let mut problems = Vec::new();
    for (field, part) in [("body_html", "body.html"), ("body_text", "body.txt")] {
        let names = compiled.names_in(part);
        for (kind, name, what) in needs {
            if !names.contains(name) {
                let message = format!(
                    "a marketing email needs {what}: use {{{{ {name} }}}} or the base layout"
                );
                problems.push(Problem::new(kind, field, message));
            }
        }
    }
    problems
}

/// Renders with everything there and with everything empty: an unknown filter or a wrong call shows only then. First as it
/// was written, so that what is found has its place there.
fn trial(source: &Source<'_>, as_written: &Compiled, compiled: &Compiled) -> Vec<Problem> {
    let links = Value::from_object(Links::for_preview());
    let context = |text: &str| {
        let mut values = variables::fill_all(text);
        values.insert("links", links.clone());
        Value::from(values)
    };
    let contexts = [context("x"), context("")];
    let failure = |template: &Compiled, part: &str| {
        contexts
            .iter()
            .find_map(|context| template.render(part, context).err())
    };
    let kind = ProblemKind::Rendering;
    let mut problems = Vec::new();
    for (field, part) in PARTS {
        let text = written(source, field);
        // A derived text part fails where the HTML did.
        if text.is_none() && !problems.is_empty() {
            continue;
        }
        let problem = failure(as_written, part)
            .map(|error| Problem::of_engine(kind, field, &error, text))
            .or_else(|| {
                let error = failure(compiled, part)?;
                Some(Problem::of_engine(kind, field, &error, None))
            });
        problems.extend(problem);
    }
    problems
}

fn fields(problems: Vec<Problem>) -> Vec<FieldError> {
    problems.into_iter().map(FieldError::from).collect()
}

type Part = (&'static str, &'static str, String);

fn parts(source: &Source<'_>) -> Result<Vec<Part>, Problem> {
    let html_error = |error: html::HtmlError| Problem::new(ProblemKind::Link, "body_html", error.0);
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

/// Instructions that rendering one part may take. A line of a template is some of them; a loop takes its own at every turn.
const FUEL: u64 = 200_000;

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
    // Whoever writes a template may write loops, but takes no isolate from the others.
    environment.set_fuel(Some(FUEL));
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

    /// A font of another host's would tell that host who reads, and when.
    #[test]
    fn the_base_layout_fetches_nothing_and_has_colors_for_the_dark() {
        assert!(!BASE_HTML.contains("<link") && !BASE_HTML.contains("@import"));
        assert!(!BASE_HTML.contains("src=") && !BASE_HTML.contains("url("));
        assert!(BASE_HTML.contains("name=\"color-scheme\" content=\"light dark\""));
        assert!(BASE_HTML.contains("@media (prefers-color-scheme: dark)"));
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
    fn a_problem_has_its_place_in_what_was_written() {
        let place = |body: &str| {
            let problem = inspect(&source(body)).problems.remove(0);
            (problem.kind, problem.line, problem.column)
        };
        assert_eq!(
            place("<p>x</p>\n<p>{{ frist_name }}</p>"),
            (ProblemKind::UnknownVariable, Some(2), Some(7))
        );
        let (kind, line, _) = place("<p>x</p>\n\n<p>{{ first_name </p>");
        assert_eq!((kind, line), (ProblemKind::Syntax, Some(3)));
        let (kind, line, _) = place("<p>x</p>\n<p>{{ first_name | shout }}</p>");
        assert_eq!((kind, line), (ProblemKind::Rendering, Some(2)));
        let link = r#"<a href="https://x.example/{% if first_name %}b{% endif %}">x</a>"#;
        assert_eq!(place(link), (ProblemKind::Link, None, None));
    }

    #[test]
    fn what_only_the_law_asks_for_renders() {
        let mut bare = source("<html><body>Buy!</body></html>");
        bare.layout = Layout::None;
        let inspection = inspect(&bare);
        assert_eq!(inspection.problems.len(), 4);
        assert!(inspection.compiled.is_some());
        assert!(inspect(&source("{{ nobody }}")).compiled.is_none());
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
