//! The contract: OpenAPI 3.1, made of the routes. Written natively into `pages/api/openapi.json`, which the Worker serves and
//! the clients are generated from; a test holds that file to the code.

use std::collections::{BTreeMap, BTreeSet};

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::answer_headers;
use super::description::{AnswerShape, Description};
use super::operation::{Access, Operation};
use super::routes::Route;

/// Errors that any operation can answer with, by status.
const STATUS_TEXTS: &[(u16, &str)] = &[
    (400, "The request cannot be read."),
    (401, "No or wrong credentials."),
    (403, "Signed in, but not allowed to do this."),
    (404, "No such thing, or it belongs to somebody else."),
    (409, "The thing is not in a state that allows this."),
    (412, "It is not the version any more that you know."),
    (413, "The body is too large."),
    (422, "A field is not right; `details` names each."),
    (429, "Too many requests; `Retry-After` says when to go on."),
    (
        500,
        "Something went wrong on our side; nothing was half-written.",
    ),
];

/// Where the schemas are.
const TAKEN: &str = "/components/schemas";
/// Where the schemas of what is answered are, until it is known which of them need a name of their own.
const ANSWERED: &str = "/components/answers";

/// The document of these routes.
pub fn document(routes: &[Route]) -> Value {
    let mut writer = Writer::new(answer_headers::versioned(routes));
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let operation = writer.operation(route);
        if let Value::Object(item) = paths
            .entry(route.path.to_string())
            .or_insert_with(|| json!({}))
        {
            item.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    let mut tags: Vec<&str> = Vec::new();
    for route in routes {
        if !tags.contains(&route.tag) {
            tags.push(route.tag);
        }
    }
    let errors = std::mem::take(&mut writer.errors);
    let (schemas, names) = writer.schemas();
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Operations platform",
            "version": "1",
            "description": "Everything the platform does, for programs. docs/api.md explains what all operations have in common.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }, { "cookie": [] }],
        "tags": tags.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "An API key (`fib_live_…`) or an access token." },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "__Host-session", "description": "A browser's session." },
            },
            "headers": answer_headers::components(),
            "responses": errors,
            "schemas": schemas,
        },
    });
    settle_references(&mut document, &names);
    document
}

struct Writer {
    takes: SchemaGenerator,
    answers: SchemaGenerator,
    /// The failures that operations have in common, by their codes.
    errors: BTreeMap<String, Value>,
    /// The paths of what has versions.
    versioned: BTreeSet<&'static str>,
}

impl Writer {
    fn new(versioned: BTreeSet<&'static str>) -> Self {
        let settings = |path: &str| {
            SchemaSettings::draft2020_12().with(|settings| {
                settings.definitions_path = path.to_string().into();
                settings.meta_schema = None;
            })
        };
        Writer {
            takes: settings(TAKEN).for_deserialize().into_generator(),
            answers: settings(ANSWERED).for_serialize().into_generator(),
            errors: BTreeMap::new(),
            versioned,
        }
    }

    fn operation(&mut self, route: &Route) -> Value {
        let Route {
            operation,
            description,
            ..
        } = route;
        let mut written = Map::new();
        written.insert("operationId".into(), operation.id.into());
        written.insert("tags".into(), json!([route.tag]));
        written.insert("summary".into(), operation.texts.summary.into());
        let text = operation_text(operation);
        if !text.is_empty() {
            written.insert("description".into(), text.into());
        }
        match operation.access {
            Access::Needs(permission) => {
                written.insert("x-permission".into(), permission.as_str().into());
            }
            Access::SignedIn => {
                written.insert("x-permission".into(), Value::Null);
            }
            Access::Public => {
                written.insert("security".into(), json!([]));
            }
        }
        let parameters = self.parameters(route);
        if !parameters.is_empty() {
            written.insert("parameters".into(), Value::Array(parameters));
        }
        if let Some(body) = description.body {
            let mut content = json!({ "schema": body(&mut self.takes) });
            if let (Some(example), Value::Object(content)) = (example(operation), &mut content) {
                content.insert("example".into(), example);
            }
            written.insert(
                "requestBody".into(),
                json!({ "required": true, "content": { "application/json": content } }),
            );
        }
        if !description.file.is_empty() {
            let schema = json!({ "schema": { "type": "string", "format": "binary" } });
            let content: Map<String, Value> = description
                .file
                .iter()
                .map(|kind| ((*kind).to_string(), schema.clone()))
                .collect();
            written.insert(
                "requestBody".into(),
                json!({ "required": true, "content": content }),
            );
        }
        written.insert(
            "responses".into(),
            Value::Object(self.responses(route, description)),
        );
        Value::Object(written)
    }

