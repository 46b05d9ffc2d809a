//! `/api/v1/sync`. What is brought over is about all records, so that nobody uses it who may use some of them only.

use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{
    DeliveryOut, RecordFilter, RecordOut, RefusalOut, Resource, RunIn, RunOut, Switch, SyncOut,
};
use super::{runs, store};
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::{
    Accepted, Answer, Body, Caller, Listing, Operation, PageParams, PathId, Permission, Query,
    Routes, accepted, data, filter, listing,
};
use crate::ids::{SyncRunId, TenantId};

/// The routes of the content sync.
pub fn routes() -> Routes {
    Routes::new("Content sync")
        .get(
            "/api/v1/sync",
            status,
            Operation::new("getSync", Permission::SyncRead, "Get whether the sync is on, and its last run"),
        )
        .get(
            "/api/v1/sync/runs",
            list_runs,
            Operation::new("listSyncRuns", Permission::SyncRead, "List runs, newest first"),
        )
        .post(
            "/api/v1/sync/runs",
            start,
            Operation::new("startSyncRun", Permission::SyncWrite, "Start pulling communities and businesses")
                .description("It is done in the background, a page a step; its run tells how far it is.")
                .conflict("sync_is_off", "the Content API is not set up; the message names the settings")
                .conflict("sync_is_running", "a run is under way")
                .example(r#"{"kind": "incremental"}"#),
        )
        .get(
            "/api/v1/sync/runs/{id}",
            read_run,
            Operation::new("getSyncRun", Permission::SyncRead, "Get a run"),
        )
        .get(
            "/api/v1/sync/runs/{id}/refusals",
            list_refusals,
            Operation::new("listSyncRefusals", Permission::SyncRead, "List what a run did not take, and why")
                .description("The first thousand of a run are kept; its `refused` counts all."),
        )
        .get(
            "/api/v1/sync/records",
            list_records,
            Operation::new("listSyncRecords", Permission::SyncRead, "List which record over there is which one here")
                .description("With the fields in which ours is newer and stayed, and since when a record is known to be no more over there."),
        )
        .get(
            "/api/v1/sync/deliveries",
            list_deliveries,
            Operation::new("listSyncDeliveries", Permission::SyncRead, "List what the webhook brought, newest first"),
        )
}

/// The tenant, if the caller may use all of its records.
fn whole(caller: &Caller, permission: Permission) -> Result<TenantId> {
    let scope = caller.scope(permission);
    scope.reach.must_be_whole()?;
    Ok(scope.tenant)
}

async fn status(platform: Platform, caller: Caller) -> Result<Answer<SyncOut>> {
    let tenant = whole(&caller, Permission::SyncRead)?;
    let content = &platform.config.content;
    let is_ours = content.tenant == tenant;
    let secret: &[&str] = match content.webhook_secret {
        Some(_) => &[],
        None => &["CONTENT_WEBHOOK_SECRET"],
    };
    let switch = |missing: &[&'static str]| match is_ours {
        true => Switch {
            is_on: missing.is_empty(),
            missing: missing.to_vec(),
        },
        false => Switch {
            is_on: false,
            missing: vec!["CONTENT_TENANT_ID"],
        },
    };
    let pull = switch(&content.missing);
    let last = store::last(&platform.db, &tenant).await?;
    Ok(data(&SyncOut {
        every_minutes: content.every_minutes.filter(|_| pull.is_on),
        pull,
        webhook: switch(secret),
        last_run: last.map(|run| run.shown(platform.now())),
    }))
}

async fn list_runs(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<RunOut>> {
    let (page, now) = (query.page()?, platform.now());
    let tenant = whole(&caller, Permission::SyncRead)?;
    let (found, next) = store::runs(&platform.db, &tenant, &page).await?;
    let shown: Vec<_> = found.into_iter().map(|run| run.shown(now)).collect();
    Ok(listing(&shown, page.limit, next))
}

async fn start(
    platform: Platform,
    caller: Caller,
    Body(input): Body<RunIn>,
) -> Result<Accepted<RunOut>> {
    let tenant = whole(&caller, Permission::SyncWrite)?;
    let by = caller.actor.key();
    let run = runs::start(&platform, &tenant, input.kind, Some(&by)).await?;
    Ok(accepted(&run.shown(platform.now())))
}

async fn read_run(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SyncRunId>,
) -> Result<Answer<RunOut>> {
    let tenant = whole(&caller, Permission::SyncRead)?;
    let run = store::get(&platform.db, &tenant, &id).await?;
    Ok(data(&run.shown(platform.now())))
}

async fn list_refusals(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SyncRunId>,
    Query(query): Query<PageParams>,
) -> Result<Listing<RefusalOut>> {
    let (db, page) = (&platform.db, query.page()?);
    let tenant = whole(&caller, Permission::SyncRead)?;
    store::get(db, &tenant, &id).await?;
    let (refusals, next) = store::refusals(db, &tenant, &id, &page).await?;
    Ok(listing(&refusals, page.limit, next))
}

#[derive(Deserialize, JsonSchema)]
struct RecordParameters {
    #[serde(rename = "filter[resource]", alias = "resource")]
    resource: Option<String>,
    #[serde(rename = "filter[vanished]", alias = "vanished")]
    vanished: Option<String>,
    #[serde(rename = "filter[record_id]", alias = "record_id")]
    record_id: Option<String>,
    #[serde(flatten)]
    page: PageParams,
    #[serde(flatten)]
    rest: filter::Rest,
}

impl RecordParameters {
    fn filter(&self) -> Result<RecordFilter> {
        filter::nothing_else(&self.rest)?;
        let resource = self.resource.as_deref();
        let vanished = self.vanished.as_deref();
        let yes_or_no = |is: bool| if is { "true" } else { "false" };
        Ok(RecordFilter {
            resource: filter::word("resource", resource, Resource::ALL, Resource::as_str)?,
            is_vanished: filter::word("vanished", vanished, &[true, false], yes_or_no)?,
            record_id: filter::text("record_id", self.record_id.as_deref())?.map(str::to_string),
        })
    }
}

async fn list_records(
    platform: Platform,
    caller: Caller,
    Query(query): Query<RecordParameters>,
) -> Result<Listing<RecordOut>> {
    let page = query.page.page()?;
    let tenant = whole(&caller, Permission::SyncRead)?;
    let (records, next) = store::records(&platform.db, &tenant, query.filter()?, &page).await?;
    Ok(listing(&records, page.limit, next))
}

async fn list_deliveries(
    platform: Platform,
    caller: Caller,
    Query(query): Query<PageParams>,
) -> Result<Listing<DeliveryOut>> {
    let page = query.page()?;
    let tenant = whole(&caller, Permission::SyncRead)?;
    let (deliveries, next) = store::deliveries(&platform.db, &tenant, &page).await?;
    Ok(listing(&deliveries, page.limit, next))
}
