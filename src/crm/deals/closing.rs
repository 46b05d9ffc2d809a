//! Ending a deal, and taking it up again: moves to the stage that says so.

use super::model::{CloseIn, DealOut};
use super::moving::Destination;
use super::store;
use crate::crm::model::StageKind;
use crate::crm::pipelines::model::PipelineOut;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::ids::TenantId;

/// Where a deal ends: in the pipeline's first stage that is won or lost. `None` when it has ended so already.
///
/// # Errors
/// A reason for what was won; a pipeline without such a stage.
pub fn end(input: &CloseIn, deal: &DealOut, pipeline: &PipelineOut) -> Result<Option<Destination>> {
    let kind = input.outcome.kind();
    if input.reason.is_some() && kind != StageKind::Lost {
        return Err(Error::field("reason", "is for deals that are lost"));
    }
    if deal.status == kind {
        return Ok(None);
    }
    let stage = pipeline.stages.iter().find(|stage| stage.kind == kind);
    let stage = stage.ok_or_else(|| {
        let message = format!(
            "The pipeline has no stage that is {}: add one.",
            kind.as_str()
        );
        Error::conflict("no_such_stage", message)
    })?;
    Ok(Some(Destination {
        stage_id: stage.id.clone(),
        gap: None,
        reason: input.reason.as_deref().map(str::to_string),
    }))
}

/// Where a deal is taken up again: where it was before it ended, or in the pipeline's first open stage. `None` when it is open.
///
/// # Errors
/// A pipeline without an open stage; the database's.
pub async fn beginning_anew(
    db: &Db,
    tenant: &TenantId,
    deal: &DealOut,
    pipeline: &PipelineOut,
) -> Result<Option<Destination>> {
    if deal.status == StageKind::Open {
        return Ok(None);
    }
    let before = store::stages_before(db, tenant, &deal.id).await?;
    let stages = pipeline.stages.iter();
    let open: Vec<_> = stages
        .filter(|stage| stage.kind == StageKind::Open)
        .collect();
    let last = before
        .iter()
        .find_map(|id| open.iter().find(|stage| stage.id == *id));
    let stage = last.or(open.first()).ok_or_else(|| {
        Error::conflict("no_such_stage", "The pipeline has no open stage: add one.")
    })?;
    Ok(Some(Destination {
        stage_id: stage.id.clone(),
        gap: None,
        reason: None,
    }))
}
