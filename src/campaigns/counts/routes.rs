//! `/api/v1/sequences/{id}/engagement` and `/progress`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::days::{self, Days};
use super::figures::{Engagement, Outcomes};
use super::kinds::Counts;
use super::period::Period;
use super::progress::{self, Progress};
use super::store;
use crate::campaigns::sequences::lifecycle;
use crate::campaigns::sequences::store::{self as sequences, StepPlace};
use crate::campaigns::tenants;
use crate::edge::platform::Platform;
use crate::error::{Error, Result};
use crate::http::filter::word;
use crate::http::{Answer, Caller, Operation, PathId, Permission, Query, Routes, data};
use crate::ids::{SequenceId, TenantId};

/// The routes.
pub fn routes() -> Routes {
    Routes::new("Engagement")
        .get(
            "/api/v1/sequences/{id}/engagement",
            engagement,
            Operation::new(
                "getSequenceEngagement",
                Permission::LedgerRead,
                "What became of a sequence's emails, step by step",
            )
            .description("People and machines apart, ever or in a `period`. A step is the same through all versions. Outcomes are counted on the day a send was planned, everything else on the day it happened, in the organization's time zone."),
        )
        .get(
            "/api/v1/sequences/{id}/progress",
            progress,
            Operation::new(
                "getSequenceProgress",
                Permission::LedgerRead,
                "How far a sequence has come",
            )
            .description("Enrolments by status, what is with today, and about when it ends."),
        )
}

/// A tenant's calendar.
pub async fn calendar(platform: &Platform, tenant: &TenantId) -> Result<Days> {
    let tenant = tenants::find(&platform.db, tenant)
        .await?
        .ok_or(Error::NotFound("tenant"))?;
    Ok(Days::of(&tenant.timezone))
}

#[derive(Deserialize, JsonSchema)]
struct EngagementQuery {
    /// `today`, `7d`, `30d` or `90d`; ever unless said.
    period: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SequenceEngagement")]
struct OfSequence {
    /// The first day, as in `2026-03-04`; null for ever.
    first_day: Option<String>,
    /// The last day.
    last_day: Option<String>,
    /// All steps.
    total: Figures,
    /// Each step in the order of the newest version; those that no version has any more come last.
    steps: Vec<OfStep>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "EngagementFigures")]
struct Figures {
    #[serde(flatten)]
    outcomes: Outcomes,
    #[serde(flatten)]
    engagement: Engagement,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "StepEngagement")]
struct OfStep {
    /// The same through all versions.
    step_id: String,
    /// Its name, as in `HOOK-001`.
    campaign_id: Option<String>,
    /// Its number in the newest version that has it.
    step_number: Option<i64>,
    /// Its day there.
    day_offset: Option<i64>,
    /// The newest version that has it.
    version: Option<i64>,
    #[serde(flatten)]
    figures: Figures,
}

impl From<&Counts> for Figures {
    fn from(counts: &Counts) -> Self {
        Figures {
            outcomes: counts.into(),
            engagement: counts.into(),
        }
    }
}

async fn engagement(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
    Query(query): Query<EngagementQuery>,
) -> Result<Answer<OfSequence>> {
    let (db, tenant) = (&platform.db, &caller.tenant);
    lifecycle::find(&platform, tenant, &id).await?;
    let period = query.period.as_deref();
    let range = match word("period", period, Period::ALL, Period::as_str)? {
        None => None,
        Some(period) => {
            let days = calendar(&platform, tenant).await?;
            Some(period.range(&days, platform.now()))
        }
    };
    let mut counted: BTreeMap<String, Counts> = store::steps(db, tenant, &id, range)
        .await?
        .into_iter()
        .map(|of| (of.step_id, of.counts))
        .collect();
    let mut total = Counts::default();
    for counts in counted.values() {
        total.add(counts);
    }
    let places = sequences::step_places(db, tenant, &id).await?;
    let mut steps: Vec<_> = places
        .into_iter()
        .map(|place| {
            let counts = counted.remove(place.id.as_str()).unwrap_or_default();
            of_step(place.id.to_string(), Some(&place), &counts)
        })
        .collect();
    steps.extend(
        counted
            .into_iter()
            .map(|(step, counts)| of_step(step, None, &counts)),
    );
    Ok(data(&OfSequence {
        first_day: range.map(|(first, _)| days::written(first)),
        last_day: range.map(|(_, last)| days::written(last)),
        total: (&total).into(),
        steps,
    }))
}

fn of_step(step_id: String, place: Option<&StepPlace>, counts: &Counts) -> OfStep {
    OfStep {
        step_id,
        campaign_id: place.map(|place| place.campaign_id.clone()),
        step_number: place.map(|place| place.step_number),
        day_offset: place.map(|place| place.day_offset),
        version: place.map(|place| place.version),
        figures: counts.into(),
    }
}

async fn progress(
    platform: Platform,
    caller: Caller,
    PathId(id): PathId<SequenceId>,
) -> Result<Answer<Progress>> {
    let tenant = &caller.tenant;
    lifecycle::find(&platform, tenant, &id).await?;
    let days = calendar(&platform, tenant).await?;
    let progress = progress::of(&platform.db, tenant, &id, &days, platform.now()).await?;
    Ok(data(&progress))
}
