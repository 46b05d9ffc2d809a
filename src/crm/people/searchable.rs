//! What search knows of a person.

use serde::Deserialize;

use crate::crm::search::document::{Document, Field, Shape, Weight};
use crate::crm::search::model::Kind;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{BusinessId, PersonId, TenantId};

#[derive(Deserialize)]
struct Row {
    id: PersonId,
    business_id: BusinessId,
    first_name: Option<String>,
    last_name: Option<String>,
    title: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    business_name: String,
    location_id: Option<String>,
    owner_id: Option<String>,
}

/// The documents of those of these people that are there.
///
/// # Errors
/// The database's.
pub async fn documents(db: &Db, tenant: &TenantId, ids: &[&str]) -> Result<Vec<Document>, DbError> {
    let statement = Statement::new(
        "SELECT p.id, p.business_id, p.first_name, p.last_name, p.title, p.email, p.phone, b.name AS business_name,
           b.location_id, b.owner_id
         FROM people p JOIN businesses b ON b.tenant_id = p.tenant_id AND b.id = p.business_id
         WHERE p.tenant_id = ?1 AND p.id {in ?2} AND p.deleted_at IS NULL AND b.deleted_at IS NULL",
    );
    let rows: Vec<Row> = db.fetch_all(statement.bind(tenant).bind_json(ids)).await?;
    Ok(rows.into_iter().map(document).collect())
}

fn document(row: Row) -> Document {
    let fields = [
        Field::of(
            "first_name",
            Weight::Name,
            Shape::Words,
            row.first_name.as_deref(),
        ),
        Field::of(
            "last_name",
            Weight::Name,
            Shape::Words,
            row.last_name.as_deref(),
        ),
        Field::of("email", Weight::Contact, Shape::Email, row.email.as_deref()),
        Field::of("phone", Weight::Contact, Shape::Phone, row.phone.as_deref()),
        Field::of("title", Weight::Beside, Shape::Words, row.title.as_deref()),
    ];
    let name: Vec<_> = [row.first_name, row.last_name]
        .into_iter()
        .flatten()
        .collect();
    // Somebody without a name is called by how they are reached.
    let called = match name.is_empty() {
        false => Some(name.join(" ")),
        true => row.email.or(row.phone).or(row.title.clone()),
    };
    Document {
        kind: Kind::Person,
        record_id: row.id.to_string(),
        business_id: row.business_id,
        location_id: row.location_id,
        owner_id: row.owner_id,
        title: called.unwrap_or_default(),
        subtitle: Some(
            row.title
                .into_iter()
                .chain([row.business_name])
                .collect::<Vec<_>>()
                .join(", "),
        ),
        fields: fields.into_iter().flatten().collect(),
    }
}
