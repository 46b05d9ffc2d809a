//! `/api/v1/sequences/{id}/ledger` and the rows behind it.

use std::collections::BTreeMap;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::history::{self, Happened};
use super::store::{self, Count, Filter};
use super::{SendStatus, outbox, replay};
use crate::campaigns::sequences::Channel;
use crate::campaigns::sequences::lifecycle;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter::{self, Rest};
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
            "/api/v1/sends",
            outbox,
            Operation::new(
                "listAllSends",
                Permission::LedgerRead,
                "List the sends of all sequences, newest first",
            )
            .description("In the order in which they were planned. A page may be short where a filter leaves out most of what it looked at: go on while there is a `next_cursor`. Sends of a person or a business, and those that failed or whose outcome is unknown, are found at once.")
            .personal_data(),
        )
        .get(
            "/api/v1/sends/{id}/history",
            history,
            Operation::new(
                "getSendHistory",
                Permission::LedgerRead,
                "Everything that happened to a send, in words",
            )
            .description("The earliest first: planned, handed over, delivered, each open and click with whether a machine made it.")
            .personal_data(),
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

#[derive(Deserialize, JsonSchema)]
struct OutboxQuery {
    /// `pending`, `sent`, `skipped`, `failed` or `unknown`.
    #[serde(rename = "filter[status]", alias = "status")]
    status: Option<String>,
    /// `email`, `sms` or `voice`.
    #[serde(rename = "filter[channel]", alias = "channel")]
    channel: Option<String>,
    #[serde(rename = "filter[sequence_id]", alias = "sequence_id")]
    sequence_id: Option<String>,
    #[serde(rename = "filter[person_id]", alias = "person_id")]
    person_id: Option<String>,
    #[serde(rename = "filter[business_id]", alias = "business_id")]
    business_id: Option<String>,
    /// Planned then or later.
    #[serde(rename = "filter[planned_since]", alias = "planned_since")]
    planned_since: Option<String>,
    /// Planned before.
    #[serde(rename = "filter[planned_until]", alias = "planned_until")]
    planned_until: Option<String>,
    /// Taken by the provider then or later.
    #[serde(rename = "filter[sent_since]", alias = "sent_since")]
    sent_since: Option<String>,
    /// Taken by the provider before.
    #[serde(rename = "filter[sent_until]", alias = "sent_until")]
    sent_until: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    #[schemars(skip)]
    rest: Rest,
}

impl OutboxQuery {
    fn filter(&self) -> Result<outbox::Filter> {
        filter::nothing_else(&self.rest)?;
        Ok(outbox::Filter {
            status: filter::word(
                "status",
                self.status.as_deref(),
                &SendStatus::ALL,
                SendStatus::as_str,
            )?,
            channel: filter::word(
                "channel",
                self.channel.as_deref(),
                &Channel::ALL,
                Channel::as_str,
            )?,
            sequence: filter::id("sequence_id", self.sequence_id.as_deref())?,
            person: filter::id("person_id", self.person_id.as_deref())?,
            business: filter::id("business_id", self.business_id.as_deref())?,
            planned_since: filter::moment("planned_since", self.planned_since.as_deref())?,
            planned_until: filter::moment("planned_until", self.planned_until.as_deref())?,
            sent_since: filter::moment("sent_since", self.sent_since.as_deref())?,
            sent_until: filter::moment("sent_until", self.sent_until.as_deref())?,
        })
    }
}

async fn outbox(
    platform: Platform,
    caller: Caller,
    Query(query): Query<OutboxQuery>,
) -> Result<Listing<store::Send>> {
    let (page, filter) = (query.page.page()?, query.filter()?);
    let scope = caller.scope(Permission::LedgerRead);
    let (rows, next) = outbox::list(&platform.db, &scope, &filter, &page).await?;
    Ok(listing(&rows, page.limit, next))
}

async fn history(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SendId>,
) -> Result<Answer<Vec<Happened>>> {
    let scope = caller.scope(Permission::LedgerRead);
    find(&platform, &scope, &id).await?;
    Ok(data(&history::of(&platform.db, &caller.tenant, &id).await?))
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
