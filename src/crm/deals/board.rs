//! A pipeline's board: its stages with what is in them.

use super::model::{Board, BoardStage, DealOut, Total, stale_since};
use super::store;
use crate::crm::pipelines;
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::Result;
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{PipelineId, StageId};

/// The board, with the first page of each stage.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database's.
pub async fn show(
    db: &Db,
    scope: &Scope,
    id: &PipelineId,
    page: &Page,
    now: Millis,
) -> Result<Board> {
    let pipeline = pipelines::store::get(db, &scope.tenant, id).await?;
    let asked: Vec<_> = pipeline
        .stages
        .iter()
        .map(|stage| (&stage.id, stale_since(stage, now)))
        .collect();
    let (held, columns) = store::board(db, scope, id, &asked, page).await?;
    let stages = pipeline.stages.iter().zip(columns);
    let stages = stages
        .map(|(stage, column)| {
            let held: Vec<_> = held
                .iter()
                .filter(|held| held.stage_id == stage.id)
                .collect();
            let total = |held: &&store::Held| {
                Some(Total {
                    currency: held.currency.clone()?,
                    amount: held.amount.unwrap_or(0),
                })
            };
            let judge = |deal: DealOut| deal.judged(Some(stage), now);
            BoardStage {
                stage_id: stage.id.clone(),
                count: held.iter().map(|held| held.count).sum(),
                stale_count: column.stale,
                totals: held.iter().filter_map(total).collect(),
                deals: column.deals.into_iter().map(judge).collect(),
                next_cursor: column.next,
            }
        })
        .collect();
    Ok(Board { pipeline, stages })
}

/// A page of a stage's deals from the top, and the cursor to what stands below.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database's.
pub async fn stage(
    db: &Db,
    scope: &Scope,
    id: &StageId,
    page: &Page,
    now: Millis,
) -> Result<(Vec<DealOut>, Option<String>)> {
    let stage = pipelines::store::stage(db, &scope.tenant, id).await?;
    let (deals, next) = store::of_stage(db, scope, id, page).await?;
    let judge = |deal: DealOut| deal.judged(Some(&stage), now);
    Ok((deals.into_iter().map(judge).collect(), next))
}

/// The same deals, each judged by its stage.
///
/// # Errors
/// The database's.
pub async fn judge(
    db: &Db,
    scope: &Scope,
    deals: Vec<DealOut>,
    now: Millis,
) -> Result<Vec<DealOut>> {
    let mut ids: Vec<_> = deals.iter().map(|deal| &deal.stage_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let stages = match ids.is_empty() {
        true => Vec::new(),
        false => pipelines::store::stages_by_id(db, &scope.tenant, &ids).await?,
    };
    let judge = |deal: DealOut| {
        let stage = stages.iter().find(|stage| stage.id == deal.stage_id);
        deal.judged(stage, now)
    };
    Ok(deals.into_iter().map(judge).collect())
}
