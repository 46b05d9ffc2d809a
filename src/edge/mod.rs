//! The platform's floor: everything that touches the runtime beneath it.
//!
//! This is the only folder that names the `worker` crate. Each file wraps one capability (database, queue, clock, fetch)
//! in a type that is the same natively, so that all the rooms above are tested without a runtime.

pub mod bucket;
pub mod clock;
pub mod db;
pub mod deferred;
pub mod fetch;
#[cfg(target_arch = "wasm32")]
pub mod hot_path;
pub mod jwk;
pub mod limiter;
pub mod live;
pub mod log;
pub mod memory;
pub mod platform;
pub mod queue;
pub mod random;
pub mod rsa;
#[cfg(target_arch = "wasm32")]
mod webcrypto;
#[cfg(target_arch = "wasm32")]
pub mod worker_entry;

use std::future::Future;

/// Makes a future usable where `Send` is asked for (axum's handlers). A Worker has one thread, so the promise behind the
/// future never moves; natively every future here is `Send` already and this adds nothing.
#[cfg(target_arch = "wasm32")]
pub fn sendable<F: Future>(future: F) -> impl Future<Output = F::Output> + Send {
    worker::send::SendFuture::new(future)
}

/// The native side of [`sendable`]: the future as it is.
#[cfg(not(target_arch = "wasm32"))]
pub fn sendable<F: Future + Send>(future: F) -> impl Future<Output = F::Output> + Send {
    future
}
