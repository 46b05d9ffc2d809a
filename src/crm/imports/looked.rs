//! Looking at a piece of a file: what its rows come to, with what is known already.

use std::collections::HashSet;

use super::chunk::{Chunk, Reading, slug_of};
use super::model::{Import, What};
use super::pieces::Piece;
use super::rows::{Given, Plan, place};
use super::store::known::{self, Question};
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::Result;
use crate::ids::{BusinessId, TenantId};

/// A piece that was looked at.
pub struct Looked<'a> {
    /// The piece.
    pub piece: Piece,
    /// What its rows come to.
    pub chunk: Chunk<'a>,
    asked: Question,
    taken_slugs: HashSet<String>,
}

impl Looked<'_> {
    /// Whether this may come to something else once the other piece is written, which it was not when this one was looked at.
    pub fn hangs_on(&self, other: &Looked<'_>) -> bool {
        other.chunk.knows(&self.asked) || self.chunk.meets(&other.chunk)
    }

    /// Gives the new businesses their slugs. `before` is a piece that was written since this one was looked at: what it has taken
    /// is not free any more.
    pub fn settle(&mut self, before: Option<&Looked<'_>>) {
        let taken = before.iter().flat_map(|before| before.chunk.new_slugs());
        self.taken_slugs.extend(taken.map(str::to_string));
        self.chunk.give_slugs(&mut self.taken_slugs);
    }
}

/// Looks at a piece of a file.
///
/// # Errors
/// The database's.
pub async fn look<'a>(
    db: &Db,
    tenant: &TenantId,
    import: &Import,
    plan: &'a Plan,
    piece: Piece,
    now: Millis,
) -> Result<Looked<'a>> {
    let mut asked = Question::default();
    let defaults = plan.defaults();
    let givens: Vec<Result<Given<'_>, String>> = piece
        .records
        .iter()
        .map(|record| match &record.fault {
            Some(fault) => Err(fault.clone()),
            None => plan.read(&record.cells),
        })
        .collect();
    for given in givens.iter().flatten().chain([&defaults]) {
        let named = |field: &str| given.business.get(field).map(place);
        asked.communities.extend(named("community_id"));
        asked.industries.extend(named("industry_id"));
    }
    let mut places = known::places(db, tenant, &asked).await?;
    let usual = defaults.business.get("community_id").map(place);
    let usual = usual.and_then(|name| places.communities.get(&name));
    let readings: Vec<Result<Reading<'_>, String>> = givens
        .into_iter()
        .map(|given| given.map(|given| Reading::of(given, usual.map(String::as_str), &places)))
        .collect();
    for Reading { given, keys } in readings.iter().flatten() {
        if !keys.is_empty() {
            asked.keys.push(keys.clone());
        }
        let id = given.business_id.and_then(BusinessId::parse);
        asked.business_ids.extend(id.map(|id| id.to_string()));
        match import.what {
            What::Businesses => asked.slugs.extend(given.business.get("name").map(slug_of)),
            What::People => asked
                .people
                .extend(given.person.get("external_id").map(str::to_string)),
        }
    }
    let known = known::businesses(db, tenant, &asked, &mut places).await?;
    let mut chunk = Chunk::new(plan, import.what, import.mapping.0.known, places, now);
    for entry in known.businesses {
        chunk.book.add(entry);
    }
    let there: Vec<&str> = chunk
        .book
        .entries
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    for person in known::people(db, tenant, &there, &asked.people).await? {
        chunk.add_person(person);
    }
    for reading in readings {
        chunk.take(reading);
    }
    Ok(Looked {
        piece,
        chunk,
        asked,
        taken_slugs: known.slugs,
    })
}
