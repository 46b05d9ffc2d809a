//! Sequences in the database.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::model::{Sequence, SequencePatch, SequenceStatus, Step, StepIn, UnderWay, Version};
use crate::campaigns::send_window::SendWindow;
use crate::edge::clock::Millis;
use crate::edge::db::{Db, DbError, Statement};
use crate::error::Error;
use crate::http::Edit;
use crate::ids::{SequenceId, StepId, TenantId};
use crate::tables::{Columns, Conditions, Table};

const SEQUENCES: Table = Table {
    name: "campaign_sequences",
    columns: COLUMNS,
};
const COLUMNS: &str = "id, name, description, status, current_version, latest_version, allow_reenrolment, created_at, updated_at";

/// What a new version consists of.
pub struct NewVersion<'a> {
    /// Its number.
    pub version: i64,
    /// Its window.
    pub send_window: &'a SendWindow,
    /// What its publication means for those under way.
    pub under_way: UnderWay,
    /// Its steps with their ids.
    pub steps: &'a [(StepId, StepIn)],
}

/// Creates a sequence with its first version.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn create(
    db: &Db,
    tenant: &TenantId,
    sequence: &Sequence,
    version: &NewVersion<'_>,
) -> Result<(), DbError> {
    let mut statements = vec![
        Statement::new(
            "INSERT INTO campaign_sequences (tenant_id, id, name, description, status, latest_version, allow_reenrolment, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )
        .bind(tenant)
        .bind(&sequence.id)
        .bind(&sequence.name)
        .bind(sequence.description.clone())
        .bind(sequence.status.as_str())
        .bind(version.version)
        .bind(sequence.allow_reenrolment.0)
        .bind(sequence.created_at),
    ];
    statements.extend(version_statements(
        tenant,
        &sequence.id,
        version,
        sequence.created_at,
    ));
    db.batch(statements).await.map(drop)
}

/// Adds a version. False when another one was added meanwhile.
///
/// # Errors
/// The database's; nothing is written then.
pub async fn add_version(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    version: &NewVersion<'_>,
    now: Millis,
) -> Result<bool, DbError> {
    let mut statements = version_statements(tenant, sequence, version, now);
    statements.push(
        Statement::new(
            "UPDATE campaign_sequences SET latest_version = ?3, updated_at = ?4 WHERE tenant_id = ?1 AND id = ?2",
        )
        .bind(tenant)
        .bind(sequence)
        .bind(version.version)
        .bind(now),
    );
    // The version's number is its key: whoever comes second is refused.
    match db.batch(statements).await {
        Ok(_) => Ok(true),
        Err(DbError::Unique) => Ok(false),
        Err(error) => Err(error),
    }
}

fn version_statements(
    tenant: &TenantId,
    sequence: &SequenceId,
    version: &NewVersion<'_>,
    now: Millis,
) -> Vec<Statement> {
    let steps: Vec<_> = version
        .steps
        .iter()
        .map(|(id, step)| {
            json!({
                "id": id, "step_number": step.step_number, "day_offset": step.day_offset,
                "campaign_id": step.campaign_id, "template_id": step.template_id,
                "landing_page": step.landing_page, "subject": step.subject,
                "preview_text": step.preview_text, "channel": step.channel.as_str(),
                "send_window": step.send_window, "conditions": step.conditions,
            })
        })
        .collect();
    vec![
        Statement::new(
            "INSERT INTO campaign_sequence_versions (tenant_id, sequence_id, version, send_window, enrolments_under_way, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(tenant)
        .bind(sequence)
        .bind(version.version)
        .bind_json(version.send_window)
        .bind(version.under_way.as_str())
        .bind(now),
        Statement::new(
            "INSERT INTO campaign_steps (tenant_id, sequence_id, version, step_number, id, day_offset, campaign_id, template_id, landing_page, subject, preview_text, channel, send_window, conditions, created_at, updated_at)
             SELECT ?1, ?2, CAST(?3 AS BIGINT), r.step_number, r.id, r.day_offset, r.campaign_id, r.template_id, r.landing_page, r.subject, r.preview_text, r.channel, r.send_window, r.conditions, CAST(?5 AS BIGINT), CAST(?5 AS BIGINT)
             FROM {rows ?4 AS r (id TEXT, step_number BIGINT, day_offset BIGINT, campaign_id TEXT, template_id TEXT, landing_page TEXT, subject TEXT, preview_text TEXT, channel TEXT, send_window JSON, conditions JSON)}",
        )
        .bind(tenant)
        .bind(sequence)
        .bind(version.version)
        .bind_json(&steps)
        .bind(now),
    ]
}

/// One sequence.
///
/// # Errors
/// The database's.
pub async fn find(
    db: &Db,
    tenant: &TenantId,
    id: &SequenceId,
) -> Result<Option<Sequence>, DbError> {
    db.fetch_optional(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM campaign_sequences WHERE tenant_id = ?1 AND id = ?2"
        ))
        .bind(tenant)
        .bind(id),
    )
    .await
}

