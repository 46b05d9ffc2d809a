//! Changing what one has read: `ETag` says which version an answer shows, `If-Match` that only that one is to be changed.

use axum::extract::FromRequestParts;
use http::header::IF_MATCH;
use http::request::Parts;

use super::description::Input;
use crate::edge::clock::Millis;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};

/// When a change is made, and to which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edit {
    /// Now.
    pub now: Millis,
    /// The `updated_at` of the version that the caller knows; `None` changes whatever there is.
    pub expected: Option<Millis>,
}

impl Edit {
    /// A change of whatever there is.
    pub fn of_any(now: Millis) -> Self {
        Edit {
            now,
            expected: None,
        }
    }
}

impl Input for Edit {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut super::description::Description) {
        description.if_match = true;
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Edit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let now = Platform::from_request_parts(parts, state).await?.now();
        let expected = match parts.headers.get(IF_MATCH).map(|value| value.to_str()) {
            None | Some(Ok("*")) => None,
            // A tag that is none of ours is no version of anything.
            Some(tag) => Some(
                tag.ok()
                    .and_then(version_of)
                    .ok_or(Error::PreconditionFailed)?,
            ),
        };
        Ok(Edit { now, expected })
    }
}

/// The tag of a version.
pub fn tag(updated_at: Millis) -> String {
    format!("\"{updated_at}\"")
}

/// The version of a tag.
fn version_of(tag: &str) -> Option<Millis> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_versions() {
        assert_eq!(version_of(&tag(1_772_640_000_000)), Some(1_772_640_000_000));
        for wrong in ["", "1", "\"x\"", "W/\"1\"", "\"1\", \"2\""] {
            assert_eq!(version_of(wrong), None, "{wrong}");
        }
    }
}
