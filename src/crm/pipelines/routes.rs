//! `/api/v1/pipelines` and `/api/v1/stages`.

use super::model::{
    PipelineIn, PipelineOut, PipelinePatch, StageIn, StageOrder, StageOut, StagePatch,
};
use super::{stages, store};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::{
    Answer, Body, Caller, Created, Edit, Listing, NoContent, Operation, PageParams, PathId,
    Permission, Query, Routes, created, data, listing,
};
use crate::ids::{PipelineId, StageId};

/// The routes of pipelines and their stages.
pub fn routes() -> Routes {
    Routes::new("Pipelines")
        .get(
            "/api/v1/pipelines",
            list,
            Operation::new("listPipelines", Permission::PipelinesRead, "List pipelines with their stages")
                .description("Those that every organization begins with come first: from a lead to its booking, before and after an appointment, and partnerships. They can be changed like others."),
        )
        .post(
            "/api/v1/pipelines",
            create,
            Operation::new("createPipeline", Permission::PipelinesWrite, "Create a pipeline with its stages")
                .example(r##"{"name": "Renewals", "stages": [{"name": "Due", "probability": 40, "stale_after_days": 14}, {"name": "Offered", "probability": 70, "color": "#2563EB"}, {"name": "Renewed", "kind": "won"}, {"name": "Gone", "kind": "lost"}]}"##),
        )
        .get(
            "/api/v1/pipelines/{id}",
            read,
            Operation::new("getPipeline", Permission::PipelinesRead, "Get a pipeline with its stages"),
        )
        .patch(
            "/api/v1/pipelines/{id}",
            update,
            Operation::new("updatePipeline", Permission::PipelinesWrite, "Change a pipeline")
                .example(r#"{"description": "Contracts that end within three months."}"#),
        )
        .delete(
            "/api/v1/pipelines/{id}",
            delete,
            Operation::new("deletePipeline", Permission::PipelinesWrite, "Delete a pipeline")
                .conflict("pipeline_in_use", "it holds deals; the message says how many"),
        )
        .get(
            "/api/v1/pipelines/{id}/stages",
            list_stages,
            Operation::new("listStages", Permission::PipelinesRead, "List a pipeline's stages"),
        )
        .post(
            "/api/v1/pipelines/{id}/stages",
            add_stage,
            Operation::new("addStage", Permission::PipelinesWrite, "Add a stage to a pipeline")
                .shows_version()
                .description("It comes behind the others.")
                .example(r#"{"name": "Signed", "probability": 90}"#),
        )
        .put(
            "/api/v1/pipelines/{id}/stage-order",
            reorder,
            Operation::new("orderStages", Permission::PipelinesWrite, "Put a pipeline's stages into another order")
                .shows_version()
                .example(r#"{"stage_ids": ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"]}"#),
        )
        .get(
            "/api/v1/stages/{id}",
            read_stage,
            Operation::new("getStage", Permission::PipelinesRead, "Get a stage"),
        )
        .patch(
            "/api/v1/stages/{id}",
            update_stage,
            Operation::new("updateStage", Permission::PipelinesWrite, "Change a stage")
                .conflict("stage_in_use", "deals are in it, so that it keeps its kind; the message says how many")
                .conflict("last_open_stage", "no other stage of the pipeline is open")
                .example(r#"{"probability": 60, "stale_after_days": 10}"#),
        )
        .delete(
            "/api/v1/stages/{id}",
            delete_stage,
            Operation::new("deleteStage", Permission::PipelinesWrite, "Delete a stage")
                .conflict("stage_in_use", "deals are in it, or another stage leads to it only; the message says which")
                .conflict("last_open_stage", "no other stage of the pipeline is open"),
        )
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<PipelineOut>> {
    let (db, page) = (&platform.db, query.page()?);
    store::ensure_built_in(db, &caller.tenant, platform.now()).await?;
    let (pipelines, next) = store::list(db, &caller.tenant, &page).await?;
    Ok(listing(&pipelines, page.limit, next))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<PipelineIn>,
) -> Result<Created<PipelineOut>> {
    let (db, now) = (&platform.db, platform.now());
    for (index, stage) in input.stages.iter().enumerate() {
        if stage.moves_to.as_ref().is_some_and(|to| !to.is_empty()) {
            return Err(Error::field(
                format!("stages[{index}].moves_to"),
                "stages that are made together have no ids yet: change them afterwards",
            ));
        }
    }
    // Theirs are the first names to be taken.
    store::ensure_built_in(db, &caller.tenant, now).await?;
    let pipeline = store::create(db, &caller.tenant, input, now).await?;
    Ok(created(&pipeline).version(pipeline.updated_at))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
) -> Result<Answer<PipelineOut>> {
    let pipeline = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&pipeline).version(pipeline.updated_at))
}

async fn update(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
    edit: Edit,
    Body(patch): Body<PipelinePatch>,
) -> Result<Answer<PipelineOut>> {
    let pipeline = store::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&pipeline).version(pipeline.updated_at))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
) -> Result<NoContent> {
    stages::delete_pipeline(&platform.db, &caller.tenant, &id, platform.now()).await?;
    Ok(NoContent)
}

async fn list_stages(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
) -> Result<Answer<Vec<StageOut>>> {
    let pipeline = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&pipeline.stages))
}

async fn add_stage(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
    Body(input): Body<StageIn>,
) -> Result<Created<StageOut>> {
    let now = platform.now();
    let stage = stages::add(&platform.db, &caller.tenant, &id, input, now).await?;
    Ok(created(&stage).version(stage.updated_at))
}

async fn reorder(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<PipelineId>,
    Body(order): Body<StageOrder>,
) -> Result<Answer<PipelineOut>> {
    let now = platform.now();
    let pipeline = stages::reorder(&platform.db, &caller.tenant, &id, &order, now).await?;
    Ok(data(&pipeline).version(pipeline.updated_at))
}

async fn read_stage(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<StageId>,
) -> Result<Answer<StageOut>> {
    let stage = store::stage(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&stage).version(stage.updated_at))
}

async fn update_stage(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<StageId>,
    edit: Edit,
    Body(patch): Body<StagePatch>,
) -> Result<Answer<StageOut>> {
    let stage = stages::update(&platform.db, &caller.tenant, &id, patch, edit).await?;
    Ok(data(&stage).version(stage.updated_at))
}

async fn delete_stage(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<StageId>,
) -> Result<NoContent> {
    stages::delete(&platform.db, &caller.tenant, &id, platform.now()).await?;
    Ok(NoContent)
}
