//! The SQL of scores.

use serde::{Deserialize, Serialize};

use super::model::{Contribution, Values};
use super::rules::{ScoringRules, ScoringRulesOut};
use crate::crm::model::{LeadStatus, Score};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Json, Rows, Statement};
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::ids::{BusinessId, PersonId, TenantId};

/// Marks that are read at once.
pub const MOST_MARKS: usize = 1_000;

/// A tenant's rules as stored.
#[derive(Debug, Deserialize)]
struct StoredRules {
    version: i64,
    rules: Json<ScoringRules>,
    updated_at: Millis,
}

impl From<Option<StoredRules>> for ScoringRulesOut {
    fn from(stored: Option<StoredRules>) -> Self {
        match stored {
            Some(stored) => ScoringRulesOut {
                version: stored.version,
                rules: stored.rules.0,
                updated_at: Some(stored.updated_at),
            },
            None => ScoringRulesOut {
                version: 0,
                rules: ScoringRules::default(),
                updated_at: None,
            },
        }
    }
}

/// Something that happened since a business's scores were calculated.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Mark {
    /// Whose.
    pub business_id: BusinessId,
    /// `by_hand/<score>`, `happened/<activity>` or `status`.
    pub fact: String,
    /// The activity's type, or the status.
    pub word: Option<String>,
    /// What a score was set to.
    pub value: Option<i64>,
    /// Who did it.
    pub person_id: Option<PersonId>,
    /// When.
    pub occurred_at: Millis,
}

/// A business's scores as last calculated.
#[derive(Debug, Clone, Deserialize)]
pub struct Calculated {
    /// Whose.
    pub business_id: BusinessId,
    /// Another number each time.
    pub calculation: i64,
}

/// Somebody's contribution.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Stored {
    /// Whose.
    pub business_id: BusinessId,
    /// What.
    #[serde(flatten)]
    pub contribution: Contribution,
}

/// Where a business stands.
#[derive(Debug, Clone, Deserialize)]
pub struct Standing {
    /// Which.
    pub id: BusinessId,
    /// Where.
    pub lead_status: LeadStatus,
}

/// All that some businesses' scores are calculated from.
pub struct Known {
    /// The tenant's rules.
    pub rules: ScoringRules,
    /// What happened since.
    pub marks: Vec<Mark>,
    /// What counted before.
    pub contributions: Vec<Stored>,
    /// Where they stand.
    pub standings: Vec<Standing>,
    /// The scores as last calculated.
    pub calculated: Vec<Calculated>,
}

fn rules_statement(tenant: &TenantId) -> Statement {
    Statement::new("SELECT version, rules, updated_at FROM scoring_rules WHERE tenant_id = ?1")
        .bind(tenant)
}

/// The tenant's rules, or those of the platform.
///
/// # Errors
/// The database's.
pub async fn rules(db: &Db, tenant: &TenantId) -> Result<ScoringRulesOut, DbError> {
    let stored: Option<StoredRules> = db.fetch_optional(rules_statement(tenant)).await?;
    Ok(stored.into())
}

/// Replaces the tenant's rules.
///
/// # Errors
/// [`Error::PreconditionFailed`]; the database's.
pub async fn put_rules(
    db: &Db,
    tenant: &TenantId,
    rules: &ScoringRules,
    edit: Edit,
) -> Result<ScoringRulesOut> {
    let statement = Statement::new(
        "INSERT INTO scoring_rules (tenant_id, version, rules, updated_at)
         SELECT ?1, 1, r.rules, ?3 FROM {rows ?2 AS r (rules JSON)}
         WHERE CAST(?4 AS BIGINT) IS NULL
           OR COALESCE((SELECT s.updated_at FROM scoring_rules s WHERE s.tenant_id = ?1), 0) = CAST(?4 AS BIGINT)
         ON CONFLICT (tenant_id) DO UPDATE SET version = scoring_rules.version + 1, rules = excluded.rules,
           updated_at = CASE WHEN scoring_rules.updated_at >= excluded.updated_at THEN scoring_rules.updated_at + 1 ELSE excluded.updated_at END
         RETURNING version, rules, updated_at",
    );
    let stored: Option<StoredRules> = db
        .fetch_optional(
            statement
                .bind(tenant)
                .bind_json(&[serde_json::json!({ "rules": rules })])
                .bind(edit.now)
                .bind(edit.expected),
        )
        .await?;
    match stored {
        None => Err(Error::PreconditionFailed),
        stored => Ok(stored.into()),
    }
}

