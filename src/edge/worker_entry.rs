//! What each of the runtime's events needs around it: reads the settings, opens the database, lets the app handle the event,
//! and closes the database before the event ends.

use std::cell::RefCell;
use std::sync::Arc;

use serde::Deserialize;
use tower_service::Service;
use worker::{
    Context, Env, FromRequest, HttpRequest, IntoResponse, MessageBatch, MessageExt, Result, web_sys,
};

use super::bucket::Bucket;
use super::clock::{self, Clock};
use super::db::{Db, Statement};
use super::deferred::Deferred;
use super::fetch::Fetch;
use super::limiter::Limiter;
use super::live::Live;
use super::log;
use super::platform::Platform;
use super::queue::{Disposition, Queues};
use crate::config::{Config, Database};

thread_local! {
    /// The settings do not change while an instance lives.
    static CONFIG: RefCell<Option<Arc<Config>>> = const { RefCell::new(None) };
    /// Built by the first request. It holds nothing of any request.
    static ROUTER: RefCell<Option<axum::Router>> = const { RefCell::new(None) };
    static CLOCK_IS_SET: RefCell<bool> = const { RefCell::new(false) };
}

/// The settings; `None` when they do not hold, which the log says by name.
pub fn config(env: &Env) -> Option<Arc<Config>> {
    CONFIG.with_borrow_mut(|slot| {
        if slot.is_none() {
            match Config::read(|name| env.var(name).ok().map(|value| value.to_string())) {
                Ok(config) => *slot = Some(Arc::new(config)),
                Err(error) => log::error("settings", &[("error", &error)]),
            }
        }
        slot.clone()
    })
}

async fn platform(env: &Env) -> Option<Platform> {
    let config = config(env)?;
    let opened = match config.database {
        Database::D1 => env.d1("DB").map(Db::d1),
        Database::Postgres => env.hyperdrive("HYPERDRIVE").map(Db::hyperdrive),
    };
    let db = match opened {
        Ok(db) => db,
        Err(error) => {
            log::error(
                "settings",
                &[("error", &format!("the database binding: {error}"))],
            );
            return None;
        }
    };
    let platform = Platform {
        db: Arc::new(db),
        bucket: Arc::new(Bucket::new(env.clone())),
        clock: Clock::running(),
        queues: Arc::new(Queues::new(env.clone())),
        fetch: Arc::new(Fetch::new()),
        deferred: Arc::new(Deferred::default()),
        limiter: Arc::new(Limiter::new(env.clone())),
        live: Arc::new(Live::new(env.clone())),
        config,
    };
    if !platform.config.is_production() {
        take_up_moved_clock(&platform).await;
    }
    Some(platform)
}

/// Outside production: an instance that starts takes up how far the clock was moved before.
async fn take_up_moved_clock(platform: &Platform) {
    #[derive(Deserialize)]
    struct Row {
        offset_ms: i64,
    }
    if CLOCK_IS_SET.replace(true) {
        return;
    }
    let statement = Statement::new("SELECT offset_ms FROM development_clock WHERE id = 1");
    if let Ok(Some(row)) = platform.db.fetch_optional::<Row>(statement).await {
        clock::set_offset(row.offset_ms);
    }
}

/// A request that no hot path answered, for the app's router.
///
/// # Errors
/// When the runtime's request or response cannot be converted.
pub async fn fetch(
    request: web_sys::Request,
    env: Env,
    context: Context,
    router: fn(is_production: bool) -> axum::Router,
) -> Result<web_sys::Response> {
    let Some(platform) = platform(&env).await else {
        return Ok(worker::Response::error(
            "The service is not set up correctly; its log says what is missing.",
            503,
        )?
        .into());
    };
    let mut request: HttpRequest = converted(FromRequest::from_raw(request))?;
    let (db, deferred) = (platform.db.clone(), platform.deferred.clone());
    let live = platform.live.clone();
    let mut router = ROUTER.with_borrow_mut(|slot| {
        slot.get_or_insert_with(|| router(platform.config.is_production()))
            .clone()
    });
    request.extensions_mut().insert(platform);
    let response = match router.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    context.wait_until(async move {
        live.flush().await;
        deferred.run().await;
        db.close().await;
    });
    converted(IntoResponse::into_raw(response))
}

/// The runtime's conversions give errors of unnamed types.
fn converted<T>(
    result: std::result::Result<T, impl Into<Box<dyn std::error::Error>>>,
) -> Result<T> {
    result.map_err(|error| worker::Error::RustError(error.into().to_string()))
}

/// A delivery of queue messages, for the app's consumer. Each is acknowledged or retried by itself; returning an error would
/// abort the instance.
///
/// # Errors
/// Never.
pub async fn queue(
    batch: MessageBatch<String>,
    env: Env,
    consume: impl AsyncFnOnce(&Platform, &str, &[String]) -> Vec<Disposition>,
) -> Result<()> {
    let Some(platform) = platform(&env).await else {
        batch.retry_all();
        return Ok(());
    };
    let messages: Vec<_> = batch.raw_iter().collect();
    let texts: Vec<_> = messages
        .iter()
        .map(|message| message.body().as_string().unwrap_or_default())
        .collect();
    let dispositions = consume(&platform, &batch.queue(), &texts).await;
    for (message, disposition) in messages.iter().zip(dispositions) {
        match disposition {
            Disposition::Acknowledge => message.ack(),
            Disposition::Retry => message.retry(),
        }
    }
    platform.live.flush().await;
    platform.db.close().await;
    Ok(())
}

/// The minute's tick, for the app's.
pub async fn scheduled(env: Env, tick: impl AsyncFnOnce(&Platform)) {
    if let Some(platform) = platform(&env).await {
        tick(&platform).await;
        platform.live.flush().await;
        platform.db.close().await;
    }
}
