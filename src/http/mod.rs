//! What every route shares: declaring it, who calls, reading what they sent, answering in one shape, and the contract that
//! all of it adds up to.

#[cfg(not(target_arch = "wasm32"))]
mod answer_headers;
pub mod body;
pub mod caller;
pub mod checks;
mod context;
pub mod contract;
pub mod csv;
pub mod description;
pub mod edit;
pub mod envelope;
pub mod file;
pub mod filter;
pub mod frame;
pub mod health;
pub mod include;
pub mod input;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod operation;
pub mod page;
pub mod patch;
pub mod path;
pub mod query;
pub mod routes;
pub mod scope;
pub mod sort;
pub use crate::time;

pub use crate::permission::{Permission, Permissions};
pub use body::Body;
pub use caller::Caller;
pub use edit::Edit;
pub use envelope::{
    Accepted, Answer, Created, Either, Listing, NoContent, accepted, created, data, listing,
};
pub use include::{IncludeParams, Included};
pub use operation::Operation;
pub use page::{Page, PageParams};
pub use path::PathId;
pub use query::Query;
pub use routes::Routes;
pub use sort::{ListParams, Sort, Sorted};