/// All that the scores of these businesses are calculated from.
///
/// # Errors
/// The database's.
pub async fn known(
    db: &Db,
    tenant: &TenantId,
    businesses: &[BusinessId],
) -> Result<Known, DbError> {
    let of_businesses = |sql: String| Statement::assembled(sql).bind(tenant).bind_json(businesses);
    let outcomes = db
        .batch(vec![
            rules_statement(tenant),
            // What was set by hand comes first, so that no calculation overwrites it unseen.
            of_businesses(format!(
                "SELECT business_id, fact, word, value, person_id, occurred_at FROM score_pending
                 WHERE tenant_id = ?1 AND business_id {{in ?2}} ORDER BY business_id, fact LIMIT {MOST_MARKS}"
            )),
            of_businesses(
                "SELECT business_id, score, id, reason, points, half_life_days, occurred_at, ends_at, person_id, detail
                 FROM score_contributions WHERE tenant_id = ?1 AND business_id {in ?2}"
                    .into(),
            ),
            of_businesses("SELECT id, lead_status FROM businesses WHERE tenant_id = ?1 AND id {in ?2}".into()),
            of_businesses(
                "SELECT business_id, calculation FROM business_scores WHERE tenant_id = ?1 AND business_id {in ?2}".into(),
            ),
        ])
        .await?;
    let mut rows = outcomes.into_iter().map(|outcome| outcome.rows);
    let mut next = || -> Rows { rows.next().unwrap_or_default() };
    let stored: Option<StoredRules> = next().decode()?.into_iter().next();
    Ok(Known {
        rules: ScoringRulesOut::from(stored).rules,
        marks: next().decode()?,
        contributions: next().decode()?,
        standings: next().decode()?,
        calculated: next().decode()?,
    })
}

/// A business's new scores.
#[derive(Debug, Clone)]
pub struct Calculation {
    /// Whose.
    pub business_id: BusinessId,
    /// The calculation that it follows; 0 when it is the first.
    pub known: i64,
    /// Its own number.
    pub calculation: i64,
    /// The scores.
    pub values: Values,
    /// When they will be others.
    pub next_at: Option<Millis>,
    /// What counts from now on.
    pub added: Vec<Contribution>,
    /// What counts no more.
    pub removed: Vec<(Score, String)>,
    /// What is taken into account.
    pub marks: Vec<Mark>,
}

