//! Merging businesses and people, and `/api/v1/merges`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::merge::{Asked, merge, shown};
use super::model::{BusinessMergeIn, MergeOut, PersonMergeIn, PreviewOut};
use super::store::{self, MergeFilter};
use super::{plan, undo};
use crate::crm::duplicates::evidence::What;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter;
use crate::http::scope::{Reach, Scope};
use crate::http::{
    Answer, Body, Caller, Created, Listing, Operation, PageParams, PathId, Permission, Query,
    Routes, created, data, listing,
};
use crate::ids::{BusinessId, MergeId, PersonId};

/// What stands in the way of a merge.
fn hindered(operation: Operation) -> Operation {
    operation
        .conflict(
            "merged_already",
            "the other record is a part of another already",
        )
        .conflict(
            "too_many_people",
            "the other business has more than 1,000 people, or 50 who are at both",
        )
        .conflict(
            "records_are_changing",
            "others change these records at this moment",
        )
        .error(
            412,
            "changed_meanwhile",
            "`version` was given, and the records are others since the preview",
        )
}

/// The routes of merges.
pub fn routes() -> Routes {
    Routes::new("Merges")
        .post(
            "/api/v1/businesses/{id}/merge",
            merge_businesses,
            hindered(Operation::new("mergeBusinesses", Permission::RecordsMerge, "Make another business a part of this one"))
                .description("Needs `businesses:write` as well. This one is kept; a field is its own where it has one, else the other's, unless `fields` says otherwise. People, timeline, tags, enrolments and sends go over; people with one address at both become one. The other is deleted, and asking for it answers 404 `merged` with this one's id. What there is much of goes over after the answer (`status`: `moving`).")
                .example(r#"{"other_id": "01900000-0000-7000-8000-000000000001", "fields": {"phone": "other"}}"#),
        )
        .post(
            "/api/v1/businesses/{id}/merge/preview",
            preview_businesses,
            hindered(Operation::new("previewBusinessMerge", Permission::RecordsMerge, "What merging two businesses would do"))
                .description("Field by field with both values, and how many rows would go over.")
                .changes_nothing()
                .personal_data()
                .example(r#"{"other_id": "01900000-0000-7000-8000-000000000001"}"#),
        )
        .post(
            "/api/v1/people/{id}/merge",
            merge_people,
            hindered(Operation::new("mergePeople", Permission::RecordsMerge, "Say that another person is this one"))
                .description("Needs `people:write` as well. Totals add up; who asked not to be written to is not written to. Of two enrolments in one sequence that are under way, the one further on goes on.")
                .example(r#"{"other_id": "01900000-0000-7000-8000-000000000001", "fields": {"title": "other"}}"#),
        )
        .post(
            "/api/v1/people/{id}/merge/preview",
            preview_people,
            hindered(Operation::new("previewPersonMerge", Permission::RecordsMerge, "What merging two people would do"))
                .changes_nothing()
                .personal_data()
                .example(r#"{"other_id": "01900000-0000-7000-8000-000000000001"}"#),
        )
        .get(
            "/api/v1/merges",
            list,
            Operation::new("listMerges", Permission::RecordsMerge, "List what was merged")
                .description("The newest first.")
                .personal_data(),
        )
        .get(
            "/api/v1/merges/{id}",
            read,
            Operation::new("getMerge", Permission::RecordsMerge, "Get a merge")
                .personal_data(),
        )
        .post(
            "/api/v1/merges/{id}/undo",
            undo_merge,
            Operation::new("undoMerge", Permission::RecordsMerge, "Make two records of one again")
                .description("Both are as they were before; what has happened since stays with the one that was kept. Needs the permission to change them as well.")
                .conflict("merge_undone", "it was taken back already")
                .conflict("later_merge", "a merge since then builds on it; the message names it")
                .conflict("kept_record_gone", "the record that was kept was deleted since")
                .conflict("records_are_changing", "others change these records at this moment"),
        )
}

/// The records that a caller may both merge and change.
fn scope_of(caller: &Caller, what: What) -> Result<Scope> {
    let changes = match what {
        What::Businesses => Permission::BusinessesWrite,
        What::People => Permission::PeopleWrite,
    };
    caller.require(changes)?;
    let (merging, changing) = (
        caller.scope(Permission::RecordsMerge),
        caller.scope(changes),
    );
    Ok(Scope {
        tenant: merging.tenant,
        reach: Reach {
            locations: merging.reach.locations,
            owner: merging.reach.owner.or(changing.reach.owner),
        },
    })
}

async fn merge_businesses(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Body(input): Body<BusinessMergeIn>,
) -> Result<Created<MergeOut>> {
    let asked = Asked {
        what: What::Businesses,
        kept_id: id.as_str(),
        other_id: input.other_id.as_str(),
        fields: &input.fields,
        version: input.version.as_deref(),
        by: &caller.actor.key(),
    };
    let scope = scope_of(&caller, asked.what)?;
    let merged = merge(&platform.db, &scope, &asked, platform.now()).await?;
    Ok(created(&merged))
}

async fn merge_people(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
    Body(input): Body<PersonMergeIn>,
) -> Result<Created<MergeOut>> {
    let asked = Asked {
        what: What::People,
        kept_id: id.as_str(),
        other_id: input.other_id.as_str(),
        fields: &input.fields,
        version: input.version.as_deref(),
        by: &caller.actor.key(),
    };
    let scope = scope_of(&caller, asked.what)?;
    let merged = merge(&platform.db, &scope, &asked, platform.now()).await?;
    Ok(created(&merged))
}

async fn preview_businesses(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Body(input): Body<BusinessMergeIn>,
) -> Result<Answer<PreviewOut>> {
    let (db, what) = (&platform.db, What::Businesses);
    let scope = scope_of(&caller, what)?;
    let ids = (id.as_str(), input.other_id.as_str());
    let plan = plan::of(db, &scope, what, ids, &input.fields).await?;
    Ok(data(&plan::preview(db, &scope, plan).await?))
}

async fn preview_people(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PersonId>,
    Body(input): Body<PersonMergeIn>,
) -> Result<Answer<PreviewOut>> {
    let (db, what) = (&platform.db, What::People);
    let scope = scope_of(&caller, what)?;
    let ids = (id.as_str(), input.other_id.as_str());
    let plan = plan::of(db, &scope, what, ids, &input.fields).await?;
    Ok(data(&plan::preview(db, &scope, plan).await?))
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    #[serde(rename = "filter[what]", alias = "what")]
    what: Option<String>,
    #[serde(rename = "filter[record_id]", alias = "record_id")]
    record_id: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<MergeFilter> {
        filter::nothing_else(&self.rest)?;
        // Of whatever kind: ids of businesses and people look alike.
        let record: Option<PersonId> = filter::id("record_id", self.record_id.as_deref())?;
        Ok(MergeFilter {
            what: filter::word("what", self.what.as_deref(), &What::ALL, What::as_str)?,
            record_id: record.map(|id| id.to_string()),
        })
    }
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<MergeOut>> {
    let (db, page) = (&platform.db, query.page.page()?);
    let scope = caller.scope(Permission::RecordsMerge);
    let (merges, next) = store::list(db, &scope, query.filter()?, &page).await?;
    let merges = store::shown(db, &scope.tenant, merges).await?;
    Ok(listing(&merges, page.limit, next))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<MergeId>,
) -> Result<Answer<MergeOut>> {
    let scope = caller.scope(Permission::RecordsMerge);
    Ok(data(&shown(&platform.db, &scope, &id).await?))
}

async fn undo_merge(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<MergeId>,
) -> Result<Answer<MergeOut>> {
    let db = &platform.db;
    let what = shown(db, &caller.scope(Permission::RecordsMerge), &id)
        .await?
        .what;
    let scope = scope_of(&caller, what)?;
    let by = caller.actor.key();
    let undone = undo::undo(db, &scope, &id, &by, platform.now()).await?;
    Ok(data(&undone))
}
