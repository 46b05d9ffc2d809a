//! `/api/v1/tags`.

use super::model::{SORTS, TagIn, TagOut, TagPatch};
use super::store;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{
    Answer, Body, Caller, Created, Edit, ListParams, Listing, NoContent, Operation, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::TagId;

/// The routes of tags.
pub fn routes() -> Routes {
    Routes::new("Tags")
        .get(
            "/api/v1/tags",
            list,
            Operation::new("listTags", Permission::TagsRead, "List tags").sorted_by(SORTS),
        )
        .post(
            "/api/v1/tags",
            create,
            Operation::new("createTag", Permission::TagsWrite, "Create a tag").example(
                r##"{"name": "Family owned", "color": "#2563EB", "category": "Ownership"}"##,
            ),
        )
        .get(
            "/api/v1/tags/{id}",
            read,
            Operation::new("getTag", Permission::TagsRead, "Get a tag"),
        )
        .patch(
            "/api/v1/tags/{id}",
            update,
            Operation::new("updateTag", Permission::TagsWrite, "Change a tag")
                .example(r##"{"color": "#16A34A"}"##),
        )
        .delete(
            "/api/v1/tags/{id}",
            delete,
            Operation::new("deleteTag", Permission::TagsDelete, "Delete a tag")
                .description("Businesses that carry it lose it."),
        )
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<ListParams>,
) -> Result<Listing<TagOut>> {
    let sorted = query.read(SORTS, "created_at")?;
    let (tags, next) = store::list(&platform.db, &caller.tenant, &sorted).await?;
    Ok(listing(&tags, sorted.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<TagIn>,
) -> Result<Created<TagOut>> {
    let tag = store::create(&platform.db, &caller.tenant, input, platform.now()).await?;
    Ok(created(&tag).version(tag.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TagId>,
) -> Result<Answer<TagOut>> {
    let tag = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&tag).version(tag.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TagId>,
    edit: Edit,
    Body(patch): Body<TagPatch>,
) -> Result<Answer<TagOut>> {
    let tag = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&tag).version(tag.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<TagId>,
) -> Result<NoContent> {
    store::delete(&platform.db, &caller.tenant, &id).await?;
    Ok(NoContent)
}
