//! Who somebody is, as far as writing to them goes: one query for a batch of people.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::LeadStatus;
use super::segments;
use super::segments::model::AdHoc;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Flag, Statement};
use crate::error::{Error, Result};
use crate::ids::{BusinessId, CommunityId, IndustryId, PersonId, SegmentId, TenantId};
use crate::tables::{Condition, Conditions};

/// A person with what is needed to decide about and write to them.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Recipient {
    /// The person.
    pub person_id: PersonId,
    /// Their business.
    pub business_id: BusinessId,
    /// May be missing.
    pub first_name: Option<String>,
    /// May be missing.
    pub last_name: Option<String>,
    /// May be missing.
    pub email: Option<String>,
    /// Asked for no email.
    pub do_not_email: Flag,
    /// Person or business is deleted.
    pub deleted: Flag,
    /// Last reply.
    pub replied_at: Option<Millis>,
    /// Last booking.
    pub booked_at: Option<Millis>,
    /// Last order.
    pub ordered_at: Option<Millis>,
    /// When they unsubscribed.
    pub unsubscribed_at: Option<Millis>,
    /// When their address refused mail for good.
    pub bounced_at: Option<Millis>,
    /// The business's name.
    pub business_name: String,
    /// The business's lead status.
    pub lead_status: LeadStatus,
    /// The community's name.
    pub community: Option<String>,
    /// The community's county.
    pub county: Option<String>,
    /// The community's state.
    pub state: Option<String>,
    /// The industry's name.
    pub industry: Option<String>,
}

/// Loads people by id; ids that are not there are left out.
///
/// # Errors
/// The database's.
pub async fn load(
    db: &Db,
    tenant: &TenantId,
    people: &[&PersonId],
) -> Result<HashMap<PersonId, Recipient>, DbError> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Recipient> = db.fetch_all(load_statement(tenant, people)).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.person_id.clone(), row))
        .collect())
}

fn load_statement(tenant: &TenantId, people: &[&PersonId]) -> Statement {
    // LEFT JOINs keep the order of the tables on SQLite: people by key first, then what hangs on each.
    Statement::new(
        "SELECT p.id AS person_id, p.business_id, p.first_name, p.last_name, p.email, p.do_not_email,
                CASE WHEN p.deleted_at IS NULL AND b.deleted_at IS NULL THEN 0 ELSE 1 END AS deleted,
                p.replied_at, p.booked_at, p.ordered_at, p.unsubscribed_at, p.bounced_at,
                b.name AS business_name, b.lead_status, c.name AS community, c.county, c.state, i.name AS industry
         FROM people p
         LEFT JOIN businesses b ON b.tenant_id = p.tenant_id AND b.id = p.business_id
         LEFT JOIN communities c ON c.tenant_id = b.tenant_id AND c.id = b.community_id
         LEFT JOIN industries i ON i.tenant_id = b.tenant_id AND i.id = b.industry_id
         WHERE p.tenant_id = ?1 AND p.id {in ?2}",
    )
    .bind(tenant)
    .bind_json(people)
}

/// The tags' names of businesses.
///
/// # Errors
/// The database's.
pub async fn tags(
    db: &Db,
    tenant: &TenantId,
    businesses: &[&BusinessId],
) -> Result<HashMap<BusinessId, Vec<String>>, DbError> {
    #[derive(Deserialize, JsonSchema)]
    struct Row {
        business_id: BusinessId,
        name: String,
    }
    let mut tags: HashMap<BusinessId, Vec<String>> = HashMap::new();
    if businesses.is_empty() {
        return Ok(tags);
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT x.business_id, t.name FROM business_tag x
                 LEFT JOIN tags t ON t.tenant_id = x.tenant_id AND t.id = x.tag_id
                 WHERE x.tenant_id = ?1 AND x.business_id {in ?2}",
            )
            .bind(tenant)
            .bind_json(businesses),
        )
        .await?;
    for row in rows {
        tags.entry(row.business_id).or_default().push(row.name);
    }
    Ok(tags)
}

/// Which people are meant. Everything named must hold; a filter that names nothing means everybody.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PeopleFilter {
    /// Of businesses in this community.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    /// Of businesses in this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry_id: Option<IndustryId>,
    /// Of businesses with one of these lead statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lead_status: Vec<LeadStatus>,
    /// Of businesses that carry this tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Only those the business named first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub primary_contacts_only: bool,
    /// In this segment; of a segment of businesses everybody there. Its rule is taken as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_id: Option<SegmentId>,
    /// In a segment that nobody keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<AdHoc>,
}