/// Sequences in id order after `after`, with a status if one is given.
///
/// # Errors
/// The database's.
pub async fn list(
    db: &Db,
    tenant: &TenantId,
    status: Option<SequenceStatus>,
    after: &str,
    limit: i64,
) -> Result<Vec<Sequence>, DbError> {
    db.fetch_all(
        Statement::assembled(format!(
            "SELECT {COLUMNS} FROM campaign_sequences
             WHERE tenant_id = ?1 AND id > ?2 AND (?3 = '' OR status = ?3) ORDER BY id LIMIT ?4"
        ))
        .bind(tenant)
        .bind(after)
        .bind(status.map_or("", SequenceStatus::as_str))
        .bind(limit),
    )
    .await
}

/// Changes what the patch names.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::PreconditionFailed`]; the database's.
pub async fn patch(
    db: &Db,
    tenant: &TenantId,
    id: &SequenceId,
    patch: SequencePatch,
    edit: Edit,
) -> Result<Sequence, Error> {
    let columns = Columns::default()
        .change("name", patch.name)
        .change("description", patch.description)
        .change("allow_reenrolment", patch.allow_reenrolment);
    let row = Conditions::one(tenant, id);
    SEQUENCES
        .edit(db, columns, row, edit, "sequence", Error::from)
        .await
}

/// The versions of a sequence, newest first.
///
/// # Errors
/// The database's.
pub async fn versions(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
) -> Result<Vec<Version>, DbError> {
    db.fetch_all(
        Statement::new(
            "SELECT version, send_window, enrolments_under_way, moved_at, published_at, created_at
             FROM campaign_sequence_versions WHERE tenant_id = ?1 AND sequence_id = ?2 ORDER BY version DESC",
        )
        .bind(tenant)
        .bind(sequence),
    )
    .await
}

/// Versions with their steps, as the engine runs them.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The version.
    pub version: Version,
    /// Its steps in order.
    pub steps: Vec<Step>,
}

impl Loaded {
    /// The step of this number.
    pub fn step(&self, number: i64) -> Option<&Step> {
        self.steps.iter().find(|step| step.step_number == number)
    }
}

/// How many of a tenant's sequences are paused, up to `most`.
///
/// # Errors
/// The database's.
pub async fn paused_count(db: &Db, tenant: &TenantId, most: i64) -> Result<i64, DbError> {
    #[derive(Deserialize)]
    struct Row {
        number: i64,
    }
    let row: Row = db
        .fetch_one(
            Statement::new(
                "SELECT COUNT(*) AS number FROM (SELECT id FROM campaign_sequences WHERE tenant_id = ?1 AND status = 'paused' LIMIT ?2) AS s",
            )
            .bind(tenant)
            .bind(most),
        )
        .await?;
    Ok(row.number)
}

/// A step where it stands in the newest version that has it.
#[derive(Debug, Clone, Deserialize)]
pub struct StepPlace {
    /// The same through all versions.
    pub id: StepId,
    /// Its name.
    pub campaign_id: String,
    /// Its number there.
    pub step_number: i64,
    /// Its day there.
    pub day_offset: i64,
    /// The newest version that has it.
    pub version: i64,
}

/// All steps that any version of a sequence has, each where it stands in the newest that has it; those of the newest version
/// first.
///
/// # Errors
/// The database's.
pub async fn step_places(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
) -> Result<Vec<StepPlace>, DbError> {
    let all: Vec<StepPlace> = db
        .fetch_all(
            Statement::new(
                "SELECT id, campaign_id, step_number, day_offset, version FROM campaign_steps
                 WHERE tenant_id = ?1 AND sequence_id = ?2 ORDER BY version DESC, step_number",
            )
            .bind(tenant)
            .bind(sequence),
        )
        .await?;
    let mut seen = std::collections::BTreeSet::new();
    Ok(all
        .into_iter()
        .filter(|place| seen.insert(place.id.clone()))
        .collect())
}

