//! Saying which column is which field.

use std::collections::BTreeSet;

use super::model::{Import, MappingIn};
use super::rows::{Plan, Values, place};
use super::store;
use super::store::known::{self, Question};
use crate::crm::businesses::model::BusinessPatch;
use crate::crm::people::model::PersonPatch;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::TenantId;

/// The mapping as it is kept: everything in it exists, and the tags are their ids.
///
/// # Errors
/// Names what is wrong, and says what would be right; the database's.
pub async fn settle(
    platform: &Platform,
    tenant: &TenantId,
    import: &Import,
    mut mapping: MappingIn,
) -> Result<MappingIn> {
    let plan = Plan::new(import.what, &import.columns.0, &mapping)
        .map_err(|(place, complaint)| Error::field(place, complaint))?;
    let defaults = plan.defaults();
    let named = |values: &Values<'_>, field: &str| -> BTreeSet<String> {
        values.get(field).map(place).into_iter().collect()
    };
    let asked = Question {
        communities: named(&defaults.business, "community_id"),
        industries: named(&defaults.business, "industry_id"),
        ..Question::default()
    };
    let places = known::places(&platform.db, tenant, &asked).await?;
    let business: std::result::Result<BusinessPatch, _> = defaults.business.parse(&places, &[]);
    let person: std::result::Result<PersonPatch, _> = defaults.person.parse(&places, &[]);
    let mut faults = Vec::new();
    for (path, message) in business.err().into_iter().flatten() {
        faults.push((format!("defaults.{path}"), message));
    }
    for (path, message) in person.err().into_iter().flatten() {
        let name = plan.name_of_person_field(&path);
        faults.push((format!("defaults.{name}"), message));
    }
    if let Some((place, message)) = faults.into_iter().next() {
        return Err(Error::field(place, message));
    }
    mapping.tags = tags(platform, tenant, &mapping.tags).await?;
    Ok(mapping)
}

async fn tags(platform: &Platform, tenant: &TenantId, named: &[String]) -> Result<Vec<String>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::tags(&platform.db, tenant, named).await?;
    let mut ids = Vec::with_capacity(named.len());
    for (index, text) in named.iter().enumerate() {
        let found = known
            .iter()
            .find(|(id, name)| id.as_str() == text || name == text);
        match found {
            Some((id, _)) if ids.contains(&id.to_string()) => {}
            Some((id, _)) => ids.push(id.to_string()),
            None => {
                return Err(Error::field(
                    format!("tags[{index}]"),
                    "must be the name or id of an existing tag",
                ));
            }
        }
    }
    Ok(ids)
}
