//! Where in its stage a deal goes.

use super::model::MoveIn;
use super::rank;
use super::store::{self, Beside};
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::scope::Scope;
use crate::ids::{DealId, StageId, TenantId};
use crate::tables::no_such;

/// The ranks above and below a place; `None` is the stage's end.
pub struct Gap {
    above: Option<String>,
    below: Option<String>,
}

impl Gap {
    /// The place at the top of a stage.
    ///
    /// # Errors
    /// The database's.
    pub async fn at_top(
        db: &Db,
        tenant: &TenantId,
        stage: &StageId,
        deal: Option<&DealId>,
    ) -> Result<Self> {
        let below = store::rank_beside(db, tenant, stage, deal, Beside::Top).await?;
        Ok(Gap { above: None, below })
    }

    /// The place that a client names, if they name one.
    ///
    /// # Errors
    /// A deal that is not in that stage; the database's.
    pub async fn named(
        db: &Db,
        scope: &Scope,
        deal: &DealId,
        wanted: &MoveIn,
    ) -> Result<Option<Self>> {
        let (field, neighbour) = match (&wanted.before_id, &wanted.after_id) {
            (Some(below), _) => ("before_id", below),
            (None, Some(above)) => ("after_id", above),
            (None, None) => return Ok(None),
        };
        let found = match store::get(db, scope, neighbour).await {
            Err(Error::NotFound(_)) => None,
            other => Some(other?),
        };
        let neighbour = found
            .filter(|found| found.stage_id == wanted.stage_id && found.id != *deal)
            .ok_or_else(|| no_such(field, "other deal in that stage"))?;
        let (tenant, stage, rank) = (&scope.tenant, &wanted.stage_id, neighbour.rank);
        Ok(Some(match field {
            "before_id" => Gap {
                above: store::rank_beside(db, tenant, stage, Some(deal), Beside::Above(&rank))
                    .await?,
                below: Some(rank),
            },
            _ => Gap {
                below: store::rank_beside(db, tenant, stage, Some(deal), Beside::Below(&rank))
                    .await?,
                above: Some(rank),
            },
        }))
    }

    /// Whether what has this rank stands here already.
    pub fn holds(&self, rank: &str) -> bool {
        self.above.as_deref().is_none_or(|above| above < rank)
            && self.below.as_deref().is_none_or(|below| rank < below)
    }

    /// A rank in here.
    pub fn rank(&self) -> String {
        rank::between(self.above.as_deref(), self.below.as_deref())
    }
}
