//! The Durable Object behind a tenant's feed. It sleeps while nothing happens; sockets stay open meanwhile (hibernation), and
//! what they were told lies in its storage, so that whoever was cut off goes on where they were.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use worker::worker_sys::WebSocketRequestResponsePair;
use worker::{
    Delay, DurableObject, Env, Error, Method, Request, Response, Result, SqlStorage,
    SqlStorageValue, State, WebSocket, WebSocketIncomingMessage, WebSocketPair, durable_object,
};

use super::{Gathered, LISTENER, Listener, LiveEvent, Told};
use crate::edge::clock::{Millis, machine_now};
use crate::edge::log;

/// How far apart what is told lies at least, in milliseconds: at most a few messages a second.
const APART: Millis = 400;
/// How much is kept for those who were cut off: a quarter of an hour of an import that tells all the time.
const KEPT: i64 = 2_000;
/// How often what is too old is thrown away, in messages.
const SWEPT_EVERY: i64 = 100;
/// Sockets a tenant may have; others ask from time to time instead.
const MOST_SOCKETS: usize = 1_000;
/// Of those, sockets of one person or key: whoever forgets to close theirs takes nobody else's room.
const MOST_OF_ONE: usize = 50;
/// The code with which a socket is closed whose listener has to show anew who they are.
const ASK_AGAIN: u16 = 4_001;

/// A tenant's feed.
#[durable_object]
pub struct LiveFeed {
    feed: Rc<Feed>,
}

struct Feed {
    state: State,
    sql: SqlStorage,
    gathered: RefCell<Gathered>,
    /// When something was told last.
    told_at: Cell<Millis>,
    /// Whether somebody waits to tell what is gathered.
    waits: Cell<bool>,
}

/// What goes over a socket.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Message<'a> {
    /// The first message.
    Hello { last: i64, is_complete: bool },
    /// What happened, up to this number.
    Events { last: i64, events: &'a [LiveEvent] },
}

#[derive(Deserialize)]
struct Kept {
    events: String,
}

#[derive(Deserialize)]
struct Numbers {
    first: Option<i64>,
    last: Option<i64>,
}

#[derive(Deserialize)]
struct Inserted {
    id: i64,
}

impl DurableObject for LiveFeed {
    fn new(state: State, _env: Env) -> Self {
        let sql = state.storage().sql();
        // Answered while the object sleeps.
        if let Ok(pair) = WebSocketRequestResponsePair::new("ping", "pong") {
            state.set_websocket_auto_response(&pair);
        }
        LiveFeed {
            feed: Rc::new(Feed {
                state,
                sql,
                gathered: RefCell::default(),
                told_at: Cell::new(0),
                waits: Cell::new(false),
            }),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        self.feed.prepare()?;
        let path = request.path();
        match (request.method(), path.as_str()) {
            (Method::Post, "/publish") => {
                let events: Vec<LiveEvent> = request.json().await?;
                Feed::publish(&self.feed, events)?;
                Ok(Response::empty()?.with_status(204))
            }
            (Method::Get, "/events") => {
                let listener = listener(&request)?;
                Response::from_json(&self.feed.since(&listener, since(&request)?)?)
            }
            (Method::Get, "/connect") => {
                let listener = listener(&request)?;
                self.feed.connect(&listener, since(&request)?)
            }
            _ => Response::error("no such path", 404),
        }
    }

    /// Nothing comes from pages but what keeps a socket open, which the runtime answers by itself.
    async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> Result<()> {
        Ok(())
    }

    async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
        // Answered, so that both sides are done with it; one that is gone already cannot be.
        let _ = socket.close(Some(1_000), Some("closed"));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: Error) -> Result<()> {
        Ok(())
    }

    /// None is set.
    async fn alarm(&self) -> Result<Response> {
        Response::empty()
    }

    /// Nobody connects but by sockets of the web.
    async fn connect(&self, _: worker::Socket) -> Result<()> {
        Ok(())
    }
}

impl Feed {
    fn prepare(&self) -> Result<()> {
        self.sql
            .exec(
                "CREATE TABLE IF NOT EXISTS told (id INTEGER PRIMARY KEY AUTOINCREMENT, events TEXT NOT NULL)",
                None,
            )
            .map(drop)
    }

    fn publish(feed: &Rc<Feed>, events: Vec<LiveEvent>) -> Result<()> {
        for event in events {
            feed.gathered.borrow_mut().add(event);
        }
        if feed.waits.get() {
            return Ok(());
        }
        let wait = feed.told_at.get() + APART - machine_now();
        if wait <= 0 {
            return feed.tell();
        }
        feed.waits.set(true);
        let later = Rc::clone(feed);
        feed.state.wait_until(async move {
            Delay::from(Duration::from_millis(wait.unsigned_abs())).await;
            later.waits.set(false);
            if let Err(error) = later.tell() {
                log::error("live feed", &[("error", &error.to_string())]);
            }
        });
        Ok(())
    }

