//! `/api/v1/deals`, and what of a pipeline is about its deals.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{
    Board, CloseIn, Conversion, DealFilter, DealIn, DealOut, DealPatch, MoveIn, MoveOut,
};
use super::moving::{self, Mover, Wish};
use super::{add, board, conversion, store};
use crate::crm::model::StageKind;
use crate::edge::clock::{DAY, Millis};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, NoContent, Operation, PageParams, PathId,
    Permission, Query, Routes, created, data, filter, listing,
};
use crate::ids::{DealId, PipelineId, StageId};

/// How far the figures go back unless somebody says.
const USUAL_TIME: Millis = 90 * DAY;

/// The routes of deals.
pub fn routes() -> Routes {
    Routes::new("Deals")
        .get(
            "/api/v1/deals",
            list,
            Operation::new("listDeals", Permission::DealsRead, "List deals"),
        )
        .post(
            "/api/v1/deals",
            create,
            Operation::new("addDeal", Permission::DealsWrite, "Add a business to a pipeline")
                .description("It comes to the top of the stage, the pipeline's first open one unless another is named.")
                .conflict("deal_is_changing", "too many others come to the same place at this moment")
                .example(r#"{"pipeline_id": "01900000-0000-7000-8000-000000000001", "business_id": "01900000-0000-7000-8000-000000000002", "name": "Yearly plan", "amount": 240000, "currency": "USD", "expected_close_on": "2026-09-30"}"#),
        )
        .get(
            "/api/v1/deals/{id}",
            read,
            Operation::new("getDeal", Permission::DealsRead, "Get a deal"),
        )
        .patch(
            "/api/v1/deals/{id}",
            update,
            Operation::new("updateDeal", Permission::DealsWrite, "Change a deal")
                .description("To another stage it goes by a move.")
                .example(r#"{"amount": 260000}"#),
        )
        .delete(
            "/api/v1/deals/{id}",
            delete,
            Operation::new("deleteDeal", Permission::DealsWrite, "Remove a deal")
                .description("Its history goes with it: it is for what should never have been there. What came to nothing is closed as lost."),
        )
        .post(
            "/api/v1/deals/{id}/move",
            move_to,
            Operation::new("moveDeal", Permission::DealsWrite, "Move a deal to another stage, or within its own")
                .shows_version()
                .description("A deal that is there already stays as it is. Each move is in the deal's history and on the business's timeline.")
                .conflict("move_not_allowed", "the stage does not lead there; the message says where it leads")
                .conflict("deal_is_changing", "others move it, or into the same place, at this moment")
                .example(r#"{"stage_id": "01900000-0000-7000-8000-000000000001"}"#),
        )
        .post(
            "/api/v1/deals/{id}/close",
            close,
            Operation::new("closeDeal", Permission::DealsWrite, "End a deal as won or lost")
                .shows_version()
                .description("It goes to the pipeline's first stage of that kind.")
                .conflict("no_such_stage", "the pipeline has no stage of that kind")
                .conflict("move_not_allowed", "the stage does not lead there; the message says where it leads")
                .conflict("deal_is_changing", "others move it at this moment")
                .example(r#"{"outcome": "won"}"#),
        )
        .post(
            "/api/v1/deals/{id}/reopen",
            reopen,
            Operation::new("reopenDeal", Permission::DealsWrite, "Take a deal up again that was won or lost")
                .shows_version()
                .description("It goes back to the open stage where it was last.")
                .conflict("no_such_stage", "the pipeline has no open stage")
                .conflict("move_not_allowed", "the stage does not lead there; the message says where it leads")
                .conflict("deal_is_changing", "others move it at this moment"),
        )
        .get(
            "/api/v1/deals/{id}/moves",
            moves,
            Operation::new("listDealMoves", Permission::DealsRead, "Get a deal's history, newest first"),
        )
        .get(
            "/api/v1/stages/{id}/deals",
            list_of_stage,
            Operation::new("listDealsOfStage", Permission::DealsRead, "List a stage's deals from the top"),
        )
        .get(
            "/api/v1/pipelines/{id}/board",
            show_board,
            Operation::new("getBoard", Permission::DealsRead, "Get a pipeline's stages with what is in them")
                .description("`limit` is of each stage. `GET /api/v1/stages/{id}/deals` goes on with a stage's `next_cursor`."),
        )
        .get(
            "/api/v1/pipelines/{id}/conversion",
            figures,
            Operation::new("getConversion", Permission::DealsRead, "Get how deals fared in a pipeline")
                .description("From what happened from `from` on and before `to`: the last 90 days unless said. What happened otherwise plays no part, so that the figures of a time that is over stay as they are. A deal that comes to a stage twice counts there once."),
        )
}

#[derive(Deserialize, JsonSchema)]
pub(in crate::crm) struct Parameters {
    #[serde(rename = "filter[pipeline_id]", alias = "pipeline_id")]
    pipeline_id: Option<String>,
    #[serde(rename = "filter[stage_id]", alias = "stage_id")]
    stage_id: Option<String>,
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    #[serde(rename = "filter[person_id]", alias = "person_id")]
    person_id: Option<String>,
    #[serde(rename = "filter[owner_id]", alias = "owner_id")]
    owner_id: Option<String>,
    #[serde(rename = "filter[status]", alias = "status")]
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Parameters {
    fn filter(&self) -> Result<DealFilter> {
        filter::nothing_else(&self.rest)?;
        let status = self.status.as_deref();
        Ok(DealFilter {
            pipeline_id: filter::id("pipeline_id", self.pipeline_id.as_deref())?,
            stage_id: filter::id("stage_id", self.stage_id.as_deref())?,
            business_id: filter::id("business_id", self.business_id.as_deref())?,
            person_id: filter::id("person_id", self.person_id.as_deref())?,
            owner_id: filter::id("owner_id", self.owner_id.as_deref())?,
            status: filter::word("status", status, StageKind::ALL, StageKind::as_str)?,
        })
    }
}

/// Of which time the figures are.
#[derive(Deserialize, JsonSchema)]
struct Time {
    /// From then on; 90 days before `to` unless said.
    from: Option<String>,
    /// Until then, and not then; now unless said.
    to: Option<String>,
}

impl Time {
    fn bounds(&self, now: Millis) -> Result<(Millis, Millis)> {
        let read = |field: &str, text: Option<&str>| {
            text.map(|text| {
                crate::http::time::parse(text)
                    .filter(|moment| *moment >= 0)
                    .ok_or_else(|| {
                        Error::field(field, "must be a time such as 2026-03-04T16:00:00Z")
                    })
            })
            .transpose()
        };
        // What happens this very moment is in.
        let to = read("to", self.to.as_deref())?.unwrap_or(now.saturating_add(1));
        let from = read("from", self.from.as_deref())?;
        let from = from.unwrap_or(to.saturating_sub(USUAL_TIME).max(0));
        match from < to {
            true => Ok((from, to)),
            false => Err(Error::field("from", "must be before `to`")),
        }
    }
}

pub(in crate::crm) async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<Parameters>,
) -> Result<Listing<DealOut>> {
    let (db, page) = (&platform.db, query.page.page()?);
    let scope = caller.scope(Permission::DealsRead);
    let (deals, next) = store::list(db, &scope, query.filter()?, &page).await?;
    let deals = board::judge(db, &scope, deals, platform.now()).await?;
    Ok(listing(&deals, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<DealIn>,
) -> Result<Created<DealOut>> {
    let (scope, by) = (caller.scope(Permission::DealsWrite), caller.actor.key());
    let mover = Mover {
        scope: &scope,
        by: &by,
    };
    let deal = add::add(&platform, &mover, &input).await?;
    Ok(created(&deal).version(deal.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
) -> Result<Answer<DealOut>> {
    let scope = caller.scope(Permission::DealsRead);
    let deal = store::get(&platform.db, &scope, &id).await?;
    answer(&platform, &caller, deal).await
}

async fn answer(platform: &Platform, caller: &Caller, deal: DealOut) -> Result<Answer<DealOut>> {
    let (scope, now) = (caller.scope(Permission::DealsRead), platform.now());
    let judged = board::judge(&platform.db, &scope, vec![deal], now).await?;
    let deal = judged.into_iter().next().ok_or(Error::NotFound("deal"))?;
    Ok(data(&deal).version(deal.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
    edit: Edit,
    Body(patch): Body<DealPatch>,
) -> Result<Answer<DealOut>> {
    let scope = caller.scope(Permission::DealsWrite);
    let deal = add::update(&platform.db, &scope, &id, patch, edit).await?;
    answer(&platform, &caller, deal).await
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
) -> Result<NoContent> {
    store::delete(&platform.db, &caller.scope(Permission::DealsWrite), &id).await?;
    Ok(NoContent)
}

async fn move_to(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
    edit: Edit,
    Body(wanted): Body<MoveIn>,
) -> Result<Answer<DealOut>> {
    bring_about(&platform, &caller, &id, &Wish::Go(wanted), edit).await
}

async fn close(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
    edit: Edit,
    Body(input): Body<CloseIn>,
) -> Result<Answer<DealOut>> {
    bring_about(&platform, &caller, &id, &Wish::Close(input), edit).await
}

async fn reopen(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
    edit: Edit,
) -> Result<Answer<DealOut>> {
    bring_about(&platform, &caller, &id, &Wish::Reopen, edit).await
}

async fn bring_about(
    platform: &Platform,
    caller: &Caller,
    id: &DealId,
    wish: &Wish,
    edit: Edit,
) -> Result<Answer<DealOut>> {
    let (scope, by) = (caller.scope(Permission::DealsWrite), caller.actor.key());
    let mover = Mover {
        scope: &scope,
        by: &by,
    };
    let deal = moving::bring_about(platform, &mover, id, wish, edit).await?;
    Ok(data(&deal).version(deal.updated_at))
}

async fn moves(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DealId>,
    Query(query): Query<PageParams>,
) -> Result<Listing<MoveOut>> {
    let (db, page) = (&platform.db, query.page()?);
    store::get(db, &caller.scope(Permission::DealsRead), &id).await?;
    let (moves, next) = store::moves(db, &caller.tenant, &id, &page).await?;
    Ok(listing(&moves, page.limit, next))
}

async fn list_of_stage(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<StageId>,
    Query(query): Query<PageParams>,
) -> Result<Listing<DealOut>> {
    let (page, now) = (query.page()?, platform.now());
    let scope = caller.scope(Permission::DealsRead);
    let (deals, next) = board::stage(&platform.db, &scope, &id, &page, now).await?;
    Ok(listing(&deals, page.limit, next))
}

/// How much of each stage.
#[derive(Deserialize, JsonSchema)]
struct BoardParameters {
    /// Deals of each stage: 1 to 500, 50 unless said.
    limit: Option<String>,
}

async fn show_board(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
    Query(query): Query<BoardParameters>,
) -> Result<Answer<Board>> {
    let page = PageParams::of_limit(query.limit).page()?;
    let scope = caller.scope(Permission::DealsRead);
    Ok(data(
        &board::show(&platform.db, &scope, &id, &page, platform.now()).await?,
    ))
}

async fn figures(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
    Query(time): Query<Time>,
) -> Result<Answer<Conversion>> {
    let (from, to) = time.bounds(platform.now())?;
    let scope = caller.scope(Permission::DealsRead);
    Ok(data(
        &conversion::of(&platform.db, &scope, &id, from, to).await?,
    ))
}
