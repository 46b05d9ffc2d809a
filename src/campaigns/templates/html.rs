//! What is read from and changed in a template's HTML: links become tracked, and the text part is derived.
//!
//! Both happen on the template's source, once per revision, with Cloudflare's own HTML rewriter: rendering then costs no
//! parsing at all.

use std::cell::RefCell;
use std::rc::Rc;

use lol_html::html_content::{Element, TextType};
use lol_html::{RewriteStrSettings, doc_text, element, rewrite_str};

/// A link that cannot be tracked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlError(pub String);

impl std::fmt::Display for HtmlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for HtmlError {}

/// Replaces the target of each web link by a call of `track_link`, which signs it for the recipient.
///
/// # Errors
/// When the HTML cannot be read, or a link's target holds template statements.
pub fn track_links(source: &str) -> Result<String, HtmlError> {
    rewrite_str(
        source,
        RewriteStrSettings::new().append_element_content_handler(element!("a[href]", |link| {
            if let Some(target) = trackable(link)? {
                link.set_attribute("href", &format!("{{{{ track_link({target}) }}}}"))?;
            }
            Ok(())
        })),
    )
    .map_err(|error| HtmlError(error.to_string()))
}

/// The link's target as a template expression, when it is one to track.
fn trackable(link: &Element<'_, '_>) -> Result<Option<String>, HtmlError> {
    let Some(href) = link.get_attribute("href") else {
        return Ok(None);
    };
    let href = html_escape::decode_html_entities(href.trim()).into_owned();
    let is_ours = href.contains("unsubscribe_url") || href.contains("track_link");
    let is_web =
        href.starts_with("http://") || href.starts_with("https://") || href.starts_with("{{");
    if is_ours || !is_web {
        return Ok(None);
    }
    if href.contains("{%") {
        return Err(HtmlError(format!(
            "the link {href:?} holds a statement; use expressions only"
        )));
    }
    Ok(Some(to_expression(&href)))
}

/// `https://x/{{ slug }}?a=1` as `'https://x/' ~ (slug) ~ '?a=1'`.
fn to_expression(text: &str) -> String {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once("{{") {
        let (expression, after) = from.split_once("}}").unwrap_or((from, ""));
        if !before.is_empty() {
            parts.push(quoted(before));
        }
        parts.push(format!("({})", expression.trim().replace('"', "'")));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(quoted(rest));
    }
    parts.join(" ~ ")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Elements that stand on lines of their own, with the blank lines after them.
const BLOCKS: [(&str, usize); 13] = [
    ("h1", 2),
    ("h2", 2),
    ("h3", 2),
    ("p", 2),
    ("ul", 1),
    ("ol", 1),
    ("li", 1),
    ("blockquote", 2),
    ("div", 1),
    ("table", 1),
    ("tr", 1),
    ("hr", 1),
    ("pre", 2),
];

/// The text part of a body: template expressions stay, marks become what plain text has for them.
///
/// # Errors
/// When the HTML cannot be read.
pub fn derive_text(source: &str) -> Result<String, HtmlError> {
    let out = Rc::new(RefCell::new(String::new()));
    let (for_elements, for_text) = (out.clone(), out.clone());
    rewrite_str(
        source,
        RewriteStrSettings::new()
            .append_element_content_handler(element!("*", move |element| {
                open_element(element, &for_elements)
            }))
            .append_document_content_handler(doc_text!(move |chunk| {
                if chunk.text_type() == TextType::Data {
                    push_text(&for_text, chunk.as_str());
                }
                Ok(())
            })),
    )
    .map_err(|error| HtmlError(error.to_string()))?;
    let text = out.borrow();
    Ok(tidy(&text))
}

type Shared = Rc<RefCell<String>>;

fn open_element(
    element: &mut Element<'_, '_>,
    out: &Shared,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let name = element.tag_name();
    match name.as_str() {
        "br" => out.borrow_mut().push('\n'),
        "li" => out.borrow_mut().push_str("\n- "),
        "hr" => out.borrow_mut().push_str("\n----\n"),
        _ => {}
    }
    let target = match name.as_str() {
        "a" => trackable(element)?,
        _ => None,
    };
    let lines = BLOCKS
        .iter()
        .find(|(block, _)| *block == name)
        .map_or(0, |(_, lines)| *lines);
    if (lines > 0 || target.is_some())
        && let Some(handlers) = element.end_tag_handlers()
    {
        let out = out.clone();
        handlers.push(Box::new(move |_| {
            let mut out = out.borrow_mut();
            if let Some(target) = target {
                out.push_str(&format!(" ({{{{ track_link({target}) }}}})"));
            }
            out.push_str(&"\n".repeat(lines));
            Ok(())
        }));
    }
    Ok(())
}

fn push_text(out: &Shared, chunk: &str) {
    let decoded = html_escape::decode_html_entities(chunk);
    let mut out = out.borrow_mut();
    for character in decoded.chars() {
        // White space in HTML is one space; a no-break space is an ordinary one in text.
        if character.is_whitespace() {
            if !out.ends_with([' ', '\n']) && !out.is_empty() {
                out.push(' ');
            }
        } else {
            out.push(character);
        }
    }
}

/// No more than one blank line in a row, no spaces at line ends.
fn tidy(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if !(line.is_empty() && out.last().is_none_or(|last| last.is_empty())) {
            out.push(line);
        }
    }
    out.join("\n").trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_links_are_tracked_and_others_left_alone() {
        let source = r#"<p><a class="x" href="{{ landing_page_url }}">Go</a> <a href="https://a.example/?x=1&amp;y='2'">A</a>
            <a href="mailto:a@b.example">mail</a> <a href="{{ unsubscribe_url }}">off</a> <a href='#top'>top</a></p>"#;
        let tracked = track_links(source).unwrap();
        assert!(
            tracked.contains(r#"href="{{ track_link((landing_page_url)) }}""#),
            "{tracked}"
        );
        assert!(
            tracked.contains(r#"{{ track_link('https://a.example/?x=1&y=\'2\'') }}"#),
            "{tracked}"
        );
        assert!(tracked.contains(r#"href="mailto:a@b.example""#));
        assert!(tracked.contains(r#"href="{{ unsubscribe_url }}""#));
        assert!(tracked.contains("href='#top'"));
    }

    #[test]
    fn a_mixed_target_becomes_one_expression() {
        assert_eq!(
            to_expression("https://x.example/{{ a }}?b={{ c | urlencode }}"),
            "'https://x.example/' ~ (a) ~ '?b=' ~ (c | urlencode)"
        );
    }

    #[test]
    fn a_statement_in_a_link_is_refused() {
        assert!(track_links(r#"<a href="https://x/{% if a %}b{% endif %}">x</a>"#).is_err());
    }

    #[test]
    fn text_keeps_words_lists_and_links() {
        let source = "<h1>Title &amp; more</h1>\n<p>Hi {{ first_name | default(\"there\", true) }},\n  you</p><ul><li>one</li><li>two</li></ul><p>See <a href=\"https://a.example/\">this</a>.</p>";
        assert_eq!(
            derive_text(source).unwrap(),
            "Title & more\n\nHi {{ first_name | default(\"there\", true) }}, you\n\n- one\n\n- two\n\nSee this ({{ track_link('https://a.example/') }})."
        );
    }
}
