//! The headers of answers, as the contract has them. Only the contract asks, which is written natively.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value, json};

use super::operation::Access;
use super::routes::Route;

const REQUEST_ID: &str = "X-Request-Id";
const POLICY: &str = "RateLimit-Policy";

/// The headers that answers have, with what they say.
const HEADERS: &[(&str, &str)] = &[
    (
        "Content-Disposition",
        "What a file is called when it is kept.",
    ),
    (
        "ETag",
        "The version that is shown: give it as `If-Match` with a change.",
    ),
    (
        "Idempotent-Replayed",
        "`true` when this is the answer of an earlier request with the same `Idempotency-Key`.",
    ),
    ("Location", "Where to go."),
    (
        "RateLimit",
        "Which limit is used up: its name, what remains (`r`, which is 0), and after how many seconds at most it begins anew (`t`).",
    ),
    (
        POLICY,
        "Which limit counts this request: its name, how many (`q`) within how many seconds (`w`), for each address and each caller.",
    ),
    ("Retry-After", "After how many seconds to go on."),
    (
        REQUEST_ID,
        "The request's id: the caller's own, else a new one.",
    ),
    (
        "X-Next-Cursor",
        "Give it as `cursor` for the next part of the file; absent on the last.",
    ),
];

/// The contract's headers, to which its answers refer.
pub fn components() -> Value {
    let headers = HEADERS.iter().map(|(name, text)| {
        let is_always_there = [REQUEST_ID, POLICY].contains(name);
        let kind = match *name {
            "Retry-After" => "integer",
            _ => "string",
        };
        let header =
            json!({ "description": text, "required": is_always_there, "schema": { "type": kind } });
        ((*name).to_string(), header)
    });
    Value::Object(headers.collect())
}

/// The paths of what has versions: one can ask for a change of a certain one.
pub fn versioned(routes: &[Route]) -> BTreeSet<&'static str> {
    let edits = routes.iter().filter(|route| route.description.if_match);
    edits.map(|route| route.path).collect()
}

/// The headers of a successful answer.
pub fn of_success(route: &Route, status: u16, versioned: &BTreeSet<&'static str>) -> Value {
    let mut names = Vec::new();
    let shows = match route.method {
        Method::POST if status == 201 => format!("{}/{{id}}", route.path),
        Method::GET | Method::PATCH | Method::PUT => route.path.to_string(),
        _ => String::new(),
    };
    if versioned.contains(shows.as_str()) || route.operation.texts.shows_version {
        names.push("ETag");
    }
    if route.method == Method::POST && route.operation.access != Access::Public {
        names.push("Idempotent-Replayed");
    }
    if status == 303 {
        names.push("Location");
    }
    names.extend(&route.description.headers);
    references(names)
}

/// The headers of a failure.
pub fn of_failure(status: u16) -> Value {
    references(match status {
        429 => vec!["RateLimit", "Retry-After"],
        _ => Vec::new(),
    })
}

fn references(names: Vec<&str>) -> Value {
    let all = names.into_iter().chain([POLICY, REQUEST_ID]);
    let references: Map<String, Value> = all
        .map(|name| {
            let reference = format!("#/components/headers/{name}");
            (name.to_string(), json!({ "$ref": reference }))
        })
        .collect();
    Value::Object(references)
}
