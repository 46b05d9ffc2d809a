//! `/api/v1/duplicates`, and the duplicates of a record.

use schemars::JsonSchema;
use serde::Deserialize;

use super::evidence::{self, What};
use super::find;
use super::model::{DuplicateOut, Likeness, Pair};
use super::store;
use crate::edge::db::Db;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter;
use crate::http::scope::Scope;
use crate::http::{
    Answer, Caller, Listing, NoContent, Operation, Page, PageParams, PathId, Permission, Query,
    Routes, data, listing,
};
use crate::ids::{BusinessId, DuplicateId, PersonId};

/// How often a page is filled up when none of its pairs is within the caller's reach.
const ROUNDS: u32 = 10;

/// The routes of duplicates.
pub fn routes() -> Routes {
    Routes::new("Duplicates")
        .get(
            "/api/v1/duplicates",
            list,
            Operation::new("listDuplicates", Permission::BusinessesRead, "List records that may be the same")
                .description("Pairs of `businesses`, or, with `people:read` as well, of `people` (`what`), the most certain first. Pairs that were dismissed come with `dismissed=true` only. A pair is there about a minute after its records agree. A key that more than 20 records share is no evidence.")
                .personal_data(),
        )
        .post(
            "/api/v1/duplicates/{id}/dismiss",
            dismiss,
            Operation::new("dismissDuplicate", Permission::BusinessesWrite, "Say that two records are not the same")
                .description("The pair stays dismissed whatever becomes of its records. A pair of people needs `people:write` as well."),
        )
        .post(
            "/api/v1/duplicates/{id}/reopen",
            reopen,
            Operation::new("reopenDuplicate", Permission::BusinessesWrite, "Take back that two records are not the same"),
        )
        .get(
            "/api/v1/businesses/{id}/duplicates",
            of_business,
            Operation::new("listDuplicatesOfBusiness", Permission::BusinessesRead, "Which businesses may be the same as this one")
                .description("Looked up as they are at this moment, the most certain first; at most 80.")
                .personal_data(),
        )
        .get(
            "/api/v1/people/{id}/duplicates",
            of_person,
            Operation::new("listDuplicatesOfPerson", Permission::PeopleRead, "Which people may be the same as this one")
                .description("Looked up as they are at this moment, the most certain first; at most 40.")
                .personal_data(),
        )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    /// `businesses` unless said, or `people`.
    what: Option<String>,
    /// `true` for the pairs that were dismissed.
    dismissed: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<DuplicateOut>> {
    filter::nothing_else(&query.rest)?;
    let page = query.page.page()?;
    let what = filter::word("what", query.what.as_deref(), &What::ALL, What::as_str)?
        .unwrap_or(What::Businesses);
    let dismissed = query.dismissed.as_deref();
    let dismissed = filter::word("dismissed", dismissed, &[false, true], |word| match word {
        true => "true",
        false => "false",
    })?
    .unwrap_or(false);
    let scope = scope_of(
        &caller,
        what,
        Permission::BusinessesRead,
        Permission::PeopleRead,
    )?;
    let (pairs, next) = page_of(&platform.db, &scope, what, dismissed, &page).await?;
    Ok(listing(&pairs, page.limit, next))
}

/// The records that a caller may use of this kind.
fn scope_of(
    caller: &Caller,
    what: What,
    of_businesses: Permission,
    of_people: Permission,
) -> Result<Scope> {
    let permission = match what {
        What::Businesses => of_businesses,
        What::People => of_people,
    };
    caller.require(permission)?;
    Ok(caller.scope(permission))
}

/// A page of the pairs within reach, and the cursor to the next. Whoever reaches few of them gets a short page.
async fn page_of(
    db: &Db,
    scope: &Scope,
    what: What,
    dismissed: bool,
    page: &Page,
) -> Result<(Vec<DuplicateOut>, Option<String>)> {
    let mut after = place(page)?;
    let mut next = None;
    for _ in 0..ROUNDS {
        let mut pairs =
            store::pairs(db, &scope.tenant, what, dismissed, &after, page.probe()).await?;
        next = page.cut(&mut pairs, |pair| {
            format!("{}/{}", pair.confidence, pair.id)
        });
        if let Some(last) = pairs.last() {
            after = (last.confidence, last.id.to_string());
        }
        let shown = show(db, scope, what, pairs).await?;
        if !shown.is_empty() || next.is_none() {
            return Ok((shown, next));
        }
    }
    Ok((Vec::new(), next))
}

/// Behind which pair a page begins.
fn place(page: &Page) -> Result<(i64, String)> {
    if page.after.is_empty() {
        return Ok((100, String::new()));
    }
    page.after
        .split_once('/')
        .and_then(|(confidence, id)| {
            let id = DuplicateId::parse(id)?;
            Some((confidence.parse().ok()?, id.to_string()))
        })
        .ok_or_else(|| Error::field("cursor", "must be a next_cursor of this list"))
}

/// The pairs whose records are both there, within reach, and alike still.
async fn show(db: &Db, scope: &Scope, what: What, pairs: Vec<Pair>) -> Result<Vec<DuplicateOut>> {
    let ids: Vec<_> = pairs
        .iter()
        .flat_map(|pair| [pair.first_id.as_str(), pair.second_id.as_str()])
        .collect();
    let records = store::records(db, scope, what, &ids).await?;
    Ok(pairs
        .into_iter()
        .filter_map(|pair| {
            let (first, second) = (records.get(&pair.first_id)?, records.get(&pair.second_id)?);
            let evidence = evidence::between(what, &first.keys, &second.keys);
            // What was dismissed stays to be seen, whatever they agree in by now.
            if evidence.is_none() && pair.dismissed_at.is_none() {
                return None;
            }
            Some(DuplicateOut {
                why: evidence
                    .map(|evidence| evidence.agreements)
                    .unwrap_or_default(),
                records: vec![first.clone().into(), second.clone().into()],
                id: pair.id,
                what,
                confidence: pair.confidence,
                dismissed_by: pair.dismissed_by,
                dismissed_at: pair.dismissed_at,
                found_at: pair.found_at,
            })
        })
        .collect())
}

async fn dismiss(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DuplicateId>,
) -> Result<NoContent> {
    may_judge(&platform, &caller, &id).await?;
    let by = caller.actor.key();
    let by = Some((by.as_str(), platform.now()));
    store::dismiss(&platform.db, &caller.tenant, &id, by).await?;
    Ok(NoContent)
}

async fn reopen(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DuplicateId>,
) -> Result<NoContent> {
    may_judge(&platform, &caller, &id).await?;
    store::dismiss(&platform.db, &caller.tenant, &id, None).await?;
    Ok(NoContent)
}

/// Whether there is such a pair of records that the caller may change.
async fn may_judge(platform: &Platform, caller: &Caller, id: &DuplicateId) -> Result<()> {
    let db = &platform.db;
    let missing = || Error::NotFound("pair of records");
    let pair = store::pair(db, &caller.tenant, id)
        .await?
        .ok_or_else(missing)?;
    let scope = scope_of(
        caller,
        pair.what,
        Permission::BusinessesWrite,
        Permission::PeopleWrite,
    )?;
    let ids = [pair.first_id.as_str(), pair.second_id.as_str()];
    match store::records(db, &scope, pair.what, &ids).await?.len() {
        2 => Ok(()),
        _ => Err(missing()),
    }
}

async fn of_business(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
) -> Result<Answer<Vec<Likeness>>> {
    let scope = caller.scope(Permission::BusinessesRead);
    let found = find::of_record(&platform.db, &scope, What::Businesses, id.as_str()).await?;
    Ok(data(&found))
}

async fn of_person(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
) -> Result<Answer<Vec<Likeness>>> {
    let scope = caller.scope(Permission::PeopleRead);
    let found = find::of_record(&platform.db, &scope, What::People, id.as_str()).await?;
    Ok(data(&found))
}