    fn parameters(&mut self, route: &Route) -> Vec<Value> {
        let mut parameters: Vec<Value> = route
            .path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .enumerate()
            .map(|(index, name)| {
                let is_id = index == 0 && route.description.path_id || name.ends_with("_id");
                let schema = match is_id {
                    true => json!({ "type": "string", "format": "uuid" }),
                    false => json!({ "type": "string" }),
                };
                json!({ "name": name, "in": "path", "required": true, "schema": schema })
            })
            .collect();
        if let Some(query) = route.description.query {
            let schema = query(&mut self.takes).to_value();
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, schema) in properties.into_iter().flatten() {
                let mut schema = schema.clone();
                let mut parameter = json!({ "name": name, "in": "query", "required": false });
                if let (Value::Object(parameter), Value::Object(fields)) =
                    (&mut parameter, &mut schema)
                {
                    // A query parameter is absent or a text, never null.
                    if fields.get("type").is_some_and(Value::is_array) {
                        fields.insert("type".into(), "string".into());
                    }
                    if let Some(text) = fields.remove("description") {
                        parameter.insert("description".into(), text);
                    }
                    choices(&route.operation, name, parameter, fields);
                    parameter.insert("schema".into(), schema);
                }
                parameters.push(parameter);
            }
        }
        if route.description.if_match {
            parameters.push(json!({
                "name": "If-Match", "in": "header", "required": false,
                "description": "The ETag of the version that you read: it is changed only if it is still that one.",
                "schema": { "type": "string" },
            }));
        }
        if route.method == http::Method::POST && route.operation.access != Access::Public {
            parameters.push(json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Any text of up to 255 characters, new for each thing to be done. Repeating the request with it changes nothing and gives the first answer again.",
                "schema": { "type": "string", "maxLength": 255 },
            }));
        }
        parameters
    }

    fn responses(&mut self, route: &Route, description: &Description) -> Map<String, Value> {
        let mut responses = Map::new();
        for (status, shape) in &description.answers {
            let content = self.content(shape);
            let mut response = json!({
                "description": success_text(*status),
                "headers": answer_headers::of_success(route, *status, &self.versioned),
            });
            if let (Value::Object(response), Some(content)) = (&mut response, content) {
                response.insert("content".into(), content);
            }
            responses.insert(status.to_string(), response);
        }
        for (status, codes) in error_codes(route) {
            let text = STATUS_TEXTS
                .iter()
                .find(|(known, _)| *known == status)
                .map_or("", |(_, text)| *text);
            let whens: Vec<String> = codes
                .iter()
                .map(|(code, when)| match when.is_empty() {
                    true => format!("`{code}`"),
                    false => format!("`{code}`: {when}"),
                })
                .collect();
            let names: Vec<&str> = codes.iter().map(|(code, _)| *code).collect();
            let name = names.join("_or_");
            let shared = format!("#/components/responses/{name}");
            responses.insert(status.to_string(), json!({ "$ref": shared }));
            // With its words: the same code can come for another reason elsewhere.
            let response = json!({
                    "description": format!("{text} Codes: {}.", whens.join("; ")),
                    "headers": answer_headers::of_failure(status),
                    "content": { "application/json": { "schema": {
                        "allOf": [
                            { "$ref": "#/components/schemas/Failure" },
                            { "properties": { "error": { "properties": { "code": { "enum": names } } } } },
                        ],
                    } } },
            });
            let kept = self.errors.entry(name).or_insert_with(|| response.clone());
            if *kept != response {
                responses.insert(status.to_string(), response);
            }
        }
        responses
    }

    fn content(&mut self, shape: &AnswerShape) -> Option<Value> {
        let schema = match shape {
            AnswerShape::Nothing => return None,
            AnswerShape::Media(kind) => {
                return Some(json!({ *kind: { "schema": { "type": "string" } } }));
            }
            AnswerShape::Data(of) => json!({
                "type": "object", "required": ["data"],
                "properties": { "data": of(&mut self.answers) },
            }),
            AnswerShape::List(of) => json!({
                "type": "object", "required": ["data", "meta"],
                "properties": {
                    "data": { "type": "array", "items": of(&mut self.answers) },
                    "meta": { "$ref": "#/components/schemas/ListMeta" },
                },
            }),
        };
        Some(json!({ "application/json": { "schema": schema } }))
    }

    /// The named schemas, and the names under which answered types are to be found.
    fn schemas(mut self) -> (Map<String, Value>, BTreeMap<String, String>) {
        let mut schemas = self.takes.take_definitions(true);
        let answered = self.answers.take_definitions(true);
        let names = names_of_answered(&schemas, &answered);
        for (name, schema) in answered {
            if let Some(name) = names.get(&name) {
                schemas.insert(name.clone(), schema);
            }
        }
        let own: [(&str, Schema); 2] = [
            (
                "Failure",
                json_schema!({
                    "type": "object", "required": ["error"],
                    "properties": { "error": {
                        "type": "object", "required": ["code", "message"],
                        "properties": {
                            "code": { "type": "string", "description": "Stable; for programs." },
                            "message": { "type": "string", "description": "For people." },
                            "details": { "type": "array", "items": {
                                "type": "object", "required": ["field", "message"],
                                "properties": { "field": { "type": "string" }, "message": { "type": "string" } },
                            } },
                        },
                    } },
                }),
            ),
            (
                "ListMeta",
                json_schema!({
                    "type": "object", "required": ["pagination"],
                    "properties": { "pagination": {
                        "type": "object", "required": ["limit", "next_cursor"],
                        "properties": {
                            "limit": { "type": "integer" },
                            "next_cursor": { "type": ["string", "null"], "description": "Give it as `cursor` for the next page; null on the last." },
                        },
                    } },
                }),
            ),
        ];
        for (name, schema) in own {
            schemas.insert(name.into(), schema.to_value());
        }
        schemas.sort_keys();
        (schemas, names)
    }
}

