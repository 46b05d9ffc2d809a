//! What `include=` puts into entries: one query a kind for a whole page, and only what the caller may see of it.

use std::collections::HashMap;

use super::businesses::model::BusinessOut;
use super::people::model::PersonOut;
use super::{businesses, communities, industries, people};
use crate::edge::db::Db;
use crate::error::Result;
use crate::http::{Caller, Included, Permission};
use crate::ids::{BusinessId, PersonId};

/// The most people that are put into one business.
const MOST_PEOPLE: i64 = 25;

/// Puts people, the community and the industry into businesses. (Tags are always there.)
///
/// # Errors
/// A permission that is missing; the database's.
pub async fn into_businesses(
    db: &Db,
    caller: &Caller,
    included: &Included,
    businesses: &mut [BusinessOut],
) -> Result<()> {
    if included.has("people") {
        caller.require(Permission::PeopleRead)?;
        let scope = caller.scope(Permission::PeopleRead);
        let ids: Vec<_> = businesses.iter().map(|business| &business.id).collect();
        let people = people::store::of_businesses(db, &scope, &ids, MOST_PEOPLE).await?;
        let mut of: HashMap<BusinessId, Vec<PersonOut>> = HashMap::new();
        for person in people {
            of.entry(person.business_id.clone())
                .or_default()
                .push(person);
        }
        for business in businesses.iter_mut() {
            business.people = Some(of.remove(&business.id).unwrap_or_default());
        }
    }
    if included.has("community") {
        caller.require(Permission::CommunitiesRead)?;
        let ids: Vec<_> = businesses
            .iter()
            .map(|business| &business.community_id)
            .collect();
        let found = communities::store::by_ids(db, &caller.tenant, &once(ids)).await?;
        let by_id: HashMap<_, _> = found.into_iter().map(|row| (row.id.clone(), row)).collect();
        for business in businesses.iter_mut() {
            business.community = by_id.get(&business.community_id).cloned();
        }
    }
    if included.has("industry") {
        caller.require(Permission::IndustriesRead)?;
        let ids = businesses
            .iter()
            .filter_map(|business| business.industry_id.as_ref());
        let found = industries::store::by_ids(db, &caller.tenant, &once(ids.collect())).await?;
        let by_id: HashMap<_, _> = found.into_iter().map(|row| (row.id.clone(), row)).collect();
        for business in businesses.iter_mut() {
            let industry = business.industry_id.as_ref();
            business.industry = industry.and_then(|id| by_id.get(id)).cloned();
        }
    }
    Ok(())
}

/// Puts the business into people.
///
/// # Errors
/// A permission that is missing; the database's.
pub async fn into_people(
    db: &Db,
    caller: &Caller,
    included: &Included,
    people: &mut [PersonOut],
) -> Result<()> {
    let ids = people.iter().map(|person| &person.business_id).collect();
    let found = businesses_of(db, caller, included, ids).await?;
    for person in people {
        person.business = found.get(&person.business_id).cloned();
    }
    Ok(())
}

/// The businesses of a page's entries, when they are asked for.
///
/// # Errors
/// A permission that is missing; the database's.
pub async fn businesses_of(
    db: &Db,
    caller: &Caller,
    included: &Included,
    ids: Vec<&BusinessId>,
) -> Result<HashMap<BusinessId, Box<BusinessOut>>> {
    if !included.has("business") {
        return Ok(HashMap::new());
    }
    caller.require(Permission::BusinessesRead)?;
    let scope = caller.scope(Permission::BusinessesRead);
    let found = businesses::store::by_ids(db, &scope, &once(ids)).await?;
    let by_id = |business: BusinessOut| (business.id.clone(), Box::new(business));
    Ok(found.into_iter().map(by_id).collect())
}

/// The people of a page's entries, when they are asked for.
///
/// # Errors
/// A permission that is missing; the database's.
pub async fn people_of(
    db: &Db,
    caller: &Caller,
    included: &Included,
    ids: Vec<&PersonId>,
) -> Result<HashMap<PersonId, Box<PersonOut>>> {
    if !included.has("person") {
        return Ok(HashMap::new());
    }
    caller.require(Permission::PeopleRead)?;
    let scope = caller.scope(Permission::PeopleRead);
    let found = people::store::by_ids(db, &scope, &once(ids)).await?;
    let by_id = |person: PersonOut| (person.id.clone(), Box::new(person));
    Ok(found.into_iter().map(by_id).collect())
}

fn once<T: Ord>(mut ids: Vec<T>) -> Vec<T> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