/// Writes calculations as one transaction; of each business only if nobody else has calculated since. Says which were written.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn write(
    db: &Db,
    tenant: &TenantId,
    calculations: &[Calculation],
    now: Millis,
) -> Result<Vec<BusinessId>, DbError> {
    /// The condition on each entry `r` that its calculation is the one that stands.
    const STANDS: &str = "EXISTS (SELECT 1 FROM business_scores s
       WHERE s.tenant_id = ?1 AND s.business_id = r.business_id AND s.calculation = r.calculation)";
    #[derive(Deserialize)]
    struct Written {
        business_id: BusinessId,
    }
    let rows = |row: fn(&Calculation) -> Vec<serde_json::Value>| -> Vec<_> {
        calculations.iter().flat_map(row).collect()
    };
    let businesses: Vec<_> = calculations.iter().map(|one| &one.business_id).collect();
    let statement = |sql: String| Statement::assembled(sql).bind(tenant);
    let outcomes = db
        .batch(vec![
            statement(
                "INSERT INTO business_scores (tenant_id, business_id, lead_score, health_score, warmness, calculation, calculated_at, next_at)
                 SELECT ?1, r.business_id, r.lead_score, r.health_score, r.warmness, r.calculation, ?3, r.next_at
                 FROM {rows ?2 AS r (business_id TEXT, lead_score BIGINT, health_score BIGINT, warmness BIGINT, known BIGINT, calculation BIGINT, next_at BIGINT)}
                 WHERE COALESCE((SELECT s.calculation FROM business_scores s WHERE s.tenant_id = ?1 AND s.business_id = r.business_id), 0) = r.known
                 ON CONFLICT (tenant_id, business_id) DO UPDATE SET lead_score = excluded.lead_score, health_score = excluded.health_score,
                   warmness = excluded.warmness, calculation = excluded.calculation, calculated_at = excluded.calculated_at, next_at = excluded.next_at
                 RETURNING business_id"
                    .into(),
            )
            .bind_json(&rows(score_rows))
            .bind(now),
            // A fact that counts already is left as it is; a status and what was set by hand are there once.
            statement(format!(
                "INSERT INTO score_contributions (tenant_id, business_id, score, id, reason, points, half_life_days, occurred_at, ends_at, person_id, detail)
                 SELECT ?1, r.business_id, r.score, r.id, r.reason, r.points, r.half_life_days, r.occurred_at, r.ends_at, r.person_id, r.detail
                 FROM {{rows ?2 AS r (business_id TEXT, calculation BIGINT, score TEXT, id TEXT, reason TEXT, points BIGINT, half_life_days BIGINT, occurred_at BIGINT, ends_at BIGINT, person_id TEXT, detail TEXT)}}
                 WHERE {STANDS}
                 ON CONFLICT (tenant_id, business_id, score, id) DO UPDATE SET points = excluded.points, half_life_days = excluded.half_life_days,
                   occurred_at = excluded.occurred_at, ends_at = excluded.ends_at, detail = excluded.detail
                   WHERE score_contributions.id = score_contributions.reason"
            ))
            .bind_json(&rows(added_rows)),
            statement(format!(
                "DELETE FROM score_contributions WHERE tenant_id = ?1 AND (business_id, score, id) IN
                   (SELECT r.business_id, r.score, r.id FROM {{rows ?2 AS r (business_id TEXT, calculation BIGINT, score TEXT, id TEXT)}} WHERE {STANDS})"
            ))
            .bind_json(&rows(removed_rows)),
            // The business shows whatever stands. It is no edit: the version that somebody knows stays.
            statement(
                "UPDATE businesses SET
                   lead_score = (SELECT s.lead_score FROM business_scores s WHERE s.tenant_id = ?1 AND s.business_id = businesses.id),
                   health_score = (SELECT s.health_score FROM business_scores s WHERE s.tenant_id = ?1 AND s.business_id = businesses.id),
                   warmness = (SELECT s.warmness FROM business_scores s WHERE s.tenant_id = ?1 AND s.business_id = businesses.id)
                 WHERE tenant_id = ?1 AND id {in ?2} AND EXISTS (
                   SELECT 1 FROM business_scores s WHERE s.tenant_id = ?1 AND s.business_id = businesses.id
                     AND (s.lead_score <> businesses.lead_score OR s.warmness <> businesses.warmness
                       OR s.health_score IS DISTINCT FROM businesses.health_score))"
                    .into(),
            )
            .bind_json(&businesses),
            statement(format!(
                "DELETE FROM score_pending WHERE tenant_id = ?1 AND (business_id, fact) IN
                   (SELECT r.business_id, r.fact FROM {{rows ?2 AS r (business_id TEXT, calculation BIGINT, fact TEXT, word TEXT, value BIGINT)}}
                    WHERE {STANDS} AND EXISTS (SELECT 1 FROM score_pending m WHERE m.tenant_id = ?1 AND m.business_id = r.business_id AND m.fact = r.fact
                      AND m.word IS NOT DISTINCT FROM r.word AND m.value IS NOT DISTINCT FROM r.value))"
            ))
            .bind_json(&rows(mark_rows)),
        ])
        .await?;
    let written: Vec<Written> = match outcomes.into_iter().next() {
        Some(outcome) => outcome.rows.decode()?,
        None => Vec::new(),
    };
    Ok(written.into_iter().map(|row| row.business_id).collect())
}

fn score_rows(one: &Calculation) -> Vec<serde_json::Value> {
    let Values {
        lead_score,
        health_score,
        warmness,
    } = one.values;
    vec![serde_json::json!({
        "business_id": one.business_id, "lead_score": lead_score, "health_score": health_score, "warmness": warmness,
        "known": one.known, "calculation": one.calculation, "next_at": one.next_at,
    })]
}

