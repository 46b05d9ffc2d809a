//! The SQL of what a stage holds.

use serde::Deserialize;

use super::DEALS;
use crate::crm::deals::model::DealOut;
use crate::crm::reach;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{DealId, PipelineId, StageId, TenantId};
use crate::tables::Conditions;

/// Which of the deals around a place in a stage.
#[derive(Debug, Clone, Copy)]
pub enum Beside<'a> {
    /// The one at the top.
    Top,
    /// The next above this rank.
    Above(&'a str),
    /// The next below this rank.
    Below(&'a str),
}

/// The rank beside a place in a stage, when there is one; a deal does not stand beside itself.
///
/// # Errors
/// The database's.
pub async fn rank_beside(
    db: &Db,
    tenant: &TenantId,
    stage: &StageId,
    deal: Option<&DealId>,
    beside: Beside<'_>,
) -> Result<Option<String>, DbError> {
    #[derive(Deserialize)]
    struct Found {
        rank: String,
    }
    let conditions = Conditions::of(tenant)
        .and("stage_id = ?", [stage.into()])
        .and_not_deleted()
        .and_if("id <> ?", deal);
    let (conditions, order) = match beside {
        Beside::Top => (conditions, "ORDER BY rank LIMIT 1"),
        Beside::Above(rank) => (
            conditions.and("rank < ?", [rank.into()]),
            "ORDER BY rank DESC LIMIT 1",
        ),
        Beside::Below(rank) => (
            conditions.and("rank > ?", [rank.into()]),
            "ORDER BY rank LIMIT 1",
        ),
    };
    let found: Option<Found> = db
        .fetch_optional(DEALS.select_as("rank", conditions, order))
        .await?;
    Ok(found.map(|row| row.rank))
}

/// A page of a stage's deals from the top, and the cursor to what stands below.
///
/// # Errors
/// The database's.
pub async fn of_stage(
    db: &Db,
    scope: &Scope,
    stage: &StageId,
    page: &Page,
) -> Result<(Vec<DealOut>, Option<String>), DbError> {
    let mut deals = db.fetch_all(page_of_stage(scope, stage, page)).await?;
    let next = page.cut(&mut deals, |deal: &DealOut| deal.rank.clone());
    Ok((deals, next))
}

fn page_of_stage(scope: &Scope, stage: &StageId, page: &Page) -> Statement {
    let after = Some(page.after.as_str()).filter(|after| !after.is_empty());
    let conditions = reach::of_live_businesses(scope)
        .and("stage_id = ?", [stage.into()])
        .and_not_deleted()
        .and_if("rank > ?", after);
    let tail = format!("ORDER BY rank LIMIT {}", page.probe());
    DEALS.select_as(DEALS.columns, conditions, &tail)
}

/// What a stage holds in one currency; without one, deals that are worth nothing said.
#[derive(Debug, Deserialize)]
pub struct Held {
    /// Where.
    pub stage_id: StageId,
    /// Three letters.
    pub currency: Option<String>,
    /// How many deals.
    pub count: i64,
    /// In minor units.
    pub amount: Option<i64>,
}

/// What a stage shows of its deals.
pub struct Column {
    /// The first page.
    pub deals: Vec<DealOut>,
    /// The cursor to what stands below.
    pub next: Option<String>,
    /// How many are stale.
    pub stale: i64,
}

/// A pipeline's board in one look: what its stages hold, and of each stage the first deals and how many came there at
/// the time given with it or before.
///
/// # Errors
/// The database's.
pub async fn board(
    db: &Db,
    scope: &Scope,
    pipeline: &PipelineId,
    stages: &[(&StageId, Option<Millis>)],
    page: &Page,
) -> Result<(Vec<Held>, Vec<Column>), DbError> {
    #[derive(Deserialize)]
    struct Stale {
        count: i64,
    }
    let held = reach::of_live_businesses(scope)
        .and("pipeline_id = ?", [pipeline.into()])
        .and_not_deleted();
    let sums = "stage_id, currency, COUNT(*) AS count, CAST(SUM(amount) AS BIGINT) AS amount";
    let mut statements =
        vec![DEALS.select_as(sums, held, "GROUP BY stage_id, currency ORDER BY currency")];
    for (stage, stale_since) in stages {
        let stale = reach::of_live_businesses(scope)
            .and("stage_id = ?", [(*stage).into()])
            .and_not_deleted()
            .and("entered_stage_at <= ?", [stale_since.unwrap_or(-1).into()]);
        statements.push(page_of_stage(scope, stage, page));
        statements.push(DEALS.select_as("COUNT(*) AS count", stale, ""));
    }
    let mut outcomes = db.batch(statements).await?.into_iter();
    let held = outcomes.next().unwrap_or_default().rows.decode()?;
    let mut columns = Vec::new();
    for _ in stages {
        let mut deals = outcomes.next().unwrap_or_default().rows.decode()?;
        let stale: Vec<Stale> = outcomes.next().unwrap_or_default().rows.decode()?;
        columns.push(Column {
            next: page.cut(&mut deals, |deal: &DealOut| deal.rank.clone()),
            deals,
            stale: stale.first().map_or(0, |stale| stale.count),
        });
    }
    Ok((held, columns))
}
