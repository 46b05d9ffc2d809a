//! The SQL of moves: a deal's row, its history and the business's timeline are written together.

use serde::Deserialize;

use super::{DEALS, one};
use crate::crm::deals::model::{DealIn, DealOut, MoveOut};
use crate::crm::model::StageKind;
use crate::crm::pipelines::model::StageOut;
use crate::crm::reach;
use crate::crm::timeline::{self, Entry};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::Result;
use crate::http::Page;
use crate::http::scope::Scope;
use crate::ids::{BusinessId, DealId, MoveId, PipelineId, StageId, TenantId};
use crate::tables::{Columns, Conditions, Order, Table};

const MOVES: Table = Table {
    name: "deal_moves",
    columns: "id, from_stage_id, to_stage_id, status, moved_at, moved_by, stayed_ms",
};

const STAGE_TAKES_IT: &str = "EXISTS (SELECT 1 FROM pipeline_stages s WHERE s.tenant_id = ? AND s.id = ? AND s.kind = ? AND s.deleted_at IS NULL)";

const BUSINESS_IS_THERE: &str = "EXISTS (SELECT 1 FROM businesses b WHERE b.tenant_id = ? AND b.id = ? AND b.deleted_at IS NULL)";

/// A move that is to be written: the deal's row, its history and the business's timeline get it together, or none does.
pub struct Move<'a> {
    /// By which the batch knows that it was the one.
    pub id: &'a MoveId,
    /// Whose.
    pub deal: &'a DealId,
    /// On which way.
    pub pipeline: &'a PipelineId,
    /// Whose timeline.
    pub business: &'a BusinessId,
    /// From where, and how long it was there.
    pub from: Option<(&'a StageId, Millis)>,
    /// To where.
    pub to: &'a StageOut,
    /// By whom.
    pub by: &'a str,
    /// What the timeline says.
    pub entry: Entry,
    /// When.
    pub at: Millis,
}

