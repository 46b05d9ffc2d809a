//! Types of exports.

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::crm::businesses::model::{BusinessFilter, MOST_SCORE};
use crate::crm::checks::{self, between, entries, line};
use crate::crm::imports::model::What;
use crate::crm::model::PersonRole;
use crate::crm::model::{LeadStatus, words};
use crate::crm::people::model::PersonFilter;
use crate::edge::clock::Millis;
use crate::edge::db::Json;
use crate::http::filter::Deleted;
use crate::http::input::{Email, State, Text};
use crate::http::scope::{Reach, Scope};
use crate::ids::{BusinessId, CommunityId, ExportId, IndustryId, LocationId, TenantId, UserId};

/// The longest name of an export.
const NAME: usize = 200;
/// The most columns that a client names.
const MOST_COLUMNS: usize = 60;
/// The longest text that a filter looks for.
const LONGEST: usize = 255;

words! {
    /// Where an export is.
    ExportStatus {
        /// It is being written.
        Running = "running",
        /// It can be taken away.
        Done = "done",
        /// It could not go on; `failure_reason` says why.
        Failed = "failed",
        /// Its time was over, and its file is gone.
        Removed = "removed",
    }
}

/// The columns of a list of businesses.
pub const BUSINESS: [&str; 38] = [
    "id",
    "external_id",
    "content_db_id",
    "name",
    "legal_name",
    "description",
    "community_id",
    "industry_id",
    "location_id",
    "owner_id",
    "address_street",
    "address_city",
    "address_state",
    "address_zip",
    "address_lat",
    "address_lng",
    "timezone",
    "phone",
    "email",
    "website",
    "employee_count_range",
    "year_established",
    "annual_revenue_range",
    "google_business_id",
    "facebook_url",
    "instagram_handle",
    "yelp_url",
    "lead_status",
    "lead_score",
    "health_score",
    "source",
    "source_detail",
    "tags",
    "slug",
    "hours_of_operation",
    "synced_at",
    "created_at",
    "updated_at",
];

/// The columns of a list of people.
pub const PERSON: [&str; 27] = [
    "id",
    "business_id",
    "external_id",
    "first_name",
    "last_name",
    "email",
    "phone",
    "title",
    "role",
    "is_primary_contact",
    "is_decision_maker",
    "preferred_channel",
    "best_time_to_contact",
    "do_not_email",
    "do_not_sms",
    "do_not_call",
    "total_emails_sent",
    "total_emails_opened",
    "total_clicks",
    "last_engaged_at",
    "replied_at",
    "booked_at",
    "ordered_at",
    "unsubscribed_at",
    "bounced_at",
    "created_at",
    "updated_at",
];

/// The columns that a list has.
pub fn columns(what: What) -> &'static [&'static str] {
    match what {
        What::Businesses => &BUSINESS,
        What::People => &PERSON,
    }
}

/// Which records are meant: the filters of the lists. Everything named must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExportFilter {
    /// Businesses in this community.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub community_id: Option<CommunityId>,
    /// Businesses in this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub industry_id: Option<IndustryId>,
    /// Businesses that stand so with us.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub lead_status: Option<LeadStatus>,
    /// Businesses that are at least so promising, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(between(0, MOST_SCORE))))]
    pub min_lead_score: Option<i64>,
    /// Businesses that this location looks after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub location_id: Option<LocationId>,
    /// Businesses that this member of the team looks after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub owner_id: Option<UserId>,
    /// Businesses in this state.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(checks::state)))]
    pub address_state: Option<State>,
    /// Businesses that we have from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(line(LONGEST))))]
    pub source: Option<Text>,
    /// Businesses with the tag of this id or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(line(LONGEST))))]
    pub tag: Option<Text>,
    /// Businesses whose name begins so, or people whose first or last name or address does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(line(LONGEST))))]
    pub q: Option<Text>,
    /// People of this business.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub business_id: Option<BusinessId>,
    /// People with this address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(line(LONGEST))))]
    pub email: Option<Email>,
    /// People who are this there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub role: Option<PersonRole>,
    /// People whom to write to first, or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub is_primary_contact: Option<bool>,
    /// People who say yes or no, or do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(skip)]
    pub is_decision_maker: Option<bool>,
}

impl ExportFilter {
    /// The filter of the businesses' list.
    pub fn of_businesses(&self) -> BusinessFilter {
        BusinessFilter {
            community_id: self.community_id.clone(),
            industry_id: self.industry_id.clone(),
            lead_status: self.lead_status,
            min_lead_score: self.min_lead_score,
            location_id: self.location_id.clone(),
            owner_id: self.owner_id.clone(),
            address_state: self.address_state.clone(),
            source: self.source.clone(),
            tag: self.tag.clone(),
            q: self.q.clone(),
            deleted: Deleted::Without,
        }
    }

