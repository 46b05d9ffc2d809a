//! `/api/v1/sequences/{id}/ledger` and the rows behind it.

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store::{self, Count, Filter};
use super::{SendStatus, replay};
use crate::campaigns::sequences::lifecycle;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::query::one_of;
use crate::http::scope::Scope;
use crate::http::{
    Answer, Body, Caller, Listing, Operation, PageParams, PathId, Permission, Query, Routes, data,
    listing,
};
use crate::ids::{PersonId, SendId, SequenceId};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Ledger")
        .get(
            "/api/v1/sequences/{id}/ledger",
            ledger,
            Operation::new(
                "getLedger",
                Permission::LedgerRead,
                "A sequence's sums by status, step and day",
            )
            .description("Planned is always sent + skipped + failed + unknown + pending."),
        )
        .get(
            "/api/v1/sequences/{id}/sends",
            sends,
            Operation::new(
                "listSends",
                Permission::LedgerRead,
                "The rows behind the ledger, each with its reason",
            )
            .personal_data(),
        )
        .post(
            "/api/v1/sequences/{id}/replay",
            replay_failed,
            Operation::new(
                "replayFailedSends",
                Permission::LedgerReplay,
                "Send again what failed",
            )
            .description("All of the sequence, or those named.")
            .error(
                403,
                "limited_reach",
                "asked by somebody who may use some of the records only",
            )
            .example("{}"),
        )
        .get(
            "/api/v1/sends/{id}",
            send,
            Operation::new("getSend", Permission::LedgerRead, "Get a send").personal_data(),
        )
        .post(
            "/api/v1/sends/{id}/settle",
            settle,
            Operation::new(
                "settleSend",
                Permission::LedgerReplay,
                "Say what became of an unknown send",
            )
            .conflict("send_status", "its outcome is known")
            .example(r#"{"status": "sent"}"#),
        )
}

/// Sums by status. `planned` is their sum, always.
#[derive(Debug, Default, Serialize, JsonSchema)]
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

#[derive(Serialize, JsonSchema)]
struct OfStep {
    step_number: i64,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize, JsonSchema)]
struct OfDay {
    day: i64,
    #[serde(flatten)]
    sums: Sums,
}

#[derive(Serialize, JsonSchema)]
struct Ledger {
    total: Sums,
    by_step: Vec<OfStep>,
    by_day: Vec<OfDay>,
}

async fn ledger(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer<Ledger>> {
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

#[derive(Deserialize, JsonSchema)]
struct SendsQuery {
    status: Option<String>,
    step: Option<String>,
    person_id: Option<String>,
    #[serde(flatten)]
    page: PageParams,
}

async fn sends(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Query(query): Query<SendsQuery>,
) -> Result<Listing<store::Send>> {
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
    let scope = caller.scope(Permission::LedgerRead);
    let (rows, next) = store::rows(&platform.db, &scope, &id, &filter, &page).await?;
    Ok(listing(&rows, page.limit, next))
}

async fn send(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SendId>,
) -> Result<Answer<store::Send>> {
    let scope = caller.scope(Permission::LedgerRead);
    Ok(data(&find(&platform, &scope, &id).await?))
}

async fn find(platform: &Platform, scope: &Scope, id: &SendId) -> Result<store::Send> {
    store::find(&platform.db, scope, id)
        .await?
        .ok_or(Error::NotFound("send"))
}

/// Which failed rows to replay; all of the sequence when none are named.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReplayIn {
    #[garde(inner(length(min = 1, max = 1000)))]
    send_ids: Option<Vec<SendId>>,
}

#[derive(Serialize, JsonSchema)]
struct Replayed {
    replayed: u64,
}

async fn replay_failed(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Body(input): Body<ReplayIn>,
) -> Result<Answer<Replayed>> {
    caller
        .scope(Permission::LedgerReplay)
        .reach
        .must_be_whole()?;
    lifecycle::find(&platform, &caller.tenant, &id).await?;
    let only = input.send_ids.as_deref();
    let replayed = replay::replay(&platform, &caller.tenant, &id, only).await?;
    Ok(data(&Replayed { replayed }))
}

/// What the provider's records say of an unknown send.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SettleIn {
    #[garde(skip)]
    status: SendStatus,
}

async fn settle(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SendId>,
    Body(input): Body<SettleIn>,
) -> Result<Answer<store::Send>> {
    let scope = caller.scope(Permission::LedgerReplay);
    find(&platform, &scope, &id).await?;
    replay::settle(&platform, &caller.tenant, &id, input.status).await?;
    Ok(data(&find(&platform, &scope, &id).await?))
}
