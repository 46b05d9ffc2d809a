//! What is known already of what a piece of a file is about.

use std::collections::{BTreeSet, HashSet};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::crm::imports::book::Keys;
use crate::crm::imports::entry::{Entry, Row};
use crate::crm::imports::rows::Places;
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// What is asked for.
#[derive(Debug, Default)]
pub struct Question {
    /// The keys of businesses.
    pub keys: Vec<Keys>,
    /// The ids of businesses.
    pub business_ids: BTreeSet<String>,
    /// What new businesses would be called in URLs.
    pub slugs: BTreeSet<String>,
    /// Communities, by their ids or slugs.
    pub communities: BTreeSet<String>,
    /// Industries, by their ids or slugs.
    pub industries: BTreeSet<String>,
    /// People, by the ids that they have where they come from.
    pub people: BTreeSet<String>,
}

/// What there is.
#[derive(Debug, Default)]
pub struct Known {
    /// Businesses.
    pub businesses: Vec<Entry>,
    /// Slugs that are taken.
    pub slugs: HashSet<String>,
}

/// The communities and industries that are asked for. Names become ids by them, so that they come first.
///
/// # Errors
/// The database's.
pub async fn places(db: &Db, tenant: &TenantId, asked: &Question) -> Result<Places, DbError> {
    #[derive(Deserialize)]
    struct Found {
        id: String,
        slug: String,
        timezone: Option<String>,
    }
    let mut places = Places::default();
    if asked.communities.is_empty() && asked.industries.is_empty() {
        return Ok(places);
    }
    let communities = Statement::new(
        "SELECT id, slug, timezone FROM communities WHERE tenant_id = ?1 AND id {in ?2}
         UNION SELECT id, slug, timezone FROM communities WHERE tenant_id = ?1 AND slug {in ?2}",
    );
    let industries = Statement::new(
        "SELECT id, slug, NULL AS timezone FROM industries WHERE tenant_id = ?1 AND id {in ?2}
         UNION SELECT id, slug, NULL AS timezone FROM industries WHERE tenant_id = ?1 AND slug {in ?2}",
    );
    let mut outcomes = db
        .batch(vec![
            communities.bind(tenant).bind_json(&asked.communities),
            industries.bind(tenant).bind_json(&asked.industries),
        ])
        .await?
        .into_iter();
    let mut next = || -> Result<Vec<Found>, DbError> {
        outcomes
            .next()
            .map_or(Ok(Vec::new()), |outcome| outcome.rows.decode())
    };
    for found in next()? {
        if let Some(timezone) = found.timezone {
            places.timezones.insert(found.id.clone(), timezone);
        }
        places
            .communities
            .insert(found.id.clone(), found.id.clone());
        places.communities.insert(found.slug, found.id);
    }
    for found in next()? {
        places.industries.insert(found.id.clone(), found.id.clone());
        places.industries.insert(found.slug, found.id);
    }
    Ok(places)
}

/// The businesses and slugs that are asked for. The zones of the businesses' communities go to `places`.
///
/// # Errors
/// The database's.
pub async fn businesses(
    db: &Db,
    tenant: &TenantId,
    asked: &Question,
    places: &mut Places,
) -> Result<Known, DbError> {
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    #[derive(Deserialize)]
    struct Taken {
        slug: String,
    }
    let slugs = Statement::new("SELECT s.slug FROM {lookup businesses slug ?2} s");
    let mut statements = ids_of_businesses(tenant, asked);
    statements.push(slugs.bind(tenant).bind_json(&asked.slugs));
    let mut outcomes = db.batch(statements).await?;
    let taken: Vec<Taken> = outcomes
        .pop()
        .map_or(Ok(Vec::new()), |outcome| outcome.rows.decode())?;
    // One that is known by two signs comes twice.
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for outcome in outcomes {
        let found: Vec<Id> = outcome.rows.decode()?;
        ids.extend(found.into_iter().map(|found| found.id));
    }
    let rows: Vec<Row> = match ids.is_empty() {
        true => Vec::new(),
        false => db.fetch_all(with_ids(tenant, &ids)).await?,
    };
    let mut businesses = Vec::with_capacity(rows.len());
    for mut row in rows {
        let zone = row.remove("community_timezone");
        let community = row.get("community_id").and_then(|id| id.as_str());
        if let (Some(zone), Some(id)) = (zone.as_ref().and_then(|zone| zone.as_str()), community) {
            places.timezones.insert(id.to_string(), zone.to_string());
        }
        businesses.extend(entry(row));
    }
    Ok(Known {
        businesses,
        slugs: taken.into_iter().map(|taken| taken.slug).collect(),
    })
}

