//! Adding a deal, and what is asked of those it names.

use super::model::{DealIn, DealOut, DealPatch};
use super::moving::{self, ATTEMPTS, Mover};
use super::place::Gap;
use super::store::{self, Move};
use crate::crm::model::StageKind;
use crate::crm::pipelines::model::{PipelineOut, StageOut};
use crate::crm::{businesses, people, pipelines};
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::Edit;
use crate::http::scope::Scope;
use crate::identity::memberships;
use crate::ids::{BusinessId, DealId, MoveId, PersonId, StageId, TenantId, UserId};
use crate::tables::no_such;

/// Adds a deal at the top of its stage.
///
/// # Errors
/// A pipeline, stage, business, person or member that is not there; an amount without a currency; the database's.
pub async fn add(platform: &Platform, mover: &Mover<'_>, input: &DealIn) -> Result<DealOut> {
    let (db, scope, now) = (&platform.db, mover.scope, platform.now());
    let tenant = &scope.tenant;
    let pipeline = match pipelines::store::get(db, tenant, &input.pipeline_id).await {
        Err(Error::NotFound(_)) => return Err(no_such("pipeline_id", "pipeline")),
        other => other?,
    };
    let stage = stage_of(&pipeline, input.stage_id.as_ref())?;
    if !businesses::store::exists(db, scope, &input.business_id).await? {
        return Err(no_such("business_id", "business"));
    }
    must_be_there(db, tenant, &input.business_id, input.person_id.as_ref()).await?;
    must_be_member(db, tenant, input.owner_id.as_ref()).await?;
    for _ in 0..ATTEMPTS {
        let written = insert(db, mover, input, &pipeline, stage, now).await?;
        match written {
            Ok(Some(deal)) => {
                moving::announce(platform, scope, &deal, None, now).await;
                return Ok(moving::judged(deal, &pipeline, now));
            }
            Ok(None) if businesses::store::exists(db, scope, &input.business_id).await? => {
                return Err(no_such("stage_id", "stage of the pipeline"));
            }
            Ok(None) => return Err(no_such("business_id", "business")),
            // Another came to the top.
            Err(DbError::Unique) => {}
            Err(error) => return Err(store::amount_error(error)),
        }
    }
    Err(Error::conflict(
        "deal_is_changing",
        "Others are moving deals into this place; try again.",
    ))
}

async fn insert(
    db: &Db,
    mover: &Mover<'_>,
    input: &DealIn,
    pipeline: &PipelineOut,
    stage: &StageOut,
    now: Millis,
) -> Result<Result<Option<DealOut>, DbError>> {
    let tenant = &mover.scope.tenant;
    let gap = Gap::at_top(db, tenant, &stage.id, None).await?;
    let (deal, id) = (DealId::new(now), MoveId::new(now));
    let name = input.name.as_deref().map(str::to_string);
    let r#move = Move {
        id: &id,
        deal: &deal,
        pipeline: &pipeline.id,
        business: &input.business_id,
        from: None,
        to: stage,
        by: mover.by,
        entry: moving::entry(
            &id,
            &input.business_id,
            input.person_id.as_ref(),
            format!("{}: {}", pipeline.name, stage.name),
            name,
            now,
        ),
        at: now,
    };
    Ok(store::insert(db, tenant, input, &gap.rank(), &r#move).await)
}

/// The stage that is named, else the first that is open.
fn stage_of<'a>(pipeline: &'a PipelineOut, named: Option<&StageId>) -> Result<&'a StageOut> {
    let mut stages = pipeline.stages.iter();
    match named {
        Some(id) => stages
            .find(|stage| stage.id == *id)
            .ok_or_else(|| no_such("stage_id", "stage of the pipeline")),
        None => stages
            .find(|stage| stage.kind == StageKind::Open)
            .ok_or_else(|| Error::field("stage_id", "name one: the pipeline has no open stage")),
    }
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a person or member that is not there; an amount without a currency;
/// the database's.
pub async fn update(
    db: &Db,
    scope: &Scope,
    id: &DealId,
    patch: DealPatch,
    edit: Edit,
) -> Result<DealOut> {
    let deal = store::get(db, scope, id).await?;
    let person = patch.person_id.as_ref().and_then(Option::as_ref);
    must_be_there(db, &scope.tenant, &deal.business_id, person).await?;
    let owner = patch.owner_id.as_ref().and_then(Option::as_ref);
    must_be_member(db, &scope.tenant, owner).await?;
    store::update(db, scope, id, patch, edit).await
}

async fn must_be_there(
    db: &Db,
    tenant: &TenantId,
    business: &BusinessId,
    person: Option<&PersonId>,
) -> Result<()> {
    let Some(person) = person else {
        return Ok(());
    };
    match people::find(db, &Scope::whole(tenant), person).await {
        Ok(found) if found.business_id == *business => Ok(()),
        Ok(_) | Err(Error::NotFound(_)) => Err(no_such("person_id", "person at this business")),
        Err(error) => Err(error),
    }
}

async fn must_be_member(db: &Db, tenant: &TenantId, owner: Option<&UserId>) -> Result<()> {
    match owner {
        Some(owner) if !memberships::is_member(db, tenant, owner).await? => {
            Err(no_such("owner_id", "member of the team"))
        }
        _ => Ok(()),
    }
}
