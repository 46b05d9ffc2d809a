//! `/api/v1/sequences/{id}/enrolments`, `/api/v1/enrolment-jobs` and the deployment of a community.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::forecast::{self, Forecast};
use super::model::{Enrolment, EnrolmentStatus, Job};
use super::{enrol, jobs, store};
use crate::crm::deployment;
use crate::crm::reach;
use crate::crm::recipients::{self, PeopleFilter};
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::query::one_of;
use crate::http::scope::Scope;
use crate::http::{
    Accepted, Answer, Body, Caller, Either, Listing, Operation, PageParams, PathId, Permission,
    Query, Routes, accepted, data, listing,
};
use crate::ids::{CommunityId, EnrolmentId, EnrolmentJobId, PersonId, SequenceId};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Enrolments")
        .get(
            "/api/v1/sequences/{id}/enrolments",
            list,
            Operation::new(
                "listEnrolments",
                Permission::EnrolmentsRead,
                "List who is in a sequence",
            ),
        )
        .post(
            "/api/v1/sequences/{id}/enrolments",
            enrol_some,
            Operation::new(
                "enrol",
                Permission::EnrolmentsWrite,
                "Enrol one person, or everybody a filter matches",
            )
                .description("Who is under way already stays as they are. A filter is worked off in the background: follow the job.")
                .conflict("sequence_status", "the sequence takes nobody in")
                .error(403, "limited_reach", "a filter, from somebody who may use some of the records only")
                .example(r#"{"filter": {"lead_status": ["prospect"]}}"#),
        )
        .get(
            "/api/v1/enrolments/{id}",
            show,
            Operation::new("getEnrolment", Permission::EnrolmentsRead, "Get an enrolment"),
        )
        .post(
            "/api/v1/enrolments/{id}/stop",
            stop,
            Operation::new(
                "stopEnrolment",
                Permission::EnrolmentsWrite,
                "Take somebody out of a sequence",
            )
                .example(r#"{"reason": "asked us to wait"}"#),
        )
        .get(
            "/api/v1/enrolment-jobs/{id}",
            show_job,
            Operation::new(
                "getEnrolmentJob",
                Permission::EnrolmentsRead,
                "Follow an enrolment in the background",
            ),
        )
        .post(
            "/api/v1/communities/{id}/deploy/preview",
            preview_deploy,
            Operation::new(
                "previewCommunityDeployment",
                Permission::CommunitiesDeploy,
                "See what deploying a community would do",
            )
                .description("How many people would be enrolled, how many not and why, when the first email could go out, and how many days it takes at the daily limit. Nothing is changed.")
                .changes_nothing()
                .limited_as(Limit::Heavy)
                .conflict("sequence_status", "the sequence takes nobody in")
                .error(403, "limited_reach", "asked by somebody who may use some of the records only")
                .example(r#"{"sequence_id": "01900000-0000-7000-8000-000000000001"}"#),
        )
        .post(
            "/api/v1/communities/{id}/deploy",
            deploy,
            Operation::new(
                "deployCommunity",
                Permission::CommunitiesDeploy,
                "Enrol a whole community in a sequence",
            )
                .conflict("sequence_status", "the sequence takes nobody in")
                .error(403, "limited_reach", "asked by somebody who may use some of the records only")
                .example(r#"{"sequence_id": "01900000-0000-7000-8000-000000000001"}"#),
        )
}

/// Steps of a job that are done before the first answer: a small one is through then.
const STEPS_AT_ONCE: u32 = 2;

/// Whom to enrol: one person, or everybody a filter matches.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EnrolIn {
    #[garde(skip)]
    person_id: Option<PersonId>,
    #[garde(skip)]
    filter: Option<PeopleFilter>,
}

#[derive(Serialize, JsonSchema)]
struct Enrolled {
    enrolled: u64,
    already_enrolled: u64,
}

async fn enrol_some(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(input): Body<EnrolIn>,
) -> Result<Either<Answer<Enrolled>, Accepted<Job>>> {
    let scope = caller.scope(Permission::EnrolmentsWrite);
    match (input.person_id, input.filter) {
        (Some(person), None) => {
            let open = enrol::open(&platform, &caller.tenant, &id).await?;
            let unknown = || Error::field("person_id", "no such person with an email address");
            let found = recipients::one(&platform.db, &caller.tenant, &person)
                .await?
                .ok_or_else(unknown)?;
            if !reach::reaches(&platform.db, &scope, &found.business_id).await? {
                return Err(unknown());
            }
            let enrolled = enrol::enrol(&platform, &caller.tenant, &open, &[found]).await?;
            Ok(Either::First(data(&Enrolled {
                enrolled,
                already_enrolled: 1 - enrolled.min(1),
            })))
        }
        (None, Some(filter)) => {
            scope.reach.must_be_whole()?;
            enrol::open(&platform, &caller.tenant, &id).await?;
            let filter = filter
                .settled(&platform.db, &caller.tenant, platform.now())
                .await?;
            let job = start_job(&platform, &caller, &id, None, &filter).await?;
            Ok(Either::Second(accepted(&job)))
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
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeployIn {
    #[garde(skip)]
    sequence_id: SequenceId,
}

/// The sequence that a community is to get, if the caller may enrol everybody and it takes people in.
async fn to_deploy(platform: &Platform, caller: &Caller, input: &DeployIn) -> Result<enrol::Open> {
    caller
        .scope(Permission::EnrolmentsWrite)
        .reach
        .must_be_whole()?;
    match enrol::open(platform, &caller.tenant, &input.sequence_id).await {
        Err(Error::NotFound(_)) => Err(Error::field("sequence_id", "no such sequence")),
        other => other,
    }
}

async fn preview_deploy(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
    Body(input): Body<DeployIn>,
) -> Result<Answer<Forecast>> {
    let open = to_deploy(&platform, &caller, &input).await?;
    Ok(data(
        &forecast::of(&platform, &caller.tenant, &open, &id).await?,
    ))
}

async fn deploy(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<CommunityId>,
    Body(input): Body<DeployIn>,
) -> Result<Accepted<Job>> {
    to_deploy(&platform, &caller, &input).await?;
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

#[derive(Deserialize, JsonSchema)]
struct ListQuery {
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn list(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Query(query): Query<ListQuery>,
) -> Result<Listing<Enrolment>> {
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
    let scope = caller.scope(Permission::EnrolmentsRead);
    let (enrolments, next) = store::list(&platform.db, &scope, &id, status, &page).await?;
    Ok(listing(&enrolments, page.limit, next))
}

async fn show(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<EnrolmentId>,
) -> Result<Answer<Enrolment>> {
    let scope = caller.scope(Permission::EnrolmentsRead);
    Ok(data(&find(&platform, &scope, &id).await?))
}

/// Why an enrolment is stopped.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StopIn {
    #[garde(inner(length(chars, min = 1, max = 100)))]
    reason: Option<String>,
}

async fn stop(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<EnrolmentId>,
    Body(input): Body<StopIn>,
) -> Result<Answer<Enrolment>> {
    let reason = input.reason.as_deref().unwrap_or("manual");
    let scope = caller.scope(Permission::EnrolmentsWrite);
    find(&platform, &scope, &id).await?;
    store::stop(&platform.db, &caller.tenant, &id, reason, platform.now()).await?;
    Ok(data(&find(&platform, &scope, &id).await?))
}

async fn find(platform: &Platform, scope: &Scope, id: &EnrolmentId) -> Result<Enrolment> {
    store::find(&platform.db, scope, id)
        .await?
        .ok_or(Error::NotFound("enrolment"))
}

async fn show_job(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<EnrolmentJobId>,
) -> Result<Answer<Job>> {
    Ok(data(&find_job(&platform, &caller, &id).await?))
}

async fn find_job(platform: &Platform, caller: &Caller, id: &EnrolmentJobId) -> Result<Job> {
    store::find_job(&platform.db, &caller.tenant, id)
        .await?
        .ok_or(Error::NotFound("enrolment job"))
}
