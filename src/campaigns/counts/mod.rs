//! Counts of the ledger and of enrolments that need no scan: by step and day, and of a tenant by day.
//!
//! Whoever changes the ledger appends what that changes in the counts (a delta) in the same transaction, so that writers never
//! meet on a row that all of them write. The tick adds the deltas to the counts and takes them away, in one transaction too; a
//! read sums both. So what is read is always what the ledger says: [`store`] never lags behind.
//!
//! A delta is worked out by the database from the rows that the change is about, under the change's own condition, and stands
//! before the change in its transaction: a change that comes to nothing counts nothing.

pub mod days;
pub mod deltas;
pub mod enrolments;
pub mod figures;
mod fold;
mod kinds;
mod period;
mod progress;
pub mod routes;
mod store;

#[cfg(test)]
pub(in crate::campaigns) mod tests;

pub use days::Days;
pub use fold::fold;
pub use kinds::{Counts, Kind};
pub use period::Period;
pub use routes::calendar;
pub use store::{OfDay, days as of_days, due};
