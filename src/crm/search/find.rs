//! Finding.

use std::collections::BTreeSet;

use super::candidates::{Arm, Candidate, Found, Place, Plan};
use super::edits;
use super::matching;
use super::model::{Hit, Kind};
use super::query::{self, Query};
use super::store;
use crate::edge::db::{Db, DbError};
use crate::http::scope::{Reach, Scope};
use crate::ids::TenantId;

/// What a word with a typo may have meant, at most.
const MEANINGS: usize = 3;
/// Records that are looked at for each that is asked for, and the least of them.
const LOOKS: usize = 2;
const LEAST_LOOKS: usize = 40;

/// Which kinds somebody searches, and which records of each they may use.
pub struct Sought {
    /// The kinds, with the reach into each.
    pub kinds: Vec<(Kind, Scope)>,
    /// Hits at most.
    pub limit: usize,
}

/// What the text finds, the best first.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &Db,
    tenant: &TenantId,
    sought: &Sought,
    text: &str,
) -> Result<Vec<Hit>, DbError> {
    for query in query::readings(text) {
        let hits = find_as(db, tenant, sought, &query).await?;
        if !hits.is_empty() {
            return Ok(hits);
        }
    }
    Ok(Vec::new())
}

/// One way to read the text: as it is typed, and, when that does not fill a page, as it may have been meant.
async fn find_as(
    db: &Db,
    tenant: &TenantId,
    sought: &Sought,
    query: &Query,
) -> Result<Vec<Hit>, DbError> {
    let mut search = Search {
        db,
        sought,
        query,
        found: Found::of(query.0.len()),
        seen: BTreeSet::new(),
        hits: Vec::new(),
    };
    search.walk(Plan::as_typed).await?;
    if search.hits.len() < sought.limit {
        let meant = meant(db, tenant, query).await?;
        if meant.iter().any(|words| !words.is_empty()) {
            search
                .walk(|query, kinds| Plan::as_meant(query, &meant, kinds))
                .await?;
        }
    }
    let mut hits = search.hits;
    hits.sort_by(|one, other| {
        (other.score.cmp(&one.score))
            .then_with(|| other.id.cmp(&one.id))
            .then_with(|| one.kind.cmp(&other.kind))
    });
    hits.truncate(sought.limit);
    Ok(hits)
}

struct Search<'a> {
    db: &'a Db,
    sought: &'a Sought,
    query: &'a Query,
    found: Found,
    seen: BTreeSet<Candidate>,
    hits: Vec<Hit>,
}

impl Search<'_> {
    /// Walks a plan's stretches, looks at the records they bring and keeps those that match. Kinds of one reach are walked
    /// together.
    async fn walk(
        &mut self,
        plan: impl Fn(&Query, &[(Kind, Vec<Place>)]) -> Plan,
    ) -> Result<(), DbError> {
        let mut rest: Vec<&(Kind, Scope)> = self.sought.kinds.iter().collect();
        while let Some((_, scope)) = rest.first().copied() {
            let alike: Vec<_> = rest
                .extract_if(.., |(_, other)| other == scope)
                .map(|(kind, scope)| (*kind, places(&scope.reach)))
                .collect();
            let arms: Vec<Arm> = plan(self.query, &alike).arms;
            let entries = match arms.is_empty() {
                true => Vec::new(),
                false => store::walk(self.db, scope, &arms).await?,
            };
            for (arm, entries) in arms.iter().zip(entries) {
                self.found.take(arm, entries);
            }
        }
        self.look().await
    }

    async fn look(&mut self) -> Result<(), DbError> {
        let most = (self.sought.limit * LOOKS).max(LEAST_LOOKS);
        let candidates = self.found.candidates(most);
        for (kind, scope) in &self.sought.kinds {
            let of_kind = candidates.iter().filter(|one| one.kind == *kind);
            let new: Vec<_> = of_kind.filter(|one| !self.seen.contains(*one)).collect();
            if new.is_empty() {
                continue;
            }
            let ids: Vec<_> = new.iter().map(|one| one.record_id.as_str()).collect();
            for stored in store::documents(self.db, scope, *kind, &ids).await? {
                let Some(matched) = matching::of(self.query, &stored.fields.0) else {
                    continue;
                };
                self.hits.push(Hit {
                    kind: stored.kind,
                    id: stored.record_id,
                    business_id: stored.business_id,
                    title: stored.title,
                    subtitle: stored.subtitle,
                    matched_field: matched.field,
                    highlights: matched.highlights,
                    score: matched.score,
                });
            }
        }
        self.seen.extend(candidates);
        Ok(())
    }
}

/// The parts of the index in which a reach lies.
fn places(reach: &Reach) -> Vec<Place> {
    if let Some(owner) = &reach.owner {
        return vec![Place {
            location_id: None,
            owner_id: Some(owner.to_string()),
        }];
    }
    let Some(locations) = &reach.locations else {
        return vec![Place::default()];
    };
    let place = |location: &String| Place {
        location_id: Some(location.clone()),
        owner_id: None,
    };
    locations.iter().map(place).collect()
}

/// For each word that was typed, what it may have meant, the likeliest first.
async fn meant(db: &Db, tenant: &TenantId, query: &Query) -> Result<Vec<Vec<String>>, DbError> {
    let variants = query
        .0
        .iter()
        .filter(|word| edits::forgiven(word) > 0)
        .flat_map(|word| edits::looked_up_under(word))
        .collect();
    let known = store::kept_under(db, tenant, &variants).await?;
    let meanings = |typed: &String| {
        let mut near: Vec<_> = known
            .iter()
            .filter(|word| *word != typed && !word.starts_with(typed.as_str()))
            .filter_map(|word| edits::between(typed, word).map(|distance| (distance, word)))
            .collect();
        near.sort();
        near.truncate(MEANINGS);
        near.into_iter().map(|(_, word)| word.clone()).collect()
    };
    Ok(query.0.iter().map(meanings).collect())
}
