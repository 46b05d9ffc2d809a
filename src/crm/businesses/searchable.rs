//! What search knows of a business.

use serde::Deserialize;

use crate::crm::search::document::{Document, Field, Shape, Weight};
use crate::crm::search::model::Kind;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::{BusinessId, TenantId};

#[derive(Deserialize)]
struct Row {
    id: BusinessId,
    name: String,
    legal_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    address_city: Option<String>,
    address_state: Option<String>,
    location_id: Option<String>,
    owner_id: Option<String>,
}

/// The documents of those of these businesses that are there.
///
/// # Errors
/// The database's.
pub async fn documents(db: &Db, tenant: &TenantId, ids: &[&str]) -> Result<Vec<Document>, DbError> {
    let statement = Statement::new(
        "SELECT id, name, legal_name, email, phone, website, address_city, address_state, location_id, owner_id
         FROM businesses WHERE tenant_id = ?1 AND id {in ?2} AND deleted_at IS NULL",
    );
    let rows: Vec<Row> = db.fetch_all(statement.bind(tenant).bind_json(ids)).await?;
    Ok(rows.into_iter().map(document).collect())
}

fn document(row: Row) -> Document {
    let legal_name = row.legal_name.filter(|legal| *legal != row.name);
    let fields = [
        Field::of("name", Weight::Name, Shape::Words, Some(&row.name)),
        Field::of(
            "legal_name",
            Weight::Beside,
            Shape::Words,
            legal_name.as_deref(),
        ),
        Field::of("email", Weight::Contact, Shape::Email, row.email.as_deref()),
        Field::of("phone", Weight::Contact, Shape::Phone, row.phone.as_deref()),
        Field::of(
            "website",
            Weight::Contact,
            Shape::Website,
            row.website.as_deref(),
        ),
        Field::of(
            "address_city",
            Weight::Beside,
            Shape::Words,
            row.address_city.as_deref(),
        ),
    ];
    let place: Vec<_> = [row.address_city, row.address_state]
        .into_iter()
        .flatten()
        .collect();
    Document {
        kind: Kind::Business,
        record_id: row.id.to_string(),
        business_id: row.id,
        location_id: row.location_id,
        owner_id: row.owner_id,
        title: row.name,
        subtitle: (!place.is_empty()).then(|| place.join(", ")),
        fields: fields.into_iter().flatten().collect(),
    }
}
