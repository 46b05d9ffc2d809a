//! The SQL of deals.

mod moves;
mod stage;

use super::model::{DealFilter, DealOut, DealPatch};
use crate::crm::model::StageKind;
use crate::crm::reach;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::http::{Edit, Page};
use crate::ids::DealId;
use crate::tables::{Columns, Conditions, Order, Table};

pub use moves::{Move, MoveRow, bring, insert, moves, moves_between, place, stages_before};
pub use stage::{Beside, Held, board, of_stage, rank_beside};

const DEALS: Table = Table {
    name: "deals",
    columns: "id, pipeline_id, stage_id, business_id, person_id, name, amount, currency, owner_id, expected_close_on, status, \
              lost_reason, rank, last_move_id, entered_stage_at, closed_at, created_at, updated_at",
};

fn one(scope: &Scope, id: &DealId) -> Conditions {
    reach::of_live_businesses(scope)
        .and("id = ?", [id.into()])
        .and_not_deleted()
}

/// A deal.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, scope: &Scope, id: &DealId) -> Result<DealOut> {
    db.fetch_optional(DEALS.select(one(scope, id)))
        .await?
        .ok_or(Error::NotFound("deal"))
}

/// A page of deals and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: DealFilter,
    page: &Page,
) -> Result<(Vec<DealOut>, Option<String>)> {
    let conditions = reach::of_live_businesses(scope)
        .and_not_deleted()
        .and_if("pipeline_id = ?", filter.pipeline_id)
        .and_if("stage_id = ?", filter.stage_id)
        .and_if("business_id = ?", filter.business_id)
        .and_if("person_id = ?", filter.person_id)
        .and_if("owner_id = ?", filter.owner_id)
        .and_if("status = ?", filter.status.map(StageKind::as_str));
    DEALS
        .page(db, conditions, page, Order::OldestFirst, |row: &DealOut| {
            row.id.as_str()
        })
        .await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; an amount without a currency; the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &DealId,
    patch: DealPatch,
    edit: Edit,
) -> Result<DealOut> {
    let columns = Columns::default()
        .change("person_id", patch.person_id)
        .change("name", patch.name)
        .change("amount", patch.amount)
        .change("currency", patch.currency)
        .change("owner_id", patch.owner_id)
        .change("expected_close_on", patch.expected_close_on)
        .change("lost_reason", patch.lost_reason);
    if columns.is_empty() {
        return get(db, scope, id).await;
    }
    DEALS
        .edit(db, columns, one(scope, id), edit, "deal", amount_error)
        .await
}

/// What a client is told when the database refused a deal.
pub fn amount_error(error: DbError) -> Error {
    match error {
        DbError::Check => Error::field("currency", "goes with the amount: give both or neither"),
        other => other.into(),
    }
}

/// Removes a deal and its history, as if it had never been.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn delete(db: &Db, scope: &Scope, id: &DealId) -> Result<()> {
    get(db, scope, id).await?;
    let tenant = &scope.tenant;
    let deal =
        Statement::new("DELETE FROM deals WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL");
    let moves = Statement::new(
        "DELETE FROM deal_moves WHERE tenant_id = ?1 AND deal_id = ?2
         AND NOT EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = ?1 AND d.id = ?2)",
    );
    let outcomes = db
        .batch(vec![
            deal.bind(tenant).bind(id),
            moves.bind(tenant).bind(id),
        ])
        .await?;
    match outcomes.first() {
        Some(deleted) if deleted.changes > 0 => Ok(()),
        _ => Err(Error::NotFound("deal")),
    }
}
