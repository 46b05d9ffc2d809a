//! `/api/v1/exports`, and the links to their files.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use super::link::{HOLDS, Link};
use super::lists::ExportedList;
use super::model::{self, Export, ExportFilter, ExportIn, ExportOut, ExportStatus};
use super::{file, store};
use crate::audit::{self, ActorKind, Entry};
use crate::crm::imports::consumer::export_message;
use crate::edge::clock::Millis;
use crate::edge::limiter::Limit;
use crate::edge::platform::Platform;
use crate::edge::queue::QueueName;
use crate::error::{Error, FieldError, Result};
use crate::http::file::Download;
use crate::http::{
    Accepted, Answer, Body, Caller, Listing, NoContent, Operation, PageParams, PathId, Permission,
    Query, Routes, accepted, data, listing,
};
use crate::ids::ExportId;

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Exports")
        .get(
            "/api/v1/exports",
            list,
            Operation::new("listExports", Permission::ExportsRead, "ExportedList exports, newest first"),
        )
        .post(
            "/api/v1/exports",
            create,
            Operation::new(
                "createExport",
                Permission::ExportsWrite,
                "Export a list as a CSV file",
            )
            .limited_as(Limit::Heavy)
            .description("It is written in the background: follow it until it is `done`. It asks for the permission to read the list as well. A cell that a spreadsheet would run begins with an apostrophe; numbers such as +17275550142 stay as they are.")
            .example(r#"{"what": "businesses", "filter": {"lead_status": "lead"}, "columns": ["name", "phone", "email", "tags"]}"#),
        )
        .get(
            "/api/v1/exports/{id}",
            read,
            Operation::new("getExport", Permission::ExportsRead, "Follow an export")
                .personal_data()
                .description("Once it is done, the answer has a link under which its file can be taken away without signing in for 24 hours."),
        )
        .delete(
            "/api/v1/exports/{id}",
            delete,
            Operation::new("deleteExport", Permission::ExportsWrite, "Delete an export and its file"),
        )
        .get(
            "/api/v1/exports/{id}/file",
            download,
            Operation::new("getExportFile", Permission::ExportsRead, "Take an export's file away")
                .personal_data()
                .limited_as(Limit::Heavy)
                .conflict("export_status", "the export is not done, or its file is gone"),
        )
}

/// The route of the links.
pub fn public_routes() -> Router {
    Router::new().route("/files/{token}", get(follow_link))
}

async fn create(
    platform: Platform,
    caller: Caller,
    Body(input): Body<ExportIn>,
) -> Result<Accepted<ExportOut>> {
    let reading = input.what.permission();
    caller.require(reading)?;
    let sort = input.sort.as_deref();
    let first = model::query(&input.filter, sort, 1, None);
    let list = input.what.page(&platform, caller.clone(), &first).await;
    list.map_err(|error| of_filters(error, &input.filter))?;
    let all = input.what.columns();
    let mut chosen: Vec<&str> = Vec::new();
    for (index, name) in input.columns.iter().flatten().enumerate() {
        match all.iter().find(|column| *column == name) {
            Some(column) if !chosen.contains(column) => chosen.push(column),
            Some(_) => return Err(Error::field(format!("columns[{index}]"), "is there twice")),
            None => {
                let message = format!("must be one of {}", all.join(", "));
                return Err(Error::field(format!("columns[{index}]"), message));
            }
        }
    }
    let now = platform.now();
    let id = ExportId::new(now);
    let name = match input.name.as_deref() {
        Some(name) => name.to_string(),
        None => format!("All {}", input.what.as_str()),
    };
    let new = store::New {
        id: &id,
        name: &name,
        what: input.what,
        filter: &input.filter,
        sort,
        columns: if chosen.is_empty() { &all } else { &chosen },
        reach: &caller.scope(reading).reach,
        created_by: &caller.actor.key(),
    };
    let export = store::insert(&platform.db, &caller.tenant, &new, now).await?;
    let message = export_message(&caller.tenant, &id);
    platform
        .queues
        .send(QueueName::Imports, vec![(message, 0)])
        .await?;
    Ok(accepted(&shown(&platform, &caller, export)))
}

