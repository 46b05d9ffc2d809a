//! Request bodies: JSON, read strictly, every complaint naming its field.

use axum::extract::{FromRequest, Request};
use garde::Validate;
use http_body_util::{BodyExt, Limited};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use super::description::Input;
use crate::error::{Error, FieldError};
use crate::json::{self, Fault, Node};

/// The largest body a route takes, in bytes.
pub const BODY_LIMIT: usize = 1_000_000;

/// A JSON body, parsed and checked.
pub struct Body<T>(pub T);

impl<T: JsonSchema> Input for Body<T> {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut super::description::Description) {
        description.body = Some(|generator| generator.subschema_for::<T>());
    }
}

impl<S: Send + Sync, T> FromRequest<S> for Body<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Error> {
        let bytes = read_bytes(request).await?;
        let value: T = parse(&bytes)?;
        value.validate().map_err(|report| {
            Error::Invalid(
                report
                    .iter()
                    .map(|(path, error)| FieldError::new(path.to_string(), error.to_string()))
                    .collect(),
            )
        })?;
        Ok(Body(value))
    }
}

/// The whole body, when it is within the limit.
///
/// # Errors
/// When it is larger, or breaks off.
pub async fn read_bytes(request: Request) -> Result<Vec<u8>, Error> {
    Limited::new(request.into_body(), BODY_LIMIT)
        .collect()
        .await
        .map(|collected| collected.to_bytes().to_vec())
        .map_err(|error| {
            if error.is::<http_body_util::LengthLimitError>() {
                Error::TooLarge { limit: BODY_LIMIT }
            } else {
                Error::Malformed("the body broke off".into())
            }
        })
}

/// Parses JSON. A syntax error says where it is; a wrong or unknown field is named.
///
/// # Errors
/// [`Error::Malformed`] for what is no JSON, [`Error::Invalid`] for JSON of another shape.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    json::shape(document(bytes)?).map_err(|fault| misshapen(&fault))
}

/// The document, when it is JSON without a zero character: Postgres keeps none in a text, so none comes in, whichever the
/// engine.
fn document(bytes: &[u8]) -> Result<Node<'_>, Error> {
    let document = Node::parse_bytes(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::Malformed(format!(
            "the body is not JSON: line {line}, column {column}"
        ))
    })?;
    match zero_character_in(&document, "") {
        Some(field) => Err(Error::field(field, "must not contain a zero character")),
        None => Ok(document),
    }
}

fn misshapen(fault: &Fault) -> Error {
    let path = Some(fault.path()).filter(|path| !path.is_empty());
    Error::field(path.unwrap_or_else(|| "body".into()), fault.message())
}

/// The path of the first text with a zero character.
fn zero_character_in(value: &Node, path: &str) -> Option<String> {
    match value {
        Node::Text(text) => text.contains('\0').then(|| path.to_string()),
        Node::List(entries) => entries
            .iter()
            .enumerate()
            .find_map(|(index, entry)| zero_character_in(entry, &format!("{path}[{index}]"))),
        Node::Object(fields) => fields.iter().find_map(|(name, value)| {
            let within = match path {
                "" => name.replace('\0', "\u{fffd}"),
                _ => format!("{path}.{name}"),
            };
            match name.contains('\0') {
                true => Some(within),
                false => zero_character_in(value, &within),
            }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Sample {
        name: String,
        #[serde(default)]
        steps: Vec<Step>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Step {
        day: i64,
    }

    fn fields(text: &str) -> (String, String) {
        match parse::<Sample>(text.as_bytes()) {
            Err(Error::Invalid(fields)) => (fields[0].field.clone(), fields[0].message.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_complaint_names_its_field() {
        assert_eq!(
            fields(r#"{"name":"x","steps":[{"day":1},{"day":"2"}]}"#).0,
            "steps[1].day"
        );
        assert_eq!(fields("{}"), ("name".into(), "is missing".into()));
        assert_eq!(fields(r#"{"name":"x","steps":[{}]}"#).0, "steps[0].day");
        assert!(
            fields(r#"{"name":"x","nmae":1}"#)
                .1
                .starts_with("is unknown: there are ")
        );
        assert_eq!(fields("[]").0, "body");
    }

    #[test]
    fn a_list_is_no_object_wherever_it_is() {
        assert_eq!(fields(r#"["x"]"#).0, "body");
        assert_eq!(fields(r#"{"name":"x","steps":[[1]]}"#).0, "steps[0]");
        assert_eq!(
            fields(r#"{"name":"x","steps":[{"day":1},[]]}"#).0,
            "steps[1]"
        );
        assert!(parse::<Sample>(br#"{"name":"x","steps":[{"day":1}]}"#).is_ok());
    }

    #[test]
    fn a_zero_character_is_refused_where_it_is() {
        assert_eq!(fields(r#"{"name":"a\u0000b"}"#).0, "name");
        assert_eq!(fields(r#"{"steps":[{"day":"\u0000"}]}"#).0, "steps[0].day");
        assert_eq!(
            fields(r#"{"name":"x","steps":[{"d\u0000":1}]}"#).0,
            "steps[0].d\0"
        );
        let sample = parse::<Sample>(br#"{"name":"a\\u0000b"}"#).unwrap();
        assert_eq!(sample.name, r"a\u0000b");
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for text in ["", "{", r#"{"name":"x"} x"#, "\u{0}"] {
            assert!(
                matches!(parse::<Sample>(text.as_bytes()), Err(Error::Malformed(_))),
                "{text}"
            );
        }
    }
}
