//! Bringing a deal to another stage.

use super::closing;
use super::model::{CloseIn, DealOut, MoveIn};
use super::place::Gap;
use super::store::{self, Move};
use crate::crm::model::{ActivityType, StageKind};
use crate::crm::pipelines;
use crate::crm::pipelines::model::{PipelineOut, StageOut};
use crate::crm::timeline::Entry;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError};
use crate::edge::log;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::events::{self, Event};
use crate::http::Edit;
use crate::http::scope::Scope;
use crate::ids::{ActivityId, BusinessId, DealId, MoveId, PersonId, StageId};

/// How often a move is tried anew when somebody else moved the same deal, or took the same place, in the meantime.
pub const ATTEMPTS: u32 = 8;
/// Who enters moves into the timeline.
const SOURCE: &str = "pipelines";

/// Who moves something, and to which records that may be done.
pub struct Mover<'a> {
    /// The records within reach.
    pub scope: &'a Scope,
    /// Who, as the history names them.
    pub by: &'a str,
}

/// Where a deal is to go.
pub struct Destination {
    /// To which stage.
    pub stage_id: StageId,
    /// Where in it, when that is said.
    pub gap: Option<Gap>,
    /// Why it was lost.
    pub reason: Option<String>,
}

/// What somebody wants of a deal.
#[derive(Debug)]
pub enum Wish {
    /// That it goes there.
    Go(MoveIn),
    /// That it ends.
    Close(CloseIn),
    /// That it is taken up again.
    Reopen,
}

impl Wish {
    /// Where the deal goes for that; `None` when it is as wished already.
    async fn destination(
        &self,
        db: &Db,
        scope: &Scope,
        deal: &DealOut,
        pipeline: &PipelineOut,
    ) -> Result<Option<Destination>> {
        match self {
            Wish::Go(wanted) => Ok(Some(Destination {
                stage_id: wanted.stage_id.clone(),
                gap: Gap::named(db, scope, &deal.id, wanted).await?,
                reason: None,
            })),
            Wish::Close(input) => closing::end(input, deal, pipeline),
            Wish::Reopen => closing::beginning_anew(db, &scope.tenant, deal, pipeline).await,
        }
    }
}

