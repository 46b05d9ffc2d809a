//! `/api/v1/audit-log`.

use axum::response::{IntoResponse, Response};
use garde::Validate;
use http::{HeaderName, HeaderValue, header};
use schemars::JsonSchema;
use serde::Deserialize;

use super::csv;
use super::model::{EntryOut, Outcome};
use super::store::{self, Filter};
use super::verify::{self, End, LAST, Report};
use crate::edge::clock::Millis;
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::description::Output;
#[cfg(not(target_arch = "wasm32"))]
use crate::http::description::{AnswerShape, Description};
use crate::http::{
    Answer, Body, Caller, Listing, Operation, Page, PageParams, Permission, Query, Routes, data,
    filter, listing,
};

/// Entries a file.
const EXPORTED: usize = 5_000;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Audit log")
        .get(
            "/api/v1/audit-log",
            list,
            Operation::new(
                "listAuditLog",
                Permission::AuditLogRead,
                "List who did what, newest first",
            )
            .personal_data()
            .description("A page looks at 10,000 entries at most for `action`, `record_type` and `outcome`. It can be shorter than asked for; `next_cursor` leads on as long as there may be more.")
            .personal_data(),
        )
        .post(
            "/api/v1/audit-log/verify",
            verify_log,
            Operation::new(
                "verifyAuditLog",
                Permission::AuditLogVerify,
                "Check that no entry was changed, taken away or moved",
            )
            .changes_nothing()
            .description("Looks at 20,000 entries at most. As long as the answer is not `complete`, ask again from its `next_sequence`. Keep the `head` elsewhere and give it as `known` later: that the log still contains that entry, it alone cannot tell.")
            .limited_as(Limit::Heavy)
            .example(r#"{"from_sequence": 1}"#),
        )
        .get(
            "/api/v1/audit-log/export",
            export,
            Operation::new(
                "exportAuditLog",
                Permission::AuditLogExport,
                "Take the audit log away as CSV",
            )
            .personal_data()
            .description("Up to 5,000 entries a file, newest first. The header `X-Next-Cursor` leads to the next file.")
            .limited_as(Limit::Heavy)
            .personal_data(),
        )
}

/// Which entries a client asks for.
#[derive(Deserialize, JsonSchema)]
struct Filters {
    #[serde(rename = "filter[actor_id]")]
    actor_id: Option<String>,
    #[serde(rename = "filter[action]")]
    action: Option<String>,
    #[serde(rename = "filter[record_type]")]
    record_type: Option<String>,
    #[serde(rename = "filter[record_id]")]
    record_id: Option<String>,
    #[serde(rename = "filter[outcome]")]
    outcome: Option<String>,
    #[serde(rename = "filter[from]")]
    from: Option<String>,
    #[serde(rename = "filter[to]")]
    to: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
struct ListParameters {
    #[serde(flatten)]
    filters: Filters,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

#[derive(Deserialize, JsonSchema)]
struct ExportParameters {
    #[serde(flatten)]
    filters: Filters,
    cursor: Option<String>,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl Filters {
    fn read(self) -> Result<Filter> {
        let word = |name: &str, text: Option<&str>| {
            filter::text(name, text).map(|text| text.map(str::to_string))
        };
        Ok(Filter {
            actor_id: word("filter[actor_id]", self.actor_id.as_deref())?,
            action: word("filter[action]", self.action.as_deref())?,
            record_type: word("filter[record_type]", self.record_type.as_deref())?,
            record_id: word("filter[record_id]", self.record_id.as_deref())?,
            outcome: filter::word(
                "filter[outcome]",
                self.outcome.as_deref(),
                &Outcome::ALL,
                Outcome::as_str,
            )?,
            from: moment("filter[from]", self.from.as_deref())?,
            to: moment("filter[to]", self.to.as_deref())?,
        })
    }
}

fn moment(field: &str, text: Option<&str>) -> Result<Option<Millis>> {
    text.map(|text| {
        crate::time::parse(text)
            .ok_or_else(|| Error::field(field, "must be a time such as 2026-03-04T16:00:00Z"))
    })
    .transpose()
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(parameters): Query<ListParameters>,
) -> Result<Listing<EntryOut>> {
    filter::nothing_else(&parameters.rest)?;
    let (page, filter) = (parameters.page.page()?, parameters.filters.read()?);
    let (entries, next) = store::page(&platform.db, &caller.tenant, &filter, &page).await?;
    Ok(listing(&entries, page.limit, next))
}

/// Where to begin.
#[derive(Debug, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VerifyIn {
    /// The first entry's place; the log's beginning unless said.
    #[garde(inner(range(min = 1, max = LAST)))]
    from_sequence: Option<i64>,
    /// An entry that was the last once: the `head` of an earlier answer.
    #[garde(dive)]
    known: Option<End>,
}

async fn verify_log(
    platform: Platform,
    caller: Caller,
    Body(input): Body<VerifyIn>,
) -> Result<Answer<Report>> {
    let from = input.from_sequence.unwrap_or(1);
    let keys = &platform.config.audit_keys;
    let (db, tenant) = (&platform.db, &caller.tenant);
    let mut report = verify::verify(db, tenant, keys, from, verify::MOST).await?;
    if let Some(known) = &input.known {
        verify::check_known(db, tenant, known, &mut report).await?;
    }
    Ok(data(&report))
}

/// A file, and the cursor to the next.
struct File {
    text: String,
    next: Option<String>,
}

impl Output for File {
    #[cfg(not(target_arch = "wasm32"))]
    fn describe(description: &mut Description) {
        description
            .answers
            .push((200, AnswerShape::Media("text/csv")));
        description
            .headers
            .extend(["Content-Disposition", "X-Next-Cursor"]);
    }
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let mut response = self.text.into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        );
        headers.insert(
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"audit-log.csv\""),
        );
        let next = self.next.and_then(|next| HeaderValue::from_str(&next).ok());
        headers.extend(next.map(|next| (HeaderName::from_static("x-next-cursor"), next)));
        response
    }
}

async fn export(
    platform: Platform,
    caller: Caller,
    Query(parameters): Query<ExportParameters>,
) -> Result<File> {
    filter::nothing_else(&parameters.rest)?;
    let filter = parameters.filters.read()?;
    let page = Page {
        limit: EXPORTED,
        after: Page::key(parameters.cursor.as_deref())?,
    };
    let (entries, next) = store::page(&platform.db, &caller.tenant, &filter, &page).await?;
    Ok(File {
        text: csv::write(&entries),
        next,
    })
}
