//! Types of people.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::businesses::model::BusinessOut;
use crate::crm::checks::{self, line};
use crate::crm::model::{PersonRole, PreferredChannel};
use crate::edge::clock::Millis;
use crate::edge::db::Flag;
use crate::http::Sort;
use crate::http::filter::Deleted;
use crate::http::input::{Email, Text};
use crate::http::patch::{nullable, present};
use crate::ids::{BusinessId, PersonId};

/// The longest name or title.
const NAME: usize = 100;
/// The longest description of a time.
const BEST_TIME: usize = 50;

/// A person as stored and as the API answers them.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct PersonOut {
    /// Their id.
    pub id: PersonId,
    /// Where they work.
    pub business_id: BusinessId,
    /// May be missing.
    pub first_name: Option<String>,
    /// May be missing.
    pub last_name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their number.
    pub phone: Option<String>,
    /// As on their card.
    pub title: Option<String>,
    /// What they are there.
    pub role: PersonRole,
    /// What they are known by where they come from.
    pub external_id: Option<String>,
    /// Whom to write to first.
    pub is_primary_contact: Flag,
    /// Who says yes or no.
    pub is_decision_maker: Flag,
    /// How they like to be reached.
    pub preferred_channel: PreferredChannel,
    /// As in `weekday mornings`.
    pub best_time_to_contact: Option<String>,
    /// Asked for no email; every send asks this.
    pub do_not_email: Flag,
    /// Asked for no text messages.
    pub do_not_sms: Flag,
    /// Asked for no calls.
    pub do_not_call: Flag,
    /// Emails we sent them.
    pub total_emails_sent: i64,
    /// Emails they opened.
    pub total_emails_opened: i64,
    /// Links they followed.
    pub total_clicks: i64,
    /// When they last did something.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub last_engaged_at: Option<Millis>,
    /// Their last reply.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub replied_at: Option<Millis>,
    /// Their last booking.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub booked_at: Option<Millis>,
    /// Their last order.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub ordered_at: Option<Millis>,
    /// When they unsubscribed.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub unsubscribed_at: Option<Millis>,
    /// When their address refused mail for good.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub bounced_at: Option<Millis>,
    /// When the row was made.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it was last changed.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
    /// When they were deleted, by themselves or with their business.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub deleted_at: Option<Millis>,
    /// Where they work; only when it is asked for.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub business: Option<Box<BusinessOut>>,
}

/// What a list of people sorts by.
pub const SORTS: &[Sort<PersonOut>] = &[
    Sort::made(),
    Sort::optional_text("last_name", |row| (&row.last_name).into()),
    Sort::optional_text("email", |row| (&row.email).into()),
    Sort::optional_number("last_engaged_at", |row| row.last_engaged_at.into()),
];

/// What can be put into a person.
pub const INCLUDES: &[&str] = &["business"];

/// What a client sends to create a person.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonIn {
    /// Where they work.
    #[garde(skip)]
    pub business_id: BusinessId,
    /// May be missing.
    #[garde(inner(custom(line(NAME))))]
    pub first_name: Option<Text>,
    /// May be missing.
    #[garde(inner(custom(line(NAME))))]
    pub last_name: Option<Text>,
    /// Their address.
    #[garde(inner(custom(checks::email)))]
    pub email: Option<Email>,
    /// Their number.
    #[garde(inner(custom(checks::phone)))]
    pub phone: Option<Text>,
    /// As on their card.
    #[garde(inner(custom(line(NAME))))]
    pub title: Option<Text>,
    /// What they are there.
    #[serde(default)]
    #[garde(skip)]
    pub role: PersonRole,
    /// What they are known by where they come from.
    #[garde(inner(custom(line(NAME))))]
    pub external_id: Option<Text>,
    /// Whom to write to first.
    #[serde(default)]
    #[garde(skip)]
    pub is_primary_contact: bool,
    /// Who says yes or no.
    #[serde(default)]
    #[garde(skip)]
    pub is_decision_maker: bool,
    /// How they like to be reached.
    #[serde(default)]
    #[garde(skip)]
    pub preferred_channel: PreferredChannel,
    /// As in `weekday mornings`.
    #[garde(inner(custom(line(BEST_TIME))))]
    pub best_time_to_contact: Option<Text>,
    /// Asked for no email; every send asks this.
    #[serde(default)]
    #[garde(skip)]
    pub do_not_email: bool,
    /// Asked for no text messages.
    #[serde(default)]
    #[garde(skip)]
    pub do_not_sms: bool,
    /// Asked for no calls.
    #[serde(default)]
    #[garde(skip)]
    pub do_not_call: bool,
}

/// What a client changes of a person; what it does not name stays. A person stays with their business: what is under way for
/// them belongs to it.
#[derive(Debug, Clone, Default, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonPatch {
    /// May be missing.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub first_name: Option<Option<Text>>,
    /// May be missing.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub last_name: Option<Option<Text>>,
    /// Their address. Another one takes mail until it does not: `bounced_at` is cleared.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::email))))]
    pub email: Option<Option<Email>>,
    /// Their number.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(checks::phone))))]
    pub phone: Option<Option<Text>>,
    /// As on their card.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub title: Option<Option<Text>>,
    /// What they are there.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "PersonRole")]
    pub role: Option<PersonRole>,
    /// What they are known by where they come from.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(NAME)))))]
    pub external_id: Option<Option<Text>>,
    /// Whom to write to first.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub is_primary_contact: Option<bool>,
    /// Who says yes or no.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub is_decision_maker: Option<bool>,
    /// How they like to be reached.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "PreferredChannel")]
    pub preferred_channel: Option<PreferredChannel>,
    /// As in `weekday mornings`.
    #[serde(default, deserialize_with = "nullable")]
    #[garde(inner(inner(custom(line(BEST_TIME)))))]
    pub best_time_to_contact: Option<Option<Text>>,
    /// Asked for no email; every send asks this.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub do_not_email: Option<bool>,
    /// Asked for no text messages.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub do_not_sms: Option<bool>,
    /// Asked for no calls.
    #[serde(default, deserialize_with = "present")]
    #[garde(skip)]
    #[schemars(with = "bool")]
    pub do_not_call: Option<bool>,
}

/// Which people a list has.
#[derive(Debug, Clone, Default)]
pub struct PersonFilter {
    /// Of this business.
    pub business_id: Option<BusinessId>,
    /// With this address.
    pub email: Option<Email>,
    /// What they are there.
    pub role: Option<PersonRole>,
    /// Whom to write to first, or not.
    pub is_primary_contact: Option<bool>,
    /// Who says yes or no, or does not.
    pub is_decision_maker: Option<bool>,
    /// Their first or last name, or their address, starts so, in whatever case.
    pub prefix: Option<String>,
    /// Whether with the deleted.
    pub deleted: Deleted,
}
