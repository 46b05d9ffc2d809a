//! The SQL of notes.

use serde_json::json;

use super::model::{NoteFilter, NoteIn, NoteOut, NotePatch};
use crate::crm::model::{ActivityType, AgentKind};
use crate::crm::reach;
use crate::crm::search;
use crate::crm::search::model::Kind;
use crate::crm::timeline::{self, Done};
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Sorted};
use crate::ids::NoteId;
use crate::tables::{Columns, Conditions, Table, no_such};

const NOTES: Table = Table {
    name: "notes",
    columns: "id, business_id, person_id, content, is_pinned, created_by, created_by_type, created_at, updated_at, deleted_at",
};

/// How much of a note its timeline's entry shows, in characters.
const SHOWN: usize = 120;

fn one(scope: &Scope, id: &NoteId) -> Conditions {
    reach::of_live_businesses(scope).and("id = ?", [id.into()])
}

/// Writes a note and its entry in the timeline.
///
/// # Errors
/// A business or person that is not there; the database's.
pub async fn create(
    db: &Db,
    scope: &Scope,
    input: NoteIn,
    author: (Option<String>, AgentKind),
    now: Millis,
) -> Result<NoteOut> {
    let (tenant, id) = (&scope.tenant, NoteId::new(now));
    let shown: String = input
        .content
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(SHOWN)
        .collect();
    let entry = Done {
        business_id: &input.business_id,
        person_id: input.person_id.as_ref(),
        kind: ActivityType::NoteAdded,
        subject: Some(&shown),
        detail: None,
        metadata: json!({"note_id": id}),
        at: now,
    };
    let entry = timeline::done(tenant, &entry, "notes", Conditions::one(tenant, &id));
    let allowed = reach::allows(scope, &input.business_id, input.person_id.as_ref());
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", &id)
        .set("business_id", &input.business_id)
        .set("person_id", input.person_id.as_ref())
        .set("content", &input.content)
        .set("is_pinned", input.is_pinned)
        .set("created_by", author.0)
        .set("created_by_type", author.1.as_str())
        .set("created_at", now)
        .set("updated_at", now);
    let outcomes = db
        .batch(vec![NOTES.insert_if(columns, allowed), entry])
        .await?;
    let made = outcomes.into_iter().next().unwrap_or_default();
    match made.rows.decode::<NoteOut>()?.into_iter().next() {
        Some(note) => {
            search::after_write(db, tenant, Kind::Note, note.id.as_str(), now).await;
            Ok(note)
        }
        None => Err(reach::refusal(db, scope, &input.business_id).await?),
    }
}

/// A note.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &NoteId) -> Result<NoteOut> {
    db.fetch_optional(NOTES.select(one(scope, id).and_not_deleted()))
        .await?
        .ok_or(Error::NotFound("note"))
}

/// A page of notes and the cursor to the next.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: NoteFilter,
    sorted: &Sorted<NoteOut>,
) -> Result<(Vec<NoteOut>, Option<String>)> {
    let conditions = reach::of_live_businesses(scope)
        .and_deleted(filter.deleted)
        .and_if("business_id = ?", filter.business_id)
        .and_if("person_id = ?", filter.person_id)
        .and_if("is_pinned = ?", filter.is_pinned);
    NOTES
        .list(db, conditions, sorted, |row| row.id.as_str())
        .await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a person who is not there; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &NoteId,
    patch: NotePatch,
    edit: Edit,
) -> Result<NoteOut> {
    let note = get(db, scope, id).await?;
    if let Some(Some(person)) = &patch.person_id
        && !reach::is_at(db, &scope.tenant, &note.business_id, person).await?
    {
        return Err(no_such("person_id", "person at this business"));
    }
    let columns = Columns::default()
        .change("person_id", patch.person_id)
        .change("content", patch.content)
        .change("is_pinned", patch.is_pinned);
    if columns.is_empty() {
        return Ok(note);
    }
    let row = one(scope, id).and_not_deleted();
    let note = NOTES
        .edit(db, columns, row, edit, "note", Error::from)
        .await?;
    search::after_write(db, &scope.tenant, Kind::Note, id.as_str(), edit.now).await;
    Ok(note)
}

/// Deletes a note: it can be brought back.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &NoteId, now: Millis) -> Result<()> {
    NOTES.hide(db, one(scope, id), now, "note").await?;
    search::after_write(db, &scope.tenant, Kind::Note, id.as_str(), now).await;
    Ok(())
}

/// Brings a deleted note back; one that is there stays as it is.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn restore(db: &Db, scope: &Scope, id: &NoteId, now: Millis) -> Result<NoteOut> {
    let note = NOTES.bring_back(db, one(scope, id), now, "note").await?;
    search::after_write(db, &scope.tenant, Kind::Note, id.as_str(), now).await;
    Ok(note)
}