    /// Tells what was gathered, and keeps it for those who are cut off at the moment.
    fn tell(&self) -> Result<()> {
        let events = self.gathered.borrow_mut().take();
        if events.is_empty() {
            return Ok(());
        }
        let now = machine_now();
        self.told_at.set(now);
        let kept = serde_json::to_string(&events)?;
        let Inserted { id } = self
            .sql
            .exec(
                "INSERT INTO told (events) VALUES (?) RETURNING id",
                vec![SqlStorageValue::String(kept)],
            )?
            .one()?;
        if id % SWEPT_EVERY == 0 {
            let old = SqlStorageValue::try_from_i64(id - KEPT)?;
            self.sql.exec("DELETE FROM told WHERE id <= ?", vec![old])?;
        }
        for socket in self.state.get_websockets() {
            // One that cannot be told is gone, and says so by itself.
            let _ = Self::tell_one(&socket, &events, id, now);
        }
        Ok(())
    }

    fn tell_one(socket: &WebSocket, events: &[LiveEvent], last: i64, now: Millis) -> Result<()> {
        let Some(listener) = attached(socket)? else {
            return socket.close(Some(ASK_AGAIN), Some("ask again"));
        };
        if listener.until <= now {
            return socket.close(Some(ASK_AGAIN), Some("ask again"));
        }
        let events = listener.of(events);
        if events.is_empty() {
            return Ok(());
        }
        socket.send(&Message::Events {
            last,
            events: &events,
        })
    }

    fn since(&self, listener: &Listener, since: Option<i64>) -> Result<Told> {
        let numbers: Numbers = self
            .sql
            .exec(
                "SELECT (SELECT MIN(id) FROM told) AS first, (SELECT seq FROM sqlite_sequence WHERE name = 'told') AS last",
                None,
            )?
            .one()?;
        let last = numbers.last.unwrap_or(0);
        let first = numbers.first.unwrap_or(last + 1);
        let Some(since) = since else {
            return Ok(Told {
                last,
                is_complete: true,
                events: Vec::new(),
            });
        };
        if since > last || since < first - 1 {
            return Ok(Told {
                last,
                is_complete: false,
                events: Vec::new(),
            });
        }
        let kept: Vec<Kept> = self
            .sql
            .exec(
                "SELECT events FROM told WHERE id > ? ORDER BY id",
                vec![SqlStorageValue::try_from_i64(since)?],
            )?
            .to_array()?;
        let mut events = Vec::new();
        for row in kept {
            events.extend(serde_json::from_str::<Vec<LiveEvent>>(&row.events)?);
        }
        Ok(Told {
            last,
            is_complete: true,
            events: listener.of(&events),
        })
    }

    fn connect(&self, listener: &Listener, since: Option<i64>) -> Result<Response> {
        let of_one = self.state.get_websockets_with_tag(&listener.who);
        if !has_room(&of_one, MOST_OF_ONE) || !has_room(&self.state.get_websockets(), MOST_SOCKETS)
        {
            return Response::error("too many sockets", 429);
        }
        let told = self.since(listener, since)?;
        let pair = WebSocketPair::new()?;
        self.state
            .accept_websocket_with_tags(&pair.server, &[&listener.who]);
        pair.server
            .serialize_attachment(serde_json::to_string(listener)?)?;
        pair.server.send(&Message::Hello {
            last: told.last,
            is_complete: told.is_complete,
        })?;
        if !told.events.is_empty() {
            pair.server.send(&Message::Events {
                last: told.last,
                events: &told.events,
            })?;
        }
        Response::from_websocket(pair.client)
    }
}

/// Whether there is room for one more. Those whose time is over make room: they may be gone without having said so.
fn has_room(sockets: &[WebSocket], most: usize) -> bool {
    if sockets.len() < most {
        return true;
    }
    let now = machine_now();
    let mut open = 0;
    for socket in sockets {
        match attached(socket) {
            Ok(Some(listener)) if listener.until > now => open += 1,
            // One that cannot be closed is gone already.
            _ => drop(socket.close(Some(ASK_AGAIN), Some("ask again"))),
        }
    }
    open < most
}

fn attached(socket: &WebSocket) -> Result<Option<Listener>> {
    let text: Option<String> = socket.deserialize_attachment()?;
    text.map(|text| serde_json::from_str(&text).map_err(Error::from))
        .transpose()
}

fn listener(request: &Request) -> Result<Listener> {
    let text = request.headers().get(LISTENER)?.unwrap_or_default();
    Ok(serde_json::from_str(&text)?)
}

fn since(request: &Request) -> Result<Option<i64>> {
    let url = request.url()?;
    let since = url.query_pairs().find(|(name, _)| name == "since");
    since
        .map(|(_, value)| {
            value
                .parse()
                .map_err(|_| Error::RustError("since is no number".into()))
        })
        .transpose()
}
