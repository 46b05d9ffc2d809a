//! Types of sequences, their versions and steps.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::campaigns::conditions::Conditions;
use crate::campaigns::send_window::SendWindow;
use crate::edge::clock::Millis;
use crate::edge::db::{Flag, Json};
use crate::http::checks;
use crate::http::patch::{nullable, present};
use crate::ids::{SequenceId, StepId};

/// Where a sequence is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SequenceStatus {
    /// Being written; nobody gets it.
    Draft,
    /// Running.
    Active,
    /// Held: nothing is planned or handed over until it is resumed.
    Paused,
    /// Over for good.
    Archived,
}

impl SequenceStatus {
    /// Every status.
    pub const ALL: [SequenceStatus; 4] = [
        SequenceStatus::Draft,
        SequenceStatus::Active,
        SequenceStatus::Paused,
        SequenceStatus::Archived,
    ];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            SequenceStatus::Draft => "draft",
            SequenceStatus::Active => "active",
            SequenceStatus::Paused => "paused",
            SequenceStatus::Archived => "archived",
        }
    }
}

/// How a step reaches people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// By email.
    #[default]
    Email,
    /// By text message.
    Sms,
    /// By phone.
    Voice,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 3] = [Channel::Email, Channel::Sms, Channel::Voice];

    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Email => "email",
            Channel::Sms => "sms",
            Channel::Voice => "voice",
        }
    }
}

/// What a new version means for enrolments on an earlier one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnderWay {
    /// They finish on the version they started on.
    #[default]
    Finish,
    /// They go on here, at the same step.
    Move,
}

impl UnderWay {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            UnderWay::Finish => "finish",
            UnderWay::Move => "move",
        }
    }
}

/// A sequence as stored and answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Sequence {
    /// Its id.
    pub id: SequenceId,
    /// For people.
    pub name: String,
    /// For people.
    pub description: Option<String>,
    /// Where it is in its life.
    pub status: SequenceStatus,
    /// The published version new enrolments run on.
    pub current_version: Option<i64>,
    /// The newest version, published or not.
    pub latest_version: i64,
    /// Whether somebody who went through may go through again.
    pub allow_reenrolment: Flag,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}

/// A version as stored and answered, without its steps.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// 1, 2, 3 …
    pub version: i64,
    /// When steps without a window of their own may be sent.
    pub send_window: Json<SendWindow>,
    /// What its publication means for those under way.
    pub enrolments_under_way: UnderWay,
    /// When all of those were moved, if they are.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub moved_at: Option<Millis>,
    /// When it was published.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub published_at: Option<Millis>,
    /// When it was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
}

/// A step as stored and answered.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The same through all versions.
    pub id: StepId,
    /// 1, 2, 3 …
    pub step_number: i64,
    /// Day of the sequence; the day of enrolment is day 1.
    pub day_offset: i64,
    /// The step's own name, as in `HOOK-001`.
    pub campaign_id: String,
    /// Which template is sent.
    pub template_id: String,
    /// Slug of the landing page its links lead to.
    pub landing_page: String,
    /// Overrides the template's subject.
    pub subject: Option<String>,
    /// Overrides the template's preview text.
    pub preview_text: Option<String>,
    /// How it is sent.
    pub channel: Channel,
    /// Overrides the version's window.
    pub send_window: Option<Json<SendWindow>>,
    /// Whether it is sent.
    pub conditions: Option<Json<Conditions>>,
}

impl Step {
    /// The window that counts for this step.
    pub fn window<'a>(&'a self, version: &'a Version) -> &'a SendWindow {
        self.send_window
            .as_ref()
            .map_or(&version.send_window.0, |window| &window.0)
    }
}

/// A new sequence.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SequenceIn {
    /// For people.
    #[garde(length(chars, min = 1, max = 120))]
    pub name: String,
    /// For people.
    #[garde(inner(length(chars, max = 2000)))]
    pub description: Option<String>,
    /// Whether somebody who went through may go through again.
    #[serde(default)]
    #[garde(skip)]
    pub allow_reenrolment: bool,
    /// When steps without a window of their own may be sent; nine to five on weekdays unless said.
    #[garde(skip)]
    pub send_window: Option<SendWindow>,
    /// The steps of version 1.
    #[garde(dive)]
    pub steps: Vec<StepIn>,
}

/// What may change on a sequence itself; steps change by a new version.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SequencePatch {
    /// For people.
    #[serde(default, deserialize_with = "present")]
    #[garde(inner(length(chars, min = 1, max = 120)))]
    #[schemars(with = "String")]
    pub name: Option<String>,
    /// For people.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(length(chars, max = 2000))))]
    pub description: Option<Option<String>>,
    /// Whether somebody who went through may go through again.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub allow_reenrolment: Option<bool>,
}

/// A new version.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionIn {
    /// What its publication means for those under way.
    #[serde(default)]
    #[garde(skip)]
    pub enrolments_under_way: UnderWay,
    /// When steps without a window of their own may be sent.
    #[garde(skip)]
    pub send_window: Option<SendWindow>,
    /// All steps, in order.
    #[garde(dive)]
    pub steps: Vec<StepIn>,
}

/// A step of a new version.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepIn {
    /// Must count up from 1.
    #[garde(range(min = 1, max = 200))]
    pub step_number: i64,
    /// Day of the sequence, from 1, never going back.
    #[garde(range(min = 1, max = 730))]
    pub day_offset: i64,
    /// Unique within the sequence.
    #[garde(length(chars, min = 1, max = 20), custom(letters_digits_hyphens))]
    pub campaign_id: String,
    /// An existing, active template.
    #[garde(length(bytes, min = 1, max = 50))]
    pub template_id: String,
    /// A slug.
    #[garde(length(bytes, min = 1, max = 100), custom(slug))]
    pub landing_page: String,
    /// Overrides the template's subject.
    #[garde(inner(length(chars, min = 1, max = 250), custom(checks::one_line)))]
    pub subject: Option<String>,
    /// Overrides the template's preview text.
    #[garde(inner(length(chars, max = 250), custom(checks::one_line)))]
    pub preview_text: Option<String>,
    /// How it is sent.
    #[serde(default)]
    #[garde(skip)]
    pub channel: Channel,
    /// Overrides the version's window.
    #[garde(skip)]
    pub send_window: Option<SendWindow>,
    /// Whether it is sent.
    #[garde(skip)]
    pub conditions: Option<Conditions>,
}

fn letters_digits_hyphens(text: &str, _context: &()) -> garde::Result {
    let allowed =
        |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if text.chars().all(allowed) {
        return Ok(());
    }
    Err(garde::Error::new(
        "must be letters, digits, hyphens and underscores",
    ))
}

fn slug(text: &str, _context: &()) -> garde::Result {
    if text
        .chars()
        .all(|character| matches!(character, 'a'..='z' | '0'..='9' | '-'))
    {
        return Ok(());
    }
    Err(garde::Error::new(
        "must be lower-case letters, digits and hyphens",
    ))
}