/// A type that is both taken and answered has one schema and its own name, unless the two differ (a field with a default
/// may be left out by who sends, and is always there in an answer): then the answered one is `NameOut`.
fn names_of_answered(
    taken: &Map<String, Value>,
    answered: &Map<String, Value>,
) -> BTreeMap<String, String> {
    let mut differing: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = differing.len();
        for (name, schema) in answered {
            let Some(other) = taken.get(name) else {
                continue;
            };
            let text = schema.to_string();
            let refers = |to: &&str| text.contains(&format!("\"#{ANSWERED}/{to}\""));
            if other.to_string().replace(TAKEN, ANSWERED) != text || differing.iter().any(refers) {
                differing.insert(name);
            }
        }
        if differing.len() == before {
            break;
        }
    }
    answered
        .keys()
        .map(|name| match differing.contains(name.as_str()) {
            true => (name.clone(), format!("{name}Out")),
            false => (name.clone(), name.clone()),
        })
        .collect()
}

/// Points every reference to an answered type at its final name.
fn settle_references(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            let name = text
                .strip_prefix('#')
                .and_then(|text| text.strip_prefix(ANSWERED)?.strip_prefix('/'));
            if let Some(name) = name.and_then(|name| names.get(name)) {
                *text = format!("#{TAKEN}/{name}");
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| settle_references(item, names)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| settle_references(field, names)),
        _ => {}
    }
}