async fn list(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<ExportOut>> {
    let page = query.page()?;
    let (exports, next) =
        store::list(&platform.db, &caller.tenant, own(&caller).as_deref(), &page).await?;
    // A link is given to who asks for one export, and is on record then.
    let exports: Vec<ExportOut> = exports
        .into_iter()
        .map(|export| with_link(export, None))
        .collect();
    Ok(listing(&exports, page.limit, next))
}

async fn read(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ExportId>,
) -> Result<Answer<ExportOut>> {
    let export = visible(&platform, &caller, &id).await?;
    Ok(data(&shown(&platform, &caller, export)))
}

async fn delete(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ExportId>,
) -> Result<NoContent> {
    let export = visible(&platform, &caller, &id).await?;
    store::delete(&platform.db, &caller.tenant, &id).await?;
    platform
        .bucket
        .delete(file::keys(&caller.tenant, &export))
        .await?;
    Ok(NoContent)
}

async fn download(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<ExportId>,
) -> Result<Download> {
    let export = visible(&platform, &caller, &id).await?;
    file::download(&platform, &caller.tenant, &export)
}

/// Who has the link may have the file. That it was taken is on record all the same.
async fn follow_link(platform: Platform, Path(token): Path<String>) -> Result<Download> {
    let now = platform.now();
    let link =
        Link::read(&platform.config.session_key, &token, now).ok_or(Error::NotFound("file"))?;
    let export = store::find(&platform.db, &link.tenant, &link.export).await?;
    let export = export.ok_or(Error::NotFound("file"))?;
    let download = file::download(&platform, &link.tenant, &export)?;
    let mut entry = Entry::new(link.tenant.clone(), now, "export.link_followed");
    entry.actor_kind = ActorKind::Anonymous;
    entry.record_type = Some("exports".into());
    entry.record_id = Some(link.export.to_string());
    audit::record(&platform, entry).await;
    Ok(download)
}

/// An export that the caller may have: what is in it they may read, and it was made within their reach.
async fn visible(platform: &Platform, caller: &Caller, id: &ExportId) -> Result<Export> {
    let own = own(caller);
    let export = store::get(&platform.db, &caller.tenant, id, own.as_deref()).await?;
    caller.require(export.what.permission())?;
    Ok(export)
}

/// The exports of others may hold records that are out of reach: who does not reach everything sees their own.
fn own(caller: &Caller) -> Option<String> {
    let reaches_all = ExportedList::ALL
        .iter()
        .all(|list| caller.scope(list.permission()).reach.is_whole());
    (!reaches_all).then(|| caller.actor.key())
}

/// What a list says of its query, about the filters of the export.
fn of_filters(error: Error, filter: &ExportFilter) -> Error {
    let Error::Invalid(mut fields) = error else {
        return error;
    };
    for FieldError { field, .. } in &mut fields {
        let name = field
            .strip_prefix("filter[")
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(field);
        if filter.0.contains_key(name) {
            *field = format!("filter.{name}");
        }
    }
    Error::Invalid(fields)
}

fn shown(platform: &Platform, caller: &Caller, export: Export) -> ExportOut {
    let ends_at = platform.now() + HOLDS;
    let link = Link {
        tenant: caller.tenant.clone(),
        export: export.id.clone(),
        ends_at,
    };
    let token = match export.status {
        ExportStatus::Done => link.token(&platform.config.session_key),
        _ => None,
    };
    let link = token.map(|token| {
        let address = format!("{}/files/{token}", platform.config.public_url);
        (address, ends_at)
    });
    with_link(export, link)
}

fn with_link(export: Export, link: Option<(String, Millis)>) -> ExportOut {
    let (link, link_ends_at) = link.unzip();
    ExportOut {
        id: export.id,
        name: export.name,
        what: export.what,
        status: export.status,
        failure_reason: export.failure_reason,
        filter: export.filter.0,
        sort: export.sort,
        columns: export.columns.0,
        rows_done: export.rows_done,
        file_size: export.file_size,
        link,
        link_ends_at,
        file_removed_at: export.remove_at,
        finished_at: export.finished_at,
        created_at: export.created_at,
        updated_at: export.updated_at,
    }
}
