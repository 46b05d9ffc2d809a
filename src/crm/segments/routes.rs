//! `/api/v1/segments` and `/api/v1/segment-fields`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::condition::condition;
use super::fields::{self, FieldOut};
use super::model::{AdHoc, Member, Preview, SegmentIn, SegmentOut, SegmentPatch, What};
use super::store;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::query::one_of;
use crate::http::scope::Scope;
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, NoContent, Operation, Page, PageParams, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::SegmentId;

/// How many members a preview shows.
const SHOWN: usize = 10;

/// The routes of segments.
pub fn routes() -> Routes {
    Routes::new("Segments")
        .get(
            "/api/v1/segment-fields",
            list_fields,
            Operation::new(
                "listSegmentFields",
                Permission::SegmentsRead,
                "List the fields that a segment's rules can ask about",
            ),
        )
        .post(
            "/api/v1/segments/preview",
            preview,
            Operation::new(
                "previewSegment",
                Permission::PeopleRead,
                "See whom rules match, before they are kept",
            )
            .changes_nothing()
            .personal_data()
            .example(r#"{"what": "businesses", "rule": {"all": [{"field": {"name": "lead_score", "operator": "at_least", "value": 50}}, {"none": [{"tag": {"tag": "Do not contact"}}]}]}}"#),
        )
        .get(
            "/api/v1/segments",
            list,
            Operation::new("listSegments", Permission::SegmentsRead, "List segments"),
        )
        .post(
            "/api/v1/segments",
            create,
            Operation::new("createSegment", Permission::SegmentsWrite, "Make a segment")
                .description("It is of businesses or of people, and always of those of whom the rule holds now. See docs/segments.md.")
                .example(r#"{"name": "Opened lately, not booked", "what": "people", "rule": {"all": [{"campaign": {"outcome": "opened", "within_days": 30}}, {"field": {"name": "booked_at", "operator": "is_empty"}}]}}"#),
        )
        .get(
            "/api/v1/segments/{id}",
            read,
            Operation::new("getSegment", Permission::SegmentsRead, "Get a segment"),
        )
        .patch(
            "/api/v1/segments/{id}",
            update,
            Operation::new("updateSegment", Permission::SegmentsWrite, "Change a segment")
                .description("A sequence that is taking it in goes on with the rule it began with.")
                .example(r#"{"name": "Opened this month, not booked"}"#),
        )
        .delete(
            "/api/v1/segments/{id}",
            delete,
            Operation::new("deleteSegment", Permission::SegmentsWrite, "Delete a segment")
                .description("Its members stay what they are."),
        )
        .get(
            "/api/v1/segments/{id}/members",
            members,
            Operation::new(
                "listSegmentMembers",
                Permission::PeopleRead,
                "List who is in a segment now",
            )
            .personal_data(),
        )
        .post(
            "/api/v1/segments/{id}/count",
            count,
            Operation::new("countSegment", Permission::SegmentsRead, "Count a segment's members now")
                .description("The segment keeps the count of all, unless you may use some records only: then it is yours alone.")
                .changes_nothing(),
        )
}

#[derive(Deserialize, JsonSchema)]
struct FieldsQuery {
    /// `businesses` or `people`; businesses unless said.
    what: Option<String>,
}

async fn list_fields(
    _caller: Caller,
    Query(query): Query<FieldsQuery>,
) -> Result<Answer<Vec<FieldOut>>> {
    let what = match query.what.as_deref() {
        Some(text) => one_of("what", text, What::ALL, What::as_str)?,
        None => What::Businesses,
    };
    Ok(data(&fields::all(what)))
}

/// The records that a segment shows to a caller, or counts: those that they may see.
fn scope(caller: &Caller, what: What) -> Scope {
    caller.scope(match what {
        What::Businesses => Permission::BusinessesRead,
        What::People => Permission::PeopleRead,
    })
}

async fn preview(
    platform: Platform,
    caller: Caller,
    Body(input): Body<AdHoc>,
) -> Result<Answer<Preview>> {
    let scope = scope(&caller, input.what);
    let condition = condition(input.what, &input.rule, "rule", platform.now())?;
    let (db, first) = (&platform.db, Page::first(SHOWN));
    let member_count = store::count(db, &scope, input.what, condition.clone()).await?;
    let (members, _) = store::members(db, &scope, input.what, condition, &first).await?;
    Ok(data(&Preview {
        member_count,
        members,
    }))
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<SegmentOut>> {
    let page = query.page()?;
    let (segments, next) = store::list(&platform.db, &caller.tenant, &page).await?;
    Ok(listing(&segments, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<SegmentIn>,
) -> Result<Created<SegmentOut>> {
    condition(input.what, &input.rule, "rule", platform.now())?;
    let segment = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&segment).version(segment.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
) -> Result<Answer<SegmentOut>> {
    let segment = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&segment).version(segment.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
    edit: Edit,
    Body(patch): Body<SegmentPatch>,
) -> Result<Answer<SegmentOut>> {
    if let Some(rule) = &patch.rule {
        let what = store::get(&platform.db, &caller.tenant, &id).await?.what;
        condition(what, rule, "rule", platform.now())?;
    }
    let segment = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&segment).version(segment.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
) -> Result<NoContent> {
    match store::delete(&platform.db, &caller.tenant, &id).await? {
        true => Ok(NoContent),
        false => Err(Error::NotFound("segment")),
    }
}

async fn members(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
    Query(query): Query<PageParams>,
) -> Result<Listing<Member>> {
    let page = query.page()?;
    let segment = store::get(&platform.db, &caller.tenant, &id).await?;
    let scope = scope(&caller, segment.what);
    let condition = condition(segment.what, &segment.rule.0, "rule", platform.now())?;
    let (members, next) =
        store::members(&platform.db, &scope, segment.what, condition, &page).await?;
    Ok(listing(&members, page.limit, next))
}

async fn count(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SegmentId>,
) -> Result<Answer<SegmentOut>> {
    let (db, now) = (&platform.db, platform.now());
    let mut segment = store::get(db, &caller.tenant, &id).await?;
    let scope = scope(&caller, segment.what);
    let condition = condition(segment.what, &segment.rule.0, "rule", now)?;
    let count = store::count(db, &scope, segment.what, condition).await?;
    if scope.reach.is_whole() {
        store::keep_count(db, &caller.tenant, &segment, count, now).await?;
    }
    (segment.member_count, segment.counted_at) = (Some(count), Some(now));
    Ok(data(&segment))
}
