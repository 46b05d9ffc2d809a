//! What is read from and changed in a template's HTML: links become tracked, and the text part is derived.
//!
//! Both happen on the template's source, once per revision, on the tokens of a WHATWG tokenizer; rendering then costs no
//! parsing at all. (Cloudflare's own rewriter was tried first: it adds half a megabyte to the module.)

use html5gum::emitters::default::{DefaultEmitter, StartTag, Token};
use html5gum::{HtmlString, Tokenizer};

/// A link that cannot be tracked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HtmlError(pub String);

/// Replaces the target of each web link by a call of `track_link`, which signs it for the recipient. All else stays as it
/// is, to the letter.
///
/// # Errors
/// When a link's target holds template statements.
pub fn track_links(source: &str) -> Result<String, HtmlError> {
    let mut out = String::with_capacity(source.len() + 256);
    let mut copied = 0;
    for token in tokens(source) {
        let Token::StartTag(tag) = token else {
            continue;
        };
        let Some(target) = trackable(&tag)? else {
            continue;
        };
        let before = source.get(copied..tag.span.start).unwrap_or_default();
        out.push_str(before);
        out.push_str(&tracked_tag(&tag, &target));
        copied = tag.span.end;
    }
    out.push_str(source.get(copied..).unwrap_or_default());
    Ok(out)
}

fn tokens(source: &str) -> impl Iterator<Item = Token<usize>> + '_ {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    // Text inside <style> is no markup.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(source, emitter).flatten()
}

fn text_of(html: &HtmlString) -> String {
    String::from_utf8_lossy(html).into_owned()
}

/// The link with its target replaced.
fn tracked_tag(tag: &StartTag<usize>, target: &str) -> String {
    let mut out = String::from("<a");
    for (name, value) in &tag.attributes {
        let name = text_of(name);
        let value = match name.as_str() {
            "href" => format!("{{{{ track_link({target}) }}}}"),
            _ => text_of(value).replace('&', "&amp;").replace('"', "&quot;"),
        };
        out.push_str(&format!(" {name}=\"{value}\""));
    }
    out + ">"
}

/// The target of a link to track, as a template expression.
fn trackable(tag: &StartTag<usize>) -> Result<Option<String>, HtmlError> {
    if tag.name != b"a".as_slice() {
        return Ok(None);
    }
    let Some(href) = tag
        .attributes
        .get(b"href".as_slice())
        .map(|value| text_of(value))
    else {
        return Ok(None);
    };
    let href = href.trim();
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
    Ok(Some(to_expression(href)))
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

/// The line ends after an element that stands on lines of its own; none after the others.
fn lines_after(name: &str) -> usize {
    match name {
        "h1" | "h2" | "h3" | "p" | "blockquote" | "pre" => 2,
        "div" | "table" | "tr" => 1,
        _ => 0,
    }
}

/// The text part of a body: template expressions stay, marks become what plain text has for them.
///
/// # Errors
/// When a link's target holds template statements.
pub fn derive_text(source: &str) -> Result<String, HtmlError> {
    let mut out = String::new();
    let mut open_links = Vec::new();
    let mut open_lists: Vec<Option<u32>> = Vec::new();
    let mut hidden = false;
    for token in tokens(source) {
        match token {
            Token::String(text) if !hidden => push_text(&mut out, &text_of(&text)),
            Token::StartTag(tag) => match text_of(&tag.name).as_str() {
                "br" => out.push('\n'),
                "hr" => out.push_str("\n----\n"),
                "ul" => open_lists.push(None),
                "ol" => open_lists.push(Some(0)),
                "li" => out.push_str(&item_mark(&mut open_lists)),
                "style" | "script" | "title" => hidden = true,
                "a" => open_links.push(trackable(&tag)?),
                _ => {}
            },
            Token::EndTag(tag) => match text_of(&tag.name).as_str() {
                "style" | "script" | "title" => hidden = false,
                "a" => {
                    if let Some(Some(target)) = open_links.pop() {
                        out.push_str(&format!(" ({{{{ track_link({target}) }}}})"));
                    }
                }
                "ul" | "ol" => {
                    open_lists.pop();
                    out.push_str("\n\n");
                }
                name => out.push_str(&"\n".repeat(lines_after(name))),
            },
            _ => {}
        }
    }
    Ok(tidy(&break_after_buttons(&out)))
}

/// What stands before an item of the innermost list: its number, or a dash.
fn item_mark(open_lists: &mut [Option<u32>]) -> String {
    match open_lists.last_mut() {
        Some(Some(number)) => {
            *number += 1;
            format!("\n{number}. ")
        }
        _ => "\n- ".to_string(),
    }
}

/// A button is a block of its own, though it is no element.
fn break_after_buttons(text: &str) -> String {
    let mut parts = text.split("{{ button(");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let (call, rest) = part.split_once("}}").unwrap_or((part, ""));
        out = format!(
            "{}\n\n{{{{ button({call}}}}}\n\n{}",
            out.trim_end(),
            rest.trim_start()
        );
    }
    out
}

fn push_text(out: &mut String, text: &str) {
    for character in text.chars() {
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
            "Title & more\n\nHi {{ first_name | default(\"there\", true) }}, you\n\n- one\n- two\n\nSee this ({{ track_link('https://a.example/') }})."
        );
    }

    #[test]
    fn numbered_lists_count_and_buttons_stand_alone() {
        let source = "<ol><li>one</li>\n<li>two</li></ol>\n{{ button(\"Go\", landing_page_url) }}\n<p>Bye</p>";
        assert_eq!(
            derive_text(source).unwrap(),
            "1. one\n2. two\n\n{{ button(\"Go\", landing_page_url) }}\n\nBye"
        );
    }
}
