//! What search knows of a note.

use serde::Deserialize;

use crate::crm::search::document::{Document, Field, Shape, Weight};
use crate::crm::search::model::Kind;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{BusinessId, NoteId, TenantId};

/// How much of a note is searched, in characters: some hundred words, each of which is an entry in the index.
const SEARCHED: usize = 2_000;
/// How much of its first line it is called by, in characters.
const TITLE: usize = 120;

#[derive(Deserialize)]
struct Row {
    id: NoteId,
    business_id: BusinessId,
    content: String,
    business_name: String,
    location_id: Option<String>,
    owner_id: Option<String>,
}

/// The documents of those of these notes that are there.
///
/// # Errors
/// The database's.
pub async fn documents(db: &Db, tenant: &TenantId, ids: &[&str]) -> Result<Vec<Document>, DbError> {
    let statement = Statement::new(
        "SELECT n.id, n.business_id, n.content, b.name AS business_name, b.location_id, b.owner_id
         FROM notes n JOIN businesses b ON b.tenant_id = n.tenant_id AND b.id = n.business_id
         WHERE n.tenant_id = ?1 AND n.id {in ?2} AND n.deleted_at IS NULL AND b.deleted_at IS NULL",
    );
    let rows: Vec<Row> = db.fetch_all(statement.bind(tenant).bind_json(ids)).await?;
    Ok(rows.into_iter().map(document).collect())
}

fn document(row: Row) -> Document {
    let content: String = row.content.chars().take(SEARCHED).collect();
    let first_line = content.trim_start().lines().next().unwrap_or_default();
    Document {
        kind: Kind::Note,
        record_id: row.id.to_string(),
        business_id: row.business_id,
        location_id: row.location_id,
        owner_id: row.owner_id,
        title: first_line.chars().take(TITLE).collect(),
        subtitle: Some(row.business_name),
        fields: Field::of("content", Weight::Beside, Shape::Words, Some(&content))
            .into_iter()
            .collect(),
    }
}
