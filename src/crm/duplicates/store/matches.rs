//! Which records share a key: lookups in the keys' indexes, so that the cost grows with what is asked and not with the tenant.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::crm::duplicates::evidence::{self, Keys, What};
use crate::edge::db::{Db, DbError, Statement};
use crate::ids::TenantId;

/// A key that more records have is no evidence: a call centre's number, a chain's site.
const MOST_SHARING: i64 = 20;
/// Of those with a key, how many are looked at for whether they are there still.
const MOST_LOOKED_AT: i64 = 100;
/// Pairs that one step forgets because their key became a crowd's: more than twenty records can make.
const MOST_OUTDATED: i64 = 1_000;

/// The columns that are looked up, and the value of each in a record's keys.
type Column = (&'static str, fn(&Keys) -> &Option<String>);

const OF_BUSINESSES: &[Column] = &[
    ("email", |keys| &keys.email),
    ("phone_key", |keys| &keys.phone_key),
    ("website_key", |keys| &keys.website_key),
    ("name_key", |keys| &keys.name_key),
];
const OF_PEOPLE: &[Column] = &[
    ("email", |keys| &keys.email),
    ("phone_key", |keys| &keys.phone_key),
];

const BUSINESS_KEYS: &str =
    "id, email, phone_key, website_key, name_key, NULL AS first_name, NULL AS last_name";
const PERSON_KEYS: &str =
    "id, email, phone_key, NULL AS website_key, NULL AS name_key, first_name, last_name";

/// Keys that too many records have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crowded(BTreeMap<&'static str, BTreeSet<String>>);

impl Crowded {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The keys without these.
    pub fn without(&self, keys: &Keys) -> Keys {
        let kept = |column: &str, value: &Option<String>| {
            value.clone().filter(|value| {
                !self
                    .0
                    .get(column)
                    .is_some_and(|crowded| crowded.contains(value))
            })
        };
        Keys {
            email: kept("email", &keys.email),
            phone_key: kept("phone_key", &keys.phone_key),
            website_key: kept("website_key", &keys.website_key),
            name_key: kept("name_key", &keys.name_key),
            ..keys.clone()
        }
    }
}

/// The records that share a key with one of these, these included, each once; and the keys that too many have.
///
/// # Errors
/// The database's.
pub async fn sharing(
    db: &Db,
    tenant: &TenantId,
    what: What,
    records: &[&Keys],
) -> Result<(Vec<Keys>, Crowded), DbError> {
    let (columns, read) = match what {
        What::Businesses => (OF_BUSINESSES, BUSINESS_KEYS),
        What::People => (OF_PEOPLE, PERSON_KEYS),
    };
    let (shared, crowded) = shared(db, tenant, what, columns, records).await?;
    let statements: Vec<_> = shared
        .into_iter()
        .map(|(column, values)| {
            Statement::assembled(format!(
                // The ids come out of the key's index alone; else SQLite, which knows no sizes, walks the tenant's records.
                "SELECT {read} FROM {table} WHERE tenant_id = ?1 AND deleted_at IS NULL AND id IN
                   (SELECT i.id FROM {table} i WHERE i.tenant_id = ?1 AND i.{column} {{in ?2}})",
                table = what.as_str()
            ))
            .bind(tenant)
            .bind_json(&values)
        })
        .collect();
    let mut found: BTreeMap<String, Keys> = BTreeMap::new();
    if !statements.is_empty() {
        for outcome in db.batch(statements).await? {
            for keys in outcome.rows.decode::<Keys>()? {
                found.insert(keys.id.clone(), crowded.without(&keys));
            }
        }
    }
    Ok((found.into_values().collect(), crowded))
}

/// The pairs that were found when not so many had these keys, and that nothing else speaks for.
///
/// # Errors
/// The database's.
pub async fn outdated(
    db: &Db,
    tenant: &TenantId,
    what: What,
    crowded: &Crowded,
) -> Result<Vec<String>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        id: String,
        first_id: String,
        second_id: String,
    }
    let (table, read) = match what {
        What::Businesses => ("businesses", BUSINESS_KEYS),
        What::People => ("people", PERSON_KEYS),
    };
    let mut outdated = Vec::new();
    for (column, values) in &crowded.0 {
        // The oldest of those with a key are those who had it when it was no crowd.
        let pairs: Vec<Row> = db
            .fetch_all(
                Statement::assembled(format!(
                    "SELECT id, first_id, second_id FROM duplicates WHERE tenant_id = ?1 AND is_dismissed = 0 AND id IN
                       (SELECT i.id FROM {{rows ?2 AS r (wanted TEXT)}} CROSS JOIN {table} o CROSS JOIN duplicates i
                        WHERE o.tenant_id = ?1 AND o.{column} = r.wanted AND i.tenant_id = ?1 AND i.first_id = o.id)
                     LIMIT {MOST_OUTDATED}"
                ))
                .bind(tenant)
                .bind_json(
                    &values
                        .iter()
                        .map(|wanted| serde_json::json!({"wanted": wanted}))
                        .collect::<Vec<_>>(),
                ),
            )
            .await?;
        if pairs.is_empty() {
            continue;
        }
        let ids: BTreeSet<_> = pairs
            .iter()
            .flat_map(|pair| [&pair.first_id, &pair.second_id])
            .collect();
        let found: Vec<Keys> = db
            .fetch_all(
                Statement::assembled(format!(
                    "SELECT {read} FROM {table} WHERE tenant_id = ?1 AND id {{in ?2}}"
                ))
                .bind(tenant)
                .bind_json(&ids),
            )
            .await?;
        let keys: BTreeMap<_, _> = found
            .into_iter()
            .map(|keys| (keys.id.clone(), crowded.without(&keys)))
            .collect();
        outdated.extend(
            pairs
                .into_iter()
                .filter(|pair| {
                    let both = keys.get(&pair.first_id).zip(keys.get(&pair.second_id));
                    both.is_none_or(|(one, other)| evidence::between(what, one, other).is_none())
                })
                .map(|pair| pair.id),
        );
    }
    Ok(outdated)
}