impl PeopleFilter {
    /// The filter with its segment's rule in it, so that it means the same people's kind whatever becomes of the segment.
    ///
    /// # Errors
    /// A segment that is not there, or given twice; rules that do not hold; the database's.
    pub async fn settled(mut self, db: &Db, tenant: &TenantId, now: Millis) -> Result<Self> {
        if let Some(id) = self.segment_id.take() {
            if self.segment.is_some() {
                let message = "give either `segment_id` or `segment`";
                return Err(Error::field("filter.segment", message));
            }
            let kept = match segments::store::get(db, tenant, &id).await {
                Err(Error::NotFound(_)) => {
                    return Err(Error::field("filter.segment_id", "no such segment"));
                }
                other => other?,
            };
            self.segment = Some(AdHoc {
                what: kept.what,
                rule: kept.rule.0,
            });
        }
        self.condition(now)?;
        Ok(self)
    }

    fn condition(&self, now: Millis) -> Result<Condition> {
        match &self.segment {
            Some(AdHoc { what, rule }) => {
                segments::condition::condition(*what, rule, "filter.segment.rule", now)
            }
            None => Ok(Condition::all(Vec::new())),
        }
    }
}

/// Somebody a filter matches.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Match {
    /// The person.
    pub person_id: PersonId,
    /// Their business.
    pub business_id: BusinessId,
    /// The business's time zone, or the community's; IANA name.
    pub timezone: Option<String>,
}

/// The next people (in id order, after `after`) that a filter matches: undeleted, with an email address.
///
/// # Errors
/// Rules of a segment that do not hold; the database's.
pub async fn matching(
    db: &Db,
    tenant: &TenantId,
    filter: &PeopleFilter,
    after: &str,
    limit: i64,
    now: Millis,
) -> Result<Vec<Match>> {
    let segment = Conditions::default().and_also(filter.condition(now)?);
    let statuses: Vec<_> = filter
        .lead_status
        .iter()
        .map(|status| status.as_str())
        .collect();
    let sql = format!(
        "SELECT p.id AS person_id, p.business_id, COALESCE(b.timezone, c.timezone) AS timezone
         FROM people p
         LEFT JOIN businesses b ON b.tenant_id = p.tenant_id AND b.id = p.business_id
         LEFT JOIN communities c ON c.tenant_id = b.tenant_id AND c.id = b.community_id
         WHERE p.tenant_id = ?1 AND p.id > ?2 AND p.deleted_at IS NULL AND p.email IS NOT NULL
           AND b.deleted_at IS NULL
           AND (?3 = '' OR b.community_id = ?3)
           AND (?4 = '' OR b.industry_id = ?4)
           AND (?5 = 0 OR b.lead_status {{in ?6}})
           AND (?7 = '' OR EXISTS (
                 SELECT 1 FROM business_tag x LEFT JOIN tags t ON t.tenant_id = x.tenant_id AND t.id = x.tag_id
                 WHERE x.tenant_id = b.tenant_id AND x.business_id = b.id AND t.name = ?7))
           AND (?8 = 0 OR p.is_primary_contact = 1)
           AND ({})
         ORDER BY p.id LIMIT ?9",
        segment.write(10)
    );
    let statement = Statement::assembled(sql)
        .bind(tenant)
        .bind(after)
        .bind(filter.community_id.as_ref().map_or("", CommunityId::as_str))
        .bind(filter.industry_id.as_ref().map_or("", IndustryId::as_str))
        .bind(!statuses.is_empty())
        .bind_json(&statuses)
        .bind(filter.tag.as_deref().unwrap_or_default())
        .bind(filter.primary_contacts_only)
        .bind(limit);
    Ok(db.fetch_all(segment.bind(statement)).await?)
}

/// One person, as [`matching`] would give them; `None` when not there, deleted, or without an email address.
///
/// # Errors
/// The database's.
pub async fn one(db: &Db, tenant: &TenantId, person: &PersonId) -> Result<Option<Match>, DbError> {
    db.fetch_optional(
        Statement::new(
            "SELECT p.id AS person_id, p.business_id, COALESCE(b.timezone, c.timezone) AS timezone
             FROM people p
             LEFT JOIN businesses b ON b.tenant_id = p.tenant_id AND b.id = p.business_id
             LEFT JOIN communities c ON c.tenant_id = b.tenant_id AND c.id = b.community_id
             WHERE p.tenant_id = ?1 AND p.id = ?2 AND p.deleted_at IS NULL AND b.deleted_at IS NULL
               AND p.email IS NOT NULL",
        )
        .bind(tenant)
        .bind(person),
    )
    .await
}

/// Whether there is anybody who could be written to.
///
/// # Errors
/// The database's.
pub async fn is_anybody(db: &Db, tenant: &TenantId) -> Result<bool, DbError> {
    #[derive(Deserialize)]
    struct Found {}
    let found: Option<Found> = db
        .fetch_optional(
            Statement::new(
                "SELECT 1 AS found FROM people p JOIN businesses b ON b.tenant_id = p.tenant_id AND b.id = p.business_id
                 WHERE p.tenant_id = ?1 AND p.email IS NOT NULL AND p.deleted_at IS NULL AND b.deleted_at IS NULL LIMIT 1",
            )
            .bind(tenant),
        )
        .await?;
    Ok(found.is_some())
}
