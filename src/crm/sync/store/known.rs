//! What is known here of records that come from over there.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::crm::sync::merge::Theirs;
use crate::crm::sync::model::Resource;
use crate::crm::sync::remote::Fields;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Statement};
use crate::ids::{ContentRecordId, TenantId};

/// A record over there and the one it is here.
#[derive(Debug, Clone, Deserialize)]
pub struct Link {
    /// Its id.
    pub id: ContentRecordId,
    /// The number over there.
    pub remote_id: i64,
    /// The id here.
    pub record_id: String,
    /// Since when fields that were never changed here are ours.
    pub ours_since: Millis,
    /// When it was last changed over there.
    pub remote_updated_at: Millis,
    /// What is known of its fields over there.
    pub theirs: Json<BTreeMap<String, Theirs>>,
    /// The fields in which ours is newer.
    pub kept: Json<Vec<String>>,
    /// Since when it is no more over there.
    pub vanished_at: Option<Millis>,
    /// Its version.
    pub updated_at: Millis,
}

/// A community or business of ours.
#[derive(Debug, Clone, Deserialize)]
pub struct Row {
    /// Its id.
    pub id: String,
    /// The number that it says it has over there.
    pub content_db_id: Option<i64>,
    /// When it was made here.
    pub created_at: Millis,
    /// Its version.
    pub updated_at: Millis,
    /// When it was deleted here.
    pub deleted_at: Option<Millis>,
    /// The zone of the community it is in.
    pub community_timezone: Option<String>,
    /// Its fields.
    #[serde(flatten)]
    pub fields: Fields,
}

/// A community of ours by its number over there.
#[derive(Debug, Clone, Deserialize)]
pub struct CommunityRow {
    /// The number.
    pub remote_id: i64,
    /// The id here.
    pub id: String,
    /// Its zone.
    pub timezone: Option<String>,
}

/// All that is known.
#[derive(Debug, Default)]
pub struct What {
    /// By the numbers over there.
    pub links: BTreeMap<i64, Link>,
    /// By their ids.
    pub rows: BTreeMap<String, Row>,
    /// When fields were last changed here, by record.
    pub changed_at: BTreeMap<String, BTreeMap<String, Millis>>,
    /// By the numbers over there.
    pub communities: BTreeMap<i64, CommunityRow>,
}

/// Columns that hold a JSON document; rows hand it over as text.
const DOCUMENTS: [&str; 2] = ["hours_of_operation", "zip_codes"];

const COMMUNITY_ROWS: &str = "SELECT r.id, r.content_db_id, r.created_at, r.updated_at, NULL AS deleted_at, NULL AS community_timezone,
   r.name, r.state, r.county, r.zip_codes, r.timezone, r.population, r.business_count
 FROM communities r WHERE r.tenant_id = ?1";

const BUSINESS_ROWS: &str = "SELECT r.id, r.content_db_id, r.created_at, r.updated_at, r.deleted_at, c.timezone AS community_timezone,
   r.name, r.legal_name, r.description, r.address_street, r.address_city, r.address_state, r.address_zip, r.address_lat, r.address_lng,
   r.timezone, r.phone, r.email, r.website, r.hours_of_operation, r.employee_count_range, r.year_established, r.annual_revenue_range,
   r.google_business_id, r.facebook_url, r.instagram_handle, r.yelp_url, r.community_id
 FROM businesses r LEFT JOIN communities c ON c.tenant_id = r.tenant_id AND c.id = r.community_id WHERE r.tenant_id = ?1";

/// Those that say that they have one of these numbers and are nobody else's.
const FREE: &str = "AND r.content_db_id IN (SELECT n.remote_id FROM {rows ?2 AS n (remote_id BIGINT)})
   AND NOT EXISTS (SELECT 1 FROM content_records k WHERE k.tenant_id = ?1 AND k.resource = ?3 AND k.record_id = r.id)
 ORDER BY r.id";

/// Those that are linked to one of these numbers.
const LINKED: &str = "AND r.id IN (SELECT k.record_id FROM content_records k
   WHERE k.tenant_id = ?1 AND k.resource = ?3 AND k.remote_id IN (SELECT n.remote_id FROM {rows ?2 AS n (remote_id BIGINT)}))";