/// The values, by their columns, that at least two records have, and those that too many have.
async fn shared(
    db: &Db,
    tenant: &TenantId,
    what: What,
    columns: &[Column],
    records: &[&Keys],
) -> Result<(BTreeMap<&'static str, Vec<String>>, Crowded), DbError> {
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    struct Wanted<'a> {
        kind: &'static str,
        wanted: &'a str,
    }
    #[derive(Deserialize)]
    struct Row {
        kind: String,
        wanted: String,
        number: i64,
    }
    let wanted: BTreeSet<Wanted> = columns
        .iter()
        .flat_map(|(kind, value)| {
            records.iter().filter_map(move |keys| {
                let wanted = value(keys).as_deref().filter(|value| !value.is_empty())?;
                Some(Wanted { kind, wanted })
            })
        })
        .collect();
    if wanted.is_empty() {
        return Ok((BTreeMap::new(), Crowded::default()));
    }
    let counts: Vec<_> = columns
        .iter()
        .map(|(column, _)| {
            format!(
                "WHEN '{column}' THEN (SELECT COUNT(*) FROM
                   (SELECT i.id FROM {table} i WHERE i.tenant_id = ?1 AND i.{column} = r.wanted LIMIT {MOST_LOOKED_AT}) h
                   CROSS JOIN {table} o WHERE o.tenant_id = ?1 AND o.id = h.id AND o.deleted_at IS NULL)",
                table = what.as_str()
            )
        })
        .collect();
    let sql = format!(
        "SELECT r.kind, r.wanted, CASE r.kind {} END AS number FROM {{rows ?2 AS r (kind TEXT, wanted TEXT)}}",
        counts.join(" ")
    );
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::assembled(sql)
                .bind(tenant)
                .bind_json(&wanted.iter().collect::<Vec<_>>()),
        )
        .await?;
    let mut shared: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut crowded = Crowded::default();
    for row in rows.into_iter().filter(|row| row.number > 1) {
        let Some((column, _)) = columns.iter().find(|(column, _)| *column == row.kind) else {
            continue;
        };
        match row.number <= MOST_SHARING {
            true => shared.entry(column).or_default().push(row.wanted),
            false => _ = crowded.0.entry(column).or_default().insert(row.wanted),
        }
    }
    Ok((shared, crowded))
}