/// Brings a deal to where somebody wants it, be it another stage or another place in its own. Where it is already it stays,
/// and nothing is written. When somebody else was faster, it is decided anew.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a stage or a deal that is not there; a move that the pipeline does not
/// allow; the database's.
pub async fn bring_about(
    platform: &Platform,
    mover: &Mover<'_>,
    id: &DealId,
    wish: &Wish,
    edit: Edit,
) -> Result<DealOut> {
    let (db, scope) = (&platform.db, mover.scope);
    for _ in 0..ATTEMPTS {
        let deal = store::get(db, scope, id).await?;
        if edit.expected.is_some_and(|known| known != deal.updated_at) {
            return Err(Error::PreconditionFailed);
        }
        let pipeline = pipelines::store::get(db, &scope.tenant, &deal.pipeline_id).await?;
        let Some(destination) = wish.destination(db, scope, &deal, &pipeline).await? else {
            return Ok(judged(deal, &pipeline, edit.now));
        };
        let written = if destination.stage_id == deal.stage_id {
            match destination.gap.filter(|gap| !gap.holds(&deal.rank)) {
                None => return Ok(judged(deal, &pipeline, edit.now)),
                Some(gap) => store::place(db, scope, &deal, &gap.rank(), edit.now).await,
            }
        } else {
            bring(platform, mover, &deal, &pipeline, destination, edit.now).await?
        };
        match written {
            Ok(Some(deal)) => return Ok(judged(deal, &pipeline, edit.now)),
            // Somebody changed the deal, or took its place.
            Ok(None) | Err(DbError::Unique) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::conflict(
        "deal_is_changing",
        "Others are moving this deal, or into this place; try again.",
    ))
}

async fn bring(
    platform: &Platform,
    mover: &Mover<'_>,
    deal: &DealOut,
    pipeline: &PipelineOut,
    destination: Destination,
    now: Millis,
) -> Result<Result<Option<DealOut>, DbError>> {
    let (db, scope) = (&platform.db, mover.scope);
    let (from, to) = stages_of(pipeline, &deal.stage_id, &destination.stage_id)?;
    // Later than whatever was done with it, so that the order of moves is that of their ids.
    let at = now.max(deal.updated_at.saturating_add(1));
    let gap = match destination.gap {
        Some(gap) => gap,
        None => Gap::at_top(db, &scope.tenant, &to.id, Some(&deal.id)).await?,
    };
    let id = MoveId::new(at);
    let r#move = Move {
        id: &id,
        deal: &deal.id,
        pipeline: &deal.pipeline_id,
        business: &deal.business_id,
        from: Some((&deal.stage_id, at.saturating_sub(deal.entered_stage_at))),
        to,
        by: mover.by,
        entry: entry(
            &id,
            &deal.business_id,
            deal.person_id.as_ref(),
            format!("{}: {} → {}", pipeline.name, from.name, to.name),
            destination.reason.clone().or_else(|| deal.name.clone()),
            at,
        ),
        at,
    };
    let reason = destination.reason.as_deref();
    let written = store::bring(db, scope, deal, &gap.rank(), reason, &r#move).await;
    if let Ok(Some(moved)) = &written {
        announce(platform, scope, moved, Some(&deal.stage_id), at).await;
    }
    Ok(written)
}

/// Both stages, if the one leads to the other.
fn stages_of<'a>(
    pipeline: &'a PipelineOut,
    from: &StageId,
    to: &StageId,
) -> Result<(&'a StageOut, &'a StageOut)> {
    let find = |id: &StageId| pipeline.stages.iter().find(|stage| stage.id == *id);
    let to = find(to).ok_or_else(|| {
        Error::field(
            "stage_id",
            "must be the id of a stage of the deal's pipeline",
        )
    })?;
    let from = find(from).ok_or_else(|| Error::Internal(format!("no stage {from}")))?;
    if from.leads_to(&to.id) {
        return Ok((from, to));
    }
    let allowed: Vec<_> = pipeline
        .stages
        .iter()
        .filter(|stage| from.leads_to(&stage.id) && stage.id != from.id)
        .map(|stage| format!("{} ({})", stage.name, stage.id))
        .collect();
    let ways = match allowed.is_empty() {
        true => "nowhere".into(),
        false => format!("to {}", allowed.join(", ")),
    };
    Err(Error::conflict(
        "move_not_allowed",
        format!("From {} a deal goes {ways}; not to {}.", from.name, to.name),
    ))
}

pub(super) fn judged(deal: DealOut, pipeline: &PipelineOut, now: Millis) -> DealOut {
    let stage = pipeline
        .stages
        .iter()
        .find(|stage| stage.id == deal.stage_id);
    deal.judged(stage, now)
}

/// What the business's timeline says of a move.
pub(super) fn entry(
    id: &MoveId,
    business: &BusinessId,
    person: Option<&PersonId>,
    subject: String,
    detail: Option<String>,
    at: Millis,
) -> Entry {
    Entry {
        id: ActivityId::derive(at, id.as_str()),
        business_id: business.clone(),
        person_id: person.cloned(),
        r#type: ActivityType::StatusChanged.as_str(),
        subject: Some(subject),
        detail,
        campaign_id: None,
        campaign_step: None,
        source: SOURCE,
        occurred_at: at,
        send_id: None,
    }
}

/// Tells the other domains. The move is written: that they could not be told must not look as if it were not.
pub(super) async fn announce(
    platform: &Platform,
    scope: &Scope,
    deal: &DealOut,
    from: Option<&StageId>,
    at: Millis,
) {
    let event = Event::DealMoved {
        tenant_id: scope.tenant.clone(),
        deal_id: deal.id.clone(),
        pipeline_id: deal.pipeline_id.clone(),
        business_id: deal.business_id.clone(),
        person_id: deal.person_id.clone(),
        from_stage_id: from.cloned(),
        to_stage_id: deal.stage_id.clone(),
        status: StageKind::as_str(deal.status).to_string(),
        occurred_at: at,
    };
    if let Err(error) = events::publish(platform, event).await {
        log::error("event not published", &[("error", &error.to_string())]);
    }
}
