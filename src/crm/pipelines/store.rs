//! The SQL of pipelines and their stages.

use serde::{Deserialize, Serialize};

use super::built_in;
use super::model::{
    DEFAULT_COLOR, PipelineIn, PipelineOut, PipelinePatch, StageIn, StageOut, StagePatch,
};
use crate::crm::model::StageKind;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::{Error, Result};
use crate::http::{Edit, Page};
use crate::ids::{PipelineId, StageId, TenantId};
use crate::tables::{Columns, Conditions, Order, Table};

const PIPELINES: Table = Table {
    name: "pipelines",
    columns: "id, name, description, built_in, created_at, updated_at",
};

const STAGES: Table = Table {
    name: "pipeline_stages",
    columns: "id, pipeline_id, name, built_in, position, kind, probability, color, stale_after_days, moves_to, \
              created_at, updated_at",
};

/// A stage that was deleted at the very moment a deal came to it is still there: nothing stands nowhere.
const STAGE_IS_THERE: &str = "(deleted_at IS NULL OR EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = pipeline_stages.tenant_id \
     AND d.stage_id = pipeline_stages.id AND d.deleted_at IS NULL))";

fn one(tenant: &TenantId, id: &PipelineId) -> Conditions {
    Conditions::one(tenant, id).and_not_deleted()
}

fn one_stage(tenant: &TenantId, id: &StageId) -> Conditions {
    Conditions::one(tenant, id).and(STAGE_IS_THERE, [])
}

/// Makes the pipelines that every tenant begins with, if they were never made.
///
/// # Errors
/// The database's.
pub async fn ensure_built_in(db: &Db, tenant: &TenantId, now: Millis) -> Result<(), DbError> {
    #[derive(Deserialize)]
    struct Made {
        count: usize,
    }
    let conditions = Conditions::of(tenant).and("built_in IS NOT NULL", []);
    let statement = PIPELINES.select_as("COUNT(*) AS count", conditions, "");
    let made: Made = db.fetch_one(statement).await?;
    if made.count >= built_in::ALL.len() {
        return Ok(());
    }
    let (pipelines, stages) = built_in::rows(tenant);
    let pipelines = Statement::new(
        "INSERT INTO pipelines (tenant_id, id, name, description, built_in, created_at, updated_at)
         SELECT ?1, r.id, r.name, r.description, r.built_in, ?3, ?3
         FROM {rows ?2 AS r (id TEXT, name TEXT, description TEXT, built_in TEXT)} WHERE true
         ON CONFLICT DO NOTHING",
    )
    .bind(tenant)
    .bind_json(&pipelines)
    .bind(now);
    let stages = Statement::new(
        "INSERT INTO pipeline_stages (tenant_id, id, pipeline_id, name, built_in, position, kind, probability, color, stale_after_days, created_at, updated_at)
         SELECT ?1, r.id, r.pipeline_id, r.name, r.built_in, r.position, r.kind, r.probability, r.color, r.stale_after_days, ?3, ?3
         FROM {rows ?2 AS r (id TEXT, pipeline_id TEXT, name TEXT, built_in TEXT, position BIGINT, kind TEXT, probability BIGINT, color TEXT, stale_after_days BIGINT)}
         WHERE EXISTS (SELECT 1 FROM pipelines p WHERE p.tenant_id = ?1 AND p.id = r.pipeline_id)
         ON CONFLICT DO NOTHING",
    )
    .bind(tenant)
    .bind_json(&stages)
    .bind(now);
    db.batch(vec![pipelines, stages]).await.map(drop)
}

/// Creates a pipeline with its stages.
///
/// # Errors
/// A name that is taken; the database's.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    input: PipelineIn,
    now: Millis,
) -> Result<PipelineOut> {
    let id = PipelineId::new(now);
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", &id)
        .set("name", &input.name)
        .set("description", input.description)
        .set("created_at", now)
        .set("updated_at", now);
    let mut statements = vec![PIPELINES.insert(columns)];
    for (position, stage) in (1..).zip(&input.stages) {
        statements.push(insert_stage(tenant, &id, stage, position, now));
    }
    db.batch(statements).await.map_err(name_error)?;
    get(db, tenant, &id).await
}

fn insert_stage(
    tenant: &TenantId,
    pipeline: &PipelineId,
    stage: &StageIn,
    position: i64,
    now: Millis,
) -> Statement {
    let moves_to = stage.moves_to.as_ref().filter(|stages| !stages.is_empty());
    let columns = Columns::default()
        .set("tenant_id", tenant)
        .set("id", StageId::new(now))
        .set("pipeline_id", pipeline)
        .set("name", &stage.name)
        .set("position", position)
        .set("kind", stage.kind.as_str())
        .set("probability", stage.probability())
        .set("color", stage.color.as_deref().unwrap_or(DEFAULT_COLOR))
        .set("stale_after_days", stage.stale_after_days)
        .set_json("moves_to", moves_to)
        .set("created_at", now)
        .set("updated_at", now);
    STAGES.insert(columns)
}