    /// The filter of the people's list.
    pub fn of_people(&self) -> PersonFilter {
        PersonFilter {
            business_id: self.business_id.clone(),
            email: self.email.clone(),
            role: self.role,
            is_primary_contact: self.is_primary_contact,
            is_decision_maker: self.is_decision_maker,
            prefix: self.q.as_deref().map(str::to_string),
            deleted: Deleted::Without,
        }
    }

    /// A field of it that is of the other kind of list.
    pub fn stray(&self, what: What) -> Option<&'static str> {
        let of_businesses = [
            ("community_id", self.community_id.is_some()),
            ("industry_id", self.industry_id.is_some()),
            ("lead_status", self.lead_status.is_some()),
            ("min_lead_score", self.min_lead_score.is_some()),
            ("location_id", self.location_id.is_some()),
            ("owner_id", self.owner_id.is_some()),
            ("address_state", self.address_state.is_some()),
            ("source", self.source.is_some()),
            ("tag", self.tag.is_some()),
        ];
        let of_people = [
            ("business_id", self.business_id.is_some()),
            ("email", self.email.is_some()),
            ("role", self.role.is_some()),
            ("is_primary_contact", self.is_primary_contact.is_some()),
            ("is_decision_maker", self.is_decision_maker.is_some()),
        ];
        let others: &[(&'static str, bool)] = match what {
            What::Businesses => &of_people,
            What::People => &of_businesses,
        };
        others
            .iter()
            .find(|(_, is_named)| *is_named)
            .map(|(name, _)| *name)
    }
}

/// What a client sends to export a list.
#[derive(Debug, Clone, Deserialize, Validate, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportIn {
    /// For people; made of the list's name when absent.
    #[garde(inner(custom(line(NAME))))]
    pub name: Option<Text>,
    /// Which list.
    #[garde(skip)]
    pub what: What,
    /// Which of its records; all of them when absent.
    #[serde(default)]
    #[garde(dive)]
    pub filter: ExportFilter,
    /// Which columns, in their order; all of them when absent.
    #[garde(inner(custom(entries(MOST_COLUMNS))))]
    pub columns: Option<Vec<String>>,
}

/// An export as stored.
#[derive(Debug, Clone, Deserialize)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// For people.
    pub name: String,
    /// Which list.
    pub what: What,
    /// Where it is.
    pub status: ExportStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Which records.
    pub filter: Json<ExportFilter>,
    /// Which columns.
    pub columns: Json<Vec<String>>,
    /// The locations whose records whoever asked may use; absent means all.
    pub reach_locations: Option<Json<Vec<String>>>,
    /// Set when they may use their own records only.
    pub reach_owner: Option<String>,
    /// The last record that was written.
    pub after_id: Option<String>,
    /// How many files there are; together they are one.
    pub segments: i64,
    /// The size of each, in bytes.
    pub sizes: Json<Vec<i64>>,
    /// Their size together.
    pub file_size: i64,
    /// Records written.
    pub rows_done: i64,
    /// When the file goes.
    pub remove_at: Option<Millis>,
    /// When it was through.
    pub finished_at: Option<Millis>,
    /// When it was begun.
    pub created_at: Millis,
    /// When it last came on.
    pub updated_at: Millis,
}

impl Export {
    /// The records that it may hold: those that were within reach of whoever asked for it.
    pub fn scope(&self, tenant: &TenantId) -> Scope {
        Scope {
            tenant: tenant.clone(),
            reach: Reach {
                locations: self.reach_locations.as_ref().map(|of| of.0.clone().into()),
                owner: self.reach_owner.as_deref().map(Into::into),
            },
        }
    }
}

/// An export as the API answers it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Export")]
pub struct ExportOut {
    /// Its id.
    pub id: ExportId,
    /// For people.
    pub name: String,
    /// Which list.
    pub what: What,
    /// Where it is.
    pub status: ExportStatus,
    /// Why it failed.
    pub failure_reason: Option<String>,
    /// Which records.
    pub filter: ExportFilter,
    /// Which columns.
    pub columns: Vec<String>,
    /// Records written.
    pub rows_done: i64,
    /// The file's size, in bytes, as far as it is written.
    pub file_size: i64,
    /// Where the file can be taken away without signing in, for 24 hours from this answer; null until it is done.
    pub link: Option<String>,
    /// When the link ends.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub link_ends_at: Option<Millis>,
    /// When the file goes.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub file_removed_at: Option<Millis>,
    /// When it was through.
    #[serde(with = "crate::time::Rfc3339Option")]
    pub finished_at: Option<Millis>,
    /// When it was begun.
    #[serde(with = "crate::time::Rfc3339")]
    pub created_at: Millis,
    /// When it last came on.
    #[serde(with = "crate::time::Rfc3339")]
    pub updated_at: Millis,
}
