//! `/api/v1/notes`, and the notes of a business.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{INCLUDES, NoteFilter, NoteIn, NoteOut, NotePatch, SORTS};
use super::store;
use crate::crm::{businesses, embed};
use crate::edge::db::Db;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter;
use crate::http::{
    Answer, Body, Caller, Created, Edit, IncludeParams, Included, ListParams, Listing, NoContent,
    Operation, PathId, Permission, Query, Routes, created, data, listing,
};
use crate::ids::{BusinessId, NoteId};

/// The routes of notes.
pub fn routes() -> Routes {
    Routes::new("Notes")
        .get(
            "/api/v1/notes",
            list,
            Operation::new("listNotes", Permission::NotesRead, "List notes")
                .sorted_by(SORTS)
                .including(INCLUDES)
                .personal_data(),
        )
        .post(
            "/api/v1/notes",
            create,
            Operation::new("createNote", Permission::NotesWrite, "Write a note")
                .description("About a business, or a person there. It gets its entry in the timeline.")
                .example(r#"{"business_id": "01900000-0000-7000-8000-000000000001", "content": "Prefers to be called before ten.", "is_pinned": true}"#),
        )
        .get(
            "/api/v1/notes/{id}",
            read,
            Operation::new("getNote", Permission::NotesRead, "Get a note")
                .including(INCLUDES)
                .personal_data(),
        )
        .patch(
            "/api/v1/notes/{id}",
            update,
            Operation::new("updateNote", Permission::NotesWrite, "Change a note")
                .example(r#"{"is_pinned": false}"#),
        )
        .delete(
            "/api/v1/notes/{id}",
            delete,
            Operation::new("deleteNote", Permission::NotesDelete, "Delete a note"),
        )
        .post(
            "/api/v1/notes/{id}/restore",
            restore,
            Operation::new("restoreNote", Permission::NotesDelete, "Bring a deleted note back")
                .shows_version(),
        )
        .get(
            "/api/v1/businesses/{id}/notes",
            list_of_business,
            Operation::new(
                "listNotesOfBusiness",
                Permission::NotesRead,
                "List the notes about a business",
            )
            .sorted_by(SORTS)
            .personal_data(),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[person_id]", alias = "person_id")]
    person_id: Option<String>,
    #[serde(rename = "filter[is_pinned]", alias = "is_pinned")]
    is_pinned: Option<String>,
    /// `only` or `with` the deleted.
    #[serde(rename = "filter[deleted]", alias = "deleted")]
    deleted: Option<String>,
    #[serde(flatten)]
    list: ListParams,
    #[serde(flatten)]
    include: IncludeParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<NoteFilter> {
        filter::nothing_else(&self.rest)?;
        Ok(NoteFilter {
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            person_id: filter::id("person_id", self.person_id.as_deref())?,
            is_pinned: filter::flag("is_pinned", self.is_pinned.as_deref())?,
            deleted: filter::deleted(self.deleted.as_deref())?,
        })
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<NoteOut>> {
    let (db, sorted) = (&platform.db, query.list.read(SORTS, "-created_at")?);
    let included = query.include.read(INCLUDES)?;
    let scope = caller.scope(Permission::NotesRead);
    let (mut notes, next) = store::list(db, &scope, query.filter()?, &sorted).await?;
    embedded(db, &caller, &included, &mut notes).await?;
    Ok(listing(&notes, sorted.limit, next))
}

async fn list_of_business(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<BusinessId>,
    Query(query): Query<ListParams>,
) -> Result<Listing<NoteOut>> {
    let (db, sorted) = (&platform.db, query.read(SORTS, "-created_at")?);
    let scope = caller.scope(Permission::NotesRead);
    if !businesses::store::exists(db, &scope, &id).await? {
        return Err(Error::NotFound("business"));
    }
    let filter = NoteFilter {
        business_id: Some(id),
        ..NoteFilter::default()
    };
    let (notes, next) = store::list(db, &scope, filter, &sorted).await?;
    Ok(listing(&notes, sorted.limit, next))
}

async fn embedded(
    db: &Db,
    caller: &Caller,
    included: &Included,
    notes: &mut [NoteOut],
) -> Result<()> {
    let ids = notes.iter().map(|note| &note.business_id).collect();
    let businesses = embed::businesses_of(db, caller, included, ids).await?;
    let ids = notes
        .iter()
        .filter_map(|note| note.person_id.as_ref())
        .collect();
    let people = embed::people_of(db, caller, included, ids).await?;
    for note in notes {
        note.business = businesses.get(&note.business_id).cloned();
        note.person = note
            .person_id
            .as_ref()
            .and_then(|id| people.get(id))
            .cloned();
    }
    Ok(())
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<NoteIn>,
) -> Result<Created<NoteOut>> {
    let author = input.author(&caller.actor)?;
    let scope = caller.scope(Permission::NotesWrite);
    let note = store::create(&platform.db, &scope, input, author, platform.now()).await?;
    Ok(created(&note).version(note.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<NoteId>,
    Query(query): Query<IncludeParams>,
) -> Result<Answer<NoteOut>> {
    let included = query.read(INCLUDES)?;
    let note = store::get(&platform.db, &caller.scope(Permission::NotesRead), &id).await?;
    let version = note.updated_at;
    let mut note = [note];
    embedded(&platform.db, &caller, &included, &mut note).await?;
    let [note] = note;
    Ok(data(&note).version(version))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<NoteId>,
    edit: Edit,
    Body(patch): Body<NotePatch>,
) -> Result<Answer<NoteOut>> {
    let scope = caller.scope(Permission::NotesWrite);
    let note = store::update(&platform.db, &scope, &id, patch, edit).await?;
    Ok(data(&note).version(note.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<NoteId>,
) -> Result<NoContent> {
    let scope = caller.scope(Permission::NotesDelete);
    store::delete(&platform.db, &scope, &id, platform.now()).await?;
    Ok(NoContent)
}

async fn restore(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<NoteId>,
) -> Result<Answer<NoteOut>> {
    let scope = caller.scope(Permission::NotesDelete);
    let note = store::restore(&platform.db, &scope, &id, platform.now()).await?;
    Ok(data(&note).version(note.updated_at))
}