/// Adds a deal to this stage. `None` when the business or the stage is gone by now.
///
/// # Errors
/// [`DbError::Unique`] when another took its place, [`DbError::Check`] when the amount or the currency is missing; the
/// database's.
pub async fn insert(
    db: &Db,
    tenant: &TenantId,
    input: &DealIn,
    rank: &str,
    r#move: &Move<'_>,
) -> Result<Option<DealOut>, DbError> {
    let (now, stage) = (r#move.at, r#move.to);
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", r#move.deal)
        .set("pipeline_id", &input.pipeline_id)
        .set("stage_id", &stage.id)
        .set("business_id", &input.business_id)
        .set("person_id", input.person_id.as_ref())
        .set("name", input.name.as_ref())
        .set("amount", input.amount)
        .set("currency", input.currency.as_ref())
        .set("owner_id", input.owner_id.as_ref())
        .set("expected_close_on", input.expected_close_on.as_ref())
        .set("status", stage.kind.as_str())
        .set("rank", rank)
        .set("entered_stage_at", now)
        .set("closed_at", (stage.kind != StageKind::Open).then_some(now))
        .set("last_move_id", r#move.id)
        .set("created_at", now)
        .set("updated_at", now);
    let conditions = Conditions::default()
        .and(BUSINESS_IS_THERE, [tenant.into(), r#move.business.into()])
        .and(
            STAGE_TAKES_IT,
            [
                tenant.into(),
                (&stage.id).into(),
                stage.kind.as_str().into(),
            ],
        );
    write(db, tenant, DEALS.insert_if(columns, conditions), r#move).await
}

/// Brings a deal, of which this is known, to another stage. `None` when it has changed since, or the stage is gone.
///
/// # Errors
/// [`DbError::Unique`] when another took its place; the database's.
pub async fn bring(
    db: &Db,
    scope: &Scope,
    known: &DealOut,
    rank: &str,
    reason: Option<&str>,
    r#move: &Move<'_>,
) -> Result<Option<DealOut>, DbError> {
    let (tenant, now, stage) = (&scope.tenant, r#move.at, r#move.to);
    let columns = Columns::default()
        .set("stage_id", &stage.id)
        .set("status", stage.kind.as_str())
        .set("rank", rank)
        .set("entered_stage_at", now)
        .set("closed_at", (stage.kind != StageKind::Open).then_some(now))
        .set(
            "lost_reason",
            reason.filter(|_| stage.kind == StageKind::Lost),
        )
        .set("last_move_id", r#move.id)
        .set("updated_at", now);
    let conditions = one(scope, &known.id)
        .and("updated_at = ?", [known.updated_at.into()])
        .and(
            STAGE_TAKES_IT,
            [
                tenant.into(),
                (&stage.id).into(),
                stage.kind.as_str().into(),
            ],
        );
    write(db, tenant, DEALS.update(columns, conditions), r#move).await
}

async fn write(
    db: &Db,
    tenant: &TenantId,
    deal: Statement,
    r#move: &Move<'_>,
) -> Result<Option<DealOut>, DbError> {
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("deal_id", r#move.deal)
        .set("id", r#move.id)
        .set("pipeline_id", r#move.pipeline)
        .set("business_id", r#move.business)
        .set("from_stage_id", r#move.from.map(|(stage, _)| stage))
        .set("to_stage_id", &r#move.to.id)
        .set("status", r#move.to.kind.as_str())
        .set("moved_at", r#move.at)
        .set("moved_by", r#move.by)
        .set("stayed_ms", r#move.from.map(|(_, stayed)| stayed));
    let was_moved = Conditions::default().and(
        "EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = ? AND d.id = ? AND d.last_move_id = ?)",
        [tenant.into(), r#move.deal.into(), r#move.id.into()],
    );
    let entry = timeline::add(
        tenant,
        std::slice::from_ref(&r#move.entry),
        "EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = ?1 AND d.id = ?3 AND d.last_move_id = ?4)",
    );
    let outcomes = db
        .batch(vec![
            deal,
            MOVES.insert_if(columns, was_moved),
            entry.bind(r#move.deal).bind(r#move.id),
        ])
        .await?;
    match outcomes.into_iter().next() {
        Some(written) => Ok(written.rows.decode()?.into_iter().next()),
        None => Ok(None),
    }
}

/// Puts a deal, of which this is known, elsewhere in its stage. `None` when it has changed since.
///
/// # Errors
/// [`DbError::Unique`] when another took its place; the database's.
pub async fn place(
    db: &Db,
    scope: &Scope,
    known: &DealOut,
    rank: &str,
    now: Millis,
) -> Result<Option<DealOut>, DbError> {
    let columns = Columns::default().set("rank", rank).touched(now);
    let conditions = one(scope, &known.id).and("updated_at = ?", [known.updated_at.into()]);
    db.fetch_optional(DEALS.update(columns, conditions)).await
}

/// A page of a deal's history, newest first, and the cursor to what was before.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn moves(
    db: &Db,
    tenant: &TenantId,
    deal: &DealId,
    page: &Page,
) -> Result<(Vec<MoveOut>, Option<String>)> {
    let conditions = Conditions::of(tenant).and("deal_id = ?", [deal.into()]);
    MOVES
        .page(db, conditions, page, Order::NewestFirst, |row: &MoveOut| {
            row.id.as_str()
        })
        .await
}

/// The stages that a deal came from, the last one first.
///
/// # Errors
/// The database's.
pub async fn stages_before(
    db: &Db,
    tenant: &TenantId,
    deal: &DealId,
) -> Result<Vec<StageId>, DbError> {
    #[derive(Deserialize)]
    struct From {
        from_stage_id: StageId,
    }
    let conditions = Conditions::of(tenant)
        .and("deal_id = ?", [deal.into()])
        .and("from_stage_id IS NOT NULL", []);
    let statement = MOVES.select_as("from_stage_id", conditions, "ORDER BY id DESC LIMIT 50");
    let rows: Vec<From> = db.fetch_all(statement).await?;
    Ok(rows.into_iter().map(|row| row.from_stage_id).collect())
}

/// A move, as the figures need it.
#[derive(Debug, Clone, Deserialize)]
pub struct MoveRow {
    /// Which.
    pub id: MoveId,
    /// Whose.
    pub deal_id: DealId,
    /// From where; nowhere when it came into the pipeline.
    pub from_stage_id: Option<StageId>,
    /// To where.
    pub to_stage_id: StageId,
    /// What the deal was then.
    pub status: StageKind,
    /// How long it had been where it came from.
    pub stayed_ms: Option<Millis>,
}

/// So many moves of a pipeline behind one, in the order of time, before another.
///
/// # Errors
/// The database's.
pub async fn moves_between(
    db: &Db,
    scope: &Scope,
    pipeline: &PipelineId,
    behind: &MoveId,
    before: &MoveId,
    most: usize,
) -> Result<Vec<MoveRow>, DbError> {
    let conditions = reach::of_live_businesses(scope)
        .and("pipeline_id = ?", [pipeline.into()])
        .and("id > ?", [behind.into()])
        .and("id < ?", [before.into()]);
    let columns = "id, deal_id, from_stage_id, to_stage_id, status, stayed_ms";
    let tail = format!("ORDER BY id LIMIT {most}");
    db.fetch_all(MOVES.select_as(columns, conditions, &tail))
        .await
}
