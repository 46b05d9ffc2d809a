//! What the guard tells the audit log about a request: who did what to which record, never the data itself.

use axum::extract::Request;
use http::Method;
use serde::Deserialize;

use super::request::{address, writes};
use crate::audit::{Entry, Outcome};
use crate::edge::clock::Millis;
use crate::http::Operation;
use crate::http::caller::Caller;
use crate::http::frame::RequestId;
use crate::json;

/// What of a request outlives it.
pub struct Asked {
    method: Method,
    path: String,
    template: &'static str,
    user_agent: Option<String>,
    address: Option<String>,
    request_id: String,
}

impl Asked {
    /// Reads it off the request.
    pub fn of(request: &Request, template: &'static str) -> Self {
        let headers = request.headers();
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Asked {
            method: request.method().clone(),
            path: request.uri().path().to_string(),
            template,
            user_agent: header("user-agent").map(str::to_string),
            request_id: request
                .extensions()
                .get::<RequestId>()
                .map(|id| id.0.clone())
                .unwrap_or_default(),
            address: address(headers).map(str::to_string),
        }
    }

    /// Whether the audit log holds this operation.
    pub fn is_audited(&self, operation: &Operation) -> bool {
        operation.reads_personal_data || (self.changes() && !operation.changes_nothing)
    }

    /// Whether it asks for a change.
    pub fn changes(&self) -> bool {
        writes(&self.method)
    }

    /// The entry about it.
    pub fn entry(
        &self,
        operation: &Operation,
        caller: &Caller,
        now: Millis,
        status: u16,
        request_hash: Option<String>,
        made: Option<String>,
    ) -> Entry {
        let mut entry = Entry::new(caller.tenant.clone(), now, operation.id).by(&caller.actor);
        entry.method = self.method.to_string();
        entry.path_template = self.template.to_string();
        (entry.record_type, entry.record_id) = record(self.template, &self.path);
        entry.record_id = entry.record_id.or(made);
        entry.address = self.address.clone();
        entry.request_id = self.request_id.clone();
        entry.user_agent = self.user_agent.clone();
        entry.status = i64::from(status);
        entry.outcome = Outcome::of_status(status);
        entry.request_hash = request_hash;
        entry
    }
}

/// The kind of record and which one: of `/api/v1/people/{id}` the people of that id. What stands for something else than an
/// id or a name (an email address) is the data itself, and left out.
fn record(template: &str, path: &str) -> (Option<String>, Option<String>) {
    let mut parts = template.split('/').zip(path.split('/')).skip(3);
    let kind = parts.next().map(|(part, _)| part.to_string());
    let id = parts
        .next()
        .filter(|(part, _)| matches!(*part, "{id}" | "{name}"))
        .map(|(_, value)| value.to_string());
    (kind, id)
}

/// The id of what a request made, from its answer.
pub fn made(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Made {
        data: Id,
    }
    #[derive(Deserialize)]
    struct Id {
        id: String,
    }
    let made: Made = json::read_bytes(body).ok()?;
    Some(made.data.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_never_what_is_personal() {
        let some = |kind: &str, id: Option<&str>| (Some(kind.to_string()), id.map(str::to_string));
        assert_eq!(
            record("/api/v1/people/{id}", "/api/v1/people/7"),
            some("people", Some("7"))
        );
        assert_eq!(
            record("/api/v1/people", "/api/v1/people"),
            some("people", None)
        );
        assert_eq!(
            record(
                "/api/v1/businesses/{id}/people",
                "/api/v1/businesses/7/people"
            ),
            some("businesses", Some("7"))
        );
        assert_eq!(
            record(
                "/api/v1/suppressions/{address}",
                "/api/v1/suppressions/a@b.example"
            ),
            some("suppressions", None)
        );
        assert_eq!(
            made(br#"{"data":{"id":"x","name":"y"}}"#).as_deref(),
            Some("x")
        );
        assert_eq!(made(br#"{"data":[]}"#), None);
    }
}
