//! The one clock. Nothing else reads the time: all logic takes `now` from here, so that tests and `make demo` can move it.

use std::sync::atomic::{AtomicI64, Ordering};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Millis = i64;

/// A second, in milliseconds.
pub const SECOND: Millis = 1_000;
/// A minute, in milliseconds.
pub const MINUTE: Millis = 60 * SECOND;
/// An hour, in milliseconds.
pub const HOUR: Millis = 60 * MINUTE;
/// A day of 24 hours, in milliseconds. A local day can be an hour longer or shorter.
pub const DAY: Millis = 24 * HOUR;

/// How far the clock of this instance was moved. Stays zero in production.
static OFFSET: AtomicI64 = AtomicI64::new(0);

/// Reads the time: the machine's, plus what `/dev/clock` has moved it by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    fixed: Option<Millis>,
}

impl Clock {
    /// The running clock.
    pub fn running() -> Self {
        Clock { fixed: None }
    }

    /// A clock that stands still, for native tests.
    pub fn fixed(now: Millis) -> Self {
        Clock { fixed: Some(now) }
    }

    /// Now, in milliseconds since 1970.
    pub fn now(&self) -> Millis {
        self.fixed
            .unwrap_or_else(|| machine_now().saturating_add(offset()))
    }
}

/// How long something has been going on, by the machine's own time: moving the clock changes nothing.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Millis);

impl Stopwatch {
    /// From now on.
    pub fn start() -> Self {
        Stopwatch(machine_now())
    }

    /// Milliseconds since the start. On the edge time stands still between two calls of the outside, a database's included.
    pub fn elapsed(&self) -> Millis {
        machine_now().saturating_sub(self.0)
    }
}

/// How far the clock is moved, in milliseconds.
pub fn offset() -> Millis {
    OFFSET.load(Ordering::Relaxed)
}

/// Moves the clock. Only `/dev/clock` calls this, and that exists outside production only.
pub fn set_offset(offset: Millis) {
    OFFSET.store(offset, Ordering::Relaxed);
}

/// The machine's own time.
#[cfg(target_arch = "wasm32")]
pub fn machine_now() -> Millis {
    // Milliseconds since 1970 stay far below 2^53.
    #[allow(clippy::cast_possible_truncation)]
    let now = js_sys::Date::now() as i64;
    now
}

/// The machine's own time.
#[cfg(not(target_arch = "wasm32"))]
pub fn machine_now() -> Millis {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |elapsed| {
            i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
        })
}
