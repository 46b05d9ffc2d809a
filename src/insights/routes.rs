//! `/api/v1/dashboard`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::dashboard;
use super::model::Dashboard;
use crate::campaigns::counts::Period;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::filter::word;
use crate::http::{Answer, Caller, Operation, Permission, Query, Routes, data};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Dashboard").get(
        "/api/v1/dashboard",
        show,
        Operation::new(
            "getDashboard",
            Permission::SequencesRead,
            "What there is to see at a glance",
        )
        .description("Days are those of the organization's time zone; a period ends today and is compared with the days before, which are as many. Each part needs the permission to see what it is about, for all of the organization's records; else it is null. `attention` has what needs a person now, with the list of the API where it is to be found."),
    )
}

#[derive(Deserialize, JsonSchema)]
struct DashboardQuery {
    /// `today`, `7d`, `30d` or `90d`; `7d` unless said.
    period: Option<String>,
}

async fn show(
    platform: Platform,
    caller: Caller,
    Query(query): Query<DashboardQuery>,
) -> Result<Answer<Dashboard>> {
    let period = word(
        "period",
        query.period.as_deref(),
        Period::ALL,
        Period::as_str,
    )?;
    let period = period.unwrap_or(Period::Week);
    Ok(data(&dashboard::show(&platform, &caller, period).await?))
}
