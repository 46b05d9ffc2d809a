//! Changing the stages of a pipeline: what may be done while deals are in them.

use super::model::{MOST_STAGES, PipelineOut, StageIn, StageOrder, StageOut, StagePatch};
use super::store;
use crate::crm::model::StageKind;
use crate::edge::clock::Millis;
use crate::edge::db::Db;
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::ids::{PipelineId, StageId, TenantId};

/// Deletes a pipeline that holds no deals.
///
/// # Errors
/// [`Error::NotFound`]; a conflict that says how many deals it holds; the database's.
pub async fn delete_pipeline(
    db: &Db,
    tenant: &TenantId,
    id: &PipelineId,
    now: Millis,
) -> Result<()> {
    if store::delete(db, tenant, id, now).await? {
        return Ok(());
    }
    match store::exists(db, tenant, id).await? {
        true => {
            let held = store::deals_in(db, tenant, id, None).await?;
            Err(Error::conflict(
                "pipeline_in_use",
                format!(
                    "The pipeline holds {} (deals of deleted businesses count: they come back with them): remove them first.",
                    number_of(held)
                ),
            ))
        }
        false => Err(Error::NotFound("pipeline")),
    }
}

/// Adds a stage behind the others.
///
/// # Errors
/// [`Error::NotFound`]; stages that it leads to and that are not there; too many; the database's.
pub async fn add(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
    input: StageIn,
    now: Millis,
) -> Result<StageOut> {
    let stages = store::get(db, tenant, pipeline).await?.stages;
    if stages.len() >= MOST_STAGES {
        return Err(Error::field(
            "pipeline_id",
            format!("has {MOST_STAGES} stages already, which is the most"),
        ));
    }
    must_be_stages("moves_to", input.moves_to.as_deref(), &stages)?;
    let last = stages.iter().map(|stage| stage.position).max();
    let position = last.unwrap_or(0).saturating_add(1);
    Ok(store::add_stage(db, tenant, pipeline, &input, position, now).await?)
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; stages that it leads to and that are not there; a kind that it
/// cannot have; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &StageId,
    patch: StagePatch,
    edit: Edit,
) -> Result<StageOut> {
    let stage = store::stage(db, tenant, id).await?;
    let stages = store::stages(db, tenant, &stage.pipeline_id).await?;
    let leads_to = patch.moves_to.as_ref().and_then(Option::as_deref);
    must_be_stages("moves_to", leads_to, &stages)?;
    let other_kind = patch.kind.filter(|kind| *kind != stage.kind);
    if other_kind.is_some() {
        if edit.expected.is_none_or(|known| known == stage.updated_at) {
            must_not_be_the_last_open(&stage, &stages)?;
        }
        must_be_empty(db, tenant, &stage, "keeps its kind").await?;
    }
    match store::update_stage(db, tenant, id, patch, edit).await {
        Err(Error::NotFound(what)) if other_kind.is_some() => {
            // A deal came in the meantime.
            must_be_empty(db, tenant, &stage, "keeps its kind").await?;
            Err(Error::NotFound(what))
        }
        other => other,
    }
}

/// Deletes a stage where no deal is.
///
/// # Errors
/// [`Error::NotFound`]; a conflict that says what stands in the way; the database's.
pub async fn delete(db: &Db, tenant: &TenantId, id: &StageId, now: Millis) -> Result<()> {
    let stage = store::stage(db, tenant, id).await?;
    let stages = store::stages(db, tenant, &stage.pipeline_id).await?;
    must_not_be_the_last_open(&stage, &stages)?;
    let mut others = Vec::new();
    for other in stages.iter().filter(|other| other.id != *id) {
        let Some(moves_to) = other.moves_to.as_ref().filter(|to| to.0.contains(id)) else {
            continue;
        };
        let left: Vec<_> = moves_to.0.iter().filter(|to| *to != id).cloned().collect();
        if left.is_empty() {
            return Err(Error::conflict(
                "stage_in_use",
                format!(
                    "{} leads to this stage only: say first where else it leads.",
                    other.name
                ),
            ));
        }
        others.push((other, left));
    }
    if store::delete_stage(db, tenant, id, &others, now).await? {
        return Ok(());
    }
    must_be_empty(db, tenant, &stage, "cannot be deleted").await?;
    Err(Error::NotFound("stage"))
}

/// Puts the stages into another order.
///
/// # Errors
/// [`Error::NotFound`]; other stages than the pipeline has; the database's.
pub async fn reorder(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
    order: &StageOrder,
    now: Millis,
) -> Result<PipelineOut> {
    let stages = store::get(db, tenant, pipeline).await?.stages;
    let mut named: Vec<_> = order.stage_ids.iter().collect();
    let mut there: Vec<_> = stages.iter().map(|stage| &stage.id).collect();
    named.sort_unstable();
    there.sort_unstable();
    if named != there {
        return Err(Error::field(
            "stage_ids",
            "must be all of the pipeline's stages, each once",
        ));
    }
    store::reorder(db, tenant, pipeline, &order.stage_ids, now).await?;
    store::get(db, tenant, pipeline).await
}

/// A deal begins somewhere.
fn must_not_be_the_last_open(stage: &StageOut, stages: &[StageOut]) -> Result<()> {
    let other_open = |other: &StageOut| other.kind == StageKind::Open && other.id != stage.id;
    match stage.kind != StageKind::Open || stages.iter().any(other_open) {
        true => Ok(()),
        false => Err(Error::conflict(
            "last_open_stage",
            "A pipeline keeps an open stage, where deals begin.",
        )),
    }
}

async fn must_be_empty(db: &Db, tenant: &TenantId, stage: &StageOut, so: &str) -> Result<()> {
    match store::deals_in(db, tenant, &stage.pipeline_id, Some(&stage.id)).await? {
        0 => Ok(()),
        held => Err(Error::conflict(
            "stage_in_use",
            format!(
                "The stage holds {} and {so}: move them first.",
                number_of(held)
            ),
        )),
    }
}

fn must_be_stages(field: &str, named: Option<&[StageId]>, stages: &[StageOut]) -> Result<()> {
    let is_there = |id: &StageId| stages.iter().any(|stage| stage.id == *id);
    match named
        .unwrap_or_default()
        .iter()
        .position(|id| !is_there(id))
    {
        None => Ok(()),
        Some(index) => Err(Error::field(
            format!("{field}[{index}]"),
            "must be the id of a stage of this pipeline",
        )),
    }
}

fn number_of(deals: i64) -> String {
    match deals {
        1 => "one deal".into(),
        more => format!("{more} deals"),
    }
}
