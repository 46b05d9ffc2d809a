//! The SQL of the content sync.

mod deliveries;
mod known;
mod lists;
mod runs;
mod write;

pub use deliveries::{delivery, keep_delivery, settle_delivery, waiting};
pub use known::{Link, Row, What, load, taken_slugs};
pub use lists::{deliveries, records, refusals, runs};
pub use runs::{
    Leased, Waiting, balance, due, fail, forget_old, get, last, last_done, lease, release, start,
    unseen, wait,
};
pub use write::{Commit, Next, commit, vanish};
