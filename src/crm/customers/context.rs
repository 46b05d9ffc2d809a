//! What an AI has to know of a business before it talks to somebody there: one query a part.

use schemars::JsonSchema;
use serde::Serialize;

use crate::crm::activities::model::{Activity, ActivityFilter, SORTS as ACTIVITIES};
use crate::crm::activities::store as activities;
use crate::crm::businesses::model::{BusinessOut, INCLUDES};
use crate::crm::businesses::store as businesses;
use crate::crm::embed;
use crate::crm::needs::interests::model::{InterestFilter, InterestOut, SORTS as INTERESTS};
use crate::crm::needs::interests::store as interests;
use crate::crm::needs::objections::model::{ObjectionFilter, ObjectionOut, SORTS as OBJECTIONS};
use crate::crm::needs::objections::store as objections;
use crate::crm::needs::pain_points::model::{PainPointFilter, PainPointOut, SORTS as PAIN_POINTS};
use crate::crm::needs::pain_points::store as pain_points;
use crate::crm::notes::model::{NoteFilter, NoteOut, SORTS as NOTES};
use crate::crm::notes::store as notes;
use crate::crm::people::model::PersonOut;
use crate::crm::people::store as people;
use crate::crm::tasks::model::{SORTS as TASKS, TaskFilter, TaskOut};
use crate::crm::tasks::store as tasks;
use crate::edge::platform::Platform;
use crate::error::Result;
use crate::http::scope::Scope;
use crate::http::{Caller, IncludeParams, Permission, Sorted};
use crate::ids::BusinessId;

/// The most entries of a part.
const MOST: usize = 25;

/// What an AI has to know of a business. A part that the caller may not see is null.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AiContext {
    /// The business itself: what it is, where, its hours, how it stands with us, its tags, and what it wants an AI to know; with its
    /// community and its industry, whose words an AI should use.
    pub business: BusinessOut,
    /// Who is there, those to talk to first before the others; up to 25.
    pub contacts: Option<Vec<PersonOut>>,
    /// What is still to be done for it, what matters most first; up to 25.
    pub open_tasks: Option<Vec<TaskOut>>,
    /// What was written down about it, the newest first; up to 25.
    pub notes: Option<Vec<NoteOut>>,
    /// What it is interested in, what was seen last first; up to 25.
    pub product_interests: Option<Vec<InterestOut>>,
    /// What troubles it, the newest first; up to 25.
    pub pain_points: Option<Vec<PainPointOut>>,
    /// What it says against offers, and what was answered, the newest first; up to 25.
    pub objections: Option<Vec<ObjectionOut>>,
    /// What happened last; up to 25 entries of its timeline.
    pub recent_activities: Option<Vec<Activity>>,
}

/// What an AI has to know of this business.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database's.
pub async fn of(platform: &Platform, caller: &Caller, id: &BusinessId) -> Result<AiContext> {
    let (db, now) = (&platform.db, platform.now());
    let may = |permission| -> Option<Scope> {
        let may = caller.permissions.has(permission);
        may.then(|| caller.scope(permission))
    };
    let business = businesses::get(db, &caller.scope(Permission::BusinessesRead), id).await?;
    let mut business = [business];
    for (permission, part) in [
        (Permission::CommunitiesRead, "community"),
        (Permission::IndustriesRead, "industry"),
    ] {
        if may(permission).is_some() {
            let included = IncludeParams::of(part).read(INCLUDES)?;
            embed::into_businesses(db, caller, &included, &mut business).await?;
        }
    }
    let [business] = business;
    let this = || Some(id.clone());
    let contacts = match may(Permission::PeopleRead) {
        Some(scope) => {
            let most = i64::try_from(MOST).unwrap_or(0);
            Some(people::of_businesses(db, &scope, &[id], most).await?)
        }
        None => None,
    };
    let open_tasks = match may(Permission::TasksRead) {
        Some(scope) => {
            let filter = TaskFilter {
                business_id: this(),
                open: Some(true),
                ..TaskFilter::default()
            };
            let sorted = Sorted::first(TASKS, "-priority", MOST)?;
            Some(tasks::list(db, &scope, filter, &sorted, now).await?.0)
        }
        None => None,
    };
    let notes = match may(Permission::NotesRead) {
        Some(scope) => {
            let filter = NoteFilter {
                business_id: this(),
                ..NoteFilter::default()
            };
            let sorted = Sorted::first(NOTES, "-created_at", MOST)?;
            Some(notes::list(db, &scope, filter, &sorted).await?.0)
        }
        None => None,
    };
    let (product_interests, pain_points, objections) = match may(Permission::NeedsRead) {
        Some(scope) => {
            let filter = InterestFilter {
                business_id: this(),
                ..InterestFilter::default()
            };
            let sorted = Sorted::first(INTERESTS, "-last_shown_at", MOST)?;
            let interests = interests::list(db, &scope, filter, &sorted).await?.0;
            let filter = PainPointFilter {
                business_id: this(),
                ..PainPointFilter::default()
            };
            let sorted = Sorted::first(PAIN_POINTS, "-captured_at", MOST)?;
            let points = pain_points::list(db, &scope, filter, &sorted).await?.0;
            let filter = ObjectionFilter {
                business_id: this(),
                ..ObjectionFilter::default()
            };
            let sorted = Sorted::first(OBJECTIONS, "-captured_at", MOST)?;
            let objections = objections::list(db, &scope, filter, &sorted).await?.0;
            (Some(interests), Some(points), Some(objections))
        }
        None => (None, None, None),
    };
    let recent_activities = match may(Permission::ActivitiesRead) {
        // Bound to one's own records, one may see the business and not what happened with it.
        Some(scope) if businesses::exists(db, &scope, id).await? => {
            let sorted = Sorted::first(ACTIVITIES, "-occurred_at", MOST)?;
            let filter = ActivityFilter::default();
            let tenant = &caller.tenant;
            Some(activities::list(db, tenant, id, filter, &sorted).await?.0)
        }
        _ => None,
    };
    Ok(AiContext {
        business,
        contacts,
        open_tasks,
        notes,
        product_interests,
        pain_points,
        objections,
        recent_activities,
    })
}
