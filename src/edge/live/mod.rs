//! The live feed: a Durable Object for each tenant, to which everything that changes something tells what, and which tells the
//! pages that are open. What is told is a hint; nothing is lost that the API would not say.

mod event;
#[cfg(target_arch = "wasm32")]
mod object;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

pub use event::{Gathered, Listener, LiveEvent};

use super::log;

/// The binding's name.
#[cfg(target_arch = "wasm32")]
const BINDING: &str = "LIVE";
/// The header in which the API tells the object who listens. Nobody else can reach the object.
#[cfg(target_arch = "wasm32")]
const LISTENER: &str = "x-listener";

/// What happened since an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The newest event's number: where to go on.
    pub last: i64,
    /// Whether nothing in between is missing. Else everything that is shown has to be read anew.
    pub is_complete: bool,
    /// What happened, oldest first, each once.
    pub events: Vec<LiveEvent>,
}

/// Why the feed does not answer.
#[derive(Debug, Clone)]
pub enum LiveError {
    /// As many pages listen as it has room for.
    Full,
    /// It cannot be reached. The text is for the log.
    Unreachable(String),
}

impl std::fmt::Display for LiveError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LiveError::Full => formatter.write_str("the feed is full"),
            LiveError::Unreachable(text) => formatter.write_str(text),
        }
    }
}

/// The way to the feeds of all tenants.
pub struct Live {
    #[cfg(target_arch = "wasm32")]
    env: worker::Env,
    /// By tenant: what this request, message or tick has to tell.
    gathered: Mutex<BTreeMap<String, Gathered>>,
    /// Natively nobody listens: what was told stays here.
    #[cfg(not(target_arch = "wasm32"))]
    told: Mutex<Vec<(String, LiveEvent)>>,
}

impl Live {
    /// The feeds bound to this Worker.
    #[cfg(target_arch = "wasm32")]
    pub fn new(env: worker::Env) -> Self {
        Live {
            env,
            gathered: Mutex::default(),
        }
    }

    /// Feeds that keep what they are told.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn in_memory() -> Self {
        Live {
            gathered: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Takes an event along. It is told with the next [`Live::flush`].
    pub fn tell(&self, tenant: &str, event: LiveEvent) {
        self.gathered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(tenant.to_string())
            .or_default()
            .add(event);
    }

    /// Tells what was taken along. Pages that hear nothing ask again by themselves: a failure is logged and no more.
    pub async fn flush(&self) {
        let all =
            std::mem::take(&mut *self.gathered.lock().unwrap_or_else(PoisonError::into_inner));
        for (tenant, mut gathered) in all {
            if let Err(error) = self.publish(&tenant, gathered.take()).await {
                log::error("live", &[("error", &error.to_string())]);
            }
        }
    }

    /// What has been told so far.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn take(&self) -> Vec<(String, LiveEvent)> {
        std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }

    #[cfg(not(target_arch = "wasm32"))]
    async fn publish(&self, tenant: &str, events: Vec<LiveEvent>) -> Result<(), LiveError> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.extend(events.into_iter().map(|event| (tenant.to_string(), event)));
        Ok(())
    }

    /// What happened since an event. Natively nothing is kept.
    ///
    /// # Errors
    /// When the feed cannot be reached.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn since(
        &self,
        _tenant: &str,
        _listener: &Listener,
        _since: Option<i64>,
    ) -> Result<Told, LiveError> {
        Ok(Told {
            last: 0,
            is_complete: true,
            events: Vec::new(),
        })
    }

    /// Opens a socket on which the feed tells what happens. Natively there are none.
    ///
    /// # Errors
    /// When the feed cannot be reached.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn connect(
        &self,
        _tenant: &str,
        _listener: &Listener,
        _since: Option<i64>,
    ) -> Result<http::Response<axum::body::Body>, LiveError> {
        Err(LiveError::Unreachable("there are no sockets here".into()))
    }
}

#[cfg(target_arch = "wasm32")]
mod remote {
    use super::{BINDING, LISTENER, Listener, Live, LiveError, LiveEvent, Told};
    use crate::edge::sendable;

    impl From<worker::Error> for LiveError {
        fn from(error: worker::Error) -> Self {
            LiveError::Unreachable(error.to_string())
        }
    }

    impl Live {
        pub(super) async fn publish(
            &self,
            tenant: &str,
            events: Vec<LiveEvent>,
        ) -> Result<(), LiveError> {
            let body = serde_json::to_string(&events).unwrap_or_default();
            sendable(async move {
                let mut init = worker::RequestInit::new();
                init.with_method(worker::Method::Post)
                    .with_body(Some(body.into()));
                self.ask(tenant, "publish", &init).await.map(drop)
            })
            .await
        }

        /// What happened since an event.
        ///
        /// # Errors
        /// When the feed cannot be reached.
        pub async fn since(
            &self,
            tenant: &str,
            listener: &Listener,
            since: Option<i64>,
        ) -> Result<Told, LiveError> {
            sendable(async move {
                let init = init_of(listener)?;
                let path = path("events", since);
                Ok(self.ask(tenant, &path, &init).await?.json().await?)
            })
            .await
        }

        /// Opens a socket on which the feed tells what happens.
        ///
        /// # Errors
        /// When the feed cannot be reached.
        pub async fn connect(
            &self,
            tenant: &str,
            listener: &Listener,
            since: Option<i64>,
        ) -> Result<http::Response<axum::body::Body>, LiveError> {
            sendable(async move {
                let init = init_of(listener)?;
                init.headers.set("upgrade", "websocket")?;
                let path = path("connect", since);
                let answer = self.ask(tenant, &path, &init).await?;
                let socket = answer
                    .websocket()
                    .ok_or_else(|| LiveError::Unreachable("the feed opened no socket".into()))?;
                let mut response = http::Response::new(axum::body::Body::empty());
                *response.status_mut() = http::StatusCode::SWITCHING_PROTOCOLS;
                response.extensions_mut().insert(socket);
                Ok(response)
            })
            .await
        }

        async fn ask(
            &self,
            tenant: &str,
            path: &str,
            init: &worker::RequestInit,
        ) -> Result<worker::Response, LiveError> {
            let feed = self.env.durable_object(BINDING)?.get_by_name(tenant)?;
            let request = worker::Request::new_with_init(&format!("https://live/{path}"), init)?;
            let response = feed.fetch_with_request(request).await?;
            match response.status_code() {
                101 | 200 | 204 => Ok(response),
                429 => Err(LiveError::Full),
                status => Err(LiveError::Unreachable(format!(
                    "the feed answered {status}"
                ))),
            }
        }
    }

    fn init_of(listener: &Listener) -> Result<worker::RequestInit, LiveError> {
        let mut init = worker::RequestInit::new();
        let headers = worker::Headers::new();
        headers.set(
            LISTENER,
            &serde_json::to_string(listener).unwrap_or_default(),
        )?;
        init.with_headers(headers);
        Ok(init)
    }

    fn path(name: &str, since: Option<i64>) -> String {
        match since {
            Some(since) => format!("{name}?since={since}"),
            None => name.to_string(),
        }
    }
}
