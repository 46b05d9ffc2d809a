//! `/api/v1/sequences/{id}/ledger` and the rows behind it.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::store::{self, Count, Filter};
use super::{SendStatus, replay};
use crate::campaigns::sequences::lifecycle;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::query::one_of;
use crate::http::{Answer, Body, Caller, PageParams, PathId, Query, data, listing};
use crate::ids::{PersonId, SendId, SequenceId};

/// The routes.
pub fn routes() -> Router<Platform> {
    Router::new()
        .route("/api/v1/sequences/{id}/ledger", get(ledger))
        .route("/api/v1/sequences/{id}/sends", get(sends))
        .route("/api/v1/sequences/{id}/replay", post(replay_failed))
        .route("/api/v1/sends/{id}", get(send))
        .route("/api/v1/sends/{id}/settle", post(settle))
}

/// Sums by status. `planned` is their sum, always.
#[derive(Debug, Default, Serialize)]
struct Sums {
    planned: i64,
    sent: i64,
    skipped: i64,
    failed: i64,
    unknown: i64,
    pending: i64,
    opened: i64,
    clicked: i64,
}

impl Sums {
    fn add(&mut self, count: &Count) {
        self.planned += count.count;
        self.opened += count.opened;
        self.clicked += count.clicked;
        let field = match count.status {
            SendStatus::Pending => &mut self.pending,
            SendStatus::Sent => &mut self.sent,
            SendStatus::Skipped => &mut self.skipped,
            SendStatus::Failed => &mut self.failed,
            SendStatus::Unknown => &mut self.unknown,
        };
        *field += count.count;
    }
}

#[derive(Serialize)]
struct OfStep {
    step_number: i64,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct OfDay {
    day: i64,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize)]
struct Ledger {
    total: Sums,
    by_step: Vec<OfStep>,
    by_day: Vec<OfDay>,
}

async fn ledger(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer> {
    lifecycle::find(&platform, &caller.tenant, &id).await?;
    let counts = store::counts(&platform.db, &caller.tenant, &id).await?;
    let mut total = Sums::default();
    let mut steps: BTreeMap<i64, Sums> = BTreeMap::new();
    let mut days: BTreeMap<i64, Sums> = BTreeMap::new();
    for count in &counts {
        total.add(count);
        steps.entry(count.step_number).or_default().add(count);
        days.entry(count.day_offset).or_default().add(count);
    }
    Ok(data(&Ledger {
        total,
        by_step: steps
            .into_iter()
            .map(|(step_number, sums)| OfStep { step_number, sums })
            .collect(),
        by_day: days
            .into_iter()
            .map(|(day, sums)| OfDay { day, sums })
            .collect(),
    }))
}

#[derive(Deserialize)]
struct SendsQuery {
    status: Option<String>,
    step: Option<String>,
    person_id: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn sends(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Query(query): Query<SendsQuery>,
) -> Result<Answer> {
    lifecycle::find(&platform, &caller.tenant, &id).await?;
    let page = query.page.page()?;
    let filter = Filter {
        status: query
            .status
            .as_deref()
            .map(|text| one_of("status", text, &SendStatus::ALL, SendStatus::as_str))
            .transpose()?,
        step_number: query
            .step
            .map(|step| {
                step.parse()
                    .map_err(|_| Error::field("step", "must be a step's number"))
            })
            .transpose()?,
        person_id: query
            .person_id
            .map(|id| {
                PersonId::parse(&id)
                    .ok_or_else(|| Error::field("person_id", "must be a person's id"))
            })
            .transpose()?,
    };
    let mut rows = store::rows(
        &platform.db,
        &caller.tenant,
        &id,
        &filter,
        &page.after,
        page.probe(),
    )
    .await?;
    let next = page.cut(&mut rows, |send| send.id.to_string());
    Ok(listing(&rows, page.limit, next))
}

async fn send(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SendId>,
) -> Result<Answer> {
    let send = store::find(&platform.db, &caller.tenant, &id)
        .await?
        .ok_or(Error::NotFound("send"))?;
    Ok(data(&send))
}

/// Which failed rows to replay; all of the sequence when none are named.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct ReplayIn {
    #[garde(inner(length(min = 1, max = 1000)))]
    send_ids: Option<Vec<SendId>>,
}

#[derive(Serialize)]
struct Replayed {
    replayed: u64,
}

async fn replay_failed(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(input): Body<ReplayIn>,
) -> Result<Answer> {
    lifecycle::find(&platform, &caller.tenant, &id).await?;
    let only = input.send_ids.as_deref();
    let replayed = replay::replay(&platform, &caller.tenant, &id, only).await?;
    Ok(data(&Replayed { replayed }))
}

/// What the provider's records say of an unknown send.
#[derive(Debug, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct SettleIn {
    #[garde(skip)]
    status: SendStatus,
}

async fn settle(
    State(platform): State<Platform>,
    caller: Caller,
    PathId(id): PathId<SendId>,
    Body(input): Body<SettleIn>,
) -> Result<Answer> {
    replay::settle(&platform, &caller.tenant, &id, input.status).await?;
    let send = store::find(&platform.db, &caller.tenant, &id)
        .await?
        .ok_or(Error::NotFound("send"))?;
    Ok(data(&send))
}
