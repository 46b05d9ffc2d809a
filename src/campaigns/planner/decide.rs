//! What becomes of one due enrolment: pure, given everything it asks about.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::store::DueEnrolment;
use crate::campaigns::conditions::{Conditions, Engagement, Facts, Verdict};
use crate::campaigns::schedule::{self, StepTime};
use crate::campaigns::sequences::Step;
use crate::campaigns::sequences::store::Loaded;
use crate::crm::recipients::Recipient;
use crate::edge::clock::Millis;
use crate::ids::{BusinessId, EnrolmentId, PersonId, SendId};

/// Everything deciding a round of enrolments asks about.
#[derive(Default)]
pub struct Input {
    /// The versions the enrolments run on.
    pub versions: BTreeMap<i64, Loaded>,
    /// The people.
    pub people: HashMap<PersonId, Recipient>,
    /// The tags of businesses, where a step asks.
    pub tags: HashMap<BusinessId, Vec<String>>,
    /// What became of earlier sends, by the step's `campaign_id`, where a step asks.
    pub earlier: HashMap<EnrolmentId, BTreeMap<String, Engagement>>,
}

/// What is written for one enrolment.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The ledger row, unless the enrolment ends without one.
    pub ledger: Option<LedgerRow>,
    /// Where the enrolment goes on.
    pub enrolment: Next,
}

/// A new ledger row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LedgerRow {
    /// Derived from enrolment, step and channel.
    pub id: SendId,
    /// Whose.
    pub enrolment_id: EnrolmentId,
    /// The version that decided.
    pub version: i64,
    /// To whom.
    pub person_id: PersonId,
    /// Of which business.
    pub business_id: BusinessId,
    /// The step.
    pub campaign_step_id: String,
    /// Its number.
    pub step_number: i64,
    /// Its day.
    pub day_offset: i64,
    /// How.
    pub channel: &'static str,
    /// `pending` or `skipped`.
    pub status: &'static str,
    /// Why it is skipped.
    pub failure_reason: Option<String>,
    /// When it was due.
    pub due_at: Millis,
    /// The batch that carries it; set when rows are put into batches.
    pub batch_id: Option<String>,
}

/// Where an enrolment goes on; `expected` is where it must still be for that.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Next {
    /// Which.
    #[serde(skip)]
    pub id: EnrolmentId,
    /// Its `next_send_at` as read.
    pub expected: Millis,
    /// Number of the next step.
    pub sequence_step: i64,
    /// When that is due; `None` when there is none.
    pub next_send_at: Option<Millis>,
    /// When a step was last sent on its way.
    pub last_planned_at: Option<Millis>,
    /// `active`, `completed` or `stopped`.
    pub status: &'static str,
    /// Why it was stopped.
    pub status_reason: Option<String>,
}

/// Decides. `None` when the enrolment's version or zone cannot be read, which a healthy database never shows.
pub fn decide(enrolment: &DueEnrolment, input: &Input, now: Millis) -> Option<Plan> {
    let loaded = input.versions.get(&enrolment.version)?;
    let Some(step) = loaded.step(enrolment.sequence_step) else {
        return Some(end(enrolment, "completed", None));
    };
    let Some(person) = input
        .people
        .get(&enrolment.person_id)
        .filter(|person| !person.deleted.0)
    else {
        return Some(end(enrolment, "stopped", Some("deleted")));
    };
    let default = Conditions::default();
    let conditions = step
        .conditions
        .as_ref()
        .map_or(&default, |conditions| &conditions.0);
    let (status, reason) = match conditions.decide(&facts(enrolment, person, input)) {
        Verdict::Send => ("pending", None),
        Verdict::Skip(reason) => ("skipped", Some(reason)),
        Verdict::Stop(reason) => return Some(end(enrolment, "stopped", Some(reason))),
    };
    let last_planned_at = match status {
        "pending" => Some(now),
        _ => enrolment.last_planned_at,
    };
    let next = next_after(enrolment, step, loaded, last_planned_at, now)?;
    Some(Plan {
        ledger: Some(LedgerRow {
            id: SendId::derive(&enrolment.id, &step.id, step.channel.as_str()),
            enrolment_id: enrolment.id.clone(),
            version: enrolment.version,
            person_id: enrolment.person_id.clone(),
            business_id: enrolment.business_id.clone(),
            campaign_step_id: step.id.to_string(),
            step_number: step.step_number,
            day_offset: step.day_offset,
            channel: step.channel.as_str(),
            status,
            failure_reason: reason,
            due_at: enrolment.next_send_at,
            batch_id: None,
        }),
        enrolment: next,
    })
}

fn facts(enrolment: &DueEnrolment, person: &Recipient, input: &Input) -> Facts {
    Facts {
        started_at: enrolment.sequence_started_at,
        replied_at: person.replied_at,
        booked_at: person.booked_at,
        ordered_at: person.ordered_at,
        unsubscribed: person.do_not_email.0 || person.unsubscribed_at.is_some(),
        bounced: person.bounced_at.is_some(),
        lead_status: Some(person.lead_status),
        tags: input
            .tags
            .get(&enrolment.business_id)
            .cloned()
            .unwrap_or_default(),
        earlier: input
            .earlier
            .get(&enrolment.id)
            .cloned()
            .unwrap_or_default(),
    }
}

fn next_after(
    enrolment: &DueEnrolment,
    step: &Step,
    loaded: &Loaded,
    last_planned_at: Option<Millis>,
    now: Millis,
) -> Option<Next> {
    let mut next = Next {
        id: enrolment.id.clone(),
        expected: enrolment.next_send_at,
        sequence_step: step.step_number + 1,
        next_send_at: None,
        last_planned_at,
        status: "completed",
        status_reason: None,
    };
    if let Some(following) = loaded.step(step.step_number + 1) {
        next.status = "active";
        next.next_send_at = Some(due_at(
            enrolment,
            following,
            loaded,
            last_planned_at.filter(|_| following.day_offset > step.day_offset),
            now,
        )?);
    }
    Some(next)
}

/// When a step of this enrolment is due, at `now` or later and not on the date of `after_date_of`.
pub fn due_at(
    enrolment: &DueEnrolment,
    step: &Step,
    loaded: &Loaded,
    after_date_of: Option<Millis>,
    now: Millis,
) -> Option<Millis> {
    let zone = schedule::time_zone(&enrolment.timezone)?;
    schedule::due_at(&StepTime {
        started_at: enrolment.sequence_started_at,
        day_offset: step.day_offset,
        not_before: now,
        after_date_of,
        window: step.window(&loaded.version),
        zone: &zone,
        spread: enrolment.id.as_str(),
    })
}

fn end(enrolment: &DueEnrolment, status: &'static str, reason: Option<&str>) -> Plan {
    Plan {
        ledger: None,
        enrolment: Next {
            id: enrolment.id.clone(),
            expected: enrolment.next_send_at,
            sequence_step: enrolment.sequence_step,
            next_send_at: None,
            last_planned_at: enrolment.last_planned_at,
            status,
            status_reason: reason.map(str::to_string),
        },
    }
}
