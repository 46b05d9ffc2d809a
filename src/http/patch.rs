//! Pure: what a PATCH names and what it leaves alone. Each field of an `XxxPatch` is absent when the client did not name it; put
//! `#[serde(default, deserialize_with = …)]` on it.

use serde::{Deserialize, Deserializer};

/// For a field that always has a value: absent, or the new value. Null is refused.
///
/// # Errors
/// The deserializer's.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a field that may be empty: absent, null (which empties it), or the new value.
///
/// # Errors
/// The deserializer's.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Patch {
        #[serde(default, deserialize_with = "present")]
        name: Option<String>,
        #[serde(default, deserialize_with = "nullable")]
        county: Option<Option<String>>,
    }

    #[test]
    fn absent_null_and_a_value_differ() {
        let read = |text| crate::json::read::<Patch>(text);
        assert_eq!(
            read("{}").unwrap(),
            Patch {
                name: None,
                county: None
            }
        );
        assert_eq!(read(r#"{"county":null}"#).unwrap().county, Some(None));
        assert_eq!(
            read(r#"{"county":"Nye"}"#).unwrap().county,
            Some(Some("Nye".into()))
        );
        assert_eq!(read(r#"{"name":"Ely"}"#).unwrap().name, Some("Ely".into()));
        assert!(read(r#"{"name":null}"#).is_err());
    }
}
