//! Paging by cursor: `?limit=50&cursor=…`. A cursor is where the last page ended, opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, Result};

/// Entries a page unless said otherwise.
const DEFAULT_LIMIT: usize = 50;
/// The most entries a page.
const MOST: usize = 500;

/// The query parameters of a list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct PageParams {
    /// Entries a page: 1 to 500, 50 unless said.
    limit: Option<String>,
    /// The last page's `next_cursor`.
    cursor: Option<String>,
}

/// Which page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Entries a page, 1 to 500.
    pub limit: usize,
    /// The key after which the page starts; empty text for the first page.
    pub after: String,
}

impl PageParams {
    /// Those of a first page.
    pub fn of_limit(limit: Option<String>) -> Self {
        PageParams {
            limit,
            cursor: None,
        }
    }

    /// Checks them.
    ///
    /// # Errors
    /// A limit or cursor that is none.
    pub fn page(&self) -> Result<Page> {
        let limit = limit(self.limit.as_deref())?;
        let after = Page::key(self.cursor.as_deref())?;
        Ok(Page { limit, after })
    }
}

/// The entries a page that a client asks for.
///
/// # Errors
/// When it is none.
pub(super) fn limit(text: Option<&str>) -> Result<usize> {
    match text {
        None => Ok(DEFAULT_LIMIT),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| {
                Error::field("limit", format!("must be a whole number from 1 to {MOST}"))
            }),
    }
}

impl Page {
    /// The first so many.
    pub fn first(limit: usize) -> Self {
        Page {
            limit,
            after: String::new(),
        }
    }

    /// The bound for the query: one more than asked for, which tells whether there is a next page.
    pub fn probe(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(0).saturating_add(1)
    }

    /// Cuts the probe off and gives the next page's cursor, made of the last entry's key.
    pub fn cut<T>(&self, items: &mut Vec<T>, key: impl Fn(&T) -> String) -> Option<String> {
        if items.len() <= self.limit {
            return None;
        }
        items.truncate(self.limit);
        items.last().map(|item| Page::cursor(&key(item)))
    }

    /// The key in a cursor; empty text for none.
    ///
    /// # Errors
    /// A cursor that is none.
    pub fn key(cursor: Option<&str>) -> Result<String> {
        let Some(cursor) = cursor else {
            return Ok(String::new());
        };
        URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .filter(|text| !text.contains('\0'))
            .ok_or_else(|| Error::field("cursor", "must be a next_cursor of this list"))
    }

    /// The cursor to what follows a key.
    pub fn cursor(key: &str) -> String {
        URL_SAFE_NO_PAD.encode(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_to_what_follows() {
        let page = PageParams {
            limit: Some("2".into()),
            cursor: None,
        }
        .page()
        .unwrap();
        assert_eq!((page.probe(), page.after.as_str()), (3, ""));
        let mut items = vec!["a", "b", "c"];
        let cursor = page.cut(&mut items, |item| (*item).to_string());
        assert_eq!(items, ["a", "b"]);
        let next = PageParams {
            limit: None,
            cursor,
        }
        .page()
        .unwrap();
        assert_eq!(next.after, "b");
        assert_eq!(next.cut(&mut vec!["c"], |item| (*item).to_string()), None);
    }

    #[test]
    fn a_wrong_limit_or_cursor_is_named() {
        for limit in ["0", "501", "-1", "x"] {
            assert!(
                PageParams {
                    limit: Some(limit.into()),
                    cursor: None
                }
                .page()
                .is_err()
            );
        }
        assert!(
            PageParams {
                limit: None,
                cursor: Some("***".into())
            }
            .page()
            .is_err()
        );
    }
}