/// What is known of records with these numbers, and of communities with those.
///
/// # Errors
/// The database's.
pub async fn load(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    ids: &[i64],
    communities: &[i64],
) -> Result<What, DbError> {
    let (numbers, places) = (numbers(ids), numbers(communities));
    let of_records = |sql: String| {
        Statement::assembled(sql)
            .bind(tenant)
            .bind_json(&numbers)
            .bind(resource.as_str())
    };
    let rows = match resource {
        Resource::Business => BUSINESS_ROWS,
        Resource::Community => COMMUNITY_ROWS,
    };
    let free = match resource {
        Resource::Business => format!("{rows} AND r.deleted_at IS NULL {FREE}"),
        Resource::Community => format!("{rows} {FREE}"),
    };
    let links = "SELECT id, remote_id, record_id, ours_since, remote_updated_at, theirs, kept, vanished_at, updated_at FROM content_records
         WHERE tenant_id = ?1 AND resource = ?3 AND remote_id IN (SELECT n.remote_id FROM {rows ?2 AS n (remote_id BIGINT)})";
    let places = Statement::new(
        "SELECT k.remote_id, c.id, c.timezone FROM content_records k JOIN communities c ON c.tenant_id = k.tenant_id AND c.id = k.record_id
         WHERE k.tenant_id = ?1 AND k.resource = 'community' AND k.remote_id IN (SELECT n.remote_id FROM {rows ?2 AS n (remote_id BIGINT)})",
    )
    .bind(tenant)
    .bind_json(&places);
    let outcomes = db
        .batch(vec![
            of_records(links.into()),
            of_records(format!("{rows} {LINKED}")),
            of_records(free),
            places,
        ])
        .await?;
    let mut rows = outcomes.into_iter().map(|outcome| outcome.rows);
    let links: Vec<Link> = rows.next().unwrap_or_default().decode()?;
    let linked: Vec<Row> = rows.next().unwrap_or_default().decode()?;
    let free: Vec<Row> = rows.next().unwrap_or_default().decode()?;
    let communities: Vec<CommunityRow> = rows.next().unwrap_or_default().decode()?;
    let mut what = What::default();
    let by_number = links.into_iter().map(|link| (link.remote_id, link));
    what.links = by_number.collect();
    let by_number = communities.into_iter().map(|row| (row.remote_id, row));
    what.communities = by_number.collect();
    let by_id = linked.into_iter().chain(free).map(read_documents);
    what.rows = by_id.map(|row| (row.id.clone(), row)).collect();
    // Read after the rows: an edit in between is another version of its row, and then all of it is read anew.
    what.changed_at = changes(db, tenant, &what.rows).await?;
    Ok(what)
}

async fn changes(
    db: &Db,
    tenant: &TenantId,
    rows: &BTreeMap<String, Row>,
) -> Result<BTreeMap<String, BTreeMap<String, Millis>>, DbError> {
    #[derive(Deserialize)]
    struct Change {
        record_id: String,
        field: String,
        changed_at: Millis,
    }
    let mut by_record: BTreeMap<String, BTreeMap<String, Millis>> = BTreeMap::new();
    if rows.is_empty() {
        return Ok(by_record);
    }
    let ids: Vec<_> = rows.keys().collect();
    let statement = Statement::new(
        "SELECT record_id, field, changed_at FROM field_changes WHERE tenant_id = ?1 AND record_id {in ?2}",
    );
    let found: Vec<Change> = db.fetch_all(statement.bind(tenant).bind_json(&ids)).await?;
    for change in found {
        let of_record = by_record.entry(change.record_id).or_default();
        of_record.insert(change.field, change.changed_at);
    }
    Ok(by_record)
}

/// The table of a kind of record.
pub(super) fn table(resource: Resource) -> &'static str {
    match resource {
        Resource::Business => "businesses",
        Resource::Community => "communities",
    }
}

#[derive(serde::Serialize)]
struct Number {
    remote_id: i64,
}

fn numbers(ids: &[i64]) -> Vec<Number> {
    let numbers = ids.iter().copied();
    numbers.map(|remote_id| Number { remote_id }).collect()
}

fn read_documents(mut row: Row) -> Row {
    for name in DOCUMENTS {
        let Some(text) = row.fields.get(name).and_then(|value| value.as_str()) else {
            continue;
        };
        if let Ok(document) = crate::json::read(text) {
            row.fields.insert(name.to_string(), document);
        }
    }
    row
}

/// Which of these slugs are taken.
///
/// # Errors
/// The database's.
pub async fn taken_slugs(
    db: &Db,
    tenant: &TenantId,
    resource: Resource,
    wished: &BTreeSet<String>,
) -> Result<BTreeSet<String>, DbError> {
    #[derive(Deserialize)]
    struct Taken {
        slug: String,
    }
    let sql = format!(
        "SELECT slug FROM {} WHERE tenant_id = ?1 AND slug {{in ?2}}",
        table(resource)
    );
    let statement = Statement::assembled(sql).bind(tenant).bind_json(wished);
    let taken: Vec<Taken> = db.fetch_all(statement).await?;
    Ok(taken.into_iter().map(|row| row.slug).collect())
}
