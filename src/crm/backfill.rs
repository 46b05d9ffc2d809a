//! Works out the keys of records that have none: those from before there were keys, and those entered by SQL.

use serde::{Deserialize, Serialize};

use super::keys;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// Records that are looked at together.
const AT_ONCE: i64 = 500;

#[derive(Deserialize)]
struct Unkeyed {
    tenant_id: TenantId,
    id: String,
    name: Option<String>,
    community_id: Option<String>,
    address_street: Option<String>,
    address_city: Option<String>,
    address_state: Option<String>,
    address_zip: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    updated_at: i64,
}

#[derive(Serialize)]
struct Keyed {
    updated_at: i64,
    name_key: String,
    phone_key: Option<String>,
    website_key: Option<String>,
}

/// Some of them, whoever's they are: what each tick does.
///
/// # Errors
/// The database's.
pub async fn some(db: &Db) -> Result<(), DbError> {
    step(db, None).await.map(drop)
}

/// All of a tenant's, before somebody looks for records by their keys.
///
/// # Errors
/// The database's.
pub async fn all_of(db: &Db, tenant: &TenantId) -> Result<(), DbError> {
    while step(db, Some(tenant)).await? > 0 {}
    Ok(())
}

async fn step(db: &Db, tenant: Option<&TenantId>) -> Result<u64, DbError> {
    let businesses = fill(db, "businesses", tenant).await?;
    let people = fill(db, "people", tenant).await?;
    Ok(businesses + people)
}

async fn fill(db: &Db, table: &'static str, tenant: Option<&TenantId>) -> Result<u64, DbError> {
    let rows: Vec<Unkeyed> = db.fetch_all(unkeyed(table, tenant)).await?;
    let mut filled = 0;
    let mut rest = rows.as_slice();
    // They come tenant by tenant.
    while let Some(first) = rest.first() {
        let same = rest.partition_point(|row| row.tenant_id == first.tenant_id);
        let (ours, others) = rest.split_at(same.max(1));
        filled += db.execute(keyed(table, &first.tenant_id, ours)).await?;
        rest = others;
    }
    Ok(filled)
}

/// The inner query walks an index that holds nobody else.
fn unkeyed(table: &str, tenant: Option<&TenantId>) -> Statement {
    let (columns, open) = match table {
        "businesses" => (
            "t.name, t.community_id, t.address_street, t.address_city, t.address_state, t.address_zip, t.phone, t.website",
            "name_key IS NULL",
        ),
        _ => ("t.phone", "phone IS NOT NULL AND phone_key IS NULL"),
    };
    let whose = match tenant {
        Some(_) => "tenant_id = ?2 AND ",
        None => "",
    };
    let statement = Statement::assembled(format!(
        "SELECT t.tenant_id, t.id, t.updated_at, {columns}
         FROM (SELECT tenant_id, id FROM {table} WHERE {whose}{open} ORDER BY tenant_id, id LIMIT ?1) u
         LEFT JOIN {table} t ON t.tenant_id = u.tenant_id AND t.id = u.id ORDER BY t.tenant_id"
    ))
    .bind(AT_ONCE);
    match tenant {
        Some(tenant) => statement.bind(tenant),
        None => statement,
    }
}

/// A record that was changed meanwhile has its keys by then, or is looked at again. A number without a digit has an empty key,
/// so that it is not looked at for ever.
fn keyed(table: &str, tenant: &TenantId, rows: &[Unkeyed]) -> Statement {
    let keys: serde_json::Map<String, serde_json::Value> = rows
        .iter()
        .filter_map(|row| Some((row.id.clone(), serde_json::to_value(keys_of(row)).ok()?)))
        .collect();
    let ids: Vec<_> = rows.iter().map(|row| &row.id).collect();
    let sets = match table {
        "businesses" => {
            "name_key = {field ?2 id 'name_key' TEXT}, phone_key = {field ?2 id 'phone_key' TEXT}, website_key = {field ?2 id 'website_key' TEXT}"
        }
        _ => "phone_key = {field ?2 id 'phone_key' TEXT}",
    };
    Statement::assembled(format!(
        "UPDATE {table} SET {sets} WHERE tenant_id = ?1 AND id {{in ?3}} AND updated_at = {{field ?2 id 'updated_at' BIGINT}}"
    ))
    .bind(tenant)
    .bind_json(&keys)
    .bind_json(&ids)
}

fn keys_of(row: &Unkeyed) -> Keyed {
    Keyed {
        updated_at: row.updated_at,
        name_key: keys::Name {
            name: row.name.as_deref().unwrap_or_default(),
            street: row.address_street.as_deref(),
            city: row.address_city.as_deref(),
            state: row.address_state.as_deref(),
            zip: row.address_zip.as_deref(),
            community: row.community_id.as_deref().unwrap_or_default(),
        }
        .key(),
        phone_key: row
            .phone
            .as_deref()
            .map(|phone| keys::phone(phone).unwrap_or_default()),
        website_key: row.website.as_deref().and_then(keys::website),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::testing::apis;

    #[tokio::test]
    async fn whoever_has_no_keys_gets_them_and_is_not_changed() {
        for (api, other) in apis().await {
            let (db, tenant) = (&api.platform.db, &api.tenant);
            let business = api.business("The Harbor Bakery, LLC").await;
            other.business("Other").await;
            api.make(
                "/people",
                json!({"business_id": business, "phone": "(727) 555-0142"}),
            )
            .await;
            for table in ["businesses", "people"] {
                let name = if table == "people" {
                    ""
                } else {
                    ", name_key = NULL, website = 'https://www.a.example'"
                };
                let emptied = Statement::assembled(format!(
                    "UPDATE {table} SET phone = '727-555-0142', phone_key = NULL{name} WHERE tenant_id = ?1"
                ));
                db.execute(emptied.bind(tenant)).await.unwrap();
            }
            all_of(db, tenant).await.unwrap();
            #[derive(Deserialize)]
            struct Row {
                name_key: String,
                phone_key: String,
                website_key: String,
                of_person: String,
                changed: i64,
            }
            let row: Row = db
                .fetch_one(
                    Statement::new(
                        "SELECT b.name_key, b.phone_key, b.website_key, p.phone_key AS of_person, b.updated_at - b.created_at AS changed
                         FROM businesses b LEFT JOIN people p ON p.tenant_id = b.tenant_id AND p.business_id = b.id WHERE b.tenant_id = ?1",
                    )
                    .bind(tenant),
                )
                .await
                .unwrap();
            assert!(row.name_key.starts_with("harbor-bakery|"), "{}", api.name);
            assert_eq!(
                (row.phone_key.as_str(), row.of_person.as_str()),
                ("+17275550142", "+17275550142")
            );
            assert_eq!((row.website_key.as_str(), row.changed), ("a.example", 0));
            assert_eq!(step(db, Some(tenant)).await.unwrap(), 0);
            some(db).await.unwrap();
        }
    }
}
