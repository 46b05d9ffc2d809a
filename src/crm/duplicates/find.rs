//! Finding the records that may be the same as some.

use super::evidence::{self, Evidence, Keys, What};
use super::model::Likeness;
use super::store::{self, Changed, Found};
use crate::edge::db::{Db, DbError};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::{DuplicateId, TenantId};

/// The records within reach that may be the same as this one and were not said to be others, the most certain first: at most
/// so many for each of its keys as may share one.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn of_record(db: &Db, scope: &Scope, what: What, id: &str) -> Result<Vec<Likeness>> {
    let keys = store::records(db, scope, what, &[id])
        .await?
        .remove(id)
        .ok_or(Error::NotFound(what.one()))?
        .keys;
    let (sharing, _) = store::sharing(db, &scope.tenant, what, &[&keys]).await?;
    let mut found: Vec<(String, Evidence)> = sharing
        .into_iter()
        .filter(|other| other.id != keys.id)
        .filter_map(|other| Some((evidence::between(what, &keys, &other)?, other.id)))
        .map(|(evidence, id)| (id, evidence))
        .collect();
    found.sort_by_key(|(_, evidence)| -evidence.confidence);
    let others: Vec<_> = found.iter().map(|(id, _)| id.as_str()).collect();
    let mut records = store::records(db, scope, what, &others).await?;
    let pairs: Vec<_> = others
        .iter()
        .map(|other| DuplicateId::of_pair(id, other))
        .collect();
    let kept = store::kept(db, &scope.tenant, &pairs).await?;
    Ok(found
        .into_iter()
        .zip(pairs)
        .filter_map(|((other, evidence), pair)| {
            let stored = kept.get(&pair);
            if stored.is_some_and(|stored| stored.dismissed_at.is_some()) {
                return None;
            }
            Some(Likeness {
                id: stored.map(|stored| stored.id.clone()),
                why: evidence.agreements,
                confidence: evidence.confidence,
                record: records.remove(&other)?.into(),
            })
        })
        .collect())
}

/// The pairs that these records are in, and the ids of those that are pairs no more because too many have come to share what
/// they agreed in.
///
/// # Errors
/// The database's.
pub async fn pairs_of(
    db: &Db,
    tenant: &TenantId,
    what: What,
    changed: &[Changed],
) -> Result<(Vec<Found>, Vec<String>), DbError> {
    let there: Vec<&Keys> = changed
        .iter()
        .filter(|record| !record.compare_as.is_empty())
        .map(|record| &record.keys)
        .collect();
    let (sharing, crowded) = store::sharing(db, tenant, what, &there).await?;
    let outdated = match crowded.is_empty() {
        true => Vec::new(),
        false => store::outdated(db, tenant, what, &crowded).await?,
    };
    let mut found: Vec<Found> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let groups = Groups::of(&sharing);
    for keys in there {
        for other in groups.near(keys) {
            // (Its keys are compared with the other's, of which those of crowds are left out.)
            if other.id == keys.id || !seen.insert(DuplicateId::of_pair(&keys.id, &other.id)) {
                continue;
            }
            if let Some(evidence) = evidence::between(what, keys, other) {
                let (first, second) = ((&keys.id).min(&other.id), (&keys.id).max(&other.id));
                found.push(Found {
                    id: DuplicateId::of_pair(first, second),
                    first_id: first.clone(),
                    second_id: second.clone(),
                    confidence: evidence.confidence,
                });
            }
        }
    }
    Ok((found, outdated))
}

/// Records by each of their keys, so that a record is compared with those near it and not with all.
struct Groups<'a>(std::collections::HashMap<(u8, &'a str), Vec<&'a Keys>>);

impl<'a> Groups<'a> {
    fn of(records: &'a [Keys]) -> Self {
        let mut groups: std::collections::HashMap<_, Vec<_>> = std::collections::HashMap::new();
        for keys in records {
            for key in Self::keys(keys) {
                groups.entry(key).or_default().push(keys);
            }
        }
        Groups(groups)
    }

    fn near(&self, keys: &Keys) -> Vec<&'a Keys> {
        Self::keys(keys)
            .into_iter()
            .filter_map(|key| self.0.get(&key))
            .flatten()
            .copied()
            .collect()
    }

    fn keys(keys: &Keys) -> Vec<(u8, &str)> {
        let all = [
            &keys.email,
            &keys.phone_key,
            &keys.website_key,
            &keys.name_key,
        ];
        (0..)
            .zip(all)
            .filter_map(|(kind, key)| Some((kind, key.as_deref().filter(|key| !key.is_empty())?)))
            .collect()
    }
}
