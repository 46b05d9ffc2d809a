//! What every route shares: who calls, reading what they sent, answering in one shape.

pub mod body;
pub mod caller;
pub mod checks;
pub mod envelope;
pub mod health;
pub mod page;
pub mod path;
pub mod query;
pub use crate::time;

pub use body::Body;
pub use caller::Caller;
pub use envelope::{Answer, created, data, listing};
pub use page::{Page, PageParams};
pub use path::PathId;
pub use query::Query;
