//! `/api/v1/search`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::find::{self, Sought};
use super::model::{Hit, Kind};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter;
use crate::http::{Caller, Listing, Operation, Permission, Query, Routes, listing};

/// Hits unless said otherwise.
const LIMIT: usize = 20;
/// The most hits.
const MOST: usize = 50;
/// The longest text, in characters.
const LONGEST: usize = 255;

/// The routes of search.
pub fn routes() -> Routes {
    Routes::new("Search").get(
        "/api/v1/search",
        search,
        Operation::new("search", Permission::SearchRead, "Search everything")
            .description("Finds what has all the words, each perhaps not typed to its end or with a typo: businesses by name, address, number, website and town, people by name, address, number and title, notes by what they say. Shows what you may see of each kind; without the permission for a kind there is none of it. The best hits come first, and there is no next page: whoever does not find it types more.")
            .personal_data(),
    )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    /// What to look for. Nothing finds nothing.
    q: Option<String>,
    /// Kinds to look for, with commas between them; all unless said.
    types: Option<String>,
    /// Hits at most: 1 to 50, 20 unless said.
    limit: Option<String>,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn text(&self) -> Result<&str> {
        let text = self.q.as_deref().unwrap_or_default().trim();
        match text.chars().count() <= LONGEST {
            true => Ok(text),
            false => Err(Error::field(
                "q",
                format!("must be at most {LONGEST} characters"),
            )),
        }
    }

    fn limit(&self) -> Result<usize> {
        let Some(text) = self.limit.as_deref() else {
            return Ok(LIMIT);
        };
        let limit = text.parse().ok();
        limit
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| {
                Error::field("limit", format!("must be a whole number from 1 to {MOST}"))
            })
    }

    fn kinds(&self) -> Result<Vec<Kind>> {
        let Some(types) = self.types.as_deref() else {
            return Ok(Kind::ALL.to_vec());
        };
        let mut kinds = Vec::new();
        for word in types.split(',') {
            let kind = filter::word("types", Some(word.trim()), Kind::ALL, Kind::as_str)?;
            kinds.extend(kind);
        }
        kinds.sort();
        kinds.dedup();
        Ok(kinds)
    }
}

async fn search(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<Hit>> {
    filter::nothing_else(&query.rest)?;
    let (text, limit) = (query.text()?, query.limit()?);
    let kinds = query
        .kinds()?
        .into_iter()
        .map(|kind| (kind, needed(kind)))
        .filter(|(_, permission)| caller.permissions.has(*permission))
        .map(|(kind, permission)| (kind, caller.scope(permission)))
        .collect();
    let sought = Sought { kinds, limit };
    let hits = find::find(&platform.db, &caller.tenant, &sought, text).await?;
    Ok(listing(&hits, limit, None))
}

/// What one has to be allowed to see hits of a kind.
fn needed(kind: Kind) -> Permission {
    match kind {
        Kind::Business => Permission::BusinessesRead,
        Kind::Person => Permission::PeopleRead,
        Kind::Note => Permission::NotesRead,
    }
}
