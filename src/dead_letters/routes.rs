//! `/api/v1/dead-letters`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{DeadLetter, Opened, Queue, ReplayIn, Replayed, Status};
use super::replay;
use super::store::{self, Filter};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter::{self, Rest, word};
use crate::http::{
    Answer, Body, Caller, Listing, Operation, PageParams, PathId, Permission, Query, Routes, data,
    listing,
};
use crate::ids::DeadLetterId;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Dead letters")
        .get(
            "/api/v1/dead-letters",
            list,
            Operation::new(
                "listDeadLetters",
                Permission::DeadLettersRead,
                "List the messages that could not be processed",
            )
            .description("Newest first. A message that its queue's consumer failed on at every delivery comes here, and is kept for up to 30 days.")
            .error(403, "limited_reach", LIMITED),
        )
        .post(
            "/api/v1/dead-letters/replay",
            replay_many,
            Operation::new(
                "replayDeadLetters",
                Permission::DeadLettersReplay,
                "Process many of them again",
            )
            .description("All that are open, those of a queue, or those named; the oldest first, up to 100 a call. Ask again while there is `more`. They go through their queues again, and doing that twice does no harm.")
            .error(403, "limited_reach", LIMITED)
            .example(r#"{"queue": "tracking"}"#),
        )
        .get(
            "/api/v1/dead-letters/{id}",
            show,
            Operation::new(
                "getDeadLetter",
                Permission::DeadLettersRead,
                "Get one with its message",
            )
            .description("A message of `audit` takes `audit_log:read` besides, one of `tracking` `people:read`, one of `sends` `ledger:read`.")
            .error(403, "limited_reach", LIMITED)
            .personal_data(),
        )
        .post(
            "/api/v1/dead-letters/{id}/replay",
            replay_one,
            Operation::new(
                "replayDeadLetter",
                Permission::DeadLettersReplay,
                "Process one again",
            )
            .description("It goes through its queue again; if that fails again, it comes back here. Of a batch of emails those that are failed still are sent again.")
            .error(403, "limited_reach", LIMITED)
            .conflict("dead_letter_status", STATUS),
        )
        .post(
            "/api/v1/dead-letters/{id}/discard",
            discard,
            Operation::new(
                "discardDeadLetter",
                Permission::DeadLettersReplay,
                "Let one go",
            )
            .description("Its message is removed at once.")
            .error(403, "limited_reach", LIMITED)
            .conflict("dead_letter_status", STATUS),
        )
}

const LIMITED: &str = "asked by somebody who may use some of the records only";
const STATUS: &str = "it was replayed or discarded already";

#[derive(Deserialize, JsonSchema)]
struct ListQuery {
    /// `sends`, `tracking`, `audit`, `imports` or `content`.
    #[serde(rename = "filter[queue]", alias = "queue")]
    queue: Option<String>,
    /// `open`, `replayed` or `discarded`.
    #[serde(rename = "filter[status]", alias = "status")]
    status: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    #[schemars(skip)]
    rest: Rest,
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Listing<DeadLetter>> {
    whole(&caller, Permission::DeadLettersRead)?;
    filter::nothing_else(&query.rest)?;
    let page = query.page.page()?;
    let filter = Filter {
        queue: word("queue", query.queue.as_deref(), Queue::ALL, Queue::as_str)?,
        status: word(
            "status",
            query.status.as_deref(),
            Status::ALL,
            Status::as_str,
        )?,
    };
    let (letters, next) = store::list(&platform.db, &caller.tenant, filter, &page).await?;
    Ok(listing(&letters, page.limit, next))
}

/// What one must be allowed to see besides, because a message of that queue says it.
fn told_by(queue: Queue) -> Option<Permission> {
    match queue {
        Queue::Audit => Some(Permission::AuditLogRead),
        Queue::Tracking => Some(Permission::PeopleRead),
        Queue::Sends => Some(Permission::LedgerRead),
        Queue::Imports | Queue::Content => None,
    }
}

/// What a message is about is told by nothing but itself.
fn whole(caller: &Caller, permission: Permission) -> Result<()> {
    caller.scope(permission).reach.must_be_whole()
}

async fn show(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DeadLetterId>,
) -> Result<Answer<Opened>> {
    whole(&caller, Permission::DeadLettersRead)?;
    let opened = store::get(&platform.db, &caller.tenant, &id).await?;
    if let Some(permission) = told_by(opened.letter.queue) {
        caller.require(permission)?;
    }
    Ok(data(&opened))
}

async fn replay_one(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DeadLetterId>,
) -> Result<Answer<DeadLetter>> {
    whole(&caller, Permission::DeadLettersReplay)?;
    let by = caller.actor.key();
    replay::one(&platform, &caller.tenant, &id, &by).await?;
    let opened = store::get(&platform.db, &caller.tenant, &id).await?;
    Ok(data(&opened.letter))
}

async fn replay_many(
    platform: Platform,
    caller: Caller,
    Body(input): Body<ReplayIn>,
) -> Result<Answer<Replayed>> {
    whole(&caller, Permission::DeadLettersReplay)?;
    let (ids, by) = (input.ids.as_deref(), caller.actor.key());
    let done = replay::many(&platform, &caller.tenant, input.queue, ids, &by).await?;
    Ok(data(&done))
}

async fn discard(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<DeadLetterId>,
) -> Result<Answer<DeadLetter>> {
    whole(&caller, Permission::DeadLettersReplay)?;
    let (db, tenant, now) = (&platform.db, &caller.tenant, platform.now());
    let by = caller.actor.key();
    let done = store::settle(db, tenant, &id, Status::Discarded, &by, now).await?;
    let opened = store::get(db, tenant, &id).await?;
    match done {
        true => Ok(data(&opened.letter)),
        false => Err(replay::settled(&opened)),
    }
}
