//! What is done after the answer has left: the runtime keeps the instance alive for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// Work for later.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Work that waits until the answer has left. What must not be lost is no such work: an instance can end at any time.
#[derive(Default)]
pub struct Deferred(Mutex<Vec<Work>>);

impl Deferred {
    /// Puts work off.
    pub fn later(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Box::pin(work));
    }

    /// Does what was put off.
    pub async fn run(&self) {
        loop {
            let work = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
            if work.is_empty() {
                return;
            }
            for one in work {
                one.await;
            }
        }
    }
}

/// Waits a moment.
#[cfg(target_arch = "wasm32")]
pub fn pause(milliseconds: u64) -> impl Future<Output = ()> + Send {
    super::sendable(worker::Delay::from(std::time::Duration::from_millis(
        milliseconds,
    )))
}

/// Natively nothing gathers, so there is nothing to wait for.
#[cfg(not(target_arch = "wasm32"))]
pub fn pause(_milliseconds: u64) -> impl Future<Output = ()> + Send {
    std::future::ready(())
}