/// Loads these versions of a sequence with their steps.
///
/// # Errors
/// The database's.
pub async fn load_versions(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
    versions: &[i64],
) -> Result<BTreeMap<i64, Loaded>, DbError> {
    #[derive(Deserialize)]
    struct StepRow {
        version: i64,
        #[serde(flatten)]
        step: Step,
    }
    let wanted: Vec<_> = versions.iter().map(ToString::to_string).collect();
    let mut outcomes = db
        .batch(vec![
            Statement::new(
                "SELECT version, send_window, enrolments_under_way, moved_at, published_at, created_at
                 FROM campaign_sequence_versions
                 WHERE tenant_id = ?1 AND sequence_id = ?2 AND CAST(version AS TEXT) {in ?3}",
            )
            .bind(tenant)
            .bind(sequence)
            .bind_json(&wanted),
            Statement::new(
                "SELECT version, id, step_number, day_offset, campaign_id, template_id, landing_page, subject, preview_text, channel, send_window, conditions
                 FROM campaign_steps
                 WHERE tenant_id = ?1 AND sequence_id = ?2 AND CAST(version AS TEXT) {in ?3} ORDER BY version, step_number",
            )
            .bind(tenant)
            .bind(sequence)
            .bind_json(&wanted),
        ])
        .await?
        .into_iter();
    let mut rows = || outcomes.next().unwrap_or_default().rows;
    let mut loaded: BTreeMap<i64, Loaded> = rows()
        .decode::<Version>()?
        .into_iter()
        .map(|version| {
            (
                version.version,
                Loaded {
                    version,
                    steps: Vec::new(),
                },
            )
        })
        .collect();
    for row in rows().decode::<StepRow>()? {
        if let Some(entry) = loaded.get_mut(&row.version) {
            entry.steps.push(row.step);
        }
    }
    Ok(loaded)
}

/// The ids that steps have had so far, by `campaign_id`.
///
/// # Errors
/// The database's.
pub async fn step_ids(
    db: &Db,
    tenant: &TenantId,
    sequence: &SequenceId,
) -> Result<BTreeMap<String, StepId>, DbError> {
    #[derive(Deserialize)]
    struct Row {
        campaign_id: String,
        id: StepId,
    }
    let rows: Vec<Row> = db
        .fetch_all(
            Statement::new(
                "SELECT DISTINCT campaign_id, id FROM campaign_steps WHERE tenant_id = ?1 AND sequence_id = ?2",
            )
            .bind(tenant)
            .bind(sequence),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.campaign_id, row.id))
        .collect())
}

/// Moves a sequence from one of `from` to `to`. False when it is in none of them.
///
/// # Errors
/// The database's.
pub async fn change_status(
    db: &Db,
    tenant: &TenantId,
    id: &SequenceId,
    from: &[SequenceStatus],
    to: SequenceStatus,
    now: Millis,
) -> Result<bool, DbError> {
    let from: Vec<_> = from.iter().map(|status| status.as_str()).collect();
    let changed = db
        .execute(
            Statement::new(
                "UPDATE campaign_sequences SET status = ?3, updated_at = ?4
                 WHERE tenant_id = ?1 AND id = ?2 AND status {in ?5}",
            )
            .bind(tenant)
            .bind(id)
            .bind(to.as_str())
            .bind(now)
            .bind_json(&from),
        )
        .await?;
    Ok(changed == 1)
}

/// Publishes a version: new enrolments run on it. A version older than the current one is not published again.
///
/// # Errors
/// The database's.
pub async fn publish(
    db: &Db,
    tenant: &TenantId,
    id: &SequenceId,
    version: i64,
    now: Millis,
) -> Result<bool, DbError> {
    let outcomes = db
        .batch(vec![
            Statement::new(
                "UPDATE campaign_sequences SET current_version = ?3, updated_at = ?4
                 WHERE tenant_id = ?1 AND id = ?2 AND status <> 'archived'
                   AND (current_version IS NULL OR current_version < ?3) AND latest_version >= ?3",
            )
            .bind(tenant)
            .bind(id)
            .bind(version)
            .bind(now),
            // A first version has nobody to move.
            Statement::new(
                "UPDATE campaign_sequence_versions SET published_at = ?4,
                   moved_at = CASE WHEN version = 1 OR enrolments_under_way = 'finish' THEN CAST(?4 AS BIGINT) END
                 WHERE tenant_id = ?1 AND sequence_id = ?2 AND version = ?3 AND published_at IS NULL
                   AND EXISTS (SELECT 1 FROM campaign_sequences s
                               WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.current_version = ?3)",
            )
            .bind(tenant)
            .bind(id)
            .bind(version)
            .bind(now),
        ])
        .await?;
    Ok(outcomes.first().is_some_and(|outcome| outcome.changes == 1))
}
