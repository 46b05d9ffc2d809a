//! The records that are merged, as they are read.

use serde::Deserialize;

use crate::crm::duplicates::evidence::What;
use crate::crm::merges::fields::Row;
use crate::crm::reach;
use crate::edge::db::{Db, DbError, Statement};
use crate::http::scope::Scope;
use crate::ids::TenantId;
use crate::tables::{Conditions, Table};

/// How often a record that was merged into one that was merged is followed.
const MOST_HOPS: u32 = 10;
/// People at two businesses who are looked at for being the same.
pub const MOST_PAIRS: usize = 50;

pub(in crate::crm::merges) const BUSINESSES: Table = Table {
    name: "businesses",
    columns: "id, community_id, industry_id, name, legal_name, description, address_street, address_city, address_state, \
              address_zip, address_lat, address_lng, timezone, phone, phone_key, email, website, website_key, name_key, \
              hours_of_operation, employee_count_range, year_established, annual_revenue_range, google_business_id, \
              facebook_url, instagram_handle, yelp_url, business_context, metadata, lead_status, source, source_detail, \
              external_id, content_db_id, synced_at, location_id, owner_id, updated_at",
};
pub(in crate::crm::merges) const PEOPLE: Table = Table {
    name: "people",
    columns: "id, business_id, first_name, last_name, email, bounced_at, phone, phone_key, title, role, external_id, \
              is_primary_contact, is_decision_maker, preferred_channel, best_time_to_contact, do_not_email, do_not_sms, \
              do_not_call, total_emails_sent, total_emails_opened, total_clicks, last_engaged_at, replied_at, booked_at, \
              ordered_at, unsubscribed_at, updated_at",
};

fn within(scope: &Scope, what: What) -> (&'static Table, Conditions) {
    match what {
        What::Businesses => (&BUSINESSES, reach::businesses(scope)),
        What::People => (&PEOPLE, reach::of_businesses(scope)),
    }
}

/// A record that is there and within reach.
///
/// # Errors
/// The database's.
pub async fn one(db: &Db, scope: &Scope, what: What, id: &str) -> Result<Option<Row>, DbError> {
    let (table, conditions) = within(scope, what);
    let one = conditions.and("id = ?", [id.into()]).and_not_deleted();
    db.fetch_optional(table.select(one)).await
}

/// Whether a record is within reach, deleted or not.
///
/// # Errors
/// The database's.
pub async fn reaches(db: &Db, scope: &Scope, what: What, id: &str) -> Result<bool, DbError> {
    let (table, conditions) = within(scope, what);
    table
        .exists(db, conditions.and("id = ?", [id.into()]))
        .await
}

/// The record within reach that a record has become part of.
///
/// # Errors
/// The database's.
pub async fn into_what(
    db: &Db,
    scope: &Scope,
    what: What,
    id: &str,
) -> Result<Option<String>, DbError> {
    #[derive(Deserialize)]
    struct Found {
        merged_into_id: Option<String>,
        deleted_at: Option<i64>,
    }
    let mut id = id.to_string();
    for hop in 0..MOST_HOPS {
        let statement = Statement::assembled(format!(
            "SELECT merged_into_id, deleted_at FROM {} WHERE tenant_id = ?1 AND id = ?2",
            what.as_str()
        ));
        let found: Option<Found> = db
            .fetch_optional(statement.bind(&scope.tenant).bind(&id))
            .await?;
        match found {
            Some(Found {
                merged_into_id: Some(into),
                deleted_at: Some(_),
            }) => id = into,
            Some(Found {
                deleted_at: None, ..
            }) if hop > 0 && reaches(db, scope, what, &id).await? => return Ok(Some(id)),
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// The ids of a business's people, also of those who are deleted, and whether somebody comes first there.
///
/// # Errors
/// The database's.
pub async fn people_of(
    db: &Db,
    tenant: &TenantId,
    business: &str,
    limit: i64,
) -> Result<Vec<Member>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT p.id, CASE WHEN p.deleted_at IS NULL THEN p.is_primary_contact ELSE 0 END AS comes_first
             FROM people i CROSS JOIN people p
             WHERE i.tenant_id = ?1 AND i.business_id = ?2 AND p.tenant_id = ?1 AND p.id = i.id
             ORDER BY p.id LIMIT ?3",
        )
        .bind(tenant)
        .bind(business)
        .bind(limit),
    )
    .await
}

/// Somebody at a business.
#[derive(Debug, Clone, Deserialize)]
pub struct Member {
    /// Who.
    pub id: String,
    /// Whether they are there and the one to be written to first.
    pub comes_first: i64,
}

/// People of the other business who have the address of somebody at the kept one, with the oldest of those.
///
/// # Errors
/// The database's.
pub async fn same_people(
    db: &Db,
    tenant: &TenantId,
    kept: &str,
    other: &str,
) -> Result<Vec<(String, String)>, DbError> {
    #[derive(Deserialize)]
    struct Found {
        kept_id: String,
        other_id: String,
    }
    let rows: Vec<Found> = db
        .fetch_all(
            // Each table twice: by its index for the ids, by its key for the rest. Else SQLite walks the tenant's people.
            Statement::new(
                "SELECT MIN(k.id) AS kept_id, o.id AS other_id
                 FROM people x CROSS JOIN people o CROSS JOIN people y CROSS JOIN people k
                 WHERE x.tenant_id = ?1 AND x.business_id = ?3 AND o.tenant_id = ?1 AND o.id = x.id AND o.deleted_at IS NULL
                   AND y.tenant_id = ?1 AND y.email = o.email AND k.tenant_id = ?1 AND k.id = y.id
                   AND k.business_id = ?2 AND k.deleted_at IS NULL
                 GROUP BY o.id ORDER BY o.id LIMIT ?4",
            )
            .bind(tenant)
            .bind(kept)
            .bind(other)
            .bind(i64::try_from(MOST_PAIRS).unwrap_or(i64::MAX).saturating_add(1)),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.kept_id, row.other_id))
        .collect())
}

/// The businesses that these people are at now.
///
/// # Errors
/// The database's.
pub async fn businesses_of(
    db: &Db,
    tenant: &TenantId,
    people: &[&str],
) -> Result<Vec<String>, DbError> {
    #[derive(Deserialize)]
    struct Found {
        business_id: String,
    }
    let rows: Vec<Found> = db
        .fetch_all(
            Statement::new("SELECT business_id FROM people WHERE tenant_id = ?1 AND id {in ?2}")
                .bind(tenant)
                .bind_json(people),
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.business_id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::merges::fields::{OF_BUSINESSES, OF_PEOPLE};

    #[test]
    fn every_field_is_read() {
        for (table, fields) in [(&BUSINESSES, OF_BUSINESSES), (&PEOPLE, OF_PEOPLE)] {
            let read: Vec<_> = table.columns.split(", ").collect();
            for column in fields
                .iter()
                .flat_map(|field| field.columns.iter().chain(field.along))
            {
                assert!(read.contains(column), "{column}");
            }
        }
    }
}
