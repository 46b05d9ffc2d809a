//! The Content API, which has the communities and businesses that are brought over. docs/content-sync.md says what it sends.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use crate::config::ContentApi;
use crate::edge::fetch::OutgoingRequest;
use crate::edge::platform::Platform;
use crate::json;

/// The most records that are asked for at once. A page is one write, and a database takes two megabytes a value.
pub const PAGE: usize = 50;
/// The most bytes of a page.
const LARGEST: usize = 1_500_000;
/// The longest cursor.
const LONGEST_CURSOR: usize = 500;

/// A page of records.
#[derive(Debug)]
pub struct Page {
    /// As they came.
    pub records: Vec<Value>,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

/// Why there is no page.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It wants to be left alone for so many seconds, if it says how long.
    Busy(Option<u32>),
    /// It may work another time: no answer, a fault over there, half an answer. The text is for people.
    NotNow(String),
    /// It will not work, however often it is tried. A code and a text for people.
    Never(&'static str, String),
}

/// What is asked for.
pub struct Question<'a> {
    /// `communities` or `listings`.
    pub path: &'static str,
    /// Where the page begins; the first one when absent.
    pub cursor: Option<&'a str>,
    /// What was changed since, as RFC 3339; all when absent.
    pub updated_since: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Value>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Meta {
    /// It must be there: an answer that breaks off is not the last page.
    #[serde(deserialize_with = "said")]
    next_cursor: Option<String>,
}

fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// Asks for a page.
///
/// # Errors
/// What kept the service from giving it.
pub async fn page(
    platform: &Platform,
    api: &ContentApi,
    question: &Question<'_>,
) -> Result<Page, Trouble> {
    let mut url = Url::parse(&format!("{}/api/{}", api.url, question.path))
        .map_err(|error| Trouble::Never("content_api_refused", error.to_string()))?;
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("limit", &PAGE.to_string());
        if let Some(since) = &question.updated_since {
            query.append_pair("updated_since", since);
        }
        if let Some(cursor) = question.cursor {
            query.append_pair("cursor", cursor);
        }
    }
    let request = OutgoingRequest {
        method: "GET",
        url: url.into(),
        headers: vec![
            ("authorization".into(), format!("Bearer {}", api.key)),
            ("accept".into(), "application/json".into()),
        ],
        body: String::new(),
        timeout_seconds: platform.config.provider_timeout_seconds,
    };
    let response =
        platform.fetch.send(request).await.map_err(|error| {
            Trouble::NotNow(format!("the Content API gave no answer: {}", error.0))
        })?;
    match response.status {
        200 => read(&response.body, question.cursor),
        429 => Err(Trouble::Busy(response.retry_after_seconds())),
        status @ (401 | 403) => Err(Trouble::Never(
            "content_api_refused_key",
            format!("the Content API refused our key with {status}: see CONTENT_API_KEY"),
        )),
        status @ (408 | 500..=599) => Err(Trouble::NotNow(format!(
            "the Content API answered {status}"
        ))),
        status => Err(Trouble::Never(
            "content_api_refused",
            format!("the Content API answered {status} to {}", question.path),
        )),
    }
}

fn read(body: &str, cursor: Option<&str>) -> Result<Page, Trouble> {
    if body.len() > LARGEST {
        let text = format!(
            "the Content API sent a page of {} bytes; {LARGEST} are the most",
            body.len()
        );
        return Err(Trouble::Never("content_api_unreadable", text));
    }
    let unreadable =
        |what: String| Trouble::NotNow(format!("the Content API sent what cannot be read: {what}"));
    let answer: Answer = json::read(body).map_err(|error| match error.place() {
        // What is wrong is told by its place, not by what is there.
        place if place.is_empty() => unreadable("no object with data and meta".into()),
        place => unreadable(format!("see {place}")),
    })?;
    let next = answer.meta.next_cursor.filter(|next| !next.is_empty());
    if next
        .as_ref()
        .is_some_and(|next| next.len() > LONGEST_CURSOR || next.contains('\0'))
    {
        return Err(unreadable("a cursor that is none".into()));
    }
    if next.is_some() && next.as_deref() == cursor {
        return Err(Trouble::Never(
            "content_api_goes_in_circles",
            "the Content API leads from a page to itself".into(),
        ));
    }
    Ok(Page {
        records: answer.data,
        next,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_whole_or_not_at_all() {
        let page = read(
            r#"{"data": [{"id": 1}], "meta": {"next_cursor": "b"}, "links": 3}"#,
            Some("a"),
        )
        .unwrap();
        assert_eq!((page.records.len(), page.next.as_deref()), (1, Some("b")));
        for last in [
            r#"{"data": [], "meta": {"next_cursor": null}}"#,
            r#"{"data": [], "meta": {"next_cursor": ""}}"#,
        ] {
            assert_eq!(read(last, Some("a")).unwrap().next, None);
        }
        for half in [
            "",
            "<html>",
            "[]",
            r#"{"data": [{"id": 1}, {"id""#,
            r#"{"data": [{"id": 1}]}"#,
            r#"{"data": [], "meta": {}}"#,
            r#"{"data": {}, "meta": {"next_cursor": null}}"#,
            r#"{"data": [], "meta": {"next_cursor": 5}}"#,
        ] {
            assert!(
                matches!(read(half, None), Err(Trouble::NotNow(_))),
                "{half}"
            );
        }
        let circle = read(r#"{"data": [], "meta": {"next_cursor": "a"}}"#, Some("a"));
        assert!(matches!(
            circle,
            Err(Trouble::Never("content_api_goes_in_circles", _))
        ));
        let large = format!(r#"{{"data": ["{}"]}}"#, "x".repeat(LARGEST));
        assert!(matches!(
            read(&large, None),
            Err(Trouble::Never("content_api_unreadable", _))
        ));
    }
}
