//! `/api/v1/live`: what has changed since, at once or over a socket.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::topic::Topic;
use crate::edge::clock::{MINUTE, Millis, machine_now};
use crate::edge::live::{Listener, LiveEvent, Told};
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::description::Output;
#[cfg(not(target_arch = "wasm32"))]
use crate::http::description::{AnswerShape, Description};
use crate::http::{Caller, Operation, Query, Routes, data};
use crate::identity::caller::Browser;
use crate::permission::Permissions;

/// How long a socket may listen before whoever opened it has to show again who they are. So long somebody who was put out may go
/// on hearing that something changes.
const LISTENS_FOR: Millis = 5 * MINUTE;

/// The routes of the feed.
pub fn routes() -> Routes {
    Routes::new("Live").get(
        "/api/v1/live",
        live,
        Operation::signed_in("listen", "Hear what changes")
            .description("Tells what has changed since an event (`since`), so that only that need be read again: of what the caller may read, each topic and record once. With `Upgrade: websocket` it goes on telling over a socket: first `{\"type\":\"hello\",\"last\":…,\"is_complete\":…}`, then `{\"type\":\"events\",\"last\":…,\"events\":[…]}`, at most three a second. Whoever is cut off comes back with `since` and the newest `last` they have heard; when `is_complete` is false, some of what happened meanwhile is not known any more, and everything shown is to be read again. The text `ping` is answered with `pong`. After five minutes a socket is closed with the code 4001: come back, and show who you are again. Whoever may use some records only hears that a topic has changed, and not which record. There is room for a thousand sockets of a tenant and for fifty of a person or key; beyond them it is 429 `too_many_pages`, and what has changed is to be asked for from time to time, without `Upgrade`.")
            .error(429, "too_many_pages", "there is no room for another socket"),
    )
}

#[derive(Deserialize, JsonSchema)]
struct Parameters {
    /// The newest event that was heard; without it, only where the feed is.
    since: Option<String>,
}

/// What has changed.
#[derive(Serialize, JsonSchema)]
struct Changes {
    /// The newest event: give it as `since` next time.
    last: i64,
    /// Whether nothing is missing; else everything shown is to be read again.
    is_complete: bool,
    /// What has changed.
    events: Vec<Change>,
}

/// Something that has changed.
#[derive(Serialize, JsonSchema)]
struct Change {
    /// What it is: the records of a path of the API, as `businesses`; or `sends`, `engagement`, `scores`.
    topic: String,
    /// Which record; empty when there are several, or when the caller may use some only.
    key: String,
    /// How many of what came to it, as `sent`, since the event before.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    counts: BTreeMap<String, i64>,
}

impl From<Told> for Changes {
    fn from(told: Told) -> Self {
        Changes {
            last: told.last,
            is_complete: told.is_complete,
            events: told.events.into_iter().map(Change::from).collect(),
        }
    }
}

impl From<LiveEvent> for Change {
    fn from(event: LiveEvent) -> Self {
        Change {
            topic: event.topic,
            key: event.key,
            counts: event.counts,
        }
    }
}

/// The answer at once, or a socket's.
enum Feed {
    Now(Changes),
    Socket(Response),
}

impl Output for Feed {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        let schema =
            |generator: &mut schemars::SchemaGenerator| generator.subschema_for::<Changes>();
        description.answers.push((200, AnswerShape::Data(schema)));
    }
}

impl IntoResponse for Feed {
    fn into_response(self) -> Response {
        match self {
            Feed::Now(changes) => data(&changes).into_response(),
            Feed::Socket(response) => response,
        }
    }
}

async fn live(
    platform: Platform,
    caller: Caller,
    browser: Browser,
    Query(parameters): Query<Parameters>,
) -> Result<Feed> {
    let since = parameters.since.as_deref().map(number).transpose()?;
    let listener = listener(&caller);
    let tenant = caller.tenant.as_str();
    if browser.asks_for_socket() {
        browser.may_open_socket(&platform)?;
        let socket = platform.live.connect(tenant, &listener, since).await;
        return Ok(Feed::Socket(socket?));
    }
    let told = platform.live.since(tenant, &listener, since).await?;
    Ok(Feed::Now(told.into()))
}

fn number(text: &str) -> Result<i64> {
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| {
        Error::field(
            "since",
            "must be the `last` of an earlier answer: a whole number",
        )
    })
}

/// What a caller is told of: what they may read anyway.
fn listener(caller: &Caller) -> Listener {
    let topics = Topic::ALL.iter().copied();
    let topics: BTreeSet<_> = topics
        .filter(|topic| caller.permissions.has(topic.permission()))
        .map(|topic| topic.as_str().to_string())
        .collect();
    Listener {
        who: caller.actor.key(),
        topics,
        sees_all: caller.locations.is_none() && caller.own_records == Permissions::NONE,
        until: machine_now() + LISTENS_FOR,
    }
}