fn added_rows(one: &Calculation) -> Vec<serde_json::Value> {
    let row = |added: &Contribution| {
        serde_json::json!({
            "business_id": one.business_id, "calculation": one.calculation, "score": added.score, "id": added.id,
            "reason": added.reason, "points": added.points, "half_life_days": added.half_life_days,
            "occurred_at": added.occurred_at, "ends_at": added.ends_at, "person_id": added.person_id, "detail": added.detail,
        })
    };
    one.added.iter().map(row).collect()
}

fn removed_rows(one: &Calculation) -> Vec<serde_json::Value> {
    let row = |(score, id): &(Score, String)| serde_json::json!({ "business_id": one.business_id, "calculation": one.calculation, "score": score, "id": id });
    one.removed.iter().map(row).collect()
}

fn mark_rows(one: &Calculation) -> Vec<serde_json::Value> {
    let row = |mark: &Mark| {
        serde_json::json!({
            "business_id": one.business_id, "calculation": one.calculation, "fact": mark.fact, "word": mark.word, "value": mark.value,
        })
    };
    one.marks.iter().map(row).collect()
}

/// A business whose scores are to be calculated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Due {
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Which.
    pub business_id: BusinessId,
}

/// Businesses with which something happened, a business once for each thing: of a tenant, or of all.
///
/// # Errors
/// The database's.
pub async fn marked(db: &Db, tenant: Option<&TenantId>) -> Result<Vec<Due>, DbError> {
    let of_tenant = tenant.map_or("", |_| "WHERE tenant_id = ?1");
    let statement = Statement::assembled(format!(
        "SELECT tenant_id, business_id FROM score_pending {of_tenant} ORDER BY tenant_id, business_id, fact LIMIT {MOST_MARKS}"
    ));
    db.fetch_all(tenant.into_iter().fold(statement, Statement::bind))
        .await
}

/// Businesses whose scores are others by now, those that wait longest first: of a tenant, or of all.
///
/// # Errors
/// The database's.
pub async fn due(
    db: &Db,
    tenant: Option<&TenantId>,
    now: Millis,
    most: usize,
) -> Result<Vec<Due>, DbError> {
    let of_tenant = tenant.map_or("", |_| "AND tenant_id = ?2");
    let statement = Statement::assembled(format!(
        "SELECT tenant_id, business_id FROM business_scores
         WHERE next_at IS NOT NULL AND next_at <= ?1 {of_tenant} ORDER BY next_at LIMIT {most}"
    ));
    let statement = statement.bind(now);
    db.fetch_all(tenant.into_iter().fold(statement, Statement::bind))
        .await
}

/// Forgets what happened with businesses that are not there.
///
/// # Errors
/// The database's.
pub async fn forget(db: &Db, tenant: &TenantId, businesses: &[&BusinessId]) -> Result<(), DbError> {
    let statement =
        Statement::new("DELETE FROM score_pending WHERE tenant_id = ?1 AND business_id {in ?2}");
    db.execute(statement.bind(tenant).bind_json(businesses))
        .await
        .map(drop)
}

/// The scores that a business shows.
///
/// # Errors
/// The database's.
pub async fn shown(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
) -> Result<Option<Values>, DbError> {
    let statement = Statement::new(
        "SELECT lead_score, health_score, warmness FROM businesses WHERE tenant_id = ?1 AND id = ?2",
    );
    db.fetch_optional(statement.bind(tenant).bind(business))
        .await
}

/// Has the scores of businesses calculated anew, because what counts for them went from one to the other. Where a business
/// stands is marked once more, which changes nothing by itself.
pub fn again(tenant: &TenantId, businesses: &[&str]) -> Statement {
    Statement::new(
        "INSERT INTO score_pending (tenant_id, business_id, fact, word, occurred_at)
         SELECT tenant_id, id, 'status', lead_status, updated_at FROM businesses
         WHERE tenant_id = ?1 AND id {in ?2} AND deleted_at IS NULL
         ON CONFLICT (tenant_id, business_id, fact) DO NOTHING",
    )
    .bind(tenant)
    .bind_json(businesses)
}
