//! What the engine itself reports as rows read and written, added up since this instance started.

use std::sync::atomic::{AtomicU64, Ordering};

static ROWS_READ: AtomicU64 = AtomicU64::new(0);
static ROWS_WRITTEN: AtomicU64 = AtomicU64::new(0);
static STATEMENTS: AtomicU64 = AtomicU64::new(0);

/// Counts since the instance started. On Postgres the server's own statistics hold the row counts; these stay zero.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Usage {
    /// Rows the engine looked at.
    pub rows_read: u64,
    /// Rows the engine wrote, index entries included.
    pub rows_written: u64,
    /// Statements run.
    pub statements: u64,
}

/// The counts so far.
pub fn usage() -> Usage {
    Usage {
        rows_read: ROWS_READ.load(Ordering::Relaxed),
        rows_written: ROWS_WRITTEN.load(Ordering::Relaxed),
        statements: STATEMENTS.load(Ordering::Relaxed),
    }
}

/// Adds one statement's counts.
pub(super) fn add(rows_read: u64, rows_written: u64) {
    ROWS_READ.fetch_add(rows_read, Ordering::Relaxed);
    ROWS_WRITTEN.fetch_add(rows_written, Ordering::Relaxed);
    STATEMENTS.fetch_add(1, Ordering::Relaxed);
}
