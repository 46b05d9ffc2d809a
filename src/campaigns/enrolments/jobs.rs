//! Enrolling many: a job walks the people its filter matches, a bounded number at a time, and can be taken up anywhere.

use super::enrol;
use super::model::JobStatus;
use super::store::{self, JobStep};
use crate::crm::{deployment, recipients};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::ids::{EnrolmentJobId, TenantId};

/// People one step looks at.
const STEP: i64 = 500;

/// Does up to `steps` steps of a job. True when the job is through.
///
/// # Errors
/// The database's. A job whose sequence takes nobody any more is failed, which is no error.
pub async fn advance(
    platform: &Platform,
    tenant: &TenantId,
    id: &EnrolmentJobId,
    steps: u32,
) -> Result<bool> {
    let db = &platform.db;
    for _ in 0..steps {
        let job = store::find_job(db, tenant, id)
            .await?
            .ok_or(Error::NotFound("enrolment job"))?;
        if job.status != JobStatus::Running {
            return Ok(true);
        }
        let open = match enrol::open(platform, tenant, &job.sequence_id).await {
            Ok(open) => open,
            Err(Error::Conflict { message, .. }) => {
                store::fail_job(db, tenant, id, &message, platform.now()).await?;
                return Ok(true);
            }
            Err(error) => return Err(error),
        };
        let from = job.cursor_person_id.as_deref();
        let people = recipients::matching(
            db,
            tenant,
            &job.filter.0,
            from.unwrap_or_default(),
            STEP,
            platform.now(),
        )
        .await?;
        let enrolled = enrol::enrol(platform, tenant, &open, &people).await?;
        let matched = i64::try_from(people.len()).unwrap_or(i64::MAX);
        let step = JobStep {
            from,
            to: people.last().map(|person| person.person_id.as_str()),
            matched,
            enrolled: i64::try_from(enrolled).unwrap_or(i64::MAX),
            finished: matched < STEP,
        };
        // Whoever does the same step at the same time finds everybody enrolled; only one of them moves the job on.
        store::advance_job(db, tenant, id, &step, platform.now()).await?;
        if step.finished {
            if let Some(community) = &job.community_id {
                db.execute(deployment::finished(tenant, community, platform.now()))
                    .await?;
            }
            return Ok(true);
        }
    }
    Ok(false)
}
