//! Doing a thing once although it is asked for twice: the first answer to a POST with an `Idempotency-Key` is kept for a day
//! and given again to whoever repeats the request.

pub mod store;

use http::HeaderMap;

use crate::error::{Error, Result};

/// The longest key.
const LONGEST: usize = 255;

/// The key that a request carries.
///
/// # Errors
/// When it is empty, too long or not printable.
pub fn key_of(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|key| (1..=LONGEST).contains(&key.len()))
        .map(Some)
        .ok_or_else(|| {
            Error::field(
                "Idempotency-Key",
                format!("must be 1 to {LONGEST} printable characters"),
            )
        })
}
