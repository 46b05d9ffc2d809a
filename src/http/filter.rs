//! Reading the filters of lists. Each is `filter[field]=value`, or plainly `field=value`; each complaint names its field.

use std::collections::BTreeMap;

use crate::edge::clock::Millis;
use crate::error::{Error, Result};
use crate::http::path::ParseId;

/// The longest text to look for.
const LONGEST: usize = 255;

/// What a query has besides the parameters that are known; collect it with `#[serde(flatten)]`, last.
pub type Rest = BTreeMap<String, String>;

/// Nothing else: a misspelt filter would otherwise find everything.
///
/// # Errors
/// Names the first parameter that is not known.
pub fn nothing_else(rest: &Rest) -> Result<()> {
    rest.keys().next().map_or(Ok(()), |name| {
        Err(Error::field(name.as_str(), "is no parameter of this list"))
    })
}

/// An id.
///
/// # Errors
/// When the text is none.
pub fn id<T: ParseId>(field: &str, text: Option<&str>) -> Result<Option<T>> {
    text.map(|text| {
        T::parse_id(text).ok_or_else(|| {
            Error::field(
                field,
                "must be an id such as 01900000-0000-7000-8000-000000000001",
            )
        })
    })
    .transpose()
}

/// One of a set of words.
///
/// # Errors
/// When the text is none of them; says which there are.
pub fn word<T: Copy>(
    field: &str,
    text: Option<&str>,
    all: &[T],
    as_str: fn(T) -> &'static str,
) -> Result<Option<T>> {
    text.map(|text| {
        all.iter()
            .copied()
            .find(|word| as_str(*word) == text)
            .ok_or_else(|| {
                let words: Vec<_> = all.iter().map(|word| as_str(*word)).collect();
                Error::field(field, format!("must be one of {}", words.join(", ")))
            })
    })
    .transpose()
}

/// Yes or no.
///
/// # Errors
/// When the text is neither.
pub fn flag(field: &str, text: Option<&str>) -> Result<Option<bool>> {
    text.map(|text| match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::field(field, "must be true or false")),
    })
    .transpose()
}

/// A whole number.
///
/// # Errors
/// When the text is none, or is not from `least` to `most`.
pub fn number(field: &str, text: Option<&str>, least: i64, most: i64) -> Result<Option<i64>> {
    text.map(|text| {
        let number = text.parse().ok();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| {
                let complaint = format!("must be a whole number from {least} to {most}");
                Error::field(field, complaint)
            })
    })
    .transpose()
}

/// A time.
///
/// # Errors
/// When the text is none.
pub fn moment(field: &str, text: Option<&str>) -> Result<Option<Millis>> {
    text.map(|text| {
        crate::time::parse(text)
            .ok_or_else(|| Error::field(field, "must be a time such as 2026-03-04T16:00:00Z"))
    })
    .transpose()
}

/// Whether a list has what was deleted: not unless it is said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Deleted {
    /// Only what is there.
    #[default]
    Without,
    /// Only what was deleted.
    Only,
    /// Both.
    With,
}

/// `filter[deleted]=only|with`.
///
/// # Errors
/// When the text is neither.
pub fn deleted(text: Option<&str>) -> Result<Deleted> {
    match text {
        None => Ok(Deleted::Without),
        Some("only") => Ok(Deleted::Only),
        Some("with") => Ok(Deleted::With),
        Some(_) => Err(Error::field("deleted", "must be only or with")),
    }
}

/// A text to look for, without the blanks around it.
///
/// # Errors
/// When it is empty, too long, or more than a line.
pub fn text<'a>(field: &str, text: Option<&'a str>) -> Result<Option<&'a str>> {
    text.map(|text| {
        let text = text.trim();
        super::checks::line(LONGEST)(text, &())
            .map(|()| text)
            .map_err(|complaint| Error::field(field, complaint.message()))
    })
    .transpose()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::crm::model::LeadStatus;
    use crate::http::{PageParams, query};

    #[derive(Deserialize)]
    struct Parameters {
        #[serde(rename = "filter[q]", alias = "q")]
        q: Option<String>,
        #[serde(flatten)]
        page: PageParams,
        #[serde(flatten)]
        rest: Rest,
    }

    #[test]
    fn both_spellings_and_nothing_else() {
        for query in [
            "q=ely&limit=7",
            "limit=7&filter[q]=ely",
            "filter%5Bq%5D=ely&limit=7",
        ] {
            let read: Parameters = query::read(query).unwrap();
            assert_eq!(read.q.as_deref(), Some("ely"));
            assert_eq!(read.page.page().unwrap().limit, 7);
            assert!(nothing_else(&read.rest).is_ok(), "{query}");
        }
        let read: Parameters = query::read("filter[name]=ely").unwrap();
        assert!(
            nothing_else(&read.rest)
                .unwrap_err()
                .to_string()
                .contains("filter[name]")
        );
    }

    #[test]
    fn values() {
        let status = |text| word("lead_status", text, LeadStatus::ALL, LeadStatus::as_str);
        assert_eq!(status(None).unwrap(), None);
        assert_eq!(status(Some("lead")).unwrap(), Some(LeadStatus::Lead));
        assert!(
            status(Some("Lead"))
                .unwrap_err()
                .to_string()
                .contains("prospect, lead")
        );
        assert!(id::<crate::ids::BusinessId>("business_id", Some("x")).is_err());
        assert_eq!(text("q", Some(" ely ")).unwrap(), Some("ely"));
        assert!(text("q", Some("a\0")).is_err());
        assert!(text("q", Some(" ")).is_err());
        assert_eq!(flag("open", Some("false")).unwrap(), Some(false));
        assert!(flag("open", Some("1")).is_err());
        assert_eq!(number("score", Some("7"), 0, 9).unwrap(), Some(7));
        assert!(number("score", Some("10"), 0, 9).is_err());
        assert_eq!(
            moment("at", Some("1970-01-01T00:00:01Z")).unwrap(),
            Some(1_000)
        );
        assert!(moment("at", Some("today")).is_err());
        assert_eq!(deleted(Some("only")).unwrap(), Deleted::Only);
        assert!(deleted(Some("without")).is_err());
    }
}
