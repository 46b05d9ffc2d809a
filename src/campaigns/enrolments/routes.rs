//! `/api/v1/sequences/{id}/enrolments`, `/api/v1/enrolment-jobs` and the deployment of a community.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::model::{Enrolment, EnrolmentStatus, Job};
use super::{enrol, jobs, store};
use crate::crm::deployment;
use crate::crm::recipients::{self, PeopleFilter};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::envelope::accepted;
use crate::http::query::one_of;
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, data, listing};
use crate::ids::{CommunityId, EnrolmentId, EnrolmentJobId, PersonId, SequenceId};

/// The routes.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route(
            "/api/v1/sequences/{id}/enrolments",
            get(list).post(enrol_some),
        )
        .route("/api/v1/enrolments/{id}", get(show))
        .route("/api/v1/enrolments/{id}/stop", post(stop))
        .route("/api/v1/enrolment-jobs/{id}", get(show_job))
        .route("/api/v1/communities/{id}/deploy", post(deploy))
}

/// Steps of a job that are done before the first answer: a small one is through then.
const STEPS_AT_ONCE: u32 = 2;

/// Whom to enrol: one person, or everybody a filter matches.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct EnrolIn {
    #[garde(skip)]
    person_id: Option<PersonId>,
    #[garde(skip)]
    filter: Option<PeopleFilter>,
}

#[derive(Serialize)]
struct Enrolled {
    enrolled: u64,
    already_enrolled: u64,
}

async fn enrol_some(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(input): Body<EnrolIn>,
) -> Result<Answer> {
    match (input.person_id, input.filter) {
        (Some(person), None) => {
            let open = enrol::open(&platform, &caller.tenant, &id).await?;
            let found = recipients::one(&platform.db, &caller.tenant, &person)
                .await?
                .ok_or_else(|| Error::field("person_id", "no such person with an email address"))?;
            let enrolled = enrol::enrol(&platform, &caller.tenant, &open, &[found]).await?;
            Ok(data(&Enrolled {
                enrolled,
                already_enrolled: 1 - enrolled.min(1),
            }))
        }
        (None, Some(filter)) => {
            enrol::open(&platform, &caller.tenant, &id).await?;
            let job = start_job(&platform, &caller, &id, None, &filter).await?;
            Ok(accepted(&job))
        }
        _ => Err(Error::field(
            "person_id",
            "give either `person_id` or `filter`",
        )),
    }
}

async fn start_job(
    platform: &Platform,
    caller: &Caller,
    sequence: &SequenceId,
    community: Option<&CommunityId>,
    filter: &PeopleFilter,
) -> Result<Job> {
    let now = platform.now();
    let id = EnrolmentJobId::new(now);
    let tenant = &caller.tenant;
    store::create_job(&platform.db, tenant, &id, sequence, community, filter, now).await?;
    jobs::advance(platform, tenant, &id, STEPS_AT_ONCE).await?;
    find_job(platform, caller, &id).await
}

/// Which sequence a community gets.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct DeployIn {
    #[garde(skip)]
    sequence_id: SequenceId,
}

async fn deploy(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
    Body(input): Body<DeployIn>,
) -> Result<Answer> {
    match enrol::open(&platform, &caller.tenant, &input.sequence_id).await {
        Err(Error::NotFound(_)) => return Err(Error::field("sequence_id", "no such sequence")),
        other => other?,
    };
    let started = deployment::started(&caller.tenant, &id, platform.now());
    if platform.db.execute(started).await? == 0 {
        return Err(Error::NotFound("community"));
    }
    let filter = PeopleFilter {
        community_id: Some(id.clone()),
        ..PeopleFilter::default()
    };
    let job = start_job(&platform, &caller, &input.sequence_id, Some(&id), &filter).await?;
    Ok(accepted(&job))
}

#[derive(Deserialize)]
struct ListQuery {
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Query(query): Query<ListQuery>,
) -> Result<Answer> {
    crate::campaigns::sequences::lifecycle::find(&platform, &caller.tenant, &id).await?;
    let page = query.page.page()?;
    let status = query
        .status
        .as_deref()
        .map(|text| {
            one_of(
                "status",
                text,
                &EnrolmentStatus::ALL,
                EnrolmentStatus::as_str,
            )
        })
        .transpose()?;
    let mut enrolments = store::list(
        &platform.db,
        &caller.tenant,
        &id,
        status,
        &page.after,
        page.probe(),
    )
    .await?;
    let next = page.cut(&mut enrolments, |enrolment: &Enrolment| {
        enrolment.id.to_string()
    });
    Ok(listing(&enrolments, page.limit, next))
}

async fn show(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<EnrolmentId>,
) -> Result<Answer> {
    Ok(data(&find(&platform, &caller, &id).await?))
}

/// Why an enrolment is stopped.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct StopIn {
    #[garde(inner(length(chars, min = 1, max = 100)))]
    reason: Option<String>,
}

async fn stop(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<EnrolmentId>,
    Body(input): Body<StopIn>,
) -> Result<Answer> {
    let reason = input.reason.as_deref().unwrap_or("manual");
    store::stop(&platform.db, &caller.tenant, &id, reason, platform.now()).await?;
    Ok(data(&find(&platform, &caller, &id).await?))
}

async fn find(platform: &Platform, caller: &Caller, id: &EnrolmentId) -> Result<Enrolment> {
    store::find(&platform.db, &caller.tenant, id)
        .await?
        .ok_or(Error::NotFound("enrolment"))
}

async fn show_job(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<EnrolmentJobId>,
) -> Result<Answer> {
    Ok(data(&find_job(&platform, &caller, &id).await?))
}

async fn find_job(platform: &Platform, caller: &Caller, id: &EnrolmentJobId) -> Result<Job> {
    store::find_job(&platform.db, &caller.tenant, id)
        .await?
        .ok_or(Error::NotFound("enrolment job"))
}
