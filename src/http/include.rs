//! Embedding: `include=people,community` puts what belongs to an entry into it, so that nobody asks once for each.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, Result};

/// The query parameter.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct IncludeParams {
    /// What is put into each entry, separated by commas.
    include: Option<String>,
}

/// What is to be put into each entry.
#[derive(Debug, Clone, Default)]
pub struct Included(Vec<&'static str>);

impl IncludeParams {
    /// This, as a client would ask for it.
    pub fn of(name: &str) -> Self {
        IncludeParams {
            include: Some(name.to_string()),
        }
    }

    /// Checks it.
    ///
    /// # Errors
    /// Something that is not there to be included, with what there is.
    pub fn read(&self, all: &'static [&'static str]) -> Result<Included> {
        let unknown = || {
            let all = all.join(", ");
            Error::field(
                "include",
                format!("must be some of {all}, separated by commas"),
            )
        };
        let names = self.include.as_deref().map(|text| text.split(','));
        let known = |name: &str| all.iter().copied().find(|known| *known == name.trim());
        names
            .into_iter()
            .flatten()
            .map(|name| known(name).ok_or_else(unknown))
            .collect::<Result<_>>()
            .map(Included)
    }
}

impl Included {
    /// Whether this is to be.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_only() {
        let read = |text: Option<&str>| {
            let include = text.map(str::to_string);
            IncludeParams { include }.read(&["people", "tags"])
        };
        assert!(!read(None).unwrap().has("people"));
        let both = read(Some("tags, people")).unwrap();
        assert!(both.has("people") && both.has("tags"));
        for wrong in ["", "people,", "person", "people.tags"] {
            let complaint = read(Some(wrong)).unwrap_err().to_string();
            assert!(complaint.contains("people, tags"), "{complaint}");
        }
    }
}