/// What a list sorts by, and what can be put into its entries: each list has its own.
fn choices(
    operation: &Operation,
    name: &str,
    parameter: &mut Map<String, Value>,
    schema: &mut Map<String, Value>,
) {
    let texts = &operation.texts;
    match name {
        "sort" => {
            let both = |name: &&str| [(*name).to_string(), format!("-{name}")];
            let names: Vec<_> = texts.sorts.iter().flat_map(both).collect();
            schema.insert("enum".into(), json!(names));
        }
        "include" => {
            let names = texts.includes.join("`, `");
            let text =
                format!("What is put into each entry: some of `{names}`, separated by commas.");
            parameter.insert("description".into(), text.into());
        }
        _ => {}
    }
}

fn operation_text(operation: &Operation) -> String {
    let needs = match operation.access {
        Access::Needs(permission) => format!("Needs `{}`.", permission.as_str()),
        Access::SignedIn | Access::Public => String::new(),
    };
    [operation.texts.description, &needs]
        .iter()
        .filter(|text| !text.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" ")
}

fn example(operation: &Operation) -> Option<Value> {
    serde_json::from_str(operation.texts.example?).ok()
}

fn success_text(status: u16) -> &'static str {
    match status {
        201 => "Made.",
        202 => "Begun; it goes on in the background.",
        204 => "Done.",
        303 => "Go there.",
        _ => "As asked.",
    }
}

/// The codes of each status that an operation can fail with.
fn error_codes(route: &Route) -> Vec<(u16, Vec<(&'static str, &'static str)>)> {
    let mut codes: Vec<(u16, &str, &str)> = Vec::new();
    let has_body = route.description.body.is_some();
    let is_guarded = route.operation.access != Access::Public;
    // The guard reads every writing request's body, asked for or not, and a POST's Idempotency-Key.
    let is_read = is_guarded && route.method != http::Method::GET;
    let has_key = is_guarded && route.method == http::Method::POST;
    let has_input =
        has_body || has_key || route.description.query.is_some() || route.path.contains('{');
    if has_body || !route.description.file.is_empty() {
        codes.push((400, "malformed_request", ""));
    }
    if has_body || is_read {
        codes.push((413, "body_too_large", ""));
    }
    if route.operation.access != Access::Public {
        codes.push((401, "unauthorized", ""));
        codes.push((
            403,
            "address_not_allowed",
            "the request comes from an address outside the allow-list",
        ));
        codes.push((
            403,
            "cross_site_request",
            "a browser's session, from another site",
        ));
        if matches!(route.operation.access, Access::Needs(_)) {
            codes.push((403, "forbidden", ""));
        }
        if route.method == http::Method::POST {
            codes.push((
                409,
                "idempotency_key_in_use",
                "the first request with this key is under way",
            ));
            codes.push((
                422,
                "idempotency_key_reused",
                "the key was used for another request",
            ));
            codes.push((
                409,
                "answer_not_kept",
                "it was done already, and its answer is a secret or too long to be kept",
            ));
        }
    }
    if route.path.contains('{') {
        codes.push((404, "not_found", ""));
    }
    if has_input {
        codes.push((422, "validation_failed", ""));
    }
    if route.description.if_match {
        codes.push((412, "changed_meanwhile", ""));
    }
    codes.extend(route.operation.texts.errors.iter().copied());
    codes.push((429, "rate_limited", ""));
    codes.push((500, "internal_error", ""));
    let mut by_status: Vec<(u16, Vec<(&str, &str)>)> = Vec::new();
    for (status, code, when) in codes {
        match by_status.iter_mut().find(|(known, _)| *known == status) {
            Some((_, list)) => list.push((code, when)),
            None => by_status.push((status, vec![(code, when)])),
        }
    }
    by_status.sort_by_key(|(status, _)| *status);
    by_status
}
