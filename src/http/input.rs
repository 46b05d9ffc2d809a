//! Pure: values as clients send them, brought into the one form in which they are stored. Whether they hold, the checks say.

use std::borrow::Cow;
use std::ops::Deref;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};

use crate::edge::clock::Millis;
use crate::edge::db::Value;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $form:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                let form: fn(&str) -> String = $form;
                $name(form(text.trim()))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| $name::from(text.as_str()))
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                String::json_schema(generator)
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for Value {
            fn from(text: $name) -> Self {
                Value::Text(text.0)
            }
        }

        impl From<&$name> for Value {
            fn from(text: &$name) -> Self {
                Value::Text(text.0.clone())
            }
        }
    )*};
}

texts! {
    /// A text without the blanks around it.
    Text = str::to_string;
    /// An email address, in lower case: the same mailbox is one address.
    Email = str::to_lowercase;
    /// A state's two letters, in upper case.
    State = str::to_uppercase;
}

/// A moment, sent as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub Millis);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        crate::time::parse(&text)
            .map(Moment)
            .ok_or_else(|| serde::de::Error::custom("must be a time such as 2026-03-04T16:00:00Z"))
    }
}

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        crate::time::Rfc3339::json_schema(generator)
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        Value::Integer(moment.0)
    }
}