fn entry(mut row: Row) -> Option<Entry> {
    let id = row.remove("id")?.as_str()?.to_string();
    Some(Entry::known(id, row))
}

/// The id that a business has where content comes from: a number.
const CONTENT_DB_ID: &str = "content_db_id";
/// The most selects that D1 takes in one.
const SELECTS: usize = 5;

/// Each sign is a walk along its own index.
fn ids_of_businesses(tenant: &TenantId, asked: &Question) -> Vec<Statement> {
    type Sign = fn(&Keys) -> Option<&String>;
    let signs: [(&str, Sign); 5] = [
        ("external_id", |keys| keys.external_id.as_ref()),
        ("phone_key", |keys| keys.phone.as_ref()),
        ("email", |keys| keys.email.as_ref()),
        ("website_key", |keys| keys.website.as_ref()),
        ("name_key", |keys| keys.name.as_ref()),
    ];
    let numbers: BTreeSet<i64> = asked
        .keys
        .iter()
        .filter_map(|keys| keys.content_db_id)
        .collect();
    let mut walks: Vec<(&str, Value)> = Vec::new();
    if !asked.business_ids.is_empty() {
        walks.push(("id", json!(asked.business_ids)));
    }
    if !numbers.is_empty() {
        let numbers: Vec<_> = numbers.iter().map(|n| json!({ "n": n })).collect();
        walks.push((CONTENT_DB_ID, json!(numbers)));
    }
    for (column, pick) in signs {
        let texts: BTreeSet<&String> = asked.keys.iter().filter_map(pick).collect();
        if !texts.is_empty() {
            walks.push((column, json!(texts)));
        }
    }
    walks
        .chunks(SELECTS)
        .map(|walks| {
            let selects: Vec<_> = (2..)
                .zip(walks)
                .map(|(number, (column, _))| match *column {
                    // Numbers are no list of texts.
                    CONTENT_DB_ID => format!(
                        "SELECT k.id FROM {{rows ?{number} AS r (n BIGINT)}} CROSS JOIN businesses k
                         WHERE k.tenant_id = ?1 AND k.content_db_id = r.n"
                    ),
                    column => {
                        format!("SELECT k.id FROM {{lookup businesses {column} ?{number}}} k")
                    }
                })
                .collect();
            let statement = Statement::assembled(selects.join(" UNION ")).bind(tenant);
            walks.iter().fold(statement, |statement, (_, values)| {
                statement.bind_json(values)
            })
        })
        .collect()
}

/// The businesses of these ids that are there.
fn with_ids(tenant: &TenantId, ids: &BTreeSet<String>) -> Statement {
    let columns: Vec<_> = super::chunk::BUSINESS
        .iter()
        .map(|(name, _)| format!("b.{name}"))
        .collect();
    Statement::assembled(format!(
        "SELECT b.id, b.updated_at, {}, c.timezone AS community_timezone
         FROM {{lookup businesses id ?2}} b LEFT JOIN communities c ON c.tenant_id = b.tenant_id AND c.id = b.community_id
         WHERE b.deleted_at IS NULL ORDER BY b.id",
        columns.join(", ")
    ))
    .bind(tenant)
    .bind_json(ids)
}

/// The people of businesses, and those who are known by ids of elsewhere.
///
/// # Errors
/// The database's.
pub async fn people(
    db: &Db,
    tenant: &TenantId,
    businesses: &[&str],
    external_ids: &BTreeSet<String>,
) -> Result<Vec<Entry>, DbError> {
    if businesses.is_empty() && external_ids.is_empty() {
        return Ok(Vec::new());
    }
    let columns: Vec<_> = super::chunk::PERSON
        .iter()
        .map(|(name, _)| format!("p.{name}"))
        .collect();
    let statement = Statement::assembled(format!(
        "SELECT p.id, p.updated_at, {} FROM people p
         WHERE p.tenant_id = ?1 AND p.deleted_at IS NULL AND p.id IN (
           SELECT k.id FROM {{lookup people business_id ?2}} k
           UNION SELECT k.id FROM {{lookup people external_id ?3}} k)
         ORDER BY p.id",
        columns.join(", ")
    ));
    let rows: Vec<Row> = db
        .fetch_all(
            statement
                .bind(tenant)
                .bind_json(businesses)
                .bind_json(external_ids),
        )
        .await?;
    Ok(rows.into_iter().filter_map(entry).collect())
}