/// A pipeline with its stages.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn get(db: &Db, tenant: &TenantId, id: &PipelineId) -> Result<PipelineOut> {
    let mut pipeline: PipelineOut = db
        .fetch_optional(PIPELINES.select(one(tenant, id)))
        .await?
        .ok_or(Error::NotFound("pipeline"))?;
    pipeline.stages = stages(db, tenant, id).await?;
    Ok(pipeline)
}

/// A page of pipelines with their stages, and the cursor to the next.
///
/// # Errors
/// A cursor that is none; the database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    page: &Page,
) -> Result<(Vec<PipelineOut>, Option<String>)> {
    let conditions = Conditions::of(tenant).and_not_deleted();
    let (mut pipelines, next) = PIPELINES
        .page(
            db,
            conditions,
            page,
            Order::OldestFirst,
            |row: &PipelineOut| row.id.as_str(),
        )
        .await?;
    let ids: Vec<_> = pipelines.iter().map(|pipeline| &pipeline.id).collect();
    let of_page = Conditions::of(tenant).and("pipeline_id {in ?}", [json(&ids)]);
    let stages = stages_where(db, of_page).await?;
    for pipeline in &mut pipelines {
        let own = |stage: &&StageOut| stage.pipeline_id == pipeline.id;
        pipeline.stages = stages.iter().filter(own).cloned().collect();
    }
    Ok((pipelines, next))
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; a name that is taken; the database's.
pub async fn update(
    db: &Db,
    tenant: &TenantId,
    id: &PipelineId,
    patch: PipelinePatch,
    edit: Edit,
) -> Result<PipelineOut> {
    let columns = Columns::default()
        .change("name", patch.name)
        .change("description", patch.description);
    if !columns.is_empty() {
        let row = one(tenant, id);
        let _: PipelineOut = PIPELINES
            .edit(db, columns, row, edit, "pipeline", name_error)
            .await?;
    }
    get(db, tenant, id).await
}

/// Deletes a pipeline that holds no deal, and says whether it did.
///
/// # Errors
/// The database's.
pub async fn delete(
    db: &Db,
    tenant: &TenantId,
    id: &PipelineId,
    now: Millis,
) -> Result<bool, DbError> {
    let holds_none = "NOT EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = ? AND d.pipeline_id = ? AND d.deleted_at IS NULL)";
    let conditions = one(tenant, id).and(holds_none, [tenant.into(), id.into()]);
    let columns = Columns::default().set("deleted_at", now).touched(now);
    Ok(db.execute(PIPELINES.update(columns, conditions)).await? > 0)
}

/// Whether there is this pipeline.
///
/// # Errors
/// The database's.
pub async fn exists(db: &Db, tenant: &TenantId, id: &PipelineId) -> Result<bool, DbError> {
    PIPELINES.exists(db, one(tenant, id)).await
}

/// A pipeline's stages, from the first to the last.
///
/// # Errors
/// The database's.
pub async fn stages(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
) -> Result<Vec<StageOut>, DbError> {
    let conditions = Conditions::of(tenant).and("pipeline_id = ?", [pipeline.into()]);
    stages_where(db, conditions).await
}

/// The stages with these ids.
///
/// # Errors
/// The database's.
pub async fn stages_by_id(
    db: &Db,
    tenant: &TenantId,
    ids: &[&StageId],
) -> Result<Vec<StageOut>, DbError> {
    stages_where(db, Conditions::of(tenant).and("id {in ?}", [json(ids)])).await
}

async fn stages_where(db: &Db, conditions: Conditions) -> Result<Vec<StageOut>, DbError> {
    let conditions = conditions.and(STAGE_IS_THERE, []);
    db.fetch_all(STAGES.select_as(STAGES.columns, conditions, "ORDER BY position, id"))
        .await
}

/// What became of each stage that a pipeline ever had: those that are no more too, for its history.
///
/// # Errors
/// The database's.
pub async fn stages_ever(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
) -> Result<Vec<StageOut>, DbError> {
    let conditions = Conditions::of(tenant).and("pipeline_id = ?", [pipeline.into()]);
    db.fetch_all(STAGES.select_as(STAGES.columns, conditions, "ORDER BY position, id"))
        .await
}

/// A stage.
///
/// # Errors
/// [`Error::NotFound`]; the database's.
pub async fn stage(db: &Db, tenant: &TenantId, id: &StageId) -> Result<StageOut> {
    db.fetch_optional(STAGES.select(one_stage(tenant, id)))
        .await?
        .ok_or(Error::NotFound("stage"))
}

/// Adds a stage behind the others.
///
/// # Errors
/// The database's.
pub async fn add_stage(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
    input: &StageIn,
    position: i64,
    now: Millis,
) -> Result<StageOut, DbError> {
    db.fetch_one(insert_stage(tenant, pipeline, input, position, now))
        .await
}

/// Changes what the patch names; the kind only while no deal is there.
///
/// # Errors
/// [`Error::NotFound`], also when a deal came in the meantime; [`Error::PreconditionFailed`]; the database's.
pub async fn update_stage(
    db: &Db,
    tenant: &TenantId,
    id: &StageId,
    patch: StagePatch,
    edit: Edit,
) -> Result<StageOut> {
    let moves_to = patch
        .moves_to
        .map(|stages| stages.filter(|stages| !stages.is_empty()));
    let columns = Columns::default()
        .change("name", patch.name)
        .change("kind", patch.kind.map(StageKind::as_str))
        .change("probability", patch.probability)
        .change("color", patch.color)
        .change("stale_after_days", patch.stale_after_days)
        .change_json("moves_to", moves_to.as_ref());
    if columns.is_empty() {
        return stage(db, tenant, id).await;
    }
    let mut row = one_stage(tenant, id);
    if let Some(kind) = patch.kind {
        row = row.and(
            "(kind = ? OR NOT EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = ? AND d.stage_id = ? AND d.deleted_at IS NULL))",
            [kind.as_str().into(), tenant.into(), id.into()],
        );
    }
    STAGES
        .edit(db, columns, row, edit, "stage", Error::from)
        .await
}

/// Deletes a stage where no deal is, and takes it out of the others' ways on. Says whether it did.
///
/// # Errors
/// The database's.
pub async fn delete_stage(
    db: &Db,
    tenant: &TenantId,
    id: &StageId,
    others: &[(&StageOut, Vec<StageId>)],
    now: Millis,
) -> Result<bool, DbError> {
    let holds_none = "NOT EXISTS (SELECT 1 FROM deals d WHERE d.tenant_id = ? AND d.stage_id = ? AND d.deleted_at IS NULL)";
    let conditions = Conditions::one(tenant, id)
        .and_not_deleted()
        .and(holds_none, [tenant.into(), id.into()]);
    let columns = Columns::default().set("deleted_at", now).touched(now);
    let mut statements = vec![STAGES.update(columns, conditions)];
    for (other, moves_to) in others {
        let row = Conditions::one(tenant, &other.id)
            .and("updated_at = ?", [other.updated_at.into()])
            .and(
                "EXISTS (SELECT 1 FROM pipeline_stages s WHERE s.tenant_id = ? AND s.id = ? AND s.deleted_at IS NOT NULL)",
                [tenant.into(), id.into()],
            );
        let columns = Columns::default().set_json("moves_to", Some(moves_to));
        statements.push(STAGES.update(columns.touched(now), row));
    }
    let outcomes = db.batch(statements).await?;
    Ok(outcomes.first().is_some_and(|deleted| deleted.changes > 0))
}

/// Puts a pipeline's stages into this order.
///
/// # Errors
/// The database's.
pub async fn reorder(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
    order: &[StageId],
    now: Millis,
) -> Result<(), DbError> {
    #[derive(Serialize)]
    struct Place {
        position: i64,
    }
    let places: std::collections::BTreeMap<_, _> = (1..)
        .zip(order)
        .map(|(position, id)| (id.as_str(), Place { position }))
        .collect();
    let statement = Statement::new(
        "UPDATE pipeline_stages SET position = {field ?2 id 'position' BIGINT},
           updated_at = CASE WHEN updated_at >= ?4 THEN updated_at + 1 ELSE ?4 END
         WHERE tenant_id = ?1 AND pipeline_id = ?5 AND id {in ?3} AND position <> {field ?2 id 'position' BIGINT}",
    );
    db.execute(
        statement
            .bind(tenant)
            .bind_json(&places)
            .bind_json(order)
            .bind(now)
            .bind(pipeline),
    )
    .await
    .map(drop)
}

/// How many deals a pipeline holds, or a stage of it.
///
/// # Errors
/// The database's.
pub async fn deals_in(
    db: &Db,
    tenant: &TenantId,
    pipeline: &PipelineId,
    stage: Option<&StageId>,
) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Held {
        count: i64,
    }
    let deals = Table {
        name: "deals",
        columns: "id",
    };
    let conditions = Conditions::of(tenant)
        .and("pipeline_id = ?", [pipeline.into()])
        .and_if("stage_id = ?", stage)
        .and_not_deleted();
    let held: Held = db
        .fetch_one(deals.select_as("COUNT(*) AS count", conditions, ""))
        .await?;
    Ok(held.count)
}

fn json<T: Serialize + ?Sized>(document: &T) -> crate::edge::db::Value {
    // Our own ids always serialise.
    crate::edge::db::Value::Json(serde_json::to_string(document).unwrap_or_else(|_| "[]".into()))
}

fn name_error(error: DbError) -> Error {
    match error {
        DbError::Unique => Error::field("name", "is taken; choose another"),
        other => other.into(),
    }
}
